"""A claim matched with its evidence in, two of its names or values that stand in each other's place out.

"Smith, 34, and Jones, 52" is not "Smith, 52, and Jones, 34", though every word of it is borne out. With the
two exchanged the claim is worded as its source is; as it stands it is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from app import clock, moments, quantities
from app.clock import Time
from app.matching import Match
from app.moments import Moment
from app.quantities import Quantity
from app.roles import BE, is_mutual
from app.wording import ARTICLES, TITLES, Word, Wording

Kind = Literal["number", "date", "name"]
Pairs = Mapping[tuple[str, str], float]

# Words so near to each other are a pair, which counts one divided by how far apart they are.
_NEAR = 3
# How much of the source's pairs an exchange must gain and may lose, and must gain with either order counted.
# Set by hand on pairs made for it; docs/decisions/0015 says what they do on the public sets.
_GAINED, _LOST, _GAINED_EITHER = 1.0, 0.2, 0.3
_MOST = 12
# Stands for any word that carries no meaning: it counts as room, not as a neighbour.
_FUNCTION = "-"
_JOINING = frozenset({"and", "or", "with"})
_OF_SCORES = frozenset({"to", "from", "up", "down"})
_TITLED = (" ", ". ", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Two things of a kind at their places in a claim and, the other way round, in a source's text."""

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
    """A sentence of the source: where the claim's items stand in it, by number, and its pairs of words.

    `either` are those pairs, whichever of the two stands first.
    """

    said: Wording
    places: Sequence[Sequence[_Item]]
    pairs: Pairs
    either: Pairs


def swaps(match: Match) -> Iterator[Swap]:
    """Yield the pairs that stand in each other's place in every chosen sentence that has both."""
    holders = [match.sources[number] for number in match.chosen]
    known = {word.stem for said in (match.claim, *holders) for word in said.words if word.kind == "name"}
    ours = list(_items(match.claim, known))[:_MOST]
    tokens = _tokens(match.claim, {item: f"#{number}" for number, item in enumerate(ours)})
    theirs = [_holder(match.claim, ours, said, known) for said in holders]
    for one, other in combinations(range(len(ours)), 2):
        if ours[one].kind != ours[other].kind or _is_joined(match.claim, ours[one], ours[other]):
            continue
        turned = [
            _is_turned(tokens, holder, one, other)
            for holder in theirs
            if _may_be_turned(match.claim, ours, holder, one, other)
        ]
        if turned and all(turned):
            first = match.claim.text[ours[one].start : ours[one].end]
            second = match.claim.text[ours[other].start : ours[other].end]
            yield Swap(kind=ours[one].kind, claim=first, source=second)


def _holder(claim: Wording, ours: Sequence[_Item], said: Wording, known: set[str]) -> _Holder:
    theirs = list(_items(said, known))
    places = [_same(claim, item, said, theirs) for item in ours]
    marks = {found[0]: f"#{number}" for number, found in enumerate(places) if len(found) == 1}
    pairs = _pairs(_tokens(said, marks))
    # "40 were wounded" belongs together as "wounded 40" does.
    either = {**{pair[::-1]: weight for pair, weight in pairs.items()}, **pairs}
    return _Holder(said=said, places=places, pairs=pairs, either=either)


def _may_be_turned(claim: Wording, ours: Sequence[_Item], holder: _Holder, one: int, other: int) -> bool:
    """Tell whether the sentence has each of the two once, and their order says something."""
    places = holder.places
    if len(places[one]) != 1 or len(places[other]) != 1 or places[one] == places[other]:
        return False
    first, second = places[one][0], places[other][0]
    if _is_joined(holder.said, first, second):
        return False
    return ours[one].kind != "name" or _is_directed(
        _between(claim, ours[one], ours[other]), _between(holder.said, first, second)
    )


def _is_turned(tokens: Sequence[str], holder: _Holder, one: int, other: int) -> bool:
    """Tell whether the claim has more of the sentence's pairs with the two exchanged, and hardly any less."""
    marks = (f"#{one}", f"#{other}")
    exchanged = [marks[1 - marks.index(token)] if token in marks else token for token in tokens]
    runs = [_pairs(run) for run in (tokens, exchanged)]
    before, after = (_shared(run, holder.pairs, marks) for run in runs)
    gained = sum(weight for pair, weight in after.items() if pair not in before)
    lost = sum(weight for pair, weight in before.items() if pair not in after)
    as_is, turned = (sum(_shared(run, holder.either, marks).values()) for run in runs)
    return gained >= _GAINED and lost <= _LOST * gained and turned - as_is >= _GAINED_EITHER


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


def _tokens(said: Wording, marks: Mapping[_Item, str]) -> list[str]:
    """Return a text's words by their stems, those of an item as its mark, articles left out."""
    starts = {item.start: mark for item, mark in marks.items()}
    inside = [(item.start, item.end) for item in marks]
    found = []
    for word in said.words:
        held = next(((start, end) for start, end in inside if start <= word.start < end), None)
        if held is None and word.lower not in ARTICLES:
            found.append(_FUNCTION if word.kind == "function" else word.stem)
        elif held is not None and (mark := starts.pop(held[0], None)):
            found.append(mark)
    return found


def _pairs(tokens: Sequence[str]) -> Pairs:
    """Return the ordered pairs of words near to each other, the nearest counting most."""
    found: dict[tuple[str, str], float] = {}
    for at, token in enumerate(tokens):
        for away, other in enumerate(tokens[at + 1 : at + 1 + _NEAR], start=1):
            if _FUNCTION in (token, other):
                continue
            found[token, other] = max(found.get((token, other), 0.0), 1 / away)
    return found


def _shared(ours: Pairs, theirs: Pairs, marks: tuple[str, str]) -> Pairs:
    """Return the pairs with one of the two marks that the source has too, as near to each other."""
    return {
        pair: min(weight, theirs[pair])
        for pair, weight in ours.items()
        if pair in theirs and len(set(pair) & set(marks)) == 1
    }


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
