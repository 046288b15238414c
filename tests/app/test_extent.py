"""How many sentences an answer takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extent import Traits, extent, memberships

BEST = Traits(score=1.0, beside=0.5, rank=0, coverage=0.9, new=0.0, words=12, leads=False, reading=0.9)
WEAK = Traits(score=0.3, beside=0.2, rank=5, coverage=0.1, new=0.0, words=12, leads=False, reading=0.0)


def traits(count: int) -> list[Traits]:
    return [BEST, *(Traits(**{**fields(WEAK), "rank": rank}) for rank in range(1, count))]


def fields(one: Traits) -> dict[str, float]:
    return {name: getattr(one, name) for name in Traits.__slots__}


def test_the_best_sentence_is_likelier_needed_than_a_weak_one():
    """The weights must not have lost their sign."""
    first, *others = memberships("Why did the bridge fall?", traits(6))
    assert first > 0.5 > max(others)


@pytest.mark.parametrize(
    ("probabilities", "most", "expected"),
    [
        ([0.9, 0.1, 0.05], 4, [0]),
        ([0.9, 0.85, 0.1], 4, [0, 1]),
        ([0.5, 0.9, 0.8, 0.7], 2, [1, 2]),
        ([0.01, 0.01], 4, [0, 1]),
        ([0.2], 4, [0]),
    ],
)
def test_as_many_are_taken_as_promise_the_best_f1(probabilities, most, expected):
    """Several that are about as good are all needed; one that stands out is enough."""
    assert extent(probabilities, most)[: len(expected)] == expected
    assert len(extent(probabilities, most)) <= len(expected)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.integers(1, 12))
def test_an_answer_has_one_sentence_at_least_and_no_more_than_are_wanted(probabilities, most):
    """The judgement to answer has fallen by then."""
    chosen = extent(probabilities, most)
    assert 1 <= len(chosen) <= most
    assert len(set(chosen)) == len(chosen)
    assert probabilities[chosen[0]] == max(probabilities)
