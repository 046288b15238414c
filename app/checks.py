"""A claim matched with its evidence in, the words of it that the evidence does not bear out.

Rules for figures, scores, ranks, dates, names, denials, opposites, speakers, and who did what to whom. A
problem names the words of the source that stand in the place of the claim's where there are such words.
"""

import re
from collections.abc import Iterator, Sequence

from app.clock import Time
from app.comparisons import comparisons
from app.figures import figure_findings
from app.finding import AROUND, Dated, Finding, beside, best_fitting, finding, in_place
from app.matching import HELD, Match
from app.moments import Moment
from app.opposites import opposites
from app.quantifiers import quantifiers
from app.roles import deeds, is_one_contest
from app.swaps import swaps
from app.wording import TITLES, Word, Wording

_SAYS = re.compile(r"said|says|told|tells|announced|claimed|added|declared|warned|argued|insisted|stated")
_INVERTED = re.compile(r"(?:^|[,\"”’'])\s*$")
_EARLIER, _LATER = frozenset({"before", "until", "till"}), frozenset({"after", "since"})
_LONGEST_INITIALS = 6
# "It killed nobody" and "no one was killed" deny the same wherever they stand.
_NOBODY = frozenset({"no", "nobody", "none", "nothing"})


def findings(match: Match) -> list[Finding]:
    """Return what is wrong with the claim, figures first."""
    return [
        *figure_findings(match),
        *_dates(match),
        *_names(match),
        *_denials(match),
        *opposites(match),
        *comparisons(match),
        *quantifiers(match),
        *_speakers(match),
        *_turned_deeds(match),
        *(finding(one.kind, one.claim, one.source) for one in swaps(match)),
    ]


def _dates(match: Match) -> Iterator[Finding]:
    """Yield the dates and the times of day that no source has."""
    days = [(one, match.dates(one)) for one in match.claim.dates]
    clock = [(one, match.times(one)) for one in match.claim.times]
    yield from _unborne(match, days, [(n, one) for n in match.chosen for one in match.sources[n].dates])
    yield from _unborne(match, clock, [(n, one) for n in match.chosen for one in match.sources[n].times])


def _unborne(
    match: Match,
    claim: Sequence[tuple[Dated, Sequence[tuple[int, Dated]]]],
    offered: Sequence[tuple[int, Dated]],
) -> Iterator[Finding]:
    """Yield what is borne out by nothing, with what stands in its place among what is `offered`."""
    taken = {(n, one.start) for _, borne in claim for n, one in borne}
    left = [(n, one) for n, one in offered if (n, one.start) not in taken]
    for claimed, borne in claim:
        side = _side(match.claim, claimed)
        if borne:
            yield from _other_side(match, claimed, side, borne) if side else ()
            continue
        _, other = in_place(match, claimed, left) or (0, None)
        # What was at 9:58 may well have been "before 10".
        apart = other is not None and not side and _apart(claimed, other)
        yield finding("date", claimed.text, other.text if other else "", is_conflict=apart)


def _other_side(
    match: Match, claimed: Dated, side: str, borne: Sequence[tuple[int, Dated]]
) -> Iterator[Finding]:
    """Yield "before 10" where every source that has the time says "after 10"."""
    theirs = [(_side(match.sources[n], one), one) for n, one in borne]
    if all(other and (other in _EARLIER) != (side in _EARLIER) for other, _ in theirs):
        other, one = theirs[0]
        yield finding("date", f"{side} {claimed.text}", f"{other} {one.text}")


def _side(said: Wording, one: Dated) -> str:
    """Return the word that says on which side of a time it was, "" for none."""
    word = next(said.before(one.start), None)
    return word.lower if word and word.lower in _EARLIER | _LATER else ""


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
                written for first in run[:1] for written, one in beside(match, first) if one.kind == "name"
            ]
            claim = match.claim.text[match.content[run[0]].start : match.content[run[-1]].end]
            yield finding("name", claim, others[0] if others else "")
            run = []


def _is_missing_name(match: Match, number: int, word: Word) -> bool:
    return word.kind == "name" and match.best[number] < HELD and not _is_initials(word, match)


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
    if _says_nobody(match.claim) and any(_says_nobody(match.sources[n]) for n in match.chosen):
        return
    for number, (word, places) in enumerate(zip(match.content, match.places, strict=True)):
        theirs = [
            (match.sources[n], one)
            for n in match.chosen
            for one in best_fitting(match.claim, word, match.sources[n], places.get(n, ()))
        ]
        if not theirs or word.kind != "word":
            continue
        said, other = theirs[0]
        if word.is_denied and not any(one.is_denied for _, one in theirs):
            yield finding("negation", _denied(match.claim, word), said.text[other.start : other.end])
            return
        if not word.is_denied and all(one.is_denied for _, one in theirs) and _is_said_alike(match, number):
            yield finding("negation", match.claim.text[word.start : word.end], _denied(said, other))
            return


def _says_nobody(said: Wording) -> bool:
    """Tell whether a text denies, by "nobody" and its like alone."""
    denials = {word.lower for word in said.words if word.is_denial}
    return bool(denials) and denials <= _NOBODY


def _is_said_alike(match: Match, number: int) -> bool:
    """Tell whether a chosen sentence has one of the word's neighbours near to it too."""
    return any(
        abs(a - b) <= AROUND
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


def _speakers(match: Match) -> Iterator[Finding]:
    """Yield a speaker who is none of those of the best sentence, where both sentences name some."""
    claimed = next(_told_by(match.claim), None)
    for said in [match.sources[n] for n in match.chosen]:
        theirs = list(_told_by(said))
        if claimed is None or not theirs:
            continue
        if not {word.stem for word in claimed} & {word.stem for run in theirs for word in run}:
            yield finding(
                "name",
                match.claim.text[claimed[0].start : claimed[-1].end],
                said.text[theirs[0][0].start : theirs[0][-1].end],
            )
            return


def _told_by(said: Wording) -> Iterator[list[Word]]:
    """Yield the names right before each verb of saying, or behind it: "..., said Holm"."""
    for at, word in enumerate(said.words):
        if _SAYS.fullmatch(word.lower):
            before = _run(said, said.words[:at][::-1])[::-1]
            is_behind = not before and _INVERTED.search(said.text, 0, word.start)
            found = _run(said, said.words[at + 1 :]) if is_behind else before
            if names := [one for one in found if one.lower not in TITLES]:
                yield names


def _run(said: Wording, words: Sequence[Word]) -> list[Word]:
    """Return the names that a run of words begins with, up to a comma between two of them."""
    found: list[Word] = []
    for word in words:
        if word.kind not in ("name", "word") or not said.text[word.start].isupper():
            break
        if found and "," in said.text[min(found[-1].end, word.end) : max(found[-1].start, word.start)]:
            break
        found.append(word)
    return found


def _turned_deeds(match: Match) -> Iterator[Finding]:
    """Yield who did what to whom where a source has the two names in each other's place, and none as here."""
    theirs = [(n, deed) for n, said in enumerate(match.sources) for deed in deeds(said)]
    for ours in deeds(match.claim):
        if any(deed.is_same(ours) for _, deed in theirs):
            continue
        is_whole = bool(ours.doer and ours.other)
        for n, deed in theirs:
            # "B, who won in 2019, was beaten by A": of which contest one side alone is told, is not read.
            is_it = is_whole or (n in match.chosen and is_one_contest(match.sources[n]))
            if is_it and deed.is_swapped(ours):
                source = match.sources[n].text[deed.start : deed.end]
                yield finding("other", match.claim.text[ours.start : ours.end], source)
                break
