"""Publication dates as newspapers and their databases write them: text in, ISO 8601 out, "" when unsure."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

# The first printed newspaper, Strasbourg's Relation, is of 1605; nothing dated earlier is news.
FIRST_YEAR, LAST_YEAR = 1605, 2100

# By the first three letters of their English names.
MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
# ASCII, or the long s of "ſep" would be an s in any case of it, and no month.
_MONTH = (
    r"(?a:(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?)"
)
_LEAD = (
    r"(?:(?:published|posted|updated)\s*(?:on\b|:)?\s*)?"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
# A time of day behind a written-out date carries zones such as "ET" that no table settles: the date is kept.
_REST = r"(?:,?\s+(?:at\s+)?\d{1,2}[:.]\d{2}.{0,30})?"
_WRITTEN = (
    re.compile(rf"{_LEAD}{_MONTH}\s+{_DAY}(?:(?:,\s*|\s+)(?P<year>\d{{4}}))?{_REST}", re.IGNORECASE),
    re.compile(
        rf"{_LEAD}{_DAY}(?:\s+of)?[\s-]+{_MONTH}(?:(?:,\s*|[\s-]+)(?P<year>\d{{4}}))?{_REST}", re.IGNORECASE
    ),
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[/.](\d{{1,2}})[/.](\d{{1,2}}){_REST}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}){_REST}")
_ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}(?:[T ].*)?")
_RFC_2822 = re.compile(r"(?:[A-Za-z]{3},\s+)?\d{1,2} [A-Za-z]{3} \d{4} \d{2}:\d{2}(?::\d{2})?\b.*")
_UNIX = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})")


def parse_published(value: str, year: str = "", month: str = "") -> str:
    """Return the ISO 8601 date, or date-time where a time of day is given, that `value` names.

    `year` and `month` are the separate columns some dumps have: they fill in a missing year and settle
    whether 03/04/2016 is in March or in April. What stays ambiguous or unreadable is "": no day is guessed.
    """
    text = " ".join(value.split())
    if not text or len(text) > 100:
        return ""
    year_hint, month_hint = _whole(year), _whole(month)
    try:
        return (
            _iso(text)
            or _rfc_2822(text)
            or _written(text, year_hint)
            or _slashed(text, month_hint)
            or _unix(text)
        )
    except (ValueError, OverflowError):  # such as 31 February
        return ""


def _iso(text: str) -> str:
    if _ISO.fullmatch(text) is None:
        return ""
    # Databases print "2016-12-31 10:00:00 UTC" and "… +0000", which ISO 8601 has without the blank.
    zoned = re.sub(r"(?<=\d) ?(?:UTC|GMT|Z)$", "+00:00", text)
    return _stamp(datetime.fromisoformat(re.sub(r"(?<=:\d\d) (?=[+-]\d\d)", "", zoned)))


def _rfc_2822(text: str) -> str:
    return _stamp(parsedate_to_datetime(text)) if _RFC_2822.fullmatch(text) else ""


def _written(text: str, year_hint: int) -> str:
    for pattern in _WRITTEN:
        match = pattern.fullmatch(text)
        if match is not None:
            return _day(
                int(match["year"] or year_hint), MONTHS[match["month"][:3].lower()], int(match["day"])
            )
    return ""


def _slashed(text: str, month_hint: int) -> str:
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return ""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "." or first > 12 or first == second:  # 31.12.2016 has the day first wherever it is used
        return _day(year, second, first)
    if second > 12:
        return _day(year, first, second)
    if month_hint in (first, second):
        return _day(year, month_hint, second if month_hint == first else first)
    return ""


def day_of(published: str) -> date | None:
    """Return the day of an ISO date or date-time, None for what is neither, such as ""."""
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None


def now() -> str:
    """Return the time as the catalogue notes it: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _unix(text: str) -> str:
    match = _UNIX.fullmatch(text)
    if match is None:
        return ""
    seconds = int(match[1]) if match[1] else int(match[2]) // 1000
    return _stamp(datetime.fromtimestamp(seconds, UTC))


def _stamp(moment: datetime) -> str:
    """Midnight without a zone is how tables print a bare date, so it is one."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return ""
    if moment.tzinfo is None and (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds")


def _day(year: int, month: int, day: int) -> str:
    return date(year, month, day).isoformat() if FIRST_YEAR <= year <= LAST_YEAR else ""


def _whole(number: str) -> int:
    """Read a column that may say 2016, 2016.0 or nothing."""
    match = re.fullmatch(r"\s*(\d{1,4})(?:\.0*)?\s*", number)
    return int(match[1]) if match else 0
