"""A second embedder, quick and the same everywhere: how often each word stands in a text, by its hash.

FOOTNOTE_EMBEDDER=llama-index:hashing:WordEmbedding PYTHONPATH=tests/faults footnote serve
"""

import re
import zlib

from llama_index.core.base.embeddings.base import BaseEmbedding  # noqa: TID253 - only its users import this

_PLACES = 256


class WordEmbedding(BaseEmbedding):
    """The feature hashing of Weinberger et al. 2009, without signs."""

    model_name: str = "words"

    def _get_text_embedding(self, text: str) -> list[float]:
        vector = [0.0] * _PLACES
        vector[0] = 0.1
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(word.encode()) % _PLACES] += 1.0
        return vector

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)
