"""Runs of whole sentences: together they hold every sentence, each within the budget where it can be."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.chunks import Chunking, chunk, header
from index.records import Article, Sentence


def article_of(lengths: list[int]) -> tuple[Article, list[Sentence]]:
    words = [" ".join(["word"] * n) for n in lengths]
    sentences, at = [], 0
    for ordinal, text in enumerate(words):
        sentences.append(Sentence(ordinal=ordinal, start=at, end=at + len(text)))
        at += len(text) + 1
    return Article(
        id="a", revision=1, text=" ".join(words), title="T", published="2026-01-02T09:00"
    ), sentences


def count(texts):
    return [len(text.split()) for text in texts]


@given(
    st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=40),
    st.integers(min_value=5, max_value=50),
    st.integers(min_value=0, max_value=3),
)
def test_chunks_hold_every_sentence_in_order_within_the_budget(lengths, budget, overlap):
    """A sentence in no chunk could never be found."""
    article, sentences = article_of(lengths)
    chunks = chunk(article, sentences, Chunking(budget=budget, overlap=overlap), count)
    covered = [i for one in chunks for i in range(one.first, one.last + 1)]
    assert set(covered) == set(range(len(sentences)))
    for one in chunks:
        assert one.start == sentences[one.first].start
        assert one.end == sentences[one.last].end
        assert one.first == one.last or sum(lengths[one.first : one.last + 1]) <= budget
    for before, after in pairwise(chunks):
        assert before.first < after.first
        assert before.last < after.last
        assert before.last + 1 - after.first <= overlap


def test_a_chunk_is_matched_with_title_publication_and_day():
    """Questions name outlets and days."""
    article, sentences = article_of([3])
    assert header(article) == "T. 2026-01-02"
    (one,) = chunk(article, sentences, Chunking(), count)
    assert one.matched == "T. 2026-01-02\nword word word"
