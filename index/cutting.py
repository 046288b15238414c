"""Revisions → chunks and their vectors in the catalogue, the way one generation wants them.

What is there already is never cut or embedded again, whichever generation asked for it first.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue, StoredArticle
from index.chunks import Chunking, chunk, recut
from index.database import Database
from index.embeddings import Embedder
from index.ledger import Ledger, matched_hash
from index.records import Chunk

_REVISIONS_A_STEP = 32
_CHUNKS_A_STEP = 256
# What a word costs in tokens where no embedder is at hand to count them.
_TOKENS_A_WORD = 1.3


class Cutter:
    """Cuts for one chunking, by its fingerprint, and embeds with one embedder, if there is one."""

    def __init__(
        self, database: Database, cut_as: str, chunking: Chunking, embedder: Embedder | None
    ) -> None:
        """Cut the way of `chunking`; a generation that is older than it still has its own `cut_as`."""
        self._database = database
        self._cut_as = cut_as
        self._chunking = chunking
        self._embedder = embedder
        self._catalogue = Catalogue(database)
        self._ledger = Ledger(database)

    def chunks_of(self, stored: StoredArticle) -> list[Chunk]:
        """Cut an article."""
        return chunk(stored.article, stored.sentences, self._chunking, self._count_tokens)

    def cut(self, keys: Iterable[int]) -> None:
        """Cut those of the live revisions that have not been, and embed what has no vector yet."""
        wanted = [key for key in keys if not self._ledger.has_chunks(key, self._cut_as)]
        chunks = []
        with self._database.write():
            for key, stored in self._catalogue.by_keys(wanted).items():
                cut = self.chunks_of(stored)
                self._ledger.add_chunks(key, self._cut_as, cut)
                chunks += cut
        self.keep(self.embed(chunks))

    def cut_all(self) -> None:
        """Cut and embed whatever has not been, a few revisions at a time."""
        uncut = self._ledger.uncut(self._cut_as)
        for at in range(0, len(uncut), _REVISIONS_A_STEP):
            self.cut(uncut[at : at + _REVISIONS_A_STEP])

    def supply(self, chunk_ids: Sequence[int]) -> None:
        """Embed those of these chunks that have no vector of this embedder."""
        if self._embedder is None:
            return
        bare = self._ledger.bare(chunk_ids, self._embedder.fingerprint)
        for at in range(0, len(bare), _CHUNKS_A_STEP):
            rows = self._ledger.rows(bare[at : at + _CHUNKS_A_STEP])
            stored = self._catalogue.by_keys({row.revision_key for row in rows})
            self.keep(
                self.embed(
                    [
                        recut(held.article, held.sentences, row.first, row.last)
                        for row in rows
                        if (held := stored.get(row.revision_key)) is not None
                    ]
                )
            )

    def embed(self, chunks: Sequence[Chunk]) -> dict[bytes, NDArray[np.float32]]:
        """Embed those of the chunks whose vectors are not kept yet."""
        if self._embedder is None:
            return {}
        texts = {matched_hash(chunk): chunk.matched for chunk in chunks}
        known = self._ledger.embedded(list(texts), self._embedder.fingerprint)
        missing = {h: text for h, text in texts.items() if h not in known}
        if not missing:
            return {}
        return dict(zip(missing, self._embedder.embed_documents(list(missing.values())), strict=True))

    def keep(self, vectors: dict[bytes, NDArray[np.float32]]) -> None:
        """Keep embedded vectors in the catalogue."""
        if vectors and self._embedder is not None:
            self._ledger.put_vectors(vectors, self._embedder.fingerprint)

    def _count_tokens(self, texts: Sequence[str]) -> list[int]:
        if self._embedder is not None:
            return self._embedder.count_tokens(texts)
        return [round(len(text.split()) * _TOKENS_A_WORD) for text in texts]
