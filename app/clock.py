"""Times of day in a text → the minutes they mean; whether one bears out another."""

import re
from dataclasses import dataclass

from app.letters import plain_letters

_HOUR_WORDS = "one two three four five six seven eight nine ten eleven twelve"
_HOURS = {word: number for number, word in enumerate(_HOUR_WORDS.split(), start=1)}
_NAMED = {"midnight": 0, "noon": 720, "midday": 720}
_HOUR = rf"(?:[01]?\d|2[0-4]|{'|'.join(_HOURS)})"
_HALF = (
    r"\s?(?:(?P<{0}>[ap])(?:\.\s?m\.?|m)(?!\w)"
    r"|(?:o['’]?clock\s)?(?P<{0}_of_day>in\sthe\s(?:morning|afternoon|evening)|at\snight)\b)"
)
_TIME = re.compile(
    rf"(?i)(?<![\w.:,$£€])(?:(?P<hour>{_HOUR})(?:[:.](?P<minute>[0-5]\d))?"
    # "From 9 to 11 a.m.": which half of the day the first one is in, is not told.
    rf"(?:{_HALF.format('half')}|\so['’]?clock\b"
    rf"|(?=\s?(?:to|and|until|-|–|—)\s?{_HOUR}(?:[:.][0-5]\d)?{_HALF.format('next')}))"
    r"|(?P<h24>[01]?\d|2[0-3]):(?P<m24>[0-5]\d)(?![\w:]|[.,]\d)"
    r"|(?P<h4>[01]\d|2[0-3])(?P<m4>[0-5]\d)(?=\s?(?:GMT|UTC|BST)\b)"
    r"|(?:12\s)?\b(?P<named>noon|midday|midnight)\b)"
)
_ABOUT = re.compile(
    r"(?i)\b(?:about|around|roughly|approximately|nearly|almost|shortly|just)\s(?:after\s|before\s)?$"
)
_DAY, _HALF_DAY, _HOUR_MINUTES, _NOON = 1440, 720, 60, 12
# "About five" is a fair word for twenty past.
_NEAR = 30
_LOOKED_BACK = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A time of day at text[start:end], in minutes after midnight.

    `every` is after how many minutes it may be meant again: a whole day, or half of one where "5:30" does not
    tell which.
    """

    start: int
    end: int
    text: str
    minute: int
    every: int
    is_about: bool


def times(text: str) -> list[Time]:
    """Return the times of day of a text, in order; a bare "at 5" is a figure, not a time."""
    text = plain_letters(text)
    return [
        Time(
            start=match.start(),
            end=match.end(),
            text=match[0],
            minute=minute,
            every=every,
            is_about=_ABOUT.search(text, max(0, match.start() - _LOOKED_BACK), match.start()) is not None,
        )
        for match in _TIME.finditer(text)
        for minute, every in [_minute(match)]
    ]


def agrees(claim: Time, source: Time) -> bool:
    """Tell whether the source's time bears out the claim's: the same, or "about" it."""
    every = min(claim.every, source.every)
    apart = (claim.minute - source.minute) % every
    return min(apart, every - apart) <= (_NEAR if claim.is_about else 0)


def _minute(match: re.Match[str]) -> tuple[int, int]:
    """Return the minute of the day, and after how many it may be meant again."""
    if match["named"]:
        return _NAMED[match["named"].lower()], _DAY
    if match["h4"]:
        return int(match["h4"]) * _HOUR_MINUTES + int(match["m4"]), _DAY
    written = (match["hour"] or match["h24"]).lower()
    hour = int(written) if written.isdigit() else _HOURS[written]
    minute = hour * _HOUR_MINUTES + int(match["minute"] or match["m24"] or 0)
    of_day = (match["half"] or match["half_of_day"] or "").lower()
    if hour > _NOON or (match["h24"] and written.startswith("0")):
        return minute, _DAY
    # "2 at night" and "11 at night" are told by the hour alone.
    if not of_day or of_day.endswith("night"):
        return minute, _HALF_DAY
    is_late = of_day == "p" or of_day.endswith(("noon", "evening"))
    return minute % _HALF_DAY + _HALF_DAY * is_late, _DAY
