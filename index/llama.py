"""Adapters between Footnote and llama-index, in both directions.

Importing this module imports llama-index (1 to 2 s), so nothing does until an adapter is asked for.
"""

import hashlib
import importlib
import json
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from llama_index.core.base.base_retriever import BaseRetriever  # noqa: TID253 - see above
from llama_index.core.base.embeddings.base import BaseEmbedding  # noqa: TID253 - see above
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode  # noqa: TID253 - see above
from pydantic import PrivateAttr

from index.embeddings import Embedder, Vectors, token_counter
from index.errors import ModelError
from index.model import WINDOW
from index.records import Filters, Passage


class Found(Protocol):
    """What a search found."""

    @property
    def passages(self) -> Sequence[Passage]: ...


class Searches(Protocol):
    """Searches the articles, as the service that `app.main.open_service` returns does."""

    def search(self, question: str, *, filters: Filters, limit: int) -> Found:
        """Find at most `limit` passages, best first."""
        ...


class LlamaIndexEmbedder:
    """A llama-index embedding model as an `Embedder`.

    llama-index does not say how models count tokens, so they are counted as MiniLM's, and the window
    is the one given.
    """

    def __init__(self, embedding: BaseEmbedding, *, window: int = WINDOW) -> None:
        self.window = window
        self._embedding = embedding
        self._count_tokens = token_counter()
        self.dimension = len(embedding.get_query_embedding("dimension"))
        self.fingerprint = _fingerprint(embedding, self.dimension)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of any lengths; shape (len(texts), dimension), rows of norm 1, order kept."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return _unit(self._embedding.get_text_embedding_batch(list(texts)))

    def embed_query(self, text: str) -> Vectors:
        """Embed one question; shape (dimension,), norm 1."""
        vector: Vectors = _unit([self._embedding.get_query_embedding(text)])[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens without the special ones."""
        return self._count_tokens(texts)


class FootnoteEmbedding(BaseEmbedding):
    """An `Embedder` as a llama-index embedding model."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.fingerprint)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        return "FootnoteEmbedding"

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed_documents(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._embedder.embed_query(query).tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class FootnoteRetriever(BaseRetriever):
    """Footnote's retrieval as a llama-index retriever.

    A node's text is its passage, character for character `article.text[start_char_idx:end_char_idx]`;
    its metadata name the article, its revision, and the first and last sentence.
    """

    def __init__(self, service: Searches, *, filters: Filters | None = None, limit: int = 10) -> None:
        super().__init__()
        self._service = service
        self._filters = filters or Filters()
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._service.search(query_bundle.query_str, filters=self._filters, limit=self._limit)
        return [NodeWithScore(node=_node(passage), score=passage.score) for passage in found.passages]


def as_llama_index_embedding(embedder: Embedder) -> FootnoteEmbedding:
    """Lend an embedder to llama-index."""
    return FootnoteEmbedding(embedder)


def load_llama_index(name: str) -> LlamaIndexEmbedder:
    """Build the llama-index embedding class named "package.module:Class", without arguments.

    Raises ModelError when it cannot be imported or is no embedding class. What the class itself
    raises, for want of a key or a server, comes through unchanged.
    """
    module, _, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ModelError(
            f"cannot import the embedding {name!r} ({error}); "
            "give llama-index:package.module:Class and install its package"
        ) from error
    if not (isinstance(found, type) and issubclass(found, BaseEmbedding)):
        raise ModelError(f"{name!r} is no llama-index embedding class")
    return LlamaIndexEmbedder(found())


def _fingerprint(embedding: BaseEmbedding, dimension: int) -> str:
    """Name class, model and dimension, which is all that llama-index lets one know of the weights."""
    kind = f"{type(embedding).__module__}.{type(embedding).__qualname__}"
    facts = json.dumps([kind, embedding.model_name, dimension])
    return f"llama-index-{hashlib.sha256(facts.encode()).hexdigest()[:12]}"


def _unit(rows: list[list[float]]) -> Vectors:
    vectors = np.array(rows, np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _node(passage: Passage) -> TextNode:
    article = passage.article
    return TextNode(
        id_=f"{article.id}@{article.revision}#{passage.first}-{passage.last}",
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={
            "article_id": article.id,
            "revision": article.revision,
            "first": passage.first,
            "last": passage.last,
            "title": article.title,
            "publication": article.publication,
            "published": article.published,
            "url": article.url,
        },
    )
