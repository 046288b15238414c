"""Ranked evidence in, where two articles state the same fact with different figures or dates.

Precision before recall: a pair counts only when its sentences share a name, their words and what is counted,
each gives one value of that kind, and nothing else in them differs that could make both right. They may still
both be right, at different times, so outlet and date are shown with each.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app import moments, quantities
from app.answer import Citation, Disagreement, Side
from app.evidence import Evidence
from app.finding import around
from app.lexicon import relation
from app.moments import Moment
from app.quantities import Quantity
from app.scores import ranks
from app.wording import Word, Wording, counted, wording
from index.copies import groups, sketch
from index.dates import day_of

_MOST = 3
# Among how many of the best sentences, and how much of the shorter one's words both must have.
_LOOKED_AT, _SHARED, _FEWEST = 12, 0.5, 3
# Later articles may tell of the next time it happened.
_WEEK = 7
# What is true at one time only.
_AS_OF = re.compile(
    r"(?i)\b(?:so far|now|already|yet|ago|once|still|at first|initially|before|after|during)\b"
)
_TO_COME = re.compile(
    r"(?i)\b(?:will|would|shall|may|might|could|should|(?:is|are|was|were) (?:due )?to"
    r"|plan(?:s|ned)?|expect(?:s|ed)?|hop(?:es?|ed)|propos(?:es?|ed)|scheduled|set to)\b"
)
_SOMEBODY = re.compile(r"(?i)\W*(?:he|she|they|it|his|her|their|its|this|that|these|those)\b")
_AGED = re.compile(r"(?i)[\s-]*years?[\s-]*old\b")


# Who tells it makes no other matter of it.
_TELLERS_WORDS = """
    police official officer authority ministry minister government spokesman spokeswoman spokesperson report
    rescuer medic doctor hospital agency state local source statement company news put
"""
_TELLERS = frozenset(_TELLERS_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A value as a sentence of the evidence states it."""

    evidence: Evidence
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two or more sentences of different articles that state different values for `about`."""

    about: str
    sides: tuple[Stated, ...]


def conflicts(answering: Sequence[Evidence], ranked: Sequence[Evidence]) -> list[Conflict]:
    """Return what other articles state otherwise than the sentences that answer, at most three."""
    found: list[Conflict] = []
    for one in answering:
        for other in ranked[:_LOOKED_AT]:
            if len(found) == _MOST:
                return found
            if other.passage.article.id == one.passage.article.id:
                continue
            conflict = _conflict(one, other)
            known = {side.evidence.place for c in found for side in c.sides}
            if conflict and not {one.place, other.place} <= known and not _are_copies(one, other):
                found.append(conflict)
    return found


def with_both_sides(chosen: Sequence[Evidence], found: Sequence[Conflict], *, most: int) -> list[Evidence]:
    """Return the chosen sentences and behind them the other sides that are not among them, `most` in all."""
    sides = {side.evidence.place: side.evidence for conflict in found for side in conflict.sides}
    others = [one for place, one in sides.items() if place not in {c.place for c in chosen}]
    return [*chosen, *others][: max(most, len(chosen))]


def shown(found: Sequence[Conflict], citations: Sequence[Citation]) -> Iterator[Disagreement]:
    """Yield the conflicts both of whose sides the answer cites."""
    numbers = {(one.article.id, one.article.revision, one.ordinal): one.number for one in citations}
    for conflict in found:
        sides = [
            Side(value=side.value, citations=(numbers[side.evidence.place],))
            for side in conflict.sides
            if side.evidence.place in numbers
        ]
        if len(sides) == len(conflict.sides):
            yield Disagreement(about=conflict.about, sides=tuple(sides))


def _are_copies(one: Evidence, other: Evidence) -> bool:
    texts = [one.passage.article.text, other.passage.article.text]
    return len(groups([sketch(text) for text in texts])) == 1


def _conflict(one: Evidence, other: Evidence) -> Conflict | None:
    ours = wording(one.text, one.passage.article.published)
    theirs = wording(other.text, other.passage.article.published)
    shared = _shared(ours, theirs)
    if shared is None:
        return None
    days = _days_apart(one, other)
    stated: list[tuple[str, str, str]] = []
    if days is None or days <= _WEEK:
        stated += _figures(ours, theirs, shared)
        # What "on Monday" is in an article without a date, nobody knows.
        stated += _dates(ours, theirs, shared) if days is not None else ()
    for about, a, b in stated:
        sides = (Stated(evidence=one, value=a), Stated(evidence=other, value=b))
        return Conflict(about=about, sides=sides)
    return None


def _days_apart(one: Evidence, other: Evidence) -> int | None:
    """Return how many days lie between the two articles, None where either has no date."""
    days = [day_of(e.passage.article.published) for e in (one, other)]
    return abs((days[0] - days[1]).days) if days[0] and days[1] else None


def _shared(ours: Wording, theirs: Wording) -> set[str] | None:
    """Return the stems both sentences have, None where they may be about different matters."""
    a = {word.stem: word for word in ours.content}
    b = {word.stem: word for word in theirs.content}
    both = set(a) & set(b)
    if len(both) < _FEWEST or len(both) < _SHARED * min(len(a), len(b)):
        return None
    names = [[w.stem for w in said.content if w.kind == "name" and w.stem in both] for said in (ours, theirs)]
    # Who did what to whom, and what "he" did, are not read: the names must stand alike in both.
    if not names[0] or names[0] != names[1] or any(_SOMEBODY.match(said.text) for said in (ours, theirs)):
        return None
    if any(word.is_denial for word in ours.words) != any(word.is_denial for word in theirs.words):
        return None
    if bool(_TO_COME.search(ours.text)) != bool(_TO_COME.search(theirs.text)):
        return None
    if _as_of(ours) != _as_of(theirs):
        return None
    return None if _tell_apart([a[s] for s in set(a) - both], [b[s] for s in set(b) - both]) else both


def _as_of(said: Wording) -> set[str]:
    return {match[0].lower() for match in _AS_OF.finditer(said.text)}


def _tell_apart(ours: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Tell whether each has a name that the other has not, or a word whose opposite or like the other has."""
    if any(word.kind == "name" for word in ours) and any(word.kind == "name" for word in theirs):
        return True
    return any(relation(one.lemma, other.lemma) in ("opposite", "sister") for one in ours for other in theirs)


def _figures(ours: Wording, theirs: Wording, shared: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (what is counted, our figure, theirs) where both count the same differently, and nothing else."""
    if not _may_be_one_time(ours, theirs):
        return
    for one in ours.figures:
        what = counted(ours, one)
        # A "62nd" and a "61st" are two of the same, not two counts, and an age is somebody's.
        if not what or what.stem not in shared or one.is_rank or _AGED.match(ours.text, one.end):
            continue
        same = [f for f in theirs.figures if _names_the_same(theirs, f, what)]
        rivals = [f for f in ours.figures if _names_the_same(ours, f, what)]
        if len(same) != 1 or len(rivals) != 1:
            continue
        other = same[0]
        kinds = [_behind(said, figure) for said, figure in ((ours, one), (theirs, other))]
        if not (kinds[0] <= kinds[1] or kinds[1] <= kinds[0]) or not _rest_agrees(ours, one, theirs, other):
            continue
        if other.unit != one.unit or other.is_rank != one.is_rank or _compatible(one, other):
            continue
        if not _have_own_words(ours, one, theirs, other):
            yield what.lower, _shown(ours, one, what), _shown(theirs, other, what)


def _may_be_one_time(ours: Wording, theirs: Wording) -> bool:
    """Tell whether ranks and times of day are alike, and each date may be one of the other's, if any."""
    if sorted(r.value for r in ranks(ours)) != sorted(r.value for r in ranks(theirs)):
        return False
    if sorted(t.minute for t in ours.times) != sorted(t.minute for t in theirs.times):
        return False
    return (
        not ours.dates
        or not theirs.dates
        or all(any(_may_be_one_day(one, other) for other in theirs.dates) for one in ours.dates)
    )


def _rest_agrees(ours: Wording, one: Quantity, theirs: Wording, other: Quantity) -> bool:
    """Tell whether the figures besides the two are the same: another quarter has another result."""
    rest = [
        sorted((f.value, f.unit, f.is_rank) for f in said.figures if f is not figure)
        for said, figure in ((ours, one), (theirs, other))
    ]
    return rest[0] == rest[1] or not rest[0] or not rest[1]


def _have_own_words(ours: Wording, one: Quantity, theirs: Wording, other: Quantity) -> bool:
    """Tell whether near the figures each has plain words that the other has not: "sold" and "shipped".

    Who tells it is left out, and so are words that mean much the same.
    """
    mine, its = (
        [
            word
            for word in around(said, figure)
            if word.kind == "word"
            and word.lemma not in _TELLERS
            and word.stem not in {w.stem for w in others.words}
        ]
        for said, figure, others in ((ours, one, theirs), (theirs, other, ours))
    )
    alike = any(relation(a.lemma, b.lemma) not in ("", "opposite", "sister") for a in mine for b in its)
    return bool(mine) and bool(its) and not alike


def _names_the_same(said: Wording, figure: Quantity, what: Word) -> bool:
    word = counted(said, figure)
    return word is not None and word.stem == what.stem


def _behind(said: Wording, figure: Quantity) -> set[str]:
    """Return the words between a figure and what it counts, and that: "5 miles away" is not "5 km away"."""
    what = counted(said, figure)
    return {word.stem for word in said.behind(figure.end) if what and word.end <= what.end}


def _compatible(one: Quantity, other: Quantity) -> bool:
    """Tell whether both figures may be right: equal, rounded, or "more than 10" and 40."""
    if quantities.agrees(one, other) or quantities.agrees(other, one):
        return True
    return any(
        (a.hedge == "over" and b.value >= a.value and b.hedge != "under")
        or (a.hedge == "under" and b.value <= a.value and b.hedge != "over")
        for a, b in ((one, other), (other, one))
    )


def _shown(said: Wording, figure: Quantity, what: Word) -> str:
    """Return the figure with what it counts, as written."""
    end = next((word.end for word in said.behind(figure.end) if word.stem == what.stem), figure.end)
    return said.text[figure.start : end].strip()


def _dates(ours: Wording, theirs: Wording, shared: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (the matter, our date, theirs) where each sentence has one date, said of the same verb."""
    if len(ours.dates) != 1 or len(theirs.dates) != 1 or ours.figures or theirs.figures:
        return
    one, other = ours.dates[0], theirs.dates[0]
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return
    if _may_be_one_day(one, other):
        return
    beside = [_before(said, day) for said, day in ((ours, one), (theirs, other))]
    if beside[0] is None or beside[1] is None or beside[0].stem != beside[1].stem:
        return
    if beside[0].stem in shared:
        yield beside[0].lower, one.text, other.text


def _may_be_one_day(one: Moment, other: Moment) -> bool:
    return moments.agrees(one, other) or moments.agrees(other, one)


def _before(said: Wording, day: Moment) -> Word | None:
    """Return the plain word that a date belongs to: the one before it."""
    return next((word for word in said.before(day.start) if word.kind == "word"), None)
