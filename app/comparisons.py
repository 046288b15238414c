"""A claim matched with its evidence in, what it compares or relates the other way round out.

"Spain is bigger than Italy" is not "Italy is bigger than Spain", nor "fell to 5 percent" "fell by 5 percent".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from app.finding import Finding, finding
from app.lexicon import relation
from app.matching import Match
from app.wording import TITLES, Word, Wording

_PIVOTS = frozenset({"than", "against", "versus"})
_LESS = frozenset({"less", "fewer"})
# How many words of what is compared are looked at, before the pivot and behind it.
_BEFORE, _BEHIND = 8, 4
_BREAKS = frozenset(";:()")
# Small words that say the opposite of each other of the same thing; times are told by the first ones alone.
_TIMES = {"before": "after", "after": "before", "until": "after"}
_SIDES = {
    **_TIMES, "for": "against", "against": "for", "to": "from", "from": "to", "by": "to", "into": "from",
    "inside": "outside", "outside": "inside", "above": "below", "below": "above", "up": "down", "down": "up",
}  # fmt: skip
# "Rose to 5" is not "rose by 5", but "moved to Oslo" says nothing of "moved by".
_OF_FIGURES = {"by": "to", "to": "by", "up": "down", "down": "up"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What stands before "than" or "against" and the thing behind it, by stems, at text[start:end]."""

    pivot: str
    is_more: bool
    left: tuple[Word, ...]
    right: str
    start: int
    end: int

    def is_turned(self, other: "Comparison") -> bool:
        """Tell whether the other has the two things compared in each other's place."""
        return (
            self.pivot == other.pivot
            and self.right != other.right
            and self.right in {word.stem for word in other.left}
            and other.right in {word.stem for word in self.left}
        )

    def is_opposed(self, other: "Comparison") -> bool:
        """Tell whether the two are compared by opposites: "higher" and "lower"."""
        things = {self.right, other.right}
        ours, theirs = ([w.lemma for w in side.left if w.stem not in things] for side in (self, other))
        is_turned = any(relation(a, b) == "opposite" for a in ours for b in theirs)
        return (self.is_more != other.is_more) != is_turned


@dataclass(frozen=True, slots=True)
class _Side:
    """A small word with the words that carry meaning on both sides of it."""

    before: Word
    at: Word
    behind: Word


def comparisons(match: Match) -> Iterator[Finding]:
    """Yield what a chosen sentence compares, moves or times the other way round, and none as here."""
    for ours, theirs, said in turned(match):
        if not ours.is_opposed(theirs):
            source = said.text[theirs.start : theirs.end]
            yield finding("other", match.claim.text[ours.start : ours.end], source)
    yield from _degrees(match)
    yield from _journeys(match)
    yield from _sides(match)


def _degrees(match: Match) -> Iterator[Finding]:
    """Yield "more than men" where a chosen sentence has "less than men"."""
    theirs = [(match.sources[n], one) for n in match.chosen for one in _compared(match.sources[n])]
    for ours in _compared(match.claim):
        same = [(said, one) for said, one in theirs if (one.pivot, one.right) == (ours.pivot, ours.right)]
        if same and all(one.is_more != ours.is_more and one.is_opposed(ours) for _, one in same):
            said, one = same[0]
            yield finding("other", match.claim.text[ours.start : ours.end], said.text[one.start : one.end])


def turned(match: Match) -> list[tuple[Comparison, Comparison, Wording]]:
    """Return the claim's comparisons that a chosen sentence has with the two things exchanged."""
    theirs = [(one, match.sources[n]) for n in match.chosen for one in _compared(match.sources[n])]
    found = []
    for ours in _compared(match.claim):
        if any(one.right == ours.right and one.pivot == ours.pivot for one, _ in theirs):
            continue
        found += [(ours, one, said) for one, said in theirs if ours.is_turned(one)][:1]
    return found


def _compared(said: Wording) -> Iterator[Comparison]:
    for word in said.words:
        if word.lower not in _PIVOTS:
            continue
        right = _content(islice(said.behind(word.end), _BEHIND))
        left = [one for one in islice(said.before(word.start), _BEFORE) if one.kind in ("word", "name")]
        if right and left and not set(said.text[left[-1].start : right.end]) & _BREAKS:
            yield Comparison(
                pivot=word.lower,
                is_more=not any(
                    one.lower in _LESS for one in said.before(word.start) if one.start >= left[-1].start
                ),
                left=tuple(left),
                right=right.stem,
                start=left[-1].start,
                end=right.end,
            )


def _content(words: Iterator[Word]) -> Word | None:
    """Return the first of these that carries meaning, None where a figure or a date comes first."""
    for word in words:
        if word.kind in ("word", "name") and word.lower not in TITLES:
            return word
        if word.kind in ("number", "date"):
            return None
    return None


def _journeys(match: Match) -> Iterator[Finding]:
    """Yield "from Lyon to Paris" where a source has "from Paris to Lyon"."""
    theirs = {(a.stem, b.stem): (said, a, b) for said in match.sources for a, b in journeys(said)}
    for start, goal in journeys(match.claim):
        if (start.stem, goal.stem) in theirs or (goal.stem, start.stem) not in theirs:
            continue
        said, a, b = theirs[goal.stem, start.stem]
        first, last = sorted((start, goal), key=lambda word: word.start)
        a, b = sorted((a, b), key=lambda word: word.start)
        yield finding("other", match.claim.text[first.start : last.end], said.text[a.start : b.end])


def journeys(said: Wording) -> Iterator[tuple[Word, Word]]:
    """Yield where something goes from and to, whichever is told first."""
    ways = [word for word in said.words if word.lower in ("from", "to")]
    for one, other in pairwise(ways):
        here, there = (_content(islice(said.behind(word.end), _BEHIND)) for word in (one, other))
        if not here or not there or here.start > other.start or one.lower == other.lower:
            continue
        if not set(said.text[one.start : there.end]) & _BREAKS:
            yield (here, there) if one.lower == "from" else (there, here)


def _sides(match: Match) -> Iterator[Finding]:
    """Yield "voted for it" and "rose to 5" where a chosen sentence has "voted against it" and "rose by 5"."""
    best = match.sources[match.chosen[0]]
    theirs = [(match.sources[n], side) for n in match.chosen for side in _held_apart(match.sources[n])]
    for ours in _held_apart(match.claim):
        about = [
            (said, one)
            for said, one in theirs
            if _is_alike(match.claim, ours, said, one, is_best=said is best)
        ]
        against = [(said, one) for said, one in about if one.at.lower in _against(ours)]
        if against and not any(one.at.lower == ours.at.lower for _, one in about):
            said, one = against[0]
            yield finding(
                "other",
                match.claim.text[ours.before.start : ours.behind.end],
                said.text[one.before.start : one.behind.end],
            )


def _against(side: _Side) -> set[str]:
    word = side.at.lower
    if side.behind.kind == "number":
        return {_OF_FIGURES.get(word, "")}
    if word == "by":
        return set()
    return {_SIDES[word]} | ({"until"} if word == "after" else {"into"} if word == "from" else set())


def _held_apart(said: Wording) -> Iterator[_Side]:
    """Yield the small words of a text that have an opposite, between the words that they relate."""
    for word in said.words:
        if word.lower not in _SIDES:
            continue
        before = next((one for one in islice(said.before(word.start), 2) if one.kind != "function"), None)
        behind = next((one for one in islice(said.behind(word.end), 3) if one.kind != "function"), None)
        if before and behind and behind.kind != "date" and "," not in said.text[before.end : behind.start]:
            yield _Side(before, word, behind)


def _is_alike(claim: Wording, ours: _Side, said: Wording, theirs: _Side, *, is_best: bool) -> bool:
    """Tell whether two small words stand between the same words.

    Of a time in the best sentence, which tells of the same thing, what comes behind is enough.
    """
    if ours.behind.kind == "number":
        is_same = _value(claim, ours.behind) == _value(said, theirs.behind)
    else:
        is_same = ours.behind.stem == theirs.behind.stem
    if not is_same:
        return False
    is_time = ours.at.lower in _TIMES and theirs.at.lower in _TIMES
    return (is_time and is_best) or relation(ours.before.lemma, theirs.before.lemma) in ("same", "derived")


def _value(said: Wording, word: Word) -> tuple[float, str] | None:
    return next(((one.value, one.unit) for one in said.figures if one.start <= word.start < one.end), None)
