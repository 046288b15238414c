"""Two revisions of an article in; for each sentence of the old one, whether it is the same, changed or gone.

Equal sentences first, in order, by way of those that occur once in both (patience diff, Bram Cohen); then
equal ones that moved; then what is left between them, by the words it shares. Nothing is stored.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.language import UNSPACED
from index.records import Sentence

Change = Literal["same", "changed", "gone"]
Pair = tuple[int, int]
# A pair, and the chain of pairs before it.
Chain = tuple[Pair, "Chain | None"]

# Function words count too, unlike in a search: wording is what is recognised. Scripts that put no blanks
# between words give a word a character.
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+(?:[.,:]\d+)*")
# Two sentences are one that was edited when so many of their words are common (Dice), or when so many of the
# shorter one's, and at least four, stand in the longer: then they were merged or split. Measured on edited
# news, docs/decisions/0009-imports-revisions-generations.md.
_ALIKE, _CONTAINED, _CONTAINED_WORDS = 0.45, 0.8, 4
# What a merged or split sentence weighs against one that is alike as a whole.
_PART = 0.7
# A block of more pairs is compared within a band about its diagonal only, so that the time grows with an
# article's length and not with its square.
_PAIRS, _BAND = 4_096, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """What became of an old sentence; `ordinal` is the new sentence it is now, None when it is gone."""

    change: Change
    ordinal: int | None


def align(
    old_text: str, old_sentences: Sequence[Sentence], new_text: str, new_sentences: Sequence[Sentence]
) -> tuple[Alignment, ...]:
    """Return what became of each old sentence, in order.

    "same" is word for word, wherever it stands now; no two share a new sentence. Those that are "changed"
    keep their order among the same ones that did not move; sentences that were merged share the new one.
    It takes O(n log n) in the number of sentences, and in each edited block at most 4,096 comparisons, or 65
    a sentence.
    """
    old = [_plain(old_text, sentence) for sentence in old_sentences]
    new = [_plain(new_text, sentence) for sentence in new_sentences]
    in_order = _in_order(old, new)
    same = {**dict(in_order), **dict(_moved(old, new, in_order))}
    taken = set(same.values())
    changed: dict[int, int] = {}
    for (i, j), (next_i, next_j) in pairwise([(-1, -1), *in_order, (len(old), len(new))]):
        before = {row: _words(old[row]) for row in range(i + 1, next_i) if row not in same}
        if before:
            after = {column: _words(new[column]) for column in range(j + 1, next_j) if column not in taken}
            changed.update(_best(_candidates(before, after)))
    return tuple(
        Alignment(change="same", ordinal=same[ordinal])
        if ordinal in same
        else Alignment(change="changed" if ordinal in changed else "gone", ordinal=changed.get(ordinal))
        for ordinal in range(len(old))
    )


def _plain(text: str, sentence: Sentence) -> str:
    """Return a sentence without regard to how its blanks and line ends were set."""
    return " ".join(text[sentence.start : sentence.end].split())


def _words(sentence: str) -> frozenset[str]:
    return frozenset(_WORD.findall(sentence.casefold()))


def _in_order(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Return pairs of equal sentences, both ordinals increasing."""
    head, tail = _ends(old, new, (0, 0), (len(old), len(new)))
    first, last = (len(head), len(head)), (len(old) - len(tail), len(new) - len(tail))
    pairs = head
    for start, end in pairwise([first, *_landmarks(old, new, first, last), last]):
        grown, shrunk = _ends(old, new, start, end)
        pairs += grown + shrunk
    return pairs + tail


def _ends(old: Sequence[str], new: Sequence[str], start: Pair, end: Pair) -> tuple[list[Pair], list[Pair]]:
    """Return the equal sentences that follow `start` without a break, and those that lead up to `end`."""
    (i, j), (last_i, last_j) = start, end
    head: list[Pair] = []
    tail: list[Pair] = []
    while i < last_i and j < last_j and old[i] == new[j]:
        head.append((i, j))
        i, j = i + 1, j + 1
    while i < last_i and j < last_j and old[last_i - 1] == new[last_j - 1]:
        last_i, last_j = last_i - 1, last_j - 1
        tail.append((last_i, last_j))
    return head, tail[::-1]


def _landmarks(old: Sequence[str], new: Sequence[str], first: Pair, last: Pair) -> list[Pair]:
    """Return the most pairs of sentences that occur once in either block and keep their order."""
    once_old = _once(old, first[0], last[0])
    once_new = _once(new, first[1], last[1])
    return _longest_increasing((i, once_new[text]) for text, i in once_old.items() if text in once_new)


def _once(sentences: Sequence[str], start: int, end: int) -> dict[str, int]:
    counts = Counter(sentences[start:end])
    return {sentences[i]: i for i in range(start, end) if counts[sentences[i]] == 1}


def _longest_increasing(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the most pairs, given by their first, whose second increases too (patience sorting)."""
    tops: list[int] = []
    chains: list[Chain] = []
    for i, j in pairs:
        pile = bisect_left(tops, j)
        chain: Chain = ((i, j), chains[pile - 1] if pile else None)
        tops[pile : pile + 1] = [j]
        chains[pile : pile + 1] = [chain]
    return list(_unwound(chains[-1] if chains else None))[::-1]


def _unwound(chain: Chain | None) -> Iterator[Pair]:
    """Yield a chain's pairs, the last one first."""
    while chain is not None:
        pair, chain = chain
        yield pair


def _moved(old: Sequence[str], new: Sequence[str], in_order: Sequence[Pair]) -> list[Pair]:
    """Return pairs of the equal sentences that are left."""
    seen_old, seen_new = {i for i, _ in in_order}, {j for _, j in in_order}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for j in reversed(range(len(new))):
        if j not in seen_new:
            places[new[j]].append(j)
    return [(i, places[text].pop()) for i, text in enumerate(old) if i not in seen_old and places.get(text)]


def _candidates(
    before: Mapping[int, frozenset[str]], after: Mapping[int, frozenset[str]]
) -> Iterator[list[tuple[int, int, float]]]:
    """Yield, for each old sentence of a block, the new ones it may be now: (old, new, likeness)."""
    columns = list(after.items())
    reach = len(columns) if len(before) * len(columns) <= _PAIRS else _BAND
    for row, (i, words) in enumerate(before.items()):
        middle = row * len(columns) // len(before)
        near = columns[max(0, middle - reach) : middle + reach + 1]
        yield [(i, j, likeness) for j, other in near if (likeness := _likeness(words, other))]


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much two sentences look like one that was edited, in 0..1; 0 when they do not."""
    common, shorter = len(one & other), min(len(one), len(other))
    if not common:
        return 0.0
    alike, contained = 2 * common / (len(one) + len(other)), common / shorter
    if alike >= _ALIKE:
        return max(alike, _PART * contained)
    return _PART * contained if contained >= _CONTAINED and common >= _CONTAINED_WORDS else 0.0


def _best(candidates: Iterable[list[tuple[int, int, float]]]) -> list[Pair]:
    """Choose the pairs that keep their order and are most alike in all; a new sentence may be shared."""
    # A staircase: the best total of any chain that ends no later than at each column, both increasing.
    ends, totals = [-1], [0.0]
    chains: list[Chain | None] = [None]
    for row in candidates:
        grown: list[tuple[int, float, Chain]] = []
        for i, j, likeness in row:
            step = bisect_right(ends, j) - 1
            grown.append((j, totals[step] + likeness, ((i, j), chains[step])))
        for j, total, chain in grown:
            step = bisect_right(ends, j)
            if total <= totals[step - 1]:
                continue
            first = step - 1 if ends[step - 1] == j else step
            beyond = first
            while beyond < len(ends) and totals[beyond] <= total:
                beyond += 1
            ends[first:beyond], totals[first:beyond], chains[first:beyond] = [j], [total], [chain]
    return list(_unwound(chains[-1]))
