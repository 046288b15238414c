"""Numbers in a text → what they count and how exactly; whether one bears out another.

"1.2 million", "1,200,000" and "twelve hundred thousand" are one value, and so are "half", "½" and "0.5";
"about" and "more than" say how a figure is meant, and a rounded figure is borne out by the exact one it
rounds.
"""

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from app.letters import plain_letters

Hedge = Literal["", "about", "nearly", "over", "under", "below", "many", "all but"]

_UNIT_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
"""
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_RANK_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_UNITS = {word: number for number, word in enumerate(_UNIT_WORDS.split())}
_TENS = {word: 10 * number for number, word in enumerate(_TEN_WORDS.split(), start=2)}
_ORDINALS = {word: number for number, word in enumerate(_RANK_WORDS.split(), start=1)}
_TIMES = {"once": 1.0, "twice": 2.0, "thrice": 3.0, "dozen": 12.0}
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10,
}  # fmt: skip
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9,
    "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12, "dozen": 12.0, "ten": 10.0, "score": 20.0,
}  # fmt: skip
_HEDGES: dict[str, Hedge] = {
    "about": "about", "around": "about", "approximately": "about", "roughly": "about", "some": "about",
    "nearly": "nearly", "almost": "nearly", "close to": "nearly", "an estimated": "about",
    "estimated": "about", "circa": "about", "more than": "over", "over": "over", "at least": "over",
    "upwards of": "over", "as many as": "under", "as much as": "under", "less than": "below",
    "fewer than": "below",
    "under": "below", "up to": "under", "at most": "under", "below": "below", "above": "over",
    "exceeding": "over", "no more than": "under", "just over": "over", "just under": "below",
    "all but": "all but",
}  # fmt: skip
_HEDGED = "|".join(sorted(map(re.escape, _HEDGES), key=len, reverse=True))
_WORDS = "|".join([*_UNITS, *_TENS, *_TIMES, "hundred", "thousand", "million", "billion", "trillion"])
_SCALED = r"hundred|thousand|million|billion|trillion|dozen|mn|bn|tn"
_VULGAR = "¼½¾⅐-⅞"
_PART = "|".join(_PARTS)
_OF_A = rf"(?:\s+(?:of\s+)?an?\s+(?=(?:{_SCALED}|per\s?cent)\b))?"
# "Half of it" is a figure and "the first half" none; "a third of" is a part and "a third man" a rank.
_HALF = (
    r"half(?=\s+(?:of|the|an?|its|his|her|their|our|all|as|those|that)\b"
    r"|[\s-](?:million|billion|dozen|hour|mile|century|decade|inch)\b)|(?<=\bby\s)half(?!\w)"
)
_FRACTION = (
    rf"(?:(?:(?:{'|'.join(_UNITS)}|\d{{1,2}})[\s-](?:{_PART})s"
    rf"|one[\s-](?:{_PART})"
    rf"|(?<=\ba\s)(?:{_PART})(?=\s+(?:of|the|more|less|as)\b)|(?<=\bby\sa\s)(?:{_PART}))(?!\w)"
    rf"|{_HALF}){_OF_A}"
)
# "One in five", "nine in 10", "2 out of 3": a part, but for "one in three days".
_COUNT = rf"(?:(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_UNITS)}))?|{'|'.join(_UNITS)}|\d{{1,3}})"
_PART_OF = (
    rf"(?:(?:one|1)\sin\s{_COUNT}|{_COUNT}\sin\s(?:ten|100?)|{_COUNT}\s(?:out\sof(?:\severy)?|(?:in|of)\severy)\s{_COUNT})"
    r"(?![\w-]|[.,]\d|\s(?:second|minute|hour|day|week|month|year|decade|season|game|match|thousand|million))"
)
_MANY_WORDS = (
    r"(?:(?:tens|dozens|scores|hundreds|thousands)\s+of\s+)?(?:dozens|hundreds|thousands|millions|billions)"
    r"|(?:tens|scores)(?=\s+of\s+\D)"
    r"|(?:several|few|many|couple\s+of)\s+(?:hundred|thousand|dozen|million|billion)"
)
# Each part takes at most one run of characters, so that a line of digits is read once. Some texts were cut
# into tokens with blanks between: "36 , 000", "36, 000". A hyphen behind a figure or a word is no minus sign.
_NUMBER = re.compile(
    rf"(?i)(?<![\w.,])(?:(?P<hedge>{_HEDGED})\s+)?(?:a\s+)?"
    rf"(?P<minus>minus\s|(?<!\d\s)(?:−\s?|[-–](?=[$€£¥₹]?\d)))?(?P<currency>(?:us|a|c)?[$€£¥₹])?\s?(?:"
    rf"(?P<fraction>{_FRACTION})|(?P<part>{_PART_OF})|(?P<many>{_MANY_WORDS})(?!\w)|(?P<vulgar>[{_VULGAR}])(?!\w)"
    rf"|(?P<digits>\d{{1,3}}(?:(?:,| , |, )\d{{3}}(?!\d))+(?:\.\d+)?|\d{{1,15}}(?:(?:\.| \. )\d{{1,9}})?)"
    rf"(?P<ordinal>st|nd|rd|th)?(?!\d)(?:\s?(?P<more>[{_VULGAR}]))?"
    rf"|(?P<words>(?:{_WORDS})(?:(?:[\s-]+and[\s-]+|[\s-]+)(?:{_WORDS}))*)(?!\w)"
    rf"|(?P<rank>{'|'.join(_ORDINALS)})(?!\w))"
    r"(?P<and>[\s-]+and[\s-]+(?:a|one)[\s-]+(?:half|quarter)(?!\w|\s+of\b))?"
    rf"(?:[\s-]?(?P<scale>{_SCALED}|[kmb](?=\W|$))(?!\w))?"
    r"(?P<percent>\s?(?:%|percent(?:age points?)?\b|per\s?cent\b|pc\b))?"
)
# Five percentage points are not five percent; a hundred basis points are one.
_POINTS = re.compile(
    r"(?i)\s?(?:(?P<basis>basis\s)|percentage\s|of\sa\s(?:percentage\s)?|a\spercentage\s)points?\b"
)
_BASIS = 0.01
# "300 m" and "300m tall" are metres; "£300m" and "300m people" are not.
_METRES = re.compile(
    r"(?i)(?<=\s)m|m(?=\s(?:tall|high|long|wide|deep|away|above|below|race|final|sprint|hurdles|freestyle)\b)"
)
_MONEY = re.compile(
    r"(?i)\s?(?:of\s)?(?:us\s)?(dollars?|euros?|pounds?|lbs?|yen|yuan|rupees?|rubles?|cents?)\b"
)
_BELOW_ZERO = re.compile(r"(?i)\s?(?:°|degrees?)?\s?(?:c|f|celsius|fahrenheit)?\s+below\s+zero\b")
# "The half", "its northern half": which one, not how much.
_WHICH_HALF = re.compile(
    r"(?i)\b(?:the|an?|its|his|her|their|our|this|that|each|another|either|first|second|other)[\s-]+"
    r"(?:[\w-]+\s+)?$"
)
# "4 to 5 percent": both are.
_RANGE = re.compile(r"\s?(?:to|and|or|-|–|—)\s?(?:between\s)?")
_MONEY_NAMES = {"yen": "yen", "lb": "pound", "lbs": "pound"}
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee"}
# A figure said to be "about" another is within a tenth of it.
_ABOUT = 0.1
# Rounding goes no further than this without such a word: "5 percent" is not 4.5 percent.
_ROUNDED = 0.05
# "More than 300" is still a fair word for 340, not for 3,000.
_BEYOND = 1.5
# "Dozens" are no more than so many times twelve; of thousands and more the word is used more freely.
_MANY_TIMES, _MANY_THOUSANDS = 20, 100
# A part in words, as a claim, is as exact as this.
_PART_STEP = 0.1
_LOOKED_BACK = 40
_ALONE = frozenset({"one", "second", "once", "a"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A figure at text[start:end].

    `step` is what its last digit counts, `unit` "percent", a currency or "". The hedge "many" is that of
    "dozens" and "several hundred", whose value is the least that they may mean.
    """

    start: int
    end: int
    text: str
    value: float
    step: float
    unit: str
    hedge: Hedge
    is_rank: bool


def quantities(text: str) -> list[Quantity]:
    """Return the figures of a text, in order; "one" and "second" alone are words, not figures."""
    text = plain_letters(text)
    found: list[Quantity] = []
    for match in _NUMBER.finditer(text):
        if not _is_word(match, text) and not (found and match.start() < found[-1].end):
            found.append(_quantity(match, text))
    return [
        replace(one, unit=next_.unit)
        if not one.unit and _RANGE.fullmatch(text, one.end, next_.start)
        else one
        for one, next_ in zip(found, [*found[1:], *found[-1:]], strict=True)
    ]


def agrees(claim: Quantity, source: Quantity) -> bool:
    """Tell whether the source's figure bears out the claim's: equal, rounded, or as the claim hedges it."""
    if claim.unit != source.unit and {claim.unit, source.unit} == {"percent", ""}:
        # As evidence, a part in words is exact: a third is 33 percent.
        claim, source = _share(claim), replace(_share(source), step=0.0)
    units = {claim.unit, source.unit}
    # "Up 5 points" is said for percentage points.
    if claim.is_rank != source.is_rank or (len(units) > 1 and units != {"point", ""}):
        return False
    if "many" in (claim.hedge, source.hedge):
        return _agree_on_many(claim, source)
    if (claim.hedge == "all but") != (source.hedge == "all but"):
        return False
    a, b = claim.value, source.value
    if a == b:
        return not _is_apart(claim.hedge, source.hedge) and not _is_apart(source.hedge, claim.hedge)
    if claim.hedge in ("about", "nearly") and abs(a - b) <= _ABOUT * abs(b):
        return claim.hedge == "about" or b < a
    if claim.hedge == "over" and a < b <= _BEYOND * a:
        return source.hedge not in ("under", "below")
    if claim.hedge in ("under", "below") and a > b >= a / _BEYOND:
        return source.hedge != "over"
    return source.step < claim.step and abs(a - b) <= min(claim.step / 2, _ROUNDED * abs(b))


def _is_apart(one: Hedge, other: Hedge) -> bool:
    """Tell whether one value so hedged is another: 40 is "more than 40" said exactly, not "fewer than 40"."""
    return (one == "over" and other in ("nearly", "under", "below")) or (one == "below" and other == "")


def _share(one: Quantity) -> Quantity:
    """Return "half" as 50 percent; what is no part of one is none."""
    if one.unit or one.is_rank or not 0 < one.value < 1:
        return one
    return replace(one, value=100 * one.value, step=100 * one.step, unit="percent")


def _agree_on_many(claim: Quantity, source: Quantity) -> bool:
    """Tell whether "hundreds" are borne out by 350 or by "hundreds", and "over 100" by "hundreds"."""
    a, b = claim.value, source.value
    if claim.hedge == source.hedge:
        # "Thousands" may be "tens of thousands".
        return a == b or a == claim.step == source.step < b
    if claim.hedge == "many":
        return a <= b <= a * (_MANY_THOUSANDS if a >= _SCALES["thousand"] else _MANY_TIMES)
    return claim.hedge == "over" and a == b


def _is_word(match: re.Match[str], text: str) -> bool:
    """Tell whether "one" and "second" stand alone, and "half" says which half."""
    if match["percent"] or match["and"]:
        return False
    if (match["words"] or match["rank"] or "").lower() in _ALONE:
        return not match["scale"]
    is_half, at = (match["fraction"] or "").lower().startswith("half"), match.start("fraction")
    return is_half and not match["hedge"] and bool(_WHICH_HALF.search(text, max(0, at - _LOOKED_BACK), at))


def _quantity(match: re.Match[str], text: str) -> Quantity:
    end, scale = match.end(), _SCALES[match["scale"].lower()] if match["scale"] else 1.0
    if (match["scale"] or "").lower() == "m" and not match["currency"] and _METRES.match(text, end - 1):
        end, scale = match.start("scale"), 1.0
    value, step = _value(match)
    value, step = value * scale, step * scale
    unit = ("point" if "point" in match["percent"] else "percent") if match["percent"] else ""
    if match["currency"]:
        unit = _CURRENCIES[match["currency"][-1]]
    elif not unit and (money := _MONEY.match(text, end)):
        unit = _MONEY_NAMES.get(money[1].lower(), money[1].lower().rstrip("s"))
    elif not unit and (points := _POINTS.match(text, end)):
        unit, end = "point", points.end()
        value, step = (value * _BASIS, step * _BASIS) if points["basis"] else (value, step)
    if match["minus"]:
        value = -value
    elif below := _BELOW_ZERO.match(text, end):
        value, end = -value, below.end()
    hedge = _HEDGES.get((match["hedge"] or "").lower(), "")
    if match["many"]:
        hedge = "about" if match["many"].lower().startswith("couple") else "many"
    return Quantity(
        start=match.start(),
        end=end,
        text=text[match.start() : end].strip(),
        value=value,
        step=step,
        unit=unit,
        hedge=hedge,
        is_rank=bool(match["ordinal"] or match["rank"]),
    )


def _value(match: re.Match[str]) -> tuple[float, float]:
    """Return the value of what is written, its scale aside, and what its last digit or word counts."""
    if match["fraction"]:
        return _part(match["fraction"].lower()), _PART_STEP
    if match["part"]:
        return _part_of(match["part"].lower()), _PART_STEP
    if match["vulgar"]:
        return unicodedata.numeric(match["vulgar"]), _PART_STEP
    if match["many"]:
        return _many(match["many"].lower())
    if match["digits"]:
        digits = match["digits"].replace(",", "").replace(" ", "")
        value, step = float(digits), 10.0 ** -len(digits.partition(".")[2])
    elif match["rank"]:
        value, step = float(_ORDINALS[match["rank"].lower()]), 1.0
    else:
        value, step = _spelled(match["words"].lower())
    if match["more"]:
        return value + unicodedata.numeric(match["more"]), _PART_STEP
    if match["and"]:
        return value + step * (0.5 if match["and"].lower().endswith("half") else 0.25), step * _PART_STEP
    return value, step


def _part(words: str) -> float:
    """Return the value of "two thirds", "a quarter of a" and "half"."""
    first, *rest = re.split(r"[\s-]+", words)
    if first in _PARTS:
        return 1 / _PARTS[first]
    count = float(first) if first.isdigit() else float(_UNITS[first])
    return count / _PARTS[rest[0].removesuffix("s")]


def _part_of(words: str) -> float:
    """Return the value of "one in five" and "9 out of every 10"."""
    first, last = re.findall(rf"\b{_COUNT}\b", words)
    count, whole = (float(one) if one.isdigit() else _spelled(one)[0] for one in (first, last))
    return count / whole if whole else 0.0


def _many(words: str) -> tuple[float, float]:
    """Return the least that "hundreds of thousands" may mean, "a couple of hundred" aside, and its step."""
    if words.startswith("couple"):
        scale = _SCALES[words.split()[-1]]
        return 2 * scale, scale
    scales = [_SCALES[word.removesuffix("s")] for word in words.split() if word.removesuffix("s") in _SCALES]
    return math.prod(scales), scales[-1]


def _spelled(words: str) -> tuple[float, float]:
    """Return the value of a number in words and what its last word counts."""
    total, current, step = 0.0, 0.0, 1.0
    for word in re.split(r"[\s-]+", words):
        if word in _UNITS or word in _TENS:
            current += _UNITS.get(word, _TENS.get(word, 0))
            step = 1.0
        elif word in _TIMES and word != "dozen":
            current += _TIMES[word]
            step = 1.0
        elif word == "hundred" or word == "dozen":
            current = (current or 1.0) * _SCALES[word]
            step = _SCALES[word]
        elif word in _SCALES:
            total += (current or 1.0) * _SCALES[word]
            current, step = 0.0, _SCALES[word]
    return total + current, step
