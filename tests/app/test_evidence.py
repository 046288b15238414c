"""Selection: every sentence once, the best first, and an answer of few sentences in reading order."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence import Evidence, Selector
from index.embeddings import Embedder
from index.records import Article, Passage, Sentence
from index.sentences import split

TODAY = date(2022, 6, 16)


def article(text: str, article_id: str = "a", **fields: str) -> tuple[Article, tuple[Sentence, ...]]:
    return Article(id=article_id, revision=1, text=text, **fields), split(text)


def passage(held: tuple[Article, Sequence[Sentence]], first: int = 0, last: int | None = None) -> Passage:
    one, sentences = held
    end = len(sentences) - 1 if last is None else last
    return Passage(chunk_id=0, article=one, sentences=sentences, first=first, last=end, score=1.0)


BRIDGE = article(
    "A bridge over the Akerselva fell on Monday. Nobody was hurt. The mayor, Kari Holm, said that repairs "
    "will cost 40 million kroner. The weather was mild. Shops nearby stayed open all day.",
    "bridge",
)


def texts(evidence: Sequence[Evidence]) -> list[str]:
    return [one.text for one in evidence]


def test_every_sentence_is_ranked_once_even_when_passages_overlap():
    """Chunks share sentences; an answer may not say one twice."""
    ranked = Selector().rank(
        "What fell?", [passage(BRIDGE, 0, 2), passage(BRIDGE, 2, 4), passage(BRIDGE)], today=TODAY
    )
    assert sorted(one.sentence.ordinal for one in ranked) == [0, 1, 2, 3, 4]


def test_the_sentence_that_answers_comes_first_with_and_without_an_embedder(embedder: Embedder):
    """The first sentence is what most people read."""
    for one in (None, embedder):
        ranked = Selector().rank("How much will the repairs cost?", [passage(BRIDGE)], one, today=TODAY)
        assert "40 million" in ranked[0].text
        assert [e.score for e in ranked] == sorted((e.score for e in ranked), reverse=True)


def test_a_sentence_that_points_back_is_read_with_the_one_before():
    """ "The group wanted …" never names the group."""
    held = article(
        "Sharia4Belgium, a group, recruited dozens. The group wanted a caliphate. Many people wanted rain."
    )
    ranked = Selector().rank("What did Sharia4Belgium want?", [passage(held)], today=TODAY)
    assert texts(ranked).index("The group wanted a caliphate.") < texts(ranked).index(
        "Many people wanted rain."
    )


def test_a_heading_does_not_pass_for_an_answer():
    """It repeats the question's words and says nothing."""
    held = article("Kari Holm\n\nKari Holm, the mayor of Oslo, said that the bridge was old and had to go.")
    ranked = Selector().rank("Who is Kari Holm?", [passage(held)], today=TODAY)
    assert ranked[0].text.startswith("Kari Holm, the mayor")


def test_the_answer_is_in_reading_order_the_best_article_first():
    """Sentences out of order read like nonsense."""
    other = article("The bridge over the Akerselva was built in 1902. It was closed twice.", "other")
    selector = Selector()
    question = "Why did the bridge over the Akerselva fall on Monday and what did the mayor say?"
    ranked = selector.rank(question, [passage(other), passage(BRIDGE)], today=TODAY)
    chosen = selector.choose(question, ranked, max_claims=5)
    best = ranked[0].passage.article.id
    places = [(one.passage.article.id != best, one.sentence.ordinal) for one in chosen]
    assert places == sorted(places)
    assert ranked[0] in chosen


def test_the_same_sentence_in_two_articles_is_taken_once():
    """Agencies' copies fill an answer with one fact."""
    copies = [passage(article("The mayor, Kari Holm, resigned on Monday night.", name)) for name in "abc"]
    selector = Selector()
    ranked = selector.rank("Which mayor resigned?", copies, today=TODAY)
    assert len(selector.choose("Which mayor resigned?", ranked, max_claims=5)) == 1


@pytest.mark.parametrize("most", [1, 2, 5])
def test_no_more_than_the_wished_number_is_taken(most):
    """`max_claims` is a promise of the contract."""
    selector = Selector()
    question = "Why did the bridge fall and what did the mayor say about repairs, shops and weather?"
    chosen = selector.choose(
        question, selector.rank(question, [passage(BRIDGE)], today=TODAY), max_claims=most
    )
    assert 1 <= len(chosen) <= most


def test_nothing_in_nothing_out():
    """An empty index is a normal state."""
    selector = Selector()
    assert selector.rank("Who?", [], today=TODAY) == []
    assert selector.choose("Who?", [], max_claims=3) == []


@given(st.text(max_size=80), st.text(max_size=300))
def test_any_question_over_any_text_gives_exact_sentences_and_bounded_scores(question, text):
    """Both come from outside."""
    held = article(text)
    if held[1]:
        selector = Selector()
        ranked = selector.rank(question, [passage(held)], today=TODAY)
        assert len(ranked) == len(held[1])
        assert all(0 <= one.score <= 1 and one.text == one.text.strip() for one in ranked)
        chosen = selector.choose(question, ranked, max_claims=4)
        assert len({one.place for one in chosen}) == len(chosen) <= 4


AGENCY = "The harbour bridge in Sundvik fell into the sea late on Monday night after a ship had struck it."
SAME = {
    "punctuation and case": AGENCY.replace(" in ", ", in ").replace("Monday", "monday")[:-1] + "!",
    "who reports it": AGENCY[:-1] + ", the news agency reported.",
    "officials": "Officials said that t" + AGENCY[1:],
    "one word": AGENCY.replace("night", "evening"),
}


@pytest.mark.parametrize("reprint", SAME.values(), ids=SAME)
def test_a_sentence_that_three_outlets_print_is_cited_once(reprint: str):
    """Three times the same words are no stronger evidence than once, and push out what is new."""
    papers = [article(text, f"paper{i}") for i, text in enumerate((AGENCY, reprint, AGENCY))]
    news = article("The ship that struck the harbour bridge in Sundvik was the Ada Holm of Bergen.", "news")
    selector = Selector()
    question = "What happened to the harbour bridge in Sundvik, and what struck it?"
    ranked = selector.rank(question, [passage(one) for one in (*papers, news)], today=TODAY)
    assert len(ranked) == 4
    chosen = selector.choose(question, ranked, max_claims=5)
    assert len([one for one in chosen if one.passage.article.id != "news"]) == 1
    assert {one.passage.article.id for one in selector.distinct(ranked, 3)} >= {"news"}
    assert len(selector.distinct(ranked, 3)) == 2


def test_of_the_same_sentence_the_one_that_was_published_first_is_cited():
    """A reader wants the agency, not whoever copied it."""
    late = article(AGENCY, "late", published="2026-03-04")
    early = article(AGENCY + " More follows.", "early", published="2026-03-02")
    undated = article(AGENCY, "undated")
    selector = Selector()
    ranked = selector.rank(
        "What fell into the sea?", [passage(one) for one in (undated, late, early)], today=TODAY
    )
    (chosen,) = selector.choose("What fell into the sea?", ranked, max_claims=1)
    assert chosen.passage.article.id == "early"


def test_the_same_sentence_with_another_number_is_something_else():
    """Twelve dead or thirteen is exactly what a journalist must see."""
    reports = [
        article(f"The fall of the harbour bridge in Sundvik on Monday night killed {n} people.", n)
        for n in ("twelve", "13")
    ]
    selector = Selector()
    question = "How many people did the fall of the harbour bridge in Sundvik kill?"
    ranked = selector.rank(question, [passage(one) for one in reports], today=TODAY)
    assert len(selector.choose(question, ranked, max_claims=3)) == 2
