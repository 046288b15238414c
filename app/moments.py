"""Dates in a text → the days they mean, seen from the day it was published; whether one bears out another."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.letters import plain_letters
from index.dates import MONTHS, day_of

_WEEKDAYS = {
    name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=0)
}
_CURRENCIES = tuple("$€£¥₹")
# Stands for a year that is not told: a leap year, which holds every day.
_YEARLESS = 4
_WEEK = timedelta(7)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
# What a year is of, rather than what so many are counted of: "2016 elections", but "1709 schools".
_OF_A_YEAR_WORDS = """
    elections results figures sales earnings profits revenues prices levels rules laws reforms sanctions
    talks negotiations protests demonstrations riots attacks bombings hearings polls primaries midterms
    championships finals playoffs games olympics awards floods wildfires fires standards estimates
    forecasts projections statistics numbers rates taxes budgets models editions versions
"""
_COUNTS = re.compile(
    rf"-[a-z]|\s?(?:kg|km|m|ft|mph)\b|\s(?!(?:{'|'.join(_OF_A_YEAR_WORDS.split())})\b)"
    r"(?:[a-z]{2,}[^\W\dsui]s|people|men|women|children|feet)\b"
)
_NAMES_A_YEAR = re.compile(
    r"(?:\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Dd]uring|[Tt]he|[Bb]efore|[Aa]fter|[Tt]his|[Ii]ts|[Hh]is|[Hh]er"
    r"|[Tt]heir|[Oo]ur|By|From)|['’]s?)\s$"
)
_LOOKED_BACK = 8
_COUNTS_WORDS = "a one two three four five six seven eight nine ten"
_SPELLED = {word: max(1, number) for number, word in enumerate(_COUNTS_WORDS.split())}
_COUNT = rf"{'|'.join(_SPELLED)}|\d{{1,3}}"
# "More than two years ago" is a figure.
_HEDGED = re.compile(r"(?i)\b(?:than|about|around|nearly|almost|over|some|least|roughly|approximately)\s$")
_DATE = re.compile(
    rf"(?i)\b(?:(?P<iso>\d{{4}}-\d\d-\d\d)(?!\d)"
    rf"|(?:{_WEEKDAY},?\s+)?(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,?\s+(?P<y1>\d{{4}}))?(?!\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{_MONTH})(?:,?\s+(?P<y2>\d{{4}}))?(?!\d)"
    rf"|(?P<m3>{_MONTH})(?:,?\s+(?:of\s+)?(?P<y3>(?:1[5-9]|20)\d\d))(?!\d)"
    r"|(?P<decade>(?:1[5-9]|20)\d0)s\b"
    rf"|(?P<ago>{_COUNT})\s+(?P<unit>day|week|month|year)s?\s+ago"
    rf"|(?:in|since|last|this|until|by|late|early|mid)[\s-]+(?P<m4>{_MONTH})(?!,?\s+(?:of\s+)?\d)"
    rf"|(?:(?P<which>last|next|this|past)\s+)?(?P<weekday>{_WEEKDAY})(?!s\b)"
    r"|(?P<word>yesterday|today|tonight|tomorrow|(?:last|next|this)\s+(?:week|month|year))"
    r"|(?P<year>(?:1[5-9]|20)\d\d)(?!\d|s\b|,\d|\.\d|\s?%))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date at text[start:end]: the days from `first` to `last`, None for both where they cannot be told.

    `is_dated` tells that the text says of which year it is; `is_weekday` that it says a weekday alone.
    """

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    is_dated: bool = True
    is_weekday: bool = False


def moments(text: str, published: str = "") -> list[Moment]:
    """Return the dates of a text; `published` is an ISO date, "" when it is not known.

    A weekday is the latest one up to that day, a month without a year the nearest one.
    """
    day = day_of(published)
    text = plain_letters(text)
    found = []
    for match in _DATE.finditer(text):
        if match["year"] and _is_count(text, match.start(), match.end()):
            continue
        if match["ago"] and (day is None or _HEDGED.search(text, 0, match.start())):
            continue
        try:
            between = _between(match, day)
        except (ValueError, OverflowError):
            between = None
        found.append(
            Moment(
                start=match.start(),
                end=match.end(),
                text=match[0],
                first=between[0] if between else None,
                last=between[1] if between else None,
                is_dated=not _lacks_year(match),
                is_weekday=bool(match["weekday"] and not match["which"]),
            )
        )
    return found


def _lacks_year(match: re.Match[str]) -> bool:
    return any(match[f"m{n}"] and not match[f"y{n}"] for n in "12") or bool(match["m4"])


def _is_count(text: str, start: int, end: int) -> bool:
    """Tell whether four digits count something: "$2000", "1709 schools"."""
    if text[max(0, start - 1) : start] in _CURRENCIES:
        return True
    is_named = _NAMES_A_YEAR.search(text, max(0, start - _LOOKED_BACK), start)
    return not is_named and bool(_COUNTS.match(text, end))


def agrees(claim: Moment, source: Moment) -> bool:
    """Tell whether the source's date bears out the claim's: the same words, or days within the claim's."""
    if claim.text.lower().strip(".") == source.text.lower().strip("."):
        return True
    if claim.first is None or claim.last is None or source.first is None or source.last is None:
        return False
    ours, theirs = (claim.first, claim.last), (source.first, source.last)
    if _is_to_come(claim, source) or _is_to_come(source, claim):
        return True
    if not claim.is_dated and ours[0].year != theirs[0].year == theirs[1].year:
        ours, theirs = _in_no_year(*ours), _in_no_year(*theirs)
    if _YEARLESS in (claim.first.year, source.first.year):
        # Whose year is not told may be of any year.
        ours, theirs = _in_no_year(*ours), _in_no_year(*theirs)
    return ours[0] <= theirs[0] and theirs[1] <= ours[1]


def _is_to_come(weekday: Moment, other: Moment) -> bool:
    """Tell whether a day is the weekday's next one: "on Friday" may be the one to come."""
    if not weekday.is_weekday or weekday.first is None or other.first is None:
        return False
    return other.first == other.last == weekday.first + _WEEK


def _in_no_year(first: date, last: date) -> tuple[date, date]:
    return first.replace(year=_YEARLESS), last.replace(year=_YEARLESS)


def _between(match: re.Match[str], day: date | None) -> tuple[date, date] | None:
    part = match.groupdict()
    if part["iso"]:
        whole = date.fromisoformat(part["iso"])
        return whole, whole
    if part["year"] or part["decade"]:
        first = int(part["year"] or part["decade"])
        return date(first, 1, 1), date(first if part["year"] else first + 9, 12, 31)
    for number in ("1", "2"):
        if part[f"m{number}"]:
            year = part[f"y{number}"]
            return _named(MONTHS[part[f"m{number}"][:3].lower()], int(part[f"d{number}"]), year, day)
    if part["m3"] or part["m4"]:
        return _month(MONTHS[(part["m3"] or part["m4"])[:3].lower()], part["y3"], day)
    if day and part["ago"]:
        return _ago(_SPELLED.get(part["ago"].lower()) or int(part["ago"]), part["unit"].lower(), day)
    return _relative(part, day) if day else None


def _ago(count: int, unit: str, day: date) -> tuple[date, date]:
    """Return the day, the days around a week's or the whole month or year that was so long ago."""
    if unit == "year":
        return date(day.year - count, 1, 1), date(day.year - count, 12, 31)
    if unit == "month":
        month = day.year * 12 + day.month - 1 - count
        return _month(month % 12 + 1, f"{month // 12:04}", day)
    found = day - timedelta(count * (7 if unit == "week" else 1))
    around = timedelta(3 if unit == "week" else 0)
    return found - around, found + around


def _named(month: int, number: int, year: str | None, day: date | None) -> tuple[date, date] | None:
    if year:
        found = date(int(year), month, number)
    elif day:
        found = min(
            (date(day.year + n, month, number) for n in (-1, 0, 1)), key=lambda d: abs((d - day).days)
        )
    else:
        found = date(_YEARLESS, month, number)
    return found, found


def _month(month: int, year: str | None, day: date | None) -> tuple[date, date]:
    if year is None and day:
        chosen = min((day.year + n for n in (-1, 0, 1)), key=lambda y: abs((date(y, month, 15) - day).days))
    else:
        chosen = int(year or _YEARLESS)
    return date(chosen, month, 1), date(chosen, month, calendar.monthrange(chosen, month)[1])


def _relative(part: dict[str, str | None], day: date) -> tuple[date, date] | None:
    if part["weekday"]:
        back = (day.weekday() - _WEEKDAYS[part["weekday"][:3].lower()]) % 7
        which = (part["which"] or "").lower()
        found = day + timedelta(7 - back) if which == "next" else day - timedelta(back)
        return found, found
    word = " ".join((part["word"] or "").lower().split())
    away = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
    if word in away:
        found = day + timedelta(away[word])
        return found, found
    which, _, span = word.partition(" ")
    step = {"last": -1, "this": 0, "next": 1}[which]
    if span == "week":
        monday = day - timedelta(day.weekday()) + timedelta(7 * step)
        return monday, monday + timedelta(6)
    if span == "year":
        return date(day.year + step, 1, 1), date(day.year + step, 12, 31)
    month = day.year * 12 + day.month - 1 + step
    return _month(month % 12 + 1, f"{month // 12:04}", day)
