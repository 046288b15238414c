"""A claim matched with its evidence in, the words of it that the evidence does not bear out.

Rules for figures, scores, ranks, dates, names, denials, opposites, speakers, and who did what to whom. A
problem names the words of the source that stand in the place of the claim's where there are such words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from app.answer import Problem, ProblemKind
from app.clock import Time
from app.lexicon import lemma, relation
from app.matching import Match
from app.moments import Moment
from app.quantities import Quantity
from app.roles import deeds
from app.scores import SECOND, ranked, ranks, scores
from app.wording import Word, Wording

# Of a word's neighbours in the claim, the two on each side say where in the source its counterpart stands.
_NEIGHBOURS = (-2, -1, 1, 2)
_AROUND = 4
_HELD = 0.5
# A figure with so many of the same words around it stands in the place of the claim's.
_SAME_PLACE = 3
# "30 years" is not "30 days".
_MEASURES_WORDS = """
    second minute hour day week month year decade century mile kilometre metre foot
    centimetre millimetre inch yard acre hectare kilogram gram ton tonne pound ounce litre gallon degree mph
    kph man woman person child girl boy time
"""
_MEASURES = frozenset(_MEASURES_WORDS.split())
_SAYS = re.compile(r"said|says|told|tells|announced|claimed|added|declared|warned|argued|insisted|stated")
_NEXT_WORD = re.compile(r"[\s-]{0,3}((?:square\s|cubic\s)?)([A-Za-z]+)")
_SPEED = re.compile(r"(?i)[\s-]{0,3}(?:(m)|k)(?:iles?|ilomet(?:er|re)s?|m)?\s?(?:/\s?h|per\shour|an\shour)\b")
_LONGEST_INITIALS = 6


_Dated = Moment | Time
_P = TypeVar("_P", bound=Quantity | _Dated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem; `is_conflict` when the source says something else, not merely nothing."""

    problem: Problem
    is_conflict: bool


def findings(match: Match) -> list[Finding]:
    """Return what is wrong with the claim, figures first."""
    return [
        *_figures(match),
        *_scores(match),
        *_seconds(match),
        *_dates(match),
        *_names(match),
        *_denials(match),
        *_opposites(match),
        *_speakers(match),
        *_swaps(match),
    ]


def _figures(match: Match) -> Iterator[Finding]:
    found = [(claimed, match.figures(claimed)) for claimed in match.claim.figures]
    taken = {(n, one.start) for _, borne in found for n, one in borne}
    for claimed, borne in found:
        other = _other_figure(match, claimed, taken)
        is_elsewhere = not any(n in match.chosen for n, _ in borne)
        if not borne and _is_second(match, claimed):
            continue
        if not borne or (is_elsewhere and other and other[0] >= _SAME_PLACE):
            theirs_text = other[1].text if other else _second_in_place(match, claimed)
            yield _finding("number", claimed.text, theirs_text)
            continue
        unit, end = _measure(match.claim, claimed.end)
        theirs = [(match.sources[n], one, *_measure(match.sources[n], one.end)) for n, one in borne]
        if unit and all(theirs_unit and _differ(unit, theirs_unit) for _, _, theirs_unit, _ in theirs):
            said, one, _, stop = theirs[0]
            yield _finding("number", match.claim.text[claimed.start : end], said.text[one.start : stop])


def _differ(unit: str, other: str) -> bool:
    return relation(unit, other) in ("", "sister", "opposite", "narrower")


def _other_figure(
    match: Match, claimed: Quantity, taken: set[tuple[int, int]]
) -> tuple[int, Quantity] | None:
    """Return the source's figure in the place of the claim's, of the same kind, as `_in_place` does."""
    return _in_place(
        match,
        claimed,
        [
            (n, one)
            for n in match.chosen
            for one in match.sources[n].figures
            if (n, one.start) not in taken and one.unit == claimed.unit and one.is_rank == claimed.is_rank
        ],
    )


def _in_place(match: Match, claimed: _P, offered: Sequence[tuple[int, _P]]) -> tuple[int, _P] | None:
    """Return which of the sources' stands in the place of the claim's, None when none is `offered`.

    It is the one with the most of the same words around it; how many those are comes with it.
    """
    beside = _around(match.claim, claimed)
    near = [(len(beside & _around(match.sources[n], one)), one) for n, one in offered]
    return max(near, key=lambda pair: (pair[0], -pair[1].start, pair[1].text), default=None)


def _around(said: Wording, one: Quantity | _Dated) -> set[str]:
    """Return the words that carry meaning around a figure: a few before it and a few behind it."""
    return {
        word.stem
        for run in (said.before(one.start), said.behind(one.end))
        for word in islice((word for word in run if word.kind != "function"), _AROUND)
    }


def _measure(said: Wording, end: int) -> tuple[str, int]:
    """Return the unit right behind a figure and where it ends, ("", end) for another word."""
    if speed := _SPEED.match(said.text, end):
        return "mph" if speed[1] else "kph", speed.end()
    found = _NEXT_WORD.match(said.text, end)
    unit = lemma(found[2].lower()) if found else ""
    return (found[1].lower() + unit, found.end(2)) if found and unit in _MEASURES else ("", end)


def _scores(match: Match) -> Iterator[Finding]:
    """Yield a score that the source has the other way round, or "2-2" where it has one 2 only."""
    theirs = [score for n in match.chosen for score in scores(match.sources[n])]
    every = {(score.first, score.last) for said in match.sources for score in scores(said)}
    left = [score for score in scores(match.claim) if (score.first, score.last) not in every]
    said = {one.value for source in match.sources for one in source.figures}
    for ours in left:
        if not {ours.first, ours.last} <= said:
            continue
        for other in theirs:
            is_doubled = ours.first == ours.last in (other.first, other.last)
            if is_doubled or ours.is_turned(other):
                yield _finding("number", ours.text, other.text)
                break


def _seconds(match: Match) -> Iterator[Finding]:
    """Yield "second" where the source has another rank of the same thing, and nowhere the second one."""
    for ours in [rank for rank in ranks(match.claim) if rank.text.lower() == "second"]:
        theirs = [(n, one) for n, said in enumerate(match.sources) for one in ranks(said) if one.of & ours.of]
        others = [one for n, one in theirs if n in match.chosen]
        if others and all(one.value != SECOND for _, one in theirs):
            yield _finding("number", ours.text, others[0].text)


def _is_second(match: Match, claimed: Quantity) -> bool:
    """Tell whether "2nd" is the "second" of a source, which alone is a word and no figure."""
    if not claimed.is_rank or claimed.value != SECOND:
        return False
    return any(word.lower == "second" for said in match.sources for word in said.words)


def _second_in_place(match: Match, claimed: Quantity) -> str:
    """Return the source's "second" of what the claim has another rank of, "" for none."""
    if not claimed.is_rank:
        return ""
    of = ranked(match.claim, claimed.start, claimed.end)
    found = [
        one for n in match.chosen for one in ranks(match.sources[n]) if one.value == SECOND and one.of & of
    ]
    return found[0].text if found else ""


def _dates(match: Match) -> Iterator[Finding]:
    """Yield the dates and the times of day that no source has."""
    days = [(one, match.dates(one)) for one in match.claim.dates]
    clock = [(one, match.times(one)) for one in match.claim.times]
    yield from _unborne(match, days, [(n, one) for n in match.chosen for one in match.sources[n].dates])
    yield from _unborne(match, clock, [(n, one) for n in match.chosen for one in match.sources[n].times])


def _unborne(
    match: Match,
    claim: Sequence[tuple[_Dated, Sequence[tuple[int, _Dated]]]],
    offered: Sequence[tuple[int, _Dated]],
) -> Iterator[Finding]:
    """Yield what is borne out by nothing, with what stands in its place among what is `offered`."""
    taken = {(n, one.start) for _, borne in claim for n, one in borne}
    left = [(n, one) for n, one in offered if (n, one.start) not in taken]
    for claimed, borne in claim:
        if borne:
            continue
        _, other = _in_place(match, claimed, left) or (0, None)
        apart = other is not None and _apart(claimed, other)
        yield _finding("date", claimed.text, other.text if other else "", is_conflict=apart)


def _apart(claimed: Moment | Time, other: Moment | Time) -> bool:
    """Tell whether two dates cannot both be right; where a day cannot be told they can."""
    if isinstance(claimed, Time) or isinstance(other, Time):
        return not (isinstance(other, Time) and other.is_about)
    if claimed.first is None or claimed.last is None or other.first is None or other.last is None:
        return claimed.first is None and other.first is None
    return claimed.last < other.first or other.last < claimed.first


def _names(match: Match) -> Iterator[Finding]:
    """Yield each run of names that no source has, with the name in its place."""
    run: list[int] = []
    for number, word in enumerate(match.content):
        if _is_missing_name(match, number, word):
            run.append(number)
        if run and (number + 1 == len(match.content) or run[-1] != number):
            if _has_initials([match.content[n] for n in run], match):
                run = []
                continue
            others = [
                written for first in run[:1] for written, one in _beside(match, first) if one.kind == "name"
            ]
            claim = match.claim.text[match.content[run[0]].start : match.content[run[-1]].end]
            yield _finding("name", claim, others[0] if others else "")
            run = []


def _is_missing_name(match: Match, number: int, word: Word) -> bool:
    return word.kind == "name" and match.best[number] < _HELD and not _is_initials(word, match)


def _is_initials(name: Word, match: Match) -> bool:
    """Tell whether the name is made of the first letters of words of a source: "FBI", "U.S."."""
    letters = re.sub(r"\W", "", match.claim.text[name.start : name.end])
    if not 2 <= len(letters) <= _LONGEST_INITIALS or not letters.isupper():
        return False
    return any(
        letters in "".join(first for word in source.words if (first := source.text[word.start]).isupper())
        for source in match.sources
    )


def _has_initials(names: Sequence[Word], match: Match) -> bool:
    """Tell whether a source has the names' initials for the names: "DNC"."""
    letters = "".join(word.lower[0] for word in names)
    return len(letters) > 1 and any(
        word.kind == "name" and re.sub(r"\W", "", word.lower) == letters
        for source in match.sources
        for word in source.words
    )


def _denials(match: Match) -> Iterator[Finding]:
    """Yield a denial that the source has not, or one that the claim leaves out; one is enough."""
    for number, (word, places) in enumerate(zip(match.content, match.places, strict=True)):
        theirs = [
            (match.sources[n], match.sources[n].words[k]) for n in match.chosen for k in places.get(n, ())
        ]
        if not theirs or word.kind != "word":
            continue
        said, other = theirs[0]
        if word.is_denied and not any(one.is_denied for _, one in theirs):
            yield _finding("negation", _denied(match.claim, word), said.text[other.start : other.end])
            return
        if not word.is_denied and all(one.is_denied for _, one in theirs) and _is_said_alike(match, number):
            yield _finding("negation", match.claim.text[word.start : word.end], _denied(said, other))
            return


def _is_said_alike(match: Match, number: int) -> bool:
    """Tell whether a chosen sentence has one of the word's neighbours near to it too."""
    return any(
        abs(a - b) <= _AROUND
        for away in (-1, 1)
        if 0 <= number + away < len(match.content)
        for n in match.chosen
        for a in match.places[number].get(n, ())
        for b in match.places[number + away].get(n, ())
    )


def _denied(said: Wording, word: Word) -> str:
    """Return the text from the word that denies to the one that is denied."""
    before = [one for one in said.words if one.start < word.start and one.is_denial]
    return said.text[before[-1].start if before else word.start : word.end]


def _opposites(match: Match) -> Iterator[Finding]:
    """Yield a word whose opposite stands in its place in the source."""
    for number, word in enumerate(match.content):
        if word.kind != "word" or match.held[number] >= _HELD:
            continue
        for written, other in _beside(match, number):
            if other.kind == "word" and relation(word.lemma, other.lemma) == "opposite":
                yield _finding("other", match.claim.text[word.start : word.end], written)
                break


def _speakers(match: Match) -> Iterator[Finding]:
    """Yield a speaker who is another one in the best sentence, where both sentences name one."""
    claimed = _speaker(match.claim)
    for said in [match.sources[n] for n in match.chosen]:
        theirs = _speaker(said)
        if not claimed or not theirs:
            continue
        if not {word.stem for word in claimed} & {word.stem for word in said.words}:
            yield _finding(
                "name",
                match.claim.text[claimed[0].start : claimed[-1].end],
                said.text[theirs[0].start : theirs[-1].end],
            )
            return


def _speaker(said: Wording) -> list[Word]:
    """Return the names right before or behind the first verb of saying, [] for none."""
    for at, word in enumerate(said.words):
        if _SAYS.fullmatch(word.lower):
            before = list(_run(reversed(said.words[:at])))[::-1]
            return before or list(_run(iter(said.words[at + 1 :])))
    return []


def _run(words: Iterator[Word]) -> Iterator[Word]:
    """Yield the names that a run of words begins with."""
    for word in words:
        if word.kind != "name":
            return
        yield word


def _swaps(match: Match) -> Iterator[Finding]:
    """Yield who did what to whom where a source has the two names in each other's place, and none as here."""
    theirs = [(said, deed) for said in match.sources for deed in deeds(said)]
    for ours in deeds(match.claim):
        if any(deed.is_same(ours) for _, deed in theirs):
            continue
        for said, deed in theirs:
            if deed.is_swapped(ours):
                source = said.text[deed.start : deed.end]
                yield _finding("other", match.claim.text[ours.start : ours.end], source)
                break


def _beside(match: Match, number: int) -> list[tuple[str, Word]]:
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
                for at in range(max(0, place - _AROUND), min(len(said.words), place + _AROUND + 1)):
                    word = said.words[at]
                    if word.kind in ("word", "name") and not {word.stem, word.lemma} & ours:
                        found.setdefault((n, at), (said.text[word.start : word.end], word))
    return [found[key] for key in sorted(found, key=lambda key: (match.chosen.index(key[0]), key[1]))]


def _finding(kind: ProblemKind, claim: str, source: str, *, is_conflict: bool | None = None) -> Finding:
    conflict = bool(source) if is_conflict is None else is_conflict
    return Finding(problem=Problem(kind=kind, claim=claim, source=source), is_conflict=conflict)
