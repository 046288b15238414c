"""Chunk ids and unit vectors in Chroma: the nearest chunks of a question, and nothing else.

The collection can be rebuilt from the catalogue at any time, so it holds no documents and no metadata.
Ids are never updated in place: https://github.com/chroma-core/chroma/issues/7758.
"""

import os
import struct
from collections.abc import Sequence
from contextlib import suppress
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
        # The first search or write makes the files of an index anew that was never big enough to be flushed.
        self._loaded = False
        self._left = _states(directory)

    def apply(self, ids: Sequence[int], vectors: Vectors, removed: Sequence[int]) -> None:
        """Add and remove chunks; adding one that is there, or removing one that is not, does nothing."""
        self._check_untouched()
        try:
            for at in range(0, len(removed), self._batch):
                self._collection.delete(ids=[str(i) for i in removed[at : at + self._batch]])
            for at in range(0, len(ids), self._batch):
                some = slice(at, at + self._batch)
                self._collection.add(ids=[str(i) for i in ids[some]], embeddings=vectors[some])
        except self._failures as error:
            raise DamagedIndexError(f"the vector index cannot be written: {error}") from error
        self._note_files()

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
        if not self._loaded:
            self._note_files()
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
        self._note_files()

    def close(self) -> None:
        """Let go of the collection's files; raise DamagedIndexError when they are not what was written."""
        try:
            self._client.close()  # type: ignore[attr-defined]  # on the concrete client only
        except self._failures as error:
            raise DamagedIndexError(f"the vector index cannot be closed: {error}") from error
        self._check_untouched()
        self.blank()

    def _note_files(self) -> None:
        self._loaded, self._left = True, _states(self._directory)

    def _check_untouched(self) -> None:
        """Raise DamagedIndexError when something else has changed the files: Chroma itself would not notice.

        It holds them in memory, and writes only while it is opened, first searched, or written to.
        """
        if _states(self._directory) != self._left:
            raise DamagedIndexError("the vector index's files were changed by something else")


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


def _states(directory: Path) -> dict[str, tuple[int, int, int]]:
    """Return each file's inode, size and time of change, which nobody can set."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            with suppress(FileNotFoundError):
                stat = (Path(folder) / name).stat()
                found[f"{folder}/{name}"] = stat.st_ino, stat.st_size, stat.st_ctime_ns
    return found
