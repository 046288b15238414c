"""What is wrong with a claim: a problem, and what of the source stands in the place of the claim's words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
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

# How many words behind one say what it is done to, in a claim, among how many of a source they stand, and how
# many before it say by whom.
_OBJECT, _OBJECT_WITHIN, _SUBJECT = 5, 7, 4
# No sentence has a word more often.
_LOOKED_AT = 12
# They begin what is done next.
_JOINS = frozenset({"and", "but", "while", "whereas", "although", "though"})

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


def fit(claim: Wording, word: Word, said: Wording, at: int) -> int:
    """Return how many of the words right behind a claim's, and right before it, stand so at words[at].

    A name next to it, who does it most often, counts for two.
    """
    one = said.words[at]
    behind, theirs = (
        {w.stem for w in _telling(words, most)}
        for words, most in ((claim.behind(word.end), _OBJECT), (said.behind(one.end), _OBJECT_WITHIN))
    )
    before = zip(
        _telling(claim.before(word.start), _SUBJECT), _telling(said.before(one.start), _SUBJECT), strict=False
    )
    same = [ours for ours, _ in takewhile(lambda pair: pair[0].stem == pair[1].stem, before)]
    return len(behind & theirs) + len(same) + (same[:1] != [] and same[0].kind == "name")


def _telling(words: Iterator[Word], most: int) -> Iterator[Word]:
    """Yield the words up to one that begins what is done next, function words left out."""
    near = takewhile(lambda one: one.lower not in _JOINS, islice(words, most))
    return (one for one in near if one.kind != "function")


def best_fitting(claim: Wording, word: Word, said: Wording, places: Sequence[int]) -> list[Word]:
    """Return those of a sentence's words at `places` around which most of the claim's words stand."""
    if len(places) <= 1:
        return [said.words[at] for at in places]
    fits = {at: fit(claim, word, said, at) for at in places[:_LOOKED_AT]}
    return [said.words[at] for at, one in fits.items() if one == max(fits.values())]
