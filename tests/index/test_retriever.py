"""Retrieval: terms and vectors are mixed, a named outlet or day counts, and deleted chunks are not shown."""

from collections.abc import Collection, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Article, Sentence, StoredChunk
from index.retriever import Mentions, Retriever


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
    passages = Retriever().retrieve(snapshot, "a question", allowed=None, limit=10)
    assert ids(passages)[0] == 2
    assert all(0 <= passage.score <= 1 for passage in passages)
    assert {p.chunk_id: (p.lexical, p.dense) for p in passages} == {1: (9, 0), 2: (8, 0.65), 3: (0, 0.7)}


def test_without_an_embedder_terms_alone_decide():
    """Footnote answers without any model."""
    snapshot = Fixed([(1, 9.0), (2, 8.0)], [(3, 0.7)], map(chunk, (1, 2, 3)), embedded=False)
    assert ids(Retriever().retrieve(snapshot, "a question", allowed=None, limit=10)) == [1, 2]


def test_a_chunk_that_is_gone_is_left_out():
    """An index may lag behind a deletion; the catalogue does not."""
    snapshot = Fixed([(1, 9.0), (2, 8.0)], [(1, 0.7)], [chunk(2)])
    assert ids(Retriever().retrieve(snapshot, "a question", allowed=None, limit=10)) == [2]


def test_equal_scores_are_in_the_order_of_ids():
    """The same question, the same order."""
    snapshot = Fixed([(3, 1.0), (1, 1.0), (2, 1.0)], [], map(chunk, (1, 2, 3)))
    assert ids(Retriever().retrieve(snapshot, "a question", allowed=None, limit=2)) == [1, 2]


@pytest.mark.parametrize("question", ["", "   ", "?"])
def test_nothing_found_is_an_empty_list(question):
    """An empty index is a normal state."""
    assert Retriever().retrieve(Fixed([], [], []), question, allowed=None, limit=5) == []


def test_the_named_outlet_comes_first():
    """ "the report from 'The Verge'" names where to look."""
    chunks = [chunk(1, publication="Wired"), chunk(2, publication="The Verge")]
    snapshot = Fixed([(1, 9.0), (2, 8.0)], [(1, 0.6), (2, 0.6)], chunks)
    question = "What did the report from 'The Verge' say?"
    assert ids(Retriever().retrieve(snapshot, question, allowed=None, limit=2)) == [2, 1]


@pytest.mark.parametrize(
    ("question", "publication", "expected"),
    [
        ("according to The New York Times", "The New York Times", True),
        ("as CNN reported", "cnn.com", True),
        ("in TechCrunch's report", "TechCrunch", True),
        ("the CNBC article", "Cnbc | World Business News Leader", True),
        ("a story in USA Today", "usatoday.com", False),
        ("how many people died this time?", "People", False),
        ("how many people died this time?", "Time", False),
        ("as Time reported", "Time", True),
        ("anything", "", False),
    ],
)
def test_an_outlet_is_named_by_its_name_its_first_part_or_its_host(question, publication, expected):
    """A word that is also an outlet's name must not pull that outlet up."""
    assert Mentions(question).publication(publication) is expected


@pytest.mark.parametrize(
    ("question", "published", "expected"),
    [
        ("the report on 2023-11-24", "2023-11-24", True),
        ("published October 4, 2023", "2023-10-04T22:42:00+00:00", True),
        ("published on October 1st", "2023-10-01", True),
        ("on 5 May 2022", "2022-05-05", True),
        ("on the 5th of May", "2019-05-05", True),
        ("published October 4, 2023", "2022-10-04", False),
        ("it may 5 times", "", False),
        ("What opened on SEP 5?", "2016-09-05", True),
        ("What opened on ſep 5?", "2016-09-05", False),
        ("no date", "2023-10-04", False),
        ("published October 4, 2023", "soon", False),
    ],
)
def test_a_day_is_named_with_or_without_its_year(question, published, expected):
    """Questions about one report tell it from another by its date."""
    assert Mentions(question).day(published) is expected


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=20))
def test_any_text_may_be_a_question_an_outlet_or_a_date(question, publication, published):
    """All three come from outside."""
    article = Article(id="a", revision=1, text="x", publication=publication, published=published)
    assert 0 <= Mentions(question).fit(article) <= 1
