"""A text → its scores ("3-2", "from 3 to 2"), whose order counts, and its ranks with what they rank."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.lexicon import lemma
from app.wording import Wording

# Between the figures of a score or a change; "to 3 from 2" is "from 2 to 3".
_TO = re.compile(r"\s?[-–—−]\s?|\s(?:votes?\s|goals?\s|points?\s)?to\s")
_FROM = re.compile(r",?\s(?:up\s|down\s)?from\s")
# Who lost may be told with the winner's figure first or last.
_LOST_WORDS = """
    lost lose loses losing loss losses beaten trailed trailing trail trails behind defeat defeats conceded
    bowed succumbed against reject rejects rejected
"""
_LOST = frozenset(_LOST_WORDS.split())
_WON = frozenset(
    {"beat", "beats", "beating", "won", "win", "wins", "winning", "defeated", "defeating", "led", "leads"}
)
_FELL = frozenset({"fell", "fall", "falls", "falling"})
SECOND, LAST = 2.0, math.inf
_RANKS = {"second": SECOND, "last": LAST}
_SUPERLATIVE = re.compile(
    r"(?i)\b(?P<among>(?:one\sof|among)\s(?:[\w'’]+\s){1,2}?)?(?:(?P<rank>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,3}(?:nd|rd|th))[\s-]+)?"
    r"(?P<most>(?:most|least)\s\w+|best|worst|\w{2,20}est)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Two figures in the order that counts; `names` are those right before and behind them, if any.

    `is_of_loser` when it is told of one who lost.
    """

    first: float
    last: float
    unit: str
    text: str
    names: tuple[str, str] | None
    is_of_loser: bool

    def is_turned(self, other: "Score") -> bool:
        """Tell whether the other has the same figures the other way round, and both cannot be right."""
        if (self.first, self.last, self.unit) != (other.last, other.first, other.unit):
            return False
        if self.names or other.names:
            return self.names == other.names
        return not self.is_of_loser and not other.is_of_loser


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """A rank, and what it is of: the plain word behind it, else the one before it."""

    value: float
    text: str
    of: frozenset[tuple[str, str]]


def scores(said: Wording) -> Iterator[Score]:
    """Yield the pairs of figures with a dash or "to" between them."""
    for one, other in pairwise(said.figures):
        if one.is_rank or other.is_rank or one.unit != other.unit:
            continue
        is_back = _FROM.fullmatch(said.text, one.end, other.start) is not None
        if is_back or _TO.fullmatch(said.text, one.end, other.start):
            yield Score(
                first=other.value if is_back else one.value,
                last=one.value if is_back else other.value,
                unit=one.unit,
                text=said.text[one.start : other.end].strip(),
                names=_names(said, one.start, other.end),
                is_of_loser=_is_of_loser(said, one.start, other.end),
            )


def ranks(said: Wording) -> Iterator[Rank]:
    """Yield each rank; "second" and "last", which alone are no figures, are among them."""
    for one in said.figures:
        if one.is_rank:
            yield Rank(value=one.value, text=one.text, of=ranked(said, one.start, one.end))
    for word in said.words:
        if word.lower in _RANKS and word.kind != "date":
            text = said.text[word.start : word.end]
            yield Rank(value=_RANKS[word.lower], text=text, of=ranked(said, word.start, word.end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Superlative:
    """ "largest", "third-largest" or "one of the largest" as written; `is_ranked` in the latter two."""

    text: str
    most: str
    is_ranked: bool


def superlatives(text: str) -> Iterator[Superlative]:
    """Yield the superlatives of a text, with their rank where they have one."""
    for match in _SUPERLATIVE.finditer(text):
        most = match["most"].lower()
        if " " in most or lemma(most) != most:
            yield Superlative(text=match[0], most=most, is_ranked=bool(match["rank"] or match["among"]))


def ranked(said: Wording, start: int, end: int) -> frozenset[tuple[str, str]]:
    """Return what the rank at text[start:end] is of, and on which side of it that stands."""
    after = next(said.behind(end), None)
    if after and after.kind == "word" and said.text[end : after.start] in (" ", "-"):
        return frozenset({("behind", after.stem)})
    before = next(said.before(start), None)
    return frozenset({("before", before.stem)} if before and before.kind == "word" else ())


def _is_of_loser(said: Wording, start: int, end: int) -> bool:
    """Tell whether the nearest word of winning or losing, before the score if any is, is of losing."""
    before = list(said.before(start))
    if before and before[0].lower in _FELL and said.text[before[0].end : start] == " ":
        return True
    told = [word.lower for word in (*before, *said.behind(end)) if word.lower in _LOST | _WON]
    return bool(told) and told[0] in _LOST


def _names(said: Wording, start: int, end: int) -> tuple[str, str] | None:
    before, after = next(said.before(start), None), next(said.behind(end), None)
    if not before or not after or not all(said.text[word.start].isupper() for word in (before, after)):
        return None
    return before.stem, after.stem
