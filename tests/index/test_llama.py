"""Footnote inside llama-index, and llama-index models inside Footnote."""

import sys

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding  # noqa: TID253 - the framework tested

from app.service import Service
from index.embeddings import load_embedder
from index.errors import ModelError
from index.llama import FootnoteRetriever, LlamaIndexEmbedder, as_llama_index_embedding
from index.records import Filters


class LetterEmbedding(BaseEmbedding):
    """Counts letters: a real llama-index model, small enough to reason about."""

    model_name: str = "letters"

    def _get_text_embedding(self, text):
        return [float(text.count(letter)) for letter in "abcdefgh"] + [1.0]

    def _get_query_embedding(self, query):
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query):
        return self._get_text_embedding(query)


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


def test_a_retrieved_node_is_an_exact_slice_of_its_article(seeded: Service):
    """A llama-index user can cite by these offsets; llama-index's own are found by searching."""
    retriever = FootnoteRetriever(seeded, filters=Filters(publications=("Wikinews",)), limit=4)
    found = retriever.retrieve("How many asylum seekers were rescued?")
    assert 0 < len(found) <= 4
    for one in found:
        article = seeded.article(one.node.metadata["article_id"], one.node.metadata["revision"]).article
        assert one.node.text == article.text[one.node.start_char_idx : one.node.end_char_idx]
        assert one.node.metadata["publication"] == "Wikinews"
        assert 0 < one.score <= 1
