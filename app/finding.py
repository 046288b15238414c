"""What is wrong with a claim: a problem, and what of the source stands in the place of the claim's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from app.answer import Problem, ProblemKind
from app.clock import Time
from app.matching import Match
from app.moments import Moment
from app.quantities import Quantity
from app.wording import Word, Wording

# How far from a word or a figure others say where it stands.
AROUND = 4
# Of a word's neighbours in the claim, the two on each side say where in the source its counterpart stands.
_NEIGHBOURS = (-2, -1, 1, 2)

Dated = Moment | Time
_P = TypeVar("_P", bound=Quantity | Dated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem; `is_conflict` when the source says something else, not merely nothing."""

    problem: Problem
    is_conflict: bool


def finding(kind: ProblemKind, claim: str, source: str, *, is_conflict: bool | None = None) -> Finding:
    """Return a problem; it is a conflict where the source has other words, unless said otherwise."""
    conflict = bool(source) if is_conflict is None else is_conflict
    return Finding(problem=Problem(kind=kind, claim=claim, source=source), is_conflict=conflict)


def in_place(match: Match, claimed: _P, offered: Sequence[tuple[int, _P]]) -> tuple[int, _P] | None:
    """Return which of the sources' stands in the place of the claim's, None when none is `offered`.

    It is the one with the most of the same words around it; how many those are comes with it.
    """
    beside = {word.stem for word in around(match.claim, claimed)}
    near = [(len(beside & {word.stem for word in around(match.sources[n], one)}), one) for n, one in offered]
    return max(near, key=lambda pair: (pair[0], -pair[1].start, pair[1].text), default=None)


def around(said: Wording, one: Quantity | Dated) -> list[Word]:
    """Return the words that carry meaning around a figure: a few before it and a few behind it."""
    return [
        word
        for run in (said.before(one.start), said.behind(one.end))
        for word in islice((word for word in run if word.kind != "function"), AROUND)
    ]


def beside(match: Match, number: int) -> list[tuple[str, Word]]:
    """Return the words of the chosen sentences that may stand in the place of the claim's word, as written.

    They stand near to a neighbour that both share, and the claim has none of them elsewhere.
    """
    ours = {key for word in match.claim.words for key in (word.stem, word.lemma)}
    found: dict[tuple[int, int], tuple[str, Word]] = {}
    for n in match.chosen:
        said = match.sources[n]
        for away in _NEIGHBOURS:
            if not 0 <= number + away < len(match.content):
                continue
            for place in match.places[number + away].get(n, ()):
                for at in range(max(0, place - AROUND), min(len(said.words), place + AROUND + 1)):
                    word = said.words[at]
                    if word.kind in ("word", "name") and not {word.stem, word.lemma} & ours:
                        found.setdefault((n, at), (said.text[word.start : word.end], word))
    return [found[key] for key in sorted(found, key=lambda key: (match.chosen.index(key[0]), key[1]))]
