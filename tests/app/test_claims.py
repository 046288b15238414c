"""What is written is checked before it is shown: promise 4 of every answer."""

from collections.abc import Sequence
from datetime import date

from app.answer import Answer, Citation, Searched
from app.answerer import Answerer, Question
from app.claims import Draft, check, check_against, quote
from app.evidence import Selector
from index.records import Article, Filters, Passage
from index.retriever import Retriever
from index.sentences import split

TEXT = (
    "The bridge at Vik fell on Monday. Forty people were injured, said the mayor, Kari Holm. "
    "Repairs will cost 40 million kroner."
)
ARTICLE = Article(id="bridge", revision=1, text=TEXT, published="2016-03-24")
SENTENCES = split(TEXT)


def _citations() -> list[Citation]:
    return [
        Citation(number=n + 1, article=ARTICLE, sentences=SENTENCES, ordinal=n, score=1.0)
        for n in range(len(SENTENCES))
    ]


def test_quoted_sentences_pass_with_their_numbers():
    checked = check("When did the bridge fall?", quote(_citations()), _citations(), None)
    assert [(c.text, c.verdict, c.support, c.citations) for c in checked.claims] == [
        (one.quote, "supported", 1.0, (one.number,)) for one in _citations()
    ]
    assert checked.text.startswith("The bridge at Vik fell on Monday. [1] Forty people")


def test_a_contradicted_and_an_unsupported_claim_are_dropped_and_the_rest_is_numbered_anew():
    drafts = [
        Draft(text="Fifty people were injured, said the mayor, Kari Holm.", citations=(2,)),
        Draft(text="The prime minister has resigned over it.", citations=(1,)),
        Draft(text="Repairs will cost 40,000,000 kroner.", citations=(3,)),
    ]
    checked = check("What will it cost?", drafts, _citations(), None)
    assert checked.text == "Repairs will cost 40,000,000 kroner. [1]"
    assert [(one.number, one.ordinal) for one in checked.citations] == [(1, 2)]
    assert [claim.citations for claim in checked.claims] == [(1,)]
    assert checked.text[checked.claims[0].start : checked.claims[0].end] == checked.claims[0].text


def test_a_claim_that_cites_nothing_there_is_dropped():
    drafts = [Draft(text="The bridge fell.", citations=()), Draft(text="The bridge fell.", citations=(9,))]
    assert check("", drafts, _citations(), None).claims == ()


def test_a_claim_may_rest_on_two_sentences():
    draft = Draft(text="The bridge fell on Monday and forty people were injured.", citations=(2, 1))
    checked = check("", [draft], _citations(), None)
    assert checked.text.endswith("injured. [1][2]")
    assert [one.ordinal for one in checked.citations] == [1, 0]


class _NoEmbedder:
    embedder = None


class _Found(Retriever):
    """Finds the one article."""

    def retrieve(self, *_: object, **__: object) -> list[Passage]:
        last = len(SENTENCES) - 1
        return [
            Passage(
                chunk_id=0, article=ARTICLE, sentences=SENTENCES, first=0, last=last, score=1.0, lexical=1.0
            )
        ]


def _answer(written: str) -> Answer:
    def write(citations: Sequence[Citation]) -> list[Draft]:
        return [Draft(text=written, citations=tuple(one.number for one in citations))]

    answerer = Answerer(_Found(), Selector(), write=write)
    asked = Question(
        asked="How many people were injured when the bridge at Vik fell?",
        text="How many people were injured when the bridge at Vik fell?",
        today=date(2016, 3, 25),
        filters=Filters(),
        allowed=None,
        articles=1,
        searched=lambda: Searched(articles=1, passages=1, filters=Filters(), published_range=None),
        has_articles=lambda first, last: True,
        max_claims=3,
    )
    return answerer.answer(_NoEmbedder(), "g", asked)


def test_an_answer_of_which_every_claim_is_contradicted_abstains():
    """Whatever writes the claims: none that its source contradicts is shown as fact."""
    answer = _answer("Ninety people were injured, said the mayor, Kari Holm.")
    assert (answer.status, answer.claims, answer.citations) == ("abstained", (), ())
    assert "Ninety" not in answer.text


def test_an_answer_whose_claim_is_borne_out_shows_it():
    answer = _answer("The mayor, Kari Holm, said 40 people were injured.")
    assert answer.status == "answered"
    assert answer.claims[0].verdict == "supported"


def test_a_claim_is_held_against_each_article_by_itself():
    """Two articles that have half of it each do not make it true."""
    held = []
    for n, text in enumerate(("Acme bought Globex.", "Initech was sold for 5 million dollars.")):
        article = Article(id=str(n), revision=1, text=text)
        sentences = split(text)
        held.append(Passage(chunk_id=n, article=article, sentences=sentences, first=0, last=0, score=1.0))
    ranked = Selector().rank("Acme bought Globex for 5 million dollars.", held, today=date(2016, 3, 25))
    found, rests_on = check_against("Acme bought Globex for 5 million dollars.", ranked, None)
    assert found.verdict != "supported"
    assert len({one.passage.article.id for one in rests_on}) == 1
    assert check_against("Acme bought Globex.", ranked, None)[0].verdict == "supported"
    assert check_against("Acme bought Globex.", [], None)[0].verdict == "unsupported"
