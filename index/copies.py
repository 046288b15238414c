"""Canonical text → a small sketch of its wording; two sketches → whether the articles are near copies.

A sketch is the smallest of the hashes of a text's runs of words, by which the share of runs that two
texts have in common can be estimated: Broder, "On the resemblance and containment of documents", 1997.
"""

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.language import UNSPACED

# Two texts are near copies when this share of the shorter stands in the longer;
# docs/decisions/0011-near-copies.md has the measurements behind these figures.
COPY = 0.6
_RUN = 4
_KEPT = 384
_ENOUGH = 8
_MARKS = 16
# Bounds the cost for a book; what comes later in so long a text is not compared.
_LONGEST_CHARS = 200_000

_WORD = re.compile(r"\w+")
_UNSPACED_CHARACTER = re.compile(f"[{UNSPACED}]")
# Odd multipliers: the golden ratio's powers weigh the places in a run, the other mixes (Rrmxmx's constant,
# Evensen 2018), so that the order of the hashes says nothing about the words.
_PLACES = tuple(np.uint64(pow(0x9E3779B97F4A7C15, place, 2**64)) for place in range(1, _RUN + 1))
_MIX = np.uint64(0x9FB21C651E98DF25)
_HALF = np.uint64(32)


def sketch(text: str) -> bytes:
    """Return a text's sketch: up to 384 hashes as little-endian unsigned 32-bit numbers, ascending.

    Case, punctuation and the division into paragraphs do not count. It is the same on every machine.
    """
    folded = text[:_LONGEST_CHARS].casefold()
    if not folded.isascii():
        folded = _UNSPACED_CHARACTER.sub(r" \g<0> ", folded)
    words = np.fromiter(map(zlib.crc32, map(str.encode, _WORD.findall(folded))), dtype=np.uint64)
    hashes = np.zeros(max(1, len(words) - _RUN + 1) if len(words) else 0, dtype=np.uint64)
    for place, weight in enumerate(_PLACES[: len(words)]):
        hashes += words[place : place + len(hashes)] * weight
    hashes ^= hashes >> _HALF
    hashes *= _MIX
    return np.unique((hashes >> _HALF).astype("<u4"))[:_KEPT].tobytes()


def containment(one: bytes, other: bytes) -> float:
    """Return what share of the shorter text's runs of words stands in the longer, in 0..1, as estimated.

    0 when the shorter is so short beside the longer that the sketches cannot tell.
    """
    a, b = _hashes(one), _hashes(other)
    # Up to the lower of the two ends both sketches are complete.
    ends = [int(hashes[-1]) for hashes in (a, b) if len(hashes) == _KEPT]
    if ends:
        a, b = (hashes[: np.searchsorted(hashes, min(ends), side="right")] for hashes in (a, b))
    shorter = min(len(a), len(b))
    if shorter < (_ENOUGH if ends else 1):
        return 0.0
    return len(np.intersect1d(a, b, assume_unique=True)) / shorter


def are_copies(one: bytes, other: bytes) -> bool:
    """Say whether most of the shorter text stands in the longer one."""
    return containment(one, other) >= COPY


def groups(sketches: Sequence[bytes]) -> list[list[int]]:
    """Return the positions of the sketches, those of copies, and of copies of copies, together.

    Groups and positions are in order of first occurrence.
    """
    found: list[list[int]] = []
    for position, one in enumerate(sketches):
        near = [group for group in found if any(are_copies(one, sketches[i]) for i in group)]
        joined = [i for group in near for i in group] + [position]
        found = [group for group in found if group not in near] + [sorted(joined)]
    return sorted(found)


def marks(one: bytes) -> list[int]:
    """Return the few hashes by which copies are looked up: near copies nearly always share one."""
    return [int(mark) for mark in _hashes(one)[:_MARKS]]


def _hashes(one: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(one, dtype="<u4")
