"""A claim matched with its evidence in, its figures, scores and ranks that the evidence does not bear out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from app import measures
from app.finding import Finding, finding, in_place
from app.lexicon import lemma, relation
from app.matching import Match
from app.quantities import Quantity, agrees
from app.scores import LAST, SECOND, ranked, ranks, scores, superlatives
from app.wording import Wording

# A figure with so many of the same words around it stands in the place of the claim's.
_SAME_PLACE = 3
# "30 years" is not "30 days".
_MEASURES_WORDS = """
    second minute hour day week month year decade century mile kilometre metre foot
    centimetre millimetre inch yard acre hectare kilogram gram ton tonne pound ounce litre gallon barrel
    degree mph kph man woman person child girl boy time
"""
_MEASURES = frozenset(_MEASURES_WORDS.split())
_FALLS = frozenset(
    {"fall", "drop", "lose", "decline", "decrease", "slide", "shrink", "slip", "down", "plunge"}
)
_BESIDE = 2
_BOTH = 2.0
_NEXT_WORD = re.compile(r"[\s-]{0,3}(?:of\s)?(?:an?\s)?((?:square\s|cubic\s)?)([A-Za-z]+)")
_SPEED = re.compile(r"(?i)[\s-]{0,3}(?:(m)|k)(?:iles?|ilomet(?:er|re)s?|m)?\s?(?:/\s?h|per\shour|an\shour)\b")


def figure_findings(match: Match) -> Iterator[Finding]:
    """Yield what is wrong with the claim's figures."""
    yield from _figures(match)
    yield from _scores(match)
    yield from _ranks_in_words(match)
    yield from _superlatives(match)


def _figures(match: Match) -> Iterator[Finding]:
    found = [(claimed, match.figures(claimed)) for claimed in match.claim.figures]
    taken = {(n, one.start) for _, borne in found for n, one in borne}
    for claimed, borne in found:
        other = _other_figure(match, claimed, taken)
        is_elsewhere = not any(n in match.chosen for n, _ in borne)
        if not borne and (_is_second(match, claimed) or _is_in_other_words(match, claimed)):
            continue
        if not borne or (is_elsewhere and other and other[0] >= _SAME_PLACE):
            theirs_text = other[1].text if other else _second_in_place(match, claimed)
            yield finding("number", claimed.text, theirs_text)
            continue
        unit, end = _measure(match.claim, claimed.end)
        theirs = [(match.sources[n], one, *_measure(match.sources[n], one.end)) for n, one in borne]
        if unit and all(theirs_unit and _differ(unit, theirs_unit) for _, _, theirs_unit, _ in theirs):
            said, one, _, stop = theirs[0]
            yield finding("number", match.claim.text[claimed.start : end], said.text[one.start : stop])


def _differ(unit: str, other: str) -> bool:
    return relation(unit, other) in ("", "sister", "opposite", "narrower")


def _other_figure(
    match: Match, claimed: Quantity, taken: set[tuple[int, int]]
) -> tuple[int, Quantity] | None:
    """Return the source's figure in the place of the claim's, of the same kind, as `in_place` does."""
    return in_place(
        match,
        claimed,
        [
            (n, one)
            for n in match.chosen
            for one in match.sources[n].figures
            if (n, one.start) not in taken and one.unit == claimed.unit and one.is_rank == claimed.is_rank
        ],
    )


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
                yield finding("number", ours.text, other.text)
                break


def _ranks_in_words(match: Match) -> Iterator[Finding]:
    """Yield "second" or "last" where the source has another rank of the same thing, and nowhere that one."""
    theirs = [(n, one) for n, said in enumerate(match.sources) for one in ranks(said)]
    for ours in ranks(match.claim):
        same = [(n, one) for n, one in theirs if one.of & ours.of]
        others = [one for n, one in same if n in match.chosen]
        if ours.value in (SECOND, LAST) and others and all(one.value != ours.value for _, one in same):
            yield finding("number", ours.text, others[0].text)


def _superlatives(match: Match) -> Iterator[Finding]:
    """Yield "the largest" where the sources have only "the third-largest" or "one of the largest"."""
    theirs = [(n, one) for n, said in enumerate(match.sources) for one in superlatives(said.text)]
    for ours in superlatives(match.claim.text):
        same = [(n, one) for n, one in theirs if one.most == ours.most]
        ranked_there = [one for n, one in same if n in match.chosen and one.is_ranked]
        if not ours.is_ranked and ranked_there and all(one.is_ranked for _, one in same):
            yield finding("number", ours.text, ranked_there[0].text)


def _is_in_other_words(match: Match, claimed: Quantity) -> bool:
    """Tell whether a chosen sentence has "14 days" for two weeks, "both" for 2, or "-5%" for a fall."""
    unit, _ = _measure(match.claim, claimed.end)
    is_fall = any(
        word.lemma in _FALLS
        for run in (match.claim.before(claimed.start), match.claim.behind(claimed.end))
        for word in islice(run, _BESIDE)
    )
    for said in (match.sources[n] for n in match.chosen):
        if claimed.value == _BOTH and any(word.lower == "both" for word in said.words):
            return True
        for one in said.figures:
            years, theirs = _years(match.claim, claimed), _years(said, one)
            if years and theirs and agrees(years, theirs):
                return True
            if is_fall and one.value == -claimed.value and one.unit == claimed.unit and unit != "degree":
                return True
            if measures.agrees(claimed, unit, one, _measure(said, one.end)[0]):
                return True
    return False


def _years(said: Wording, one: Quantity) -> Quantity | None:
    """Return the figure of "20 years" and of "the 20th anniversary", None for another."""
    found = _NEXT_WORD.match(said.text, one.end)
    what = lemma(found[2].lower()) if found else ""
    return replace(one, is_rank=False) if what == ("anniversary" if one.is_rank else "year") else None


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
