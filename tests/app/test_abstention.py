"""Abstention: what the seeds answer is answered with the right sentence, and what they do not is not."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.abstention import THRESHOLD, judge
from app.evidence import Selector
from app.service import Service
from index.records import Article, Filters, Passage, RawArticle
from index.sentences import split

TODAY = date(2022, 6, 16)
QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "seeds/questions.jsonl").read_text(encoding="utf-8").splitlines()
]
# Asked of the first release by name; the others show what it can do, and where it still errs.
PROMISED = (
    "How many fighters",
    "How many of them",
    "Who is Matthew",
    "When was Sharia4Belgium",
    "What did Sharia4Belgium",
    "Why are young",
    "Who is the king",
    "What is the population",
)


def by_question(row: dict) -> str:
    return str(row["question"])


@pytest.mark.parametrize("row", [q for q in QUESTIONS if q["question"].startswith(PROMISED)], ids=by_question)
def test_the_promised_questions_are_answered_or_refused(seeded: Service, row):
    """The bar of the first release: a right sentence cited, or an honest refusal."""
    answer = seeded.ask(row["question"])
    if not row.get("answerable", True):
        assert answer.status == "abstained"
        return
    assert answer.status == "answered"
    assert {citation.quote for citation in answer.citations} & set(row["expected"])


def test_most_of_the_seed_questions_come_out_right(seeded: Service):
    """A newcomer asks these first."""
    right = 0
    for row in QUESTIONS:
        answer = seeded.ask(row["question"])
        quotes = {citation.quote for citation in answer.citations}
        right += bool(quotes & set(row["expected"])) if row.get("answerable", True) else not quotes
    assert right >= 19, f"{right} of {len(QUESTIONS)}"


def passage(text: str, publication: str = "") -> Passage:
    article = Article(id="a", revision=1, text=text, title="Bridge falls in Oslo", publication=publication)
    sentences = split(text)
    return Passage(
        chunk_id=0, article=article, sentences=sentences, first=0, last=len(sentences) - 1, score=1.0
    )


def judged(question: str, text: str, embedder):
    passages = [passage(text)]
    return judge(question, passages, Selector().rank(question, passages, embedder, today=TODAY), 1)


TEXT = "A bridge over the Akerselva fell on Monday. The mayor, Kari Holm, said that repairs will cost a lot."


def test_an_answered_question_is_answerable(embedder):
    """The plain case."""
    judgement = judged("When did the bridge over the Akerselva fall?", TEXT, embedder)
    assert judgement.answerable
    assert judgement.probability >= THRESHOLD
    assert judgement.reason == ""


def test_a_name_nobody_mentions_is_named_in_the_refusal(embedder):
    """ "The articles do not mention Bergen" helps more than "no answer"."""
    judgement = judged("What did Astrid Berg say in Bergen?", TEXT, embedder)
    assert not judgement.answerable
    assert judgement.reason == "entity_missing"
    assert judgement.missing == ("Astrid Berg", "Bergen")


def test_an_outlet_that_the_question_names_speaks_for_an_answer(embedder):
    """The same sentence is likelier meant when it comes from there; another outlet says nothing."""
    text = "A bridge over the Akerselva fell on Monday, Reuters said."
    question = "When did the bridge fall, according to Reuters?"
    ranked = Selector().rank(question, [passage(text)], embedder, today=TODAY)
    named, other, none = (
        judge(question, [one], [replace(found, passage=one) for found in ranked], 1).probability
        for one in (passage(text, "Reuters"), passage(text, "Aftenposten"), passage(text))
    )
    assert named > other == none


@pytest.mark.parametrize(("publication", "is_surer_alone"), [("Aftenposten", True), ("Reuters", False)])
def test_what_is_found_among_many_articles_may_be_alike_by_chance(embedder, publication, is_surer_alone):
    """The same sentence found in one article says more; but who names its outlet looks for that one's."""
    one = passage("A bridge over the Akerselva fell on Monday.", publication)
    question = "When did the bridge fall, according to Reuters?"
    ranked = Selector().rank(question, [one], embedder, today=TODAY)
    alone, of_many = (judge(question, [one], ranked, articles).probability for articles in (1, 10_000))
    assert (alone > of_many) == is_surer_alone


def test_a_question_beside_the_point_is_refused(embedder):
    """The name is there, the answer is not."""
    judgement = judged("How old is the sister of Kari Holm?", TEXT, embedder)
    assert not judgement.answerable
    assert judgement.reason == "weak_evidence"
    assert judgement.mentioned == ("Kari Holm",)


@pytest.mark.parametrize("question", ["", "?", "who is it", "…" * 100])
def test_a_question_without_words_is_refused(embedder, question):
    """Such questions arrive; they must not be answered with whatever comes first."""
    assert not judged(question, TEXT, embedder).answerable


def test_without_an_embedder_wording_decides():
    """Footnote answers and refuses without any model."""
    assert judged("When did the bridge over the Akerselva fall?", TEXT, None).answerable
    assert not judged("Which team won the final in Bergen?", TEXT, None).answerable


def test_without_passages_there_is_no_match():
    """An empty search is a reason of its own."""
    judgement = judge("What fell?", [], [], 1)
    assert (judgement.answerable, judgement.probability, judgement.reason) == (False, 0.0, "no_match")


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Who is the king of Belgium in March 1999?", "no_article_then"),
        ("Who was crowned king this week?", "no_article_then"),
        ("Who is the king of Belgium?", "weak_evidence"),
        # What is never mentioned is said first: no other time would help.
        ("What did Astrid Berg of Bergen say in March 1999?", "entity_missing"),
    ],
)
def test_a_refusal_says_when_nothing_was_published_at_the_time_asked_about(
    seeded: Service, question: str, reason: str
):
    """The seeds end in 2017: whoever asks about another time learns that, and not "nothing answers this"."""
    abstention = seeded.ask(question, today=date(2026, 11, 23)).abstention
    assert abstention
    assert abstention.reason == reason
    if reason == "no_article_then":
        first, last = abstention.searched.published_range
        assert f"published between {first[:10]} and {last[:10]}" in abstention.message


def test_a_refusal_does_not_blame_the_time_when_there_are_articles_of_it(seeded: Service):
    """In a filtered search only what passes the filters counts."""
    question, today = "Who was crowned king in July?", date(2017, 8, 1)
    found = seeded.ask(question, today=today).abstention
    assert found
    assert found.reason == "weak_evidence"
    other = seeded.ask(question, today=today, filters=Filters(published_to="2016-12-31")).abstention
    assert other
    assert other.reason == "no_article_then"


def test_a_refusal_says_who_is_mentioned_all_the_same(seeded: Service):
    """Mentioned but not this fact is another thing than never mentioned."""
    answer = seeded.ask("Which university did Valeska Paris attend?")
    assert answer.abstention
    assert "Valeska Paris is mentioned, but no sentence" in answer.text


def test_names_that_never_stand_together_are_not_said_to(embedder):
    """A first name and a surname of two people are nobody."""
    text = "Kari Berg sells fish in Oslo. Ola Dahl mends nets in Bergen."
    assert judged("Which opera did Kari Dahl write in Verona?", text, embedder).mentioned == ()
    assert judged("WHICH OPERA DID WHALES WRITE?", text, embedder).missing == ()


def test_an_old_long_s_is_read_and_fails_nothing(service: Service):
    """Papers print it until 1800, and a pattern without case takes it for an s."""
    for number, day in enumerate(("firſt", "ſecond")):
        text = f"The Fire in London did on the {day} day of September deſtroy {number + 5} hundred Houſes."
        list(service.add([RawArticle(id=str(number), text=text, published=f"1666-09-0{number + 1}")]))
    asked = (
        "How many houses did the fire in London destroy?",
        "Who fell in ſept 2020?",
        "WHO LEFT ON FRİDAY?",
    )
    assert all(service.ask(question).text for question in asked)
    assert service.check("He left at ſix p.m. on the fıfth of laſt month.").grounding.verdict == "unsupported"


@pytest.mark.parametrize(
    "question", ["Who was king since December 2027?", "What does the Today show say of kings?"]
)
def test_a_refusal_blames_no_time_that_nobody_named(seeded: Service, question: str):
    """ "Today" may be a name, and what begins later does not end before."""
    abstention = seeded.ask(question, today=date(2026, 4, 20)).abstention
    assert abstention
    assert "between 2027-12-01 and 2026" not in abstention.message
    assert ("Today" in question) == (abstention.reason != "no_article_then")
