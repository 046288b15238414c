"""What a question says about its source: the outlet, the day, or the time the article was published."""

import calendar
import math
import re
from dataclasses import dataclass
from datetime import MINYEAR, date
from functools import lru_cache

from index.dates import MONTHS, day_of
from index.lexical import terms
from index.records import Article

# What each is worth beside 1.0 each for terms and vectors; docs/decisions/0013 says what moved them.
_PUBLICATION, _DAY, _PERIOD, _RECENCY = 0.3, 0.4, 0.4, 0.15
MOST = _PUBLICATION + max(_DAY, _PERIOD) + _RECENCY
# Of two reports the newer is likelier meant: what is left of the gain after so many days.
_FADING_DAYS = 30.0
# A report comes out a few days after what it tells, and east of here it is tomorrow already.
_LATER, _AHEAD = 7, 2
_WEEK, _RECENT, _MONTH_DAYS = 10, 14, 35

# ASCII, or the long s of "ſep" would be an s in any case of it, and no month.
_MONTH = r"(?a:(?P<month>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?)"
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(rf"(?i)\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?(?!\d)"),
    re.compile(
        rf"(?i)\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?(?!\d)"
    ),
)
_AGO = tuple(
    (re.compile(rf"(?i)\b(?:{words})\b"), days, is_named)
    for words, days, is_named in (
        (r"today|tonight|yesterday|last night|this (?:morning|afternoon|evening)", _AHEAD, False),
        (r"(?:this|past|last) (?:past )?(?:week|weekend)", _WEEK, True),
        (r"on (?:mon|tues|wednes|thurs|fri|satur|sun)day(?!s)", _WEEK, True),
        (r"recent(?:ly)?|latest|lately|newly|currently|these days", _RECENT, False),
        (r"(?:this|past|last) (?:past )?month", _MONTH_DAYS, True),
    )
)
# "May" is a month behind these words, and "in March" is one where "they march" is not.
_IN_MONTH = re.compile(
    r"\b(?P<since>[Ss]ince|[Aa]fter)?(?:[Ii]n|[Dd]uring|[Ll]ate|[Ee]arly|[Ll]ast|[Tt]his)?\s+"
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?(?:,?\s+(?:of\s+)?(?P<year>(?:19|20)\d\d)\b)?(?!\s+\d)"
)
_LED = re.compile(r"(?i)\b(?:in|during|since|after|last|this|late|early)\s")
_HOST = re.compile(
    r"(?:www\.)?([\w-]+(?:\.[\w-]+)*?)\.(?:com|org|net|edu|gov|info|co\.[a-z]{2}|com\.[a-z]{2}|[a-z]{2})"
)
_CAPITAL = re.compile(r"\b[A-Z]\w*")
_SECTION = re.compile(r"\s[|–—-]\s|:\s")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; `is_named` when the question names them, not "recently"."""

    first: date
    last: date
    is_named: bool = True

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class NamedPublications:
    """The outlets that a question names, by their name, its first part, or their host."""

    def __init__(self, question: str) -> None:
        self._words = _padded(question)
        # "Time" and "People" are outlets, "time" and "people" are not.
        self._capitals = _padded(" ".join(_CAPITAL.findall(question)))

    def __contains__(self, name: str) -> bool:
        return any(
            words in (self._words if words.count(" ") > 2 else self._capitals) for words in _names(name)
        )


class Mentions:
    """What a question asked on the day `today` says: "from 'The Verge'", "on 2023-11-24", "this week"."""

    def __init__(self, question: str, today: date) -> None:
        self._publications = NamedPublications(question)
        self._days = _days(question)
        self._today = today
        self.period = None if self._days else period(question, today)

    def score(self, article: Article) -> float:
        """Return 0..MOST: how well the article's publication and date are those that the question means."""
        found = _PUBLICATION * (article.publication in self._publications)
        published = day_of(article.published)
        if published is None:
            return found
        named = _DAY * self.day(article.published)
        within = _PERIOD * (self.period is not None and published in self.period)
        age = abs((self._today - published).days)
        return found + max(named, within) + _RECENCY * math.exp(-age / _FADING_DAYS)

    def day(self, published: str) -> bool:
        """Tell whether the question names the day (ISO); a question may leave out the year."""
        day = day_of(published)
        return day is not None and bool(
            {(day.year, day.month, day.day), (0, day.month, day.day)} & self._days
        )


def period(question: str, today: date) -> Period | None:
    """Return the time a question names without a day: "this week", "recently", "in March"; None for none.

    It reaches a little further than the words, because reports follow what they tell. A month without a year
    is the latest one.
    """
    for pattern, days, is_named in _AGO:
        if pattern.search(question):
            return Period(_moved(today, -days), _moved(today, _AHEAD), is_named)
    for match in _IN_MONTH.finditer(question):
        if match["year"] or _LED.match(question, match.start()):
            return _month(match, today)
    return None


def _month(match: re.Match[str], today: date) -> Period:
    number = MONTHS[match["month"][:3].lower()]
    year = int(match["year"] or today.year - (number > today.month))
    first = date(max(MINYEAR, year), number, 1)
    last = date(first.year, number, calendar.monthrange(first.year, number)[1])
    return Period(first, max(first, today) if match["since"] else _moved(last, _LATER))


def _moved(day: date, days: int) -> date:
    """Return the day so many later; the calendar's ends are not passed."""
    return date.fromordinal(min(max(1, day.toordinal() + days), date.max.toordinal()))


def _padded(text: str) -> str:
    """Return the terms between blanks, so that a run of words can be looked for as a whole."""
    return f" {' '.join(terms(text))} "


@lru_cache(maxsize=4_096)
def _names(publication: str) -> frozenset[str]:
    """Return the ways a question may name an outlet, padded; "usatoday.com" is "usatoday"."""
    host = _HOST.fullmatch(publication.strip().lower())
    spoken = host[1] if host else publication
    names = {_padded(publication), _padded(spoken), _padded(_SECTION.split(spoken, maxsplit=1)[0])}
    return frozenset(name for name in names if name.strip())


def _days(question: str) -> set[tuple[int, int, int]]:
    """Return the (year or 0, month, day) a question names."""
    found = set()
    for pattern in _DATES:
        for match in pattern.finditer(question):
            parts = match.groupdict()
            month = int(parts["number"]) if parts.get("number") else MONTHS[parts["month"][:3].lower()]
            found.add((int(parts["year"] or 0), month, int(parts["day"])))
    return found
