"""Footnote inside llama-index, and llama-index models inside Footnote."""

import sys

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding  # noqa: TID253 - the framework tested

from index.embeddings import load_embedder
from index.errors import ModelError
from index.llama import FootnoteRetriever, LlamaIndexEmbedder, as_llama_index_embedding
from index.records import Article, Filters, Passage, Sentence

TEXT = "«Ten» left. Brussels waits 🙂 quietly. Nobody spoke."
SENTENCES = tuple(
    Sentence(ordinal=ordinal, start=TEXT.index(part), end=TEXT.index(part) + len(part))
    for ordinal, part in enumerate(["«Ten» left.", "Brussels waits 🙂 quietly.", "Nobody spoke."])
)
ARTICLE = Article(
    id="a1", revision=3, text=TEXT, title="Ten", publication="Wire", published="2016-03-22", url="http://x/1"
)


class LetterEmbedding(BaseEmbedding):
    """Counts letters: a real llama-index model, small enough to reason about."""

    model_name: str = "letters"

    def _get_text_embedding(self, text):
        return [float(text.count(letter)) for letter in "abcdefgh"] + [1.0]

    def _get_query_embedding(self, query):
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query):
        return self._get_text_embedding(query)


class OnePassage:
    """A retriever that notes what it was asked and finds sentences 1 to 2."""

    def __init__(self):
        self.asked = []

    def retrieve(self, question, *, filters, limit):
        self.asked.append((question, filters, limit))
        return [Passage(chunk_id=7, article=ARTICLE, sentences=SENTENCES, first=1, last=2, score=0.75)]


@pytest.fixture
def letters(monkeypatch):
    monkeypatch.setitem(sys.modules, "letters", sys.modules[LetterEmbedding.__module__])
    return "llama-index:letters:LetterEmbedding"


def test_a_llama_index_model_is_an_embedder(letters, tmp_path):
    """Users choose any embedding integration by its name in a setting."""
    embedder = load_embedder(letters, tmp_path)
    vectors = embedder.embed_documents(["aab", "c", ""])
    assert embedder.dimension == 9
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert vectors[0] == pytest.approx(embedder.embed_query("aab"))
    assert embedder.embed_documents([]).shape == (0, 9)
    assert embedder.count_tokens(["hello world"]) == [2]


def test_another_model_name_is_another_fingerprint():
    """Vectors of two models are not comparable, and the name is all that llama-index tells."""
    names = {LlamaIndexEmbedder(LetterEmbedding(model_name=name)).fingerprint for name in "abc"}
    assert len(names) == 3


@pytest.mark.parametrize(
    "name", ["nowhere:Class", "json:Nothing", "json:JSONDecoder", "json", "", "json:loads"]
)
def test_a_name_that_is_no_embedding_class_is_refused(name, tmp_path):
    """The message says what to give instead of a traceback from an import."""
    with pytest.raises(ModelError, match="embedding"):
        load_embedder(f"llama-index:{name}", tmp_path)


def test_our_embedder_serves_llama_index(tmp_path):
    """There and back again gives the same vectors."""
    ours = LlamaIndexEmbedder(LetterEmbedding())
    lent = as_llama_index_embedding(ours)
    assert lent.model_name == ours.fingerprint
    assert lent.get_query_embedding("abc") == pytest.approx(ours.embed_query("abc").tolist())
    batch = lent.get_text_embedding_batch(["a", "bb", "ccc"])
    assert np.array(batch) == pytest.approx(ours.embed_documents(["a", "bb", "ccc"]))


def test_a_retrieved_node_is_an_exact_slice_of_its_article():
    """A llama-index user can cite by these offsets; llama-index's own are found by searching."""
    retriever = OnePassage()
    filters = Filters(publications=("Wire",))
    (found,) = FootnoteRetriever(retriever, filters=filters, limit=4).retrieve("Who waits?")
    assert retriever.asked == [("Who waits?", filters, 4)]
    assert found.score == 0.75
    assert found.node.text == TEXT[found.node.start_char_idx : found.node.end_char_idx]
    assert found.node.text == "Brussels waits 🙂 quietly. Nobody spoke."
    assert found.node.metadata == {
        "article_id": "a1",
        "revision": 3,
        "first": 1,
        "last": 2,
        "title": "Ten",
        "publication": "Wire",
        "published": "2016-03-22",
        "url": "http://x/1",
    }
