"""A claim matched with its evidence in, the words of it that the evidence does not bear out.

Rules for figures, scores, ranks, dates, names, denials, opposites, speakers, and who did what to whom. A
problem names the words of the source that stand in the place of the claim's where there are such words.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from app.clock import Time
from app.comparisons import comparisons
from app.factuality import factuality
from app.figures import figure_findings
from app.finding import AROUND, Dated, Finding, beside, best_fitting, finding, in_place
from app.matching import HELD, Match
from app.moments import Moment
from app.opposites import opposites
from app.quantifiers import quantifiers
from app.roles import deeds, is_one_contest
from app.subjects import subjects
from app.swaps import swaps
from app.wording import TITLES, Word, Wording

_SAYS = re.compile(r"said|says|told|tells|announced|claimed|added|declared|warned|argued|insisted|stated")
_INVERTED = re.compile(r"(?:^|[,\"”’'])\s*$")
_EARLIER, _LATER = frozenset({"before", "until", "till"}), frozenset({"after", "since"})
_LONGEST_INITIALS = 6
_LONG_NAME = re.compile(r"[A-Z][\w'-]*(?:\s(?:(?:and|of|for|the|on|in)\s)*[A-Z][\w'-]*)+")
# An office held once, or in another's place, is not the office.
_OFFICES_WORDS = """
    president minister chancellor premier governor mayor senator chairman chairwoman chair chief director
    secretary ambassador king queen coach captain champion leader
"""
_OFFICES = frozenset(_OFFICES_WORDS.split())
_NOT_IN_OFFICE = frozenset({"former", "ex", "vice", "deputy", "acting", "then", "interim", "past"})
# How far before a speaker the one stands whom he speaks for, in words.
_SPOKEN_FOR = 6
# They tell nothing of whom they stand before.
_HONORIFICS = frozenset({"mr", "mrs", "ms", "miss", "dr", "sir"})
_SHORT_FORMS = {
    "ceo": "chief executive", "cfo": "chief financial officer", "fed": "federal reserve", "gop": "republican",
    "pm": "prime minister", "nyc": "new york", "uae": "united arab emirates",
}  # fmt: skip
# "It killed nobody" and "no one was killed" deny the same wherever they stand.
_NOBODY = frozenset({"no", "nobody", "none", "nothing"})


def findings(match: Match) -> list[Finding]:
    """Return what is wrong with the claim, figures first."""
    return [
        *figure_findings(match),
        *_dates(match),
        *_names(match),
        *_denials(match),
        *_offices(match),
        *opposites(match),
        *comparisons(match),
        *quantifiers(match),
        *factuality(match),
        *subjects(match),
        *_speakers(match),
        *_turned_deeds(match),
        *_swapped(match),
    ]


def _swapped(match: Match) -> Iterator[Finding]:
    """Yield what stands in another's place, but a name that is only the other one abbreviated."""
    for one in swaps(match):
        if not _is_said_shorter_or_longer(one.claim, match):
            yield finding(one.kind, one.claim, one.source)


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
    spelled_out = _spelled_out(match)
    for number, word in enumerate(match.content):
        is_spelled_out = any(start <= word.start < end for start, end in spelled_out)
        if not is_spelled_out and _is_missing_name(match, number, word):
            run.append(number)
        if run and (number + 1 == len(match.content) or run[-1] != number):
            others = [
                written for first in run[:1] for written, one in beside(match, first) if one.kind == "name"
            ]
            claim = match.claim.text[match.content[run[0]].start : match.content[run[-1]].end]
            yield finding("name", claim, others[0] if others else "")
            run = []


def _is_missing_name(match: Match, number: int, word: Word) -> bool:
    if word.kind != "name" or match.best[number] >= HELD or word.lower in _HONORIFICS:
        return False
    is_abbreviated = _is_abbreviated(match.claim.text[word.start : word.end], match)
    return not is_abbreviated and not _is_short_form(word, match)


def _is_short_form(name: Word, match: Match) -> bool:
    """Tell whether a source has what the name stands for in news: "CEO"."""
    whole = _SHORT_FORMS.get(name.lower)
    return whole is not None and any(whole in source.text.lower() for source in match.sources)


def _is_abbreviated(name: str, match: Match) -> bool:
    """Tell whether a name is made of the first letters of words of a source: "FBI", "U.S."."""
    letters = re.sub(r"\W", "", name)
    if not 2 <= len(letters) <= _LONGEST_INITIALS or not letters.isupper():
        return False
    return any(
        letters in "".join(first for word in source.words if (first := source.text[word.start]).isupper())
        for source in match.sources
    )


def _spelled_out(match: Match) -> list[tuple[int, int]]:
    """Return where the claim spells out what a source has the initials of: "FDA", "CDC"."""
    written = {
        re.sub(r"\W", "", source.text[word.start : word.end])
        for source in match.sources
        for word in source.words
        if word.kind == "name"
    }
    acronyms = {letters for letters in written if len(letters) > 1 and letters.isupper()}
    return [
        found.span()
        for found in _LONG_NAME.finditer(match.claim.text)
        if acronyms & _initials(found[0].removeprefix("The "))
    ]


def _is_said_shorter_or_longer(name: str, match: Match) -> bool:
    """Tell whether a source has the initials of the claim's name, or the name of the claim's initials."""
    spelled_out = (match.claim.text[start:end] for start, end in _spelled_out(match))
    return _is_abbreviated(name, match) or any(name in whole for whole in spelled_out)


def _initials(name: str) -> set[str]:
    """Return what a long name may be called by its capitals: all of them, or all but the last ("CDC")."""
    capitals = "".join(word[0] for word in name.split() if word[0].isupper())
    return {capitals, capitals[: max(3, len(capitals) - 1)]}


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


def _offices(match: Match) -> Iterator[Finding]:
    """Yield "the president" where every source tells of a former or a vice president alone."""
    if _NOT_IN_OFFICE & {word.lower for word in match.claim.words}:
        return
    for word, places in zip(match.content, match.places, strict=True):
        told = [(match.sources[n], at) for n, found in places.items() for at in found]
        if word.lower not in _OFFICES or not told:
            continue
        held = [(said, at) for said, at in told if at and said.words[at - 1].lower in _NOT_IN_OFFICE]
        if len(held) == len(told):
            said, at = held[0]
            theirs = said.text[said.words[at - 1].start : said.words[at].end]
            yield finding("other", match.claim.text[word.start : word.end], theirs)
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
    if claimed and _is_said_shorter_or_longer(match.claim.text[claimed[0].start : claimed[-1].end], match):
        return
    for said in [match.sources[n] for n in match.chosen]:
        theirs = list(_told_by(said))
        if claimed is None or not theirs:
            continue
        speakers = {word.stem for run in theirs for word in [*run, *_spoken_for(said, run[0])]}
        if not {word.stem for word in claimed} & speakers:
            yield finding(
                "name",
                match.claim.text[claimed[0].start : claimed[-1].end],
                said.text[theirs[0][0].start : theirs[0][-1].end],
            )
            return


def _spoken_for(said: Wording, speaker: Word) -> Iterator[Word]:
    """Yield the words right before a speaker, who speaks for them: "Apple spokesman Fred Sainz said"."""
    end = speaker.start
    for word in islice(said.before(speaker.start), _SPOKEN_FOR):
        if re.search(r"[,;:.\"”]", said.text[word.end : end]):
            return
        yield word
        end = word.start


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
