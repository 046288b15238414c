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
    offsets = np.frombuffer(spans, dtype="<u4").tolist() if len(spans) % 8 == 0 else [-1]
    # In order and within the text: a tenth of what numpy takes for so few.
    if offsets and (offsets[0] < 0 or offsets[-1] > len(text) or offsets != sorted(offsets)):
        raise _garbled(which, "its sentences are not spans of its text")
    pairs = zip(offsets[::2], offsets[1::2], strict=True)
    return text, tuple(Sentence(ordinal=i, start=start, end=end) for i, (start, end) in enumerate(pairs))


def _garbled(which: str, what: str) -> DamagedIndexError:
    return DamagedIndexError(
        f"{which} is damaged in the catalogue: {what}; remove it and add it again, or restore a backup; "
        "`footnote doctor` looks for others"
    )
