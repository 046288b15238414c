"""A text → its words, each with its lemma, its kind, and whether it is denied."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import Literal

from app.clock import Time, times
from app.countries import is_country
from app.lexicon import is_known, lemma
from app.moments import Moment, moments
from app.quantities import Quantity, quantities
from index.lexical import STOP_WORDS, terms

Kind = Literal["number", "date", "name", "word", "function"]

_WORD = re.compile(r"United States\b|(?:[A-Za-z]\.){2,}|(?:[A-Z]\.)+[A-Z]\b|[^\W_]+(?:[-'’.][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_NEGATIONS_WORDS = """
    not no never none neither nor without nobody nothing cannot hardly barely refuse refused refuses
    deny denied denies denying fail failed fails unable lack lacks lacked excluding exclude excludes
"""
_NEGATIONS = frozenset(_NEGATIONS_WORDS.split())
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?")
_STARTS_ANEW = re.compile(r"[.!?:](?!\w)|[.!?]?[\"”]")
_CLAUSE_ENDS = tuple(",;.!?:")
ARTICLES = frozenset({"a", "an", "the"})
# They stand before a name and tell nobody from another.
_TITLE_WORDS = """
    mr mrs ms miss dr sir dame lord lady prof sen rep gov gen col capt lt sgt rev st president senator
    governor congressman congresswoman minister prime chancellor mayor judge justice king queen prince
    princess pope secretary former
"""
TITLES = frozenset(_TITLE_WORDS.split())
# Words that the table of meanings has not, and that are no names where a sentence begins with them.
_RELATING_WORDS = """
    everyone everybody anyone anybody something anything everything whereas amid amidst although without
    whether upon toward towards amongst among beside since unless whilst whenever via per versus against
    onto ours yours himself herself itself themselves
"""
_RELATING = frozenset(_RELATING_WORDS.split())
_SHORTEST = 4
_NOT = re.compile(r"n['’]t$")
# "Did not start until 2005" says that it started then.
_UNTIL = re.compile(r"(?i)(?:\s[\w'’-]+){1,6}\s(?:until|till)\b")
# "Declined to comment", but not "declined to 5 percent".
_DECLINES = frozenset({"decline", "declines", "declined", "declining"})
_TO_DO = re.compile(r"\sto\s[a-z]")
# "Not only in Oslo" denies nothing.
# "A vote of no confidence" is a no-confidence vote.
_VOTE, _VOTED = re.compile(r"(?i)\b(?:vote|motion)s? of no$"), 12
_ONLY = re.compile(r"\s(?:only|just|merely|least)\b")
# How many words that carry meaning a denial reaches over.
_REACH = 2
# How far from its figure what is counted may stand, in words.
_COUNTED = 3
_LESS_WORDS = """
    said say says saying according also new one would could including several many
"""
_EMPTY = STOP_WORDS | frozenset(_LESS_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word at text[start:end]; `lower` is it in lower case without a possessive, `stem` its search term."""

    start: int
    end: int
    lower: str
    lemma: str
    stem: str
    kind: Kind
    is_denial: bool
    is_denied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A text's words in order, its figures, its dates and its times of day."""

    text: str
    words: tuple[Word, ...]
    figures: tuple[Quantity, ...]
    dates: tuple[Moment, ...]
    times: tuple[Time, ...]

    @property
    def content(self) -> list[Word]:
        """The words that carry what is said: plain words and names."""
        return [word for word in self.words if word.kind in ("word", "name")]

    def before(self, at: int) -> Iterator[Word]:
        """Yield the words that end at a place or before it, the nearest first."""
        behind = bisect_right(self.words, at, key=attrgetter("end"))
        return (self.words[number] for number in range(behind - 1, -1, -1))

    def behind(self, at: int) -> Iterator[Word]:
        """Yield the words that start at a place or behind it, the nearest first."""
        first = bisect_left(self.words, at, key=attrgetter("start"))
        return (self.words[number] for number in range(first, len(self.words)))


@lru_cache(maxsize=4_096)
def wording(text: str, published: str = "") -> Wording:
    """Read a text; `published` is the ISO date that its relative dates are seen from."""
    clock = times(text)
    dates = [one for one in moments(text, published) if not _meets(one, clock)]
    figures = [one for one in quantities(text) if not _meets(one, [*dates, *clock])]
    return Wording(
        text=text,
        words=tuple(_words(text, figures, [*dates, *clock])),
        figures=tuple(figures),
        dates=tuple(dates),
        times=tuple(clock),
    )


def _meets(one: Quantity | Moment, others: Sequence[Moment | Time]) -> bool:
    return any(other.start < one.end and one.start < other.end for other in others)


def counted(said: Wording, figure: Quantity) -> Word | None:
    """Return what a figure counts: the last plain word of the run behind it ("42 injured passengers")."""
    found: Word | None = None
    for word in islice(said.behind(figure.end), _COUNTED):
        if word.kind != "word":
            break
        found = word
        if said.text[word.end : word.end + 1] != " ":
            break
    return found


def _words(text: str, figures: Sequence[Quantity], dates: Sequence[Moment | Time]) -> list[Word]:
    spans: list[tuple[int, int, Kind]] = [(one.start, one.end, "number") for one in figures]
    spans += [(one.start, one.end, "date") for one in dates]
    found: list[Word] = []
    denied = 0
    is_first = True
    for match in _WORD.finditer(text):
        bare = _POSSESSIVE.sub("", match[0]) or match[0]
        lower = _lowered(bare)
        inside = [kind for a, b, kind in spans if a < match.end() and match.start() < b]
        negates = _is_denial(lower, text, match)
        kind: Kind = "function"
        if inside:
            kind = inside[0]
        elif not negates and (_is_acronym(bare, text) or lower not in _EMPTY):
            kind = "name" if _is_name(bare, text, match.end(), is_first=is_first) else "word"
        found.append(
            Word(
                start=match.start(),
                end=match.end(),
                lower=lower,
                lemma=lower if kind == "name" else lemma(lower),
                stem=(terms(lower) or [lower])[0],
                kind=kind,
                is_denial=negates,
                is_denied=denied > 0,
            )
        )
        ends_clause = text[match.end() : match.end() + 1] in _CLAUSE_ENDS
        denied = 0 if ends_clause else _REACH if negates else denied - (kind != "function")
        is_first = lower not in TITLES and _STARTS_ANEW.match(text, match.end()) is not None
    return found


def _lowered(word: str) -> str:
    """Return a word in lower case; initials lose their dots where they are no other word: "fbi", "u.s."."""
    if word in ("US", "United States"):
        return "u.s."
    if not _INITIALS.fullmatch(word):
        return word.lower()
    letters = word.replace(".", "").lower()
    return f"{word.lower().rstrip('.')}." if letters in STOP_WORDS else letters


def _is_denial(lower: str, text: str, match: re.Match[str]) -> bool:
    if lower == "no" and _VOTE.search(text, max(0, match.start() - _VOTED), match.end()):
        return False
    is_not = (lower == "not" and not _ONLY.match(text, match.end())) or _NOT.search(lower) is not None
    declines = lower in _DECLINES and _TO_DO.match(text, match.end()) is not None
    return (is_not and not _UNTIL.match(text, match.end())) or lower in _NEGATIONS - {"not"} or declines


def _is_name(word: str, text: str, end: int, *, is_first: bool) -> bool:
    """Tell whether a capital marks a name: not on a sentence's first word, unless another follows it."""
    if not word[0].isupper():
        return False
    is_told = word[1:] != word[1:].lower() or is_country(word.lower()) or _is_unknown(word.lower())
    return not is_first or is_told or _follows_name(text, end)


def _is_acronym(word: str, text: str) -> bool:
    """Tell whether a word is in capitals where the text is not: "WHO", "IT"."""
    return len(word) > 1 and word.isupper() and not text.isupper()


def _is_unknown(word: str) -> bool:
    """Tell whether a word can hardly be but a name: no dictionary has it, and it relates nothing."""
    parts = {word, lemma(word), *word.split("-")}
    return len(word) >= _SHORTEST and not parts & (_RELATING | TITLES) and not any(map(is_known, parts))


def _follows_name(text: str, at: int) -> bool:
    return bool(re.match(r"\s[A-Z][a-z]", text[at : at + 3]))
