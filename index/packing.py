"""A revision's text and sentence spans as the catalogue keeps them, checked when they are read."""

import hashlib
from collections.abc import Sequence

import numpy as np

from index.errors import DamagedIndexError
from index.records import Sentence


def text_hash(text: str) -> bytes:
    """Return the SHA-256 of a canonical text, by which the same text twice is one article."""
    return hashlib.sha256(text.encode()).digest()


def pack(sentences: Sequence[Sentence]) -> bytes:
    """Spans as little-endian unsigned 32-bit pairs; the ordinal is the position."""
    return np.array([(s.start, s.end) for s in sentences], dtype="<u4").reshape(-1, 2).tobytes()


def unpack(
    which: str, content: object, content_hash: object, spans: object
) -> tuple[str, tuple[Sentence, ...]]:
    """Return a text, kept as UTF-8, and its sentences; raise DamagedIndexError when they are not those kept.

    Nothing garbled may ever be quoted, and SQLite has no checksums.
    """
    assert isinstance(content, bytes)
    assert isinstance(spans, bytes)
    if hashlib.sha256(content).digest() != content_hash:
        raise _garbled(which, "its text is not the one that was stored")
    text = content.decode()
    if not _fits(spans, len(text)):
        raise _garbled(which, "its sentences are not spans of its text")
    pairs = np.frombuffer(spans, dtype="<u4").reshape(-1, 2).tolist()
    return text, tuple(Sentence(ordinal=i, start=start, end=end) for i, (start, end) in enumerate(pairs))


def _fits(spans: bytes, length: int) -> bool:
    """Tell whether spans are whole, in order, and end within a text of this length."""
    if len(spans) % 8:
        return False
    offsets = np.frombuffer(spans, dtype="<u4")
    return not len(offsets) or bool((offsets[1:] >= offsets[:-1]).all() and offsets[-1] <= length)


def _garbled(which: str, what: str) -> DamagedIndexError:
    return DamagedIndexError(
        f"{which} is damaged in the catalogue: {what}; remove it and add it again, or restore a backup; "
        "`footnote doctor` looks for others"
    )
