"""Words in their order → how near to each other they stand; whether a claim is its source turned round.

A word or value of the claim is marked, and so are the same one of the source and the one that the claim
might mean instead. Pairs of neighbours, the nearest counting most, then say which of the two fits.
"""

from collections.abc import Iterable, Mapping, Sequence

from app.wording import ARTICLES, Wording

Pairs = Mapping[tuple[str, str], float]
# (start, end) -> the mark that stands for text[start:end].
Marks = Mapping[tuple[int, int], str]

# Words so near to each other are a pair, which counts one divided by how far apart they are.
_NEAR = 3
# How much of the source's pairs an exchange must gain and may lose, and must gain with either order counted.
# Set by hand on pairs made for it; docs/decisions/0015 says what they do on the public sets.
_GAINED, _LOST, _GAINED_EITHER = 1.0, 0.2, 0.3
# So much of its pairs must the source have with another thing in the place of the claim's.
_REPLACED = 0.5
# Stands for any word that carries no meaning: it counts as room, not as a neighbour.
_FUNCTION = "-"
# What follows these is told of another thing: they count as more room.
_APART, _APART_ROOM = frozenset({"but", "while", "whereas"}), 3


def tokens(said: Wording, marks: Marks) -> list[str]:
    """Return a text's words by their stems, what is marked as its mark, articles left out."""
    starts = {start: mark for (start, _), mark in marks.items()}
    found = []
    for word in said.words:
        held = next(((start, end) for start, end in marks if start <= word.start < end), None)
        if held is None and word.lower not in ARTICLES:
            found += [_FUNCTION if word.kind == "function" else word.stem]
            found += [_FUNCTION] * (_APART_ROOM - 1) * (word.lower in _APART)
        elif held is not None and (mark := starts.pop(held[0], None)):
            found.append(mark)
    return found


def is_turned(ours: Sequence[str], theirs: Sequence[str], one: str, other: str) -> bool:
    """Tell whether the claim has more of the source's pairs with two marks exchanged, and hardly any less."""
    exchanged = [{one: other, other: one}.get(token, token) for token in ours]
    in_order = _pairs(theirs)
    # "40 were wounded" belongs together as "wounded 40" does.
    either = {**{pair[::-1]: weight for pair, weight in in_order.items()}, **in_order}
    runs = [_pairs(run) for run in (ours, exchanged)]
    before, after = (_shared(run, in_order, (one, other)) for run in runs)
    gained = sum(weight for pair, weight in after.items() if pair not in before)
    lost = sum(weight for pair, weight in before.items() if pair not in after)
    as_is, turned = (sum(_shared(run, either, (one, other)).values()) for run in runs)
    return gained >= _GAINED and lost <= _LOST * gained and turned - as_is >= _GAINED_EITHER


def is_replaced(ours: Sequence[str], theirs: Sequence[str], one: str, other: str) -> bool:
    """Tell whether the claim's words stand near another thing in the source, and nowhere near that one."""
    in_order = _pairs(theirs)
    either = {**{pair[::-1]: weight for pair, weight in in_order.items()}, **in_order}
    replaced = [other if token == one else token for token in ours]
    as_is, turned = (_shared(_pairs(run), either, (one, other)) for run in (ours, replaced))
    return not as_is and sum(turned.values()) >= _REPLACED


def _pairs(run: Sequence[str]) -> Pairs:
    """Return the ordered pairs of words near to each other, the nearest counting most."""
    found: dict[tuple[str, str], float] = {}
    for at, token in enumerate(run):
        for away, other in enumerate(run[at + 1 : at + 1 + _NEAR], start=1):
            if _FUNCTION in (token, other):
                continue
            found[token, other] = max(found.get((token, other), 0.0), 1 / away)
    return found


def _shared(ours: Pairs, theirs: Pairs, marks: Iterable[str]) -> Pairs:
    """Return the pairs with one of the two marks that the source has too, as near to each other."""
    wanted = set(marks)
    return {
        pair: min(weight, theirs[pair])
        for pair, weight in ours.items()
        if pair in theirs and len(set(pair) & wanted) == 1
    }
