"""Chunk ids and unit vectors in Chroma: the nearest chunks of a question, and nothing else.

The collection can be rebuilt from the catalogue at any time, so it holds no documents and no metadata.
Ids are never updated in place: https://github.com/chroma-core/chroma/issues/7758.
"""

import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.embeddings import Vectors
from index.errors import DamagedIndexError

if TYPE_CHECKING:
    import chromadb
    import numpy as np
    from numpy.typing import NDArray

_COLLECTION = "chunks"
# Set at creation, since a later change does nothing to an open collection; recall@10 of .9998 at 2.8 ms on
# 40,000 real vectors, against .992 with Chroma's defaults.
_HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}
# The beginning of hnswlib's header as Chroma 1.5.9 writes it: version, offset of level 0, capacity, elements,
# bytes an element.
_HEADER, _HEADER_START, _HEADER_VERSION = "header.bin", struct.Struct("<iQQQQ"), 1
_LENGTH_BYTES = 4


class VectorIndex:
    """One open Chroma collection. One process may have it open (a second one crashes both)."""

    def __init__(self, directory: Path) -> None:
        """Open the collection in `directory`, created when new; raise DamagedIndexError."""
        import chromadb
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        self._directory = directory
        self._failures: tuple[type[Exception], ...] = (ChromaError, ValueError, RuntimeError, OSError)
        try:
            # Without _env_file=None it would read a .env file of the working directory.
            settings = Settings(
                _env_file=None,  # type: ignore[call-arg]  # an argument of pydantic-settings
                anonymized_telemetry=False,
            )
            self._client = chromadb.PersistentClient(path=str(self._directory), settings=settings)
            self._collection = self._client.get_or_create_collection(
                _COLLECTION,
                embedding_function=None,
                configuration={"hnsw": _HNSW},  # type: ignore[arg-type]  # the plain form of its own type
            )
            self._batch = self._client.get_max_batch_size()
        except self._failures as error:
            raise DamagedIndexError(f"the vector index cannot be opened: {error}") from error

    def apply(self, ids: Sequence[int], vectors: Vectors, removed: Sequence[int]) -> None:
        """Add and remove chunks; adding one that is there, or removing one that is not, does nothing."""
        try:
            for at in range(0, len(removed), self._batch):
                self._collection.delete(ids=[str(i) for i in removed[at : at + self._batch]])
            for at in range(0, len(ids), self._batch):
                some = slice(at, at + self._batch)
                self._collection.add(ids=[str(i) for i in ids[some]], embeddings=vectors[some])
        except self._failures as error:
            raise DamagedIndexError(f"the vector index cannot be written: {error}") from error

    def search(self, vector: "NDArray[np.float32]", limit: int) -> list[tuple[int, float]]:
        """Return the nearest chunks with their cosine similarity, best first, ties by id."""
        try:
            found = self._query(vector, limit)
        except self._failures:
            # Beside a writer Chroma now and then misses an id that was just removed; once more, then.
            try:
                found = self._query(vector, limit)
            except self._failures as error:
                raise DamagedIndexError(f"the vector index cannot be read: {error}") from error
        distances = found["distances"]
        assert distances is not None
        pairs = zip(found["ids"][0], distances[0], strict=True)
        return sorted(((int(i), 1.0 - float(d)) for i, d in pairs), key=lambda pair: (-pair[1], pair[0]))

    def _query(self, vector: "NDArray[np.float32]", limit: int) -> "chromadb.QueryResult":
        return self._collection.query(
            query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"]
        )

    def count(self) -> int:
        """Return how many chunks the collection holds."""
        try:
            return int(self._collection.count())
        except self._failures as error:
            raise DamagedIndexError(f"the vector index cannot be read: {error}") from error

    def blank(self) -> None:
        """Rid the files of what was never meant for them; nobody else may use the collection meanwhile."""
        try:
            for header in self._directory.glob(f"*/{_HEADER}"):
                _blank_unused(header)
        except self._failures as error:
            raise DamagedIndexError(f"the vector index cannot be written: {error}") from error

    def close(self) -> None:
        """Let go of the collection's files; raise DamagedIndexError when it cannot finish its work."""
        try:
            self._client.close()  # type: ignore[attr-defined]  # on the concrete client only
        except self._failures as error:
            raise DamagedIndexError(f"the vector index cannot be closed: {error}") from error
        self.blank()


def _blank_unused(header: Path) -> None:
    """Empty the room that HNSW files have for more elements.

    hnswlib allocates it and, when it is first used, writes it out without having filled it. So it holds
    whatever this process had in that memory before: parts of articles, for one.
    """
    version, _, capacity, count, size = _HEADER_START.unpack_from(header.read_bytes())
    for name, each in (("data_level0.bin", size), ("length.bin", _LENGTH_BYTES)):
        file = header.with_name(name)
        held = file.stat().st_size
        if version != _HEADER_VERSION or held not in {capacity * each, count * each}:
            raise ValueError(f"{name} is not laid out as Chroma 1.5.9 lays it out")
        # Cut off and grown again, it reads as zeros and takes no disk.
        os.truncate(file, count * each)
        os.truncate(file, held)
