"""A claim matched with its evidence in, two of its names or values that stand in each other's place out.

"Smith, 34, and Jones, 52" is not "Smith, 52, and Jones, 34", though every word of it is borne out. With the
two exchanged the claim is worded as its source is; as it stands it is not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from app import clock, moments, quantities
from app.arrangement import is_replaced, is_turned, tokens
from app.clock import Time
from app.comparisons import journeys, turned
from app.matching import Match
from app.moments import Moment
from app.quantities import Quantity
from app.roles import BE, is_mutual
from app.wording import TITLES, Word, Wording

Kind = Literal["number", "date", "name"]
_MOST = 12
_JOINING = frozenset({"and", "or", "with"})
_OF_SCORES = frozenset({"to", "from", "up", "down"})
_TITLED = (" ", ". ", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A name or value of a claim, and the other one, which a source has in its place, as written there."""

    kind: Kind
    claim: str
    source: str


@dataclass(frozen=True, slots=True)
class _Item:
    """A name or value at text[start:end]; a name has no `value`."""

    kind: Kind
    start: int
    end: int
    value: Quantity | Moment | Time | None = None


@dataclass(frozen=True, slots=True)
class _Holder:
    """A sentence of the source: where the claim's items stand in it, by number, and its marked words."""

    said: Wording
    places: Sequence[Sequence[_Item]]
    tokens: Sequence[str]


def swaps(match: Match) -> Iterator[Swap]:
    """Yield the pairs that stand in each other's place in every chosen sentence that has both."""
    holders = [match.sources[number] for number in match.chosen]
    if any(ours.is_opposed(theirs) for ours, theirs, _ in turned(match)):
        # "Slower than A's" is in its place against "faster than B's".
        return
    known = {word.stem for said in (match.claim, *holders) for word in said.words if word.kind == "name"}
    ours = list(_items(match.claim, known))[:_MOST]
    run = tokens(match.claim, {(item.start, item.end): f"#{number}" for number, item in enumerate(ours)})
    yield from _others(match, ours, known)
    theirs = [_holder(match.claim, ours, said, known) for said in holders]
    for one, other in combinations(range(len(ours)), 2):
        if ours[one].kind != ours[other].kind or _is_joined(match.claim, ours[one], ours[other]):
            continue
        holding = [holder for holder in theirs if _may_be_turned(match.claim, ours, holder, one, other)]
        marks = (f"#{one}", f"#{other}")
        if holding and all(is_turned(run, holder.tokens, *marks) for holder in holding):
            there = holding[0].places[other][0]
            yield Swap(
                kind=ours[one].kind,
                claim=match.claim.text[ours[one].start : ours[one].end],
                source=holding[0].said.text[there.start : there.end],
            )


def _others(match: Match, ours: Sequence[_Item], known: set[str]) -> Iterator[Swap]:
    """Yield a name or date for which every chosen sentence that has it has another in its place."""
    for number, item in enumerate(ours):
        if item.kind == "number":
            continue
        told: list[tuple[Wording, _Item] | None] = []
        for said in (match.sources[n] for n in match.chosen):
            theirs = [one for one in _items(said, known) if one.kind == item.kind][:_MOST]
            same = _same(match.claim, item, said, theirs)
            if len(same) == 1:
                told.append(next(_instead(match.claim, number, ours, said, theirs, same[0]), None))
        if told and all(told) and told[0]:
            said, other = told[0]
            yield Swap(
                kind=item.kind,
                claim=match.claim.text[item.start : item.end],
                source=said.text[other.start : other.end],
            )


def _instead(
    claim: Wording, number: int, ours: Sequence[_Item], said: Wording, theirs: Sequence[_Item], same: _Item
) -> Iterator[tuple[Wording, _Item]]:
    """Yield the sentence's names or dates, none the claim's, with which that one would be worded as it is."""
    mine = {stem for one in ours for stem in _stems(claim, one)}
    run = tokens(claim, {(ours[number].start, ours[number].end): "#+"})
    for other in theirs:
        if other == same or mine & set(_stems(said, other)) or _is_joined(said, same, other):
            continue
        marks = {(same.start, same.end): "#+", (other.start, other.end): "#-"}
        source = tokens(said, marks)
        # A date stands right at what was then: "opened in 1932 and was rebuilt in 1975".
        is_other_date = ours[number].kind == "date" and is_replaced(run, source, "#+", "#-")
        if is_turned(run, source, "#+", "#-") or is_other_date:
            yield said, other


def _holder(claim: Wording, ours: Sequence[_Item], said: Wording, known: set[str]) -> _Holder:
    theirs = list(_items(said, known))
    places = [_same(claim, item, said, theirs) for item in ours]
    marks = {
        (found[0].start, found[0].end): f"#{number}" for number, found in enumerate(places) if len(found) == 1
    }
    return _Holder(said=said, places=places, tokens=tokens(said, marks))


def _may_be_turned(claim: Wording, ours: Sequence[_Item], holder: _Holder, one: int, other: int) -> bool:
    """Tell whether the sentence has each of the two once, and their order says something."""
    places = holder.places
    if len(places[one]) != 1 or len(places[other]) != 1 or places[one] == places[other]:
        return False
    first, second = places[one][0], places[other][0]
    if _is_joined(holder.said, first, second) or _is_one_way(claim, holder.said, ours[one], ours[other]):
        return False
    return ours[one].kind != "name" or _is_directed(
        _between(claim, ours[one], ours[other]), _between(holder.said, first, second)
    )


def _is_one_way(claim: Wording, said: Wording, one: _Item, other: _Item) -> bool:
    """Tell whether both go from the one to the other, in whichever order they say so."""
    theirs = {(start.stem, goal.stem) for start, goal in journeys(said)}
    return any(
        (start.stem, goal.stem) in theirs and {one.start, other.start} <= {start.start, goal.start}
        for start, goal in journeys(claim)
    )


def _items(said: Wording, known: set[str]) -> Iterator[_Item]:
    """Yield a text's names, figures, dates and times. `known` are stems that are names at its start too."""
    run: list[Word] = []
    for word in said.words:
        is_name = word.kind == "name" or (word.stem in known and said.text[word.start].isupper())
        if run and (not is_name or said.text[run[-1].end : word.start] not in _TITLED):
            yield _Item("name", run[0].start, run[-1].end)
            run = []
        if is_name:
            run.append(word)
    if run:
        yield _Item("name", run[0].start, run[-1].end)
    yield from (_Item("number", one.start, one.end, one) for one in said.figures)
    yield from (_Item("date", one.start, one.end, one) for one in said.dates)
    yield from (_Item("date", one.start, one.end, one) for one in said.times)


def _same(claim: Wording, item: _Item, said: Wording, theirs: Sequence[_Item]) -> list[_Item]:
    """Return the source's items that are the claim's."""
    if item.kind == "name":
        stems = _stems(claim, item)
        return [one for one in theirs if one.kind == "name" and _is_one(stems, _stems(said, one))]
    return [one for one in theirs if _agrees(item.value, one.value)]


def _agrees(claim: Quantity | Moment | Time | None, source: Quantity | Moment | Time | None) -> bool:
    """Tell whether the source's value bears out the claim's, one of the same kind."""
    if isinstance(claim, Quantity) and isinstance(source, Quantity):
        return quantities.agrees(claim, source)
    if isinstance(claim, Moment) and isinstance(source, Moment):
        return moments.agrees(claim, source)
    return isinstance(claim, Time) and isinstance(source, Time) and clock.agrees(claim, source)


def _stems(said: Wording, item: _Item) -> list[str]:
    words = [word for word in said.words if item.start <= word.start < item.end]
    return [word.stem for word in words if word.lower not in TITLES] or [word.stem for word in words]


def _is_one(name: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two names are one, the shorter of them the end of the longer: "Biden", "Joe Biden"."""
    size = min(len(name), len(other))
    return list(name[-size:]) == list(other[-size:])


def _is_joined(said: Wording, one: _Item, other: _Item) -> bool:
    """Tell whether the two are members of one list, whose order says nothing, or of a score (app.scores)."""
    joining = _JOINING | _OF_SCORES if one.kind == "number" else _JOINING
    return all(word.lower in joining or word.kind == one.kind for word in _between(said, one, other))


def _is_directed(ours: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Tell whether both say the same between the two names, and it is nothing each does to the other."""
    stems = {word.stem for word in theirs if word.kind == "word"}
    mine = {word.stem for word in ours if word.kind == "word"}
    if ((stems or mine) and not stems & mine) or _is_passive(ours) != _is_passive(theirs):
        return False
    return not any(
        is_mutual(word) and not (behind and behind.lower == "to")
        for run in (ours, theirs)
        for word, behind in zip(run, [*run[1:], None], strict=True)
    )


def _is_passive(words: Sequence[Word]) -> bool:
    return any(word.lower in BE for word in words)


def _between(said: Wording, one: _Item, other: _Item) -> list[Word]:
    first, last = sorted((one, other), key=lambda item: item.start)
    return [word for word in said.words if first.end <= word.start < last.start]
