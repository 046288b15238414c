"""Nearest chunks by exact dot products over the catalogue's vectors: what answers while Chroma cannot.

Measured: 100,000 vectors in 6 ms on two cores; the matrix takes 77 MB there, in half precision.
"""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embeddings import Vectors
from index.ledger import Ledger

_BLOCK = 20_000


class ExactVectors:
    """Searches like `index.vectors.VectorIndex`, over all chunks of one chunking; it stores nothing."""

    def __init__(self, ledger: Ledger, chunking: str, embedder: str) -> None:
        self._ledger = ledger
        self._chunking = chunking
        self._embedder = embedder
        self._guard = threading.Lock()
        self._held: tuple[NDArray[np.int64], NDArray[np.float16]] | None = None

    def apply(self, ids: Sequence[int], vectors: Vectors, removed: Sequence[int]) -> None:
        """Note that chunks came or went; the next search reads them from the catalogue."""
        del ids, vectors, removed
        with self._guard:
            self._held = None

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """Return the nearest chunks with their cosine similarity, best first, ties by id."""
        ids, matrix = self._load()
        scores = np.concatenate(
            [matrix[at : at + _BLOCK].astype(np.float32) @ vector for at in range(0, len(ids), _BLOCK)]
            or [np.empty(0, dtype=np.float32)]
        )
        order = np.argsort(-scores, kind="stable")[:limit]
        return [(int(ids[i]), float(scores[i])) for i in order]

    def count(self) -> int:
        """Return how many chunks have a vector."""
        return len(self._load()[0])

    def close(self) -> None:
        """Let go of the matrix."""
        with self._guard:
            self._held = None

    def _load(self) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        with self._guard:
            if self._held is None:
                ids = self._ledger.ids(self._chunking)
                found, blocks = [], []
                for at in range(0, len(ids), _BLOCK):
                    some, matrix = self._ledger.vectors_of(ids[at : at + _BLOCK], self._embedder)
                    found += some
                    if some:
                        blocks.append(matrix.astype(np.float16))
                stacked = np.concatenate(blocks) if blocks else np.empty((0, 0), dtype=np.float16)
                self._held = np.array(found, dtype=np.int64), stacked
            return self._held
