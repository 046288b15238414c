"""Retrieval: terms and vectors are mixed, a named outlet or day counts, and deleted chunks are not shown."""

from collections.abc import Collection, Sequence
from datetime import date

import numpy as np
import pytest

from index.records import Article, Sentence, StoredChunk
from index.retriever import Retriever

TODAY = date(2022, 6, 16)


def chunk(chunk_id: int, **fields: str) -> StoredChunk:
    text = f"Chunk {chunk_id}."
    article = Article(id=f"a{chunk_id}", revision=1, text=text, **fields)
    return StoredChunk(
        chunk_id=chunk_id,
        article=article,
        sentences=(Sentence(ordinal=0, start=0, end=len(text)),),
        first=0,
        last=0,
    )


class Fixed:
    """A snapshot with fixed hits."""

    def __init__(self, lexical, dense, chunks, *, embedded=True):
        self.embedder = Unit() if embedded else None
        self._lexical, self._dense, self._chunks = lexical, dense, {c.chunk_id: c for c in chunks}

    def lexical(self, question: str, limit: int, allowed: Collection[int] | None):
        return self._lexical[:limit]

    def dense(self, vector, limit: int, allowed: Collection[int] | None):
        return self._dense[:limit]

    def passages(self, chunk_ids: Sequence[int]):
        return {i: self._chunks[i] for i in chunk_ids if i in self._chunks}


class Unit:
    """An embedder whose every text is one vector; the snapshot's figures are fixed."""

    fingerprint, dimension, window = "unit", 2, 16

    def embed_documents(self, texts):
        return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))

    def embed_query(self, text):
        return np.array([1.0, 0.0], dtype=np.float32)

    def count_tokens(self, texts):
        return [len(text.split()) for text in texts]


def ids(passages):
    return [passage.chunk_id for passage in passages]


def test_what_both_sides_find_comes_before_what_one_finds():
    """That is the point of a hybrid."""
    snapshot = Fixed([(1, 9.0), (2, 8.0)], [(3, 0.7), (2, 0.65), (4, 0.2)], map(chunk, (1, 2, 3)))
    passages = Retriever().retrieve(snapshot, "a question", today=TODAY, allowed=None, limit=10)
    assert ids(passages)[0] == 2
    assert all(0 <= passage.score <= 1 for passage in passages)
    assert {p.chunk_id: (p.lexical, p.dense) for p in passages} == {1: (9, 0), 2: (8, 0.65), 3: (0, 0.7)}


def test_without_an_embedder_terms_alone_decide():
    """Footnote answers without any model."""
    snapshot = Fixed([(1, 9.0), (2, 8.0)], [(3, 0.7)], map(chunk, (1, 2, 3)), embedded=False)
    assert ids(Retriever().retrieve(snapshot, "a question", today=TODAY, allowed=None, limit=10)) == [1, 2]


def test_a_chunk_that_is_gone_is_left_out():
    """An index may lag behind a deletion; the catalogue does not."""
    snapshot = Fixed([(1, 9.0), (2, 8.0)], [(1, 0.7)], [chunk(2)])
    assert ids(Retriever().retrieve(snapshot, "a question", today=TODAY, allowed=None, limit=10)) == [2]


def test_equal_scores_are_in_the_order_of_ids():
    """The same question, the same order."""
    snapshot = Fixed([(3, 1.0), (1, 1.0), (2, 1.0)], [], map(chunk, (1, 2, 3)))
    assert ids(Retriever().retrieve(snapshot, "a question", today=TODAY, allowed=None, limit=2)) == [1, 2]


@pytest.mark.parametrize("question", ["", "   ", "?"])
def test_nothing_found_is_an_empty_list(question):
    """An empty index is a normal state."""
    assert Retriever().retrieve(Fixed([], [], []), question, today=TODAY, allowed=None, limit=5) == []


def test_the_named_outlet_comes_first():
    """ "the report from 'The Verge'" names where to look."""
    chunks = [chunk(1, publication="Wired"), chunk(2, publication="The Verge")]
    snapshot = Fixed([(1, 9.0), (2, 8.0)], [(1, 0.6), (2, 0.6)], chunks)
    question = "What did the report from 'The Verge' say?"
    assert ids(Retriever().retrieve(snapshot, question, today=TODAY, allowed=None, limit=2)) == [2, 1]
