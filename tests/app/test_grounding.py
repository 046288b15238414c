"""What a claim's verdict rests on: each check by what it catches and what it lets pass."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.answer import Problem, ProblemKind
from app.grounding import Source, verify
from app.quantities import agrees, quantities
from index.readers import load_claim_reader

PUBLISHED = "2016-03-24"  # a Thursday
ARTICLE = (
    "Shares in Acme rose 4.5 percent to $12 on Tuesday, said John Smith, its chairman.",
    "The company employs about 1,200,000 people in forty countries.",
    "Its former director, Anna Bell, was not charged with fraud.",
    "The Federal Bureau of Investigation searched the home of her brother in Denver for two days.",
    "Regulators approved the merger with Globex after eight months.",
)


def _sources(*texts: str) -> list[Source]:
    return [Source(text=text, published=PUBLISHED) for text in texts or ARTICLE]


def _check(claim: str):
    return verify(claim, _sources(), None)


@pytest.mark.parametrize(
    "claim",
    [
        "Shares in Acme rose 4.5 percent to $12 on 22 March 2016.",
        "Acme shares rose 4.5% on Tuesday.",
        "The company employs 1.2 million people in 40 countries.",
        "The FBI searched the home of her brother in Denver.",
        "Bell was not charged with fraud.",
        "Regulators approved the merger with Globex after eight months",
    ],
)
def test_another_wording_of_the_same_is_supported(claim: str):
    found = _check(claim)
    assert (found.verdict, found.problems) == ("supported", ())


@pytest.mark.parametrize(
    ("claim", "kind", "words", "instead"),
    [
        ("Shares in Acme rose 5.5 percent on Tuesday.", "number", "5.5 percent", "4.5 percent"),
        ("Shares in Acme rose 4.5 percent to $13.", "number", "$13", "$12"),
        ("The company employs 2.2 million people.", "number", "2.2 million", "about 1,200,000"),
        ("The home of her brother was searched for two weeks.", "number", "two weeks", "two days"),
        ("Shares in Acme rose on 23 March 2016.", "date", "23 March 2016", "Tuesday"),
        ("Shares in Acme rose on Wednesday.", "date", "Wednesday", "Tuesday"),
        ("Anna Bell was charged with fraud.", "negation", "charged", "not charged"),
        ("Regulators have not approved the merger.", "negation", "not approved", "approved"),
        ("Shares in Acme fell 4.5 percent.", "other", "fell", "rose"),
        ("Regulators rejected the merger with Globex.", "other", "rejected", "approved"),
        ("The FBI searched the home of her sister in Denver.", "other", "sister", "brother"),
        ("Regulators approved the merger with Initech.", "name", "Initech", "Globex"),
    ],
)
def test_a_changed_fact_is_named_with_what_the_source_has(
    claim: str, kind: ProblemKind, words: str, instead: str
):
    found = _check(claim)
    assert Problem(kind=kind, claim=words, source=instead) in found.problems
    assert found.verdict == "contradicted"
    assert found.support < 0.5


def test_a_name_that_no_source_has_is_a_problem_without_a_counterpart():
    found = verify("Mary Jones owns it.", _sources("A woman owns the shop."), None)
    assert Problem(kind="name", claim="Mary Jones", source="") in found.problems
    assert found.verdict != "supported"


def test_another_speaker_is_a_problem():
    found = verify(
        "Shares rose, said Anna Bell.", _sources("Shares rose, said John Smith.", "Anna Bell left."), None
    )
    assert Problem(kind="name", claim="Anna Bell", source="John Smith") in found.problems


def test_a_claim_of_something_else_is_unsupported():
    found = _check("Heavy snow closed schools across the northern valleys.")
    assert found.verdict == "unsupported"
    assert found.support < 0.5


def test_a_claim_of_which_the_source_says_a_part_is_not_supported():
    found = _check("Regulators approved the merger after a long quarrel with unions over pensions.")
    assert found.verdict in ("partial", "unsupported")


def test_the_sentences_that_bear_a_claim_out_are_named_best_first():
    found = _check("Acme shares rose 4.5 percent, and the merger with Globex was approved by regulators.")
    assert set(found.sentences) >= {0, 4}
    assert _check("The company has people in forty countries.").sentences[0] == 1


@pytest.mark.parametrize("sentence", ARTICLE)
def test_a_source_sentence_is_supported_by_itself(sentence: str):
    found = _check(sentence)
    assert (found.verdict, found.support, found.problems) == ("supported", 1.0, ())
    assert ARTICLE[found.sentences[0]] == sentence


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("The champion is 6'2 tall.", "The champion is 62 tall."),
        ("The champion is 5’10” tall.", "The champion is 510 tall."),
    ],
)
def test_a_mark_behind_a_digit_is_part_of_the_figure(source: str, claim: str):
    """Feet and inches are written like quotation marks, and dropping those makes another number."""
    assert verify(claim, [Source(text=source)], None).verdict != "supported"


@pytest.mark.parametrize("claim", ["“It's O’Brien's fault,” she said.", "It's O'Brien's fault, she said."])
def test_how_a_quotation_is_marked_makes_no_difference(claim: str):
    """Papers set quotation marks as they like."""
    assert verify(claim, [Source(text='"It’s O\'Brien’s fault," she said.')], None).support == 1.0


@given(st.sampled_from(ARTICLE), st.integers(1, 10**6))
@example(ARTICLE[0], 5)
@example(ARTICLE[1], 11)
@example(ARTICLE[1], 40)
def test_a_sentence_with_any_other_number_is_never_supported(sentence: str, number: int):
    for match in re.finditer(r"\d[\d.,]*\d|\d|forty|two|eight", sentence):
        changed = sentence[: match.start()] + str(number) + sentence[match.end() :]
        figures = [q for q in quantities(changed) if q.start <= match.start() < q.end]
        same = [q for q in quantities(sentence) if q.start <= match.start() < q.end]
        if not agrees(figures[0], same[0]):
            assert verify(changed, _sources(), None).verdict != "supported"


@given(
    st.permutations(ARTICLE), st.sampled_from(["Acme shares rose 4.5%.", "Anna Bell was charged in Denver."])
)
def test_the_order_of_the_evidence_decides_nothing(order: list[str], claim: str):
    one, other = _check(claim), verify(claim, _sources(*order), None)
    assert (other.verdict, other.support, other.problems) == (
        one.verdict,
        pytest.approx(one.support),
        one.problems,
    )
    assert {order[n] for n in other.sentences} == {ARTICLE[n] for n in one.sentences}


@given(st.text(max_size=300), st.lists(st.text(max_size=300), max_size=4))
@example("", [""])
@example("\ud800", ["\ud800 \udfff"])
@example("1" * 300, ["1," * 150])
def test_any_claim_gets_a_verdict(claim: str, texts: list[str]):
    found = verify(claim, [Source(text=text) for text in texts], None)
    assert 0.0 <= found.support <= 1.0
    assert (found.verdict == "supported") == (found.support >= 0.5)
    assert all(0 <= n < len(texts) for n in found.sentences)


@pytest.mark.parametrize(
    "piece", ["a ", "1,234 ", "Name ", "not ", "on Tuesday ", "„«\u202e\u0301 ", "said "]
)
def test_of_a_very_long_claim_the_beginning_is_read(piece: str):
    """A text of a megabyte without an end must not hold the processor."""
    sources = _sources(*[piece * 20_000] * 3)
    assert verify(piece * 50_000, sources, None) == verify((piece * 50_000)[:2_000], sources, None)


def test_with_an_embedder_likeness_counts_too(embedder):
    claim = "The stock of Acme went up on Tuesday."
    assert verify(claim, _sources(), embedder).support > 0.0
    assert verify(ARTICLE[0], _sources(), embedder).verdict == "supported"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (
            "Regulators cleared the merger with Globex after eight months.",
            "Shareholders cleared the merger with Globex after eight months.",
        ),
        (
            "The FBI searched her brother's home in Denver for two days.",
            "The FBI searched her lawyer's home in Denver for two days.",
        ),
        (
            "The company employs about 1.2 million people in forty countries.",
            "The company employs about 1.2 million people in forty cities.",
        ),
    ],
)
def test_a_claim_with_one_common_noun_changed_is_less_supported_once_it_is_read(right, wrong):
    """No rule names such a change; in other words the same must not suffer from it."""
    reader = load_claim_reader()
    said, changed = (verify(claim, _sources(), None, reader) for claim in (right, wrong))
    assert said.verdict == "supported"
    assert changed.support < said.support - 0.05


def test_what_is_read_does_not_outweigh_a_figure_that_differs():
    """A reader may be sure and wrong; a figure is what it is."""
    found = verify(
        "The company employs 2.1 million people in forty countries.", _sources(), None, load_claim_reader()
    )
    assert found.verdict == "contradicted"
    assert [problem.kind for problem in found.problems] == ["number"]


def test_a_source_sentence_need_not_be_read():
    """What is quoted is supported, whatever a model makes of it."""

    class Refusing:
        def score(self, *_: object) -> float:
            raise AssertionError("a quoted sentence was read")

    assert verify(ARTICLE[1], _sources(), None, Refusing()).support == 1.0
