"""Texts in, unit vectors out: the `Embedder` protocol and what implements it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors. All vectors of one fingerprint are comparable.

    `fingerprint` names weights and arithmetic, `dimension` is a vector's length, and `window`
    is the longest text, in tokens with the special ones, that is read to its end.
    """

    fingerprint: str
    dimension: int
    window: int

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of any lengths; shape (len(texts), dimension), rows of norm 1, order kept."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Embed one question; shape (dimension,), norm 1."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens without the special ones."""
        ...
