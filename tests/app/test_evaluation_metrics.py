"""A figure is only as good as its arithmetic: each metric against cases worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.metrics import (
    auroc,
    balanced_accuracy,
    best_precision_recall_f1,
    best_threshold,
    false_answers_at,
    hit,
    mean,
    precision_recall_f1,
    recall,
    reciprocal_rank,
    reliability,
)

RANKED = ["a", "b", "c", "d"]


def test_ranks_count_from_one_and_only_to_k():
    """MRR@10 of an item at 11 is 0."""
    assert hit(RANKED, {"c"}, 3) == 1.0
    assert hit(RANKED, {"c"}, 2) == 0.0
    assert reciprocal_rank(RANKED, {"c", "d"}, 10) == pytest.approx(1 / 3)
    assert reciprocal_rank(RANKED, {"d"}, 3) == 0.0
    assert recall(RANKED, {"a", "d", "x"}, 4) == pytest.approx(2 / 3)
    assert mean([]) == 0.0


def test_sets_are_compared_as_sets():
    """Two of three cited are right, two of four wanted are cited."""
    precision, found, f1 = precision_recall_f1(["a", "b", "x"], ["a", "b", "c", "d"])
    assert (precision, found) == (pytest.approx(2 / 3), 0.5)
    assert f1 == pytest.approx(4 / 7)
    assert precision_recall_f1([], []) == (1.0, 1.0, 1.0)
    assert precision_recall_f1([], ["a"]) == (0.0, 0.0, 0.0)
    assert best_precision_recall_f1(["a"], [["b"], ["a"]])[2] == 1.0


def test_auroc_is_the_chance_of_the_right_order():
    """3 of 4 pairs are in order, one of them a tie."""
    assert auroc([0.9, 0.4, 0.4, 0.1], [True, True, False, False]) == pytest.approx(0.875)
    assert auroc([0.1, 0.2], [True, True]) == 0.0


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30))
def test_auroc_agrees_with_counting_pairs(cases):
    """The quick way by ranks, against the slow way."""
    scores, labels = [float(s) for s, _ in cases], [yes for _, yes in cases]
    pairs = [(a > b) + (a == b) / 2 for a, x in cases if x for b, y in cases if not y]
    assert auroc(scores, labels) == pytest.approx(mean(pairs))


def test_false_answers_are_counted_where_a_tenth_is_refused():
    """Ten answerable questions: the weakest is given up, and the next one's score is the threshold."""
    scores = [float(i) for i in range(1, 11)] + [1.5, 2.5, 9.5]
    answerable = [True] * 10 + [False] * 3
    assert false_answers_at(scores, answerable, 0.1) == pytest.approx(2 / 3)


def test_balanced_accuracy_weighs_both_classes_alike():
    assert balanced_accuracy([True, True, True, False], [True, True, True, True]) == 0.375
    assert balanced_accuracy([True, False, True, False], [True, False, True, False]) == 1.0


def test_the_best_threshold_parts_the_classes():
    assert best_threshold([0.1, 0.4, 0.6, 0.9], [False, False, True, True]) == 0.6
    assert best_threshold([], []) == 0.0


def test_reliability_holds_what_was_said_against_what_happened():
    """Two of three that were given about .9 happened; 1.0 falls into the last bin."""
    bins = reliability([0.85, 0.95, 1.0, 0.1], [True, False, True, False], 2)
    assert bins[0] == (1, pytest.approx(0.1), 0.0)
    assert bins[1] == (3, pytest.approx(2.8 / 3), pytest.approx(2 / 3))
    assert reliability([], [], 2) == [(0, 0.0, 0.0)] * 2
