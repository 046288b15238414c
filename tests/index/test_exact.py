"""Exact search, over vectors that a scripted ledger keeps."""

import numpy as np
import pytest

from index.exact import ExactVectors


class Kept:
    def __init__(self, ids: list[int], vectors: np.ndarray) -> None:
        self.ids, self.vectors = np.array(ids, np.int64), vectors.astype(np.float16)

    def all_vectors(self, chunking: str, embedder: str) -> tuple[np.ndarray, np.ndarray]:
        return self.ids, self.vectors


@pytest.fixture
def axes() -> np.ndarray:
    # Powers of two, so that equal scores are equal.
    return np.array([[1, 0], [0.5, 0], [0.5, 0.25], [0.25, 0], [0.5, 0]], np.float32)


def test_the_nearest_come_first_and_of_equals_the_oldest(axes):
    vectors = ExactVectors(Kept([3, 4, 7, 8, 9], axes), "chunking", "embedder")
    asked = np.array([1, 0], np.float32)
    assert vectors.search(asked, 3) == [(3, 1.0), (4, 0.5), (7, 0.5)]
    assert [key for key, _ in vectors.search(asked, 9)] == [3, 4, 7, 9, 8]


def test_what_is_added_and_removed_is_found_and_gone(axes):
    vectors = ExactVectors(Kept([3, 4], axes[:2]), "chunking", "embedder")
    asked = np.array([1, 0], np.float32)
    vectors.apply([7], axes[2:3], [])
    assert [key for key, _ in vectors.search(asked, 5)] == [3, 4, 7]
    vectors.apply([8], axes[:1], [3])
    assert vectors.search(asked, 1) == [(8, 1.0)]
    assert vectors.count() == 3


def test_nothing_is_found_where_nothing_is_kept():
    vectors = ExactVectors(Kept([], np.empty((0, 2))), "chunking", "embedder")
    assert vectors.search(np.array([1, 0], np.float32), 5) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_damaged_vectors_hide_no_others(axes, value):
    damaged = np.full((3, 2), value, np.float32)
    vectors = ExactVectors(Kept([1, 2, 3, 4, 5], np.concatenate([damaged, axes[:2]])), "chunking", "embedder")
    assert vectors.search(np.array([1, 0], np.float32), 2) == [(4, 1.0), (5, 0.5)]
