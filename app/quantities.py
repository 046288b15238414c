"""Numbers in a text → what they count and how exactly; whether one bears out another.

"1.2 million", "1,200,000" and "twelve hundred thousand" are one value; "about" and "more than" say how a
figure is meant, and a rounded figure is borne out by the exact one it rounds.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

Hedge = Literal["", "about", "over", "under"]

_UNIT_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
"""
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_RANK_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_UNITS = {word: number for number, word in enumerate(_UNIT_WORDS.split())}
_TENS = {word: 10 * number for number, word in enumerate(_TEN_WORDS.split(), start=2)}
_ORDINALS = {word: number for number, word in enumerate(_RANK_WORDS.split(), start=1)}
_TIMES = {"once": 1.0, "twice": 2.0, "thrice": 3.0, "half": 0.5, "dozen": 12.0}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9,
    "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12, "dozen": 12.0,
}  # fmt: skip
_HEDGES: dict[str, Hedge] = {
    "about": "about", "around": "about", "approximately": "about", "roughly": "about", "some": "about",
    "nearly": "about", "almost": "about", "an estimated": "about", "estimated": "about", "close to": "about",
    "circa": "about", "more than": "over", "over": "over", "at least": "over", "upwards of": "over",
    "as many as": "under", "as much as": "under", "less than": "under", "fewer than": "under",
    "under": "under", "up to": "under", "at most": "under", "below": "under", "above": "over",
    "exceeding": "over", "no more than": "under", "just over": "over", "just under": "under",
}  # fmt: skip
_HEDGED = "|".join(sorted(map(re.escape, _HEDGES), key=len, reverse=True))
_WORDS = "|".join([*_UNITS, *_TENS, *_TIMES, "hundred", "thousand", "million", "billion", "trillion"])
_SCALED = r"hundred|thousand|million|billion|trillion|dozen|mn|bn|tn"
# Each part takes at most one run of characters, so that a line of digits is read once. Some texts were cut
# into tokens with blanks between: "36 , 000", "36, 000".
_NUMBER = re.compile(
    rf"(?i)(?<![\w.,])(?:(?P<hedge>{_HEDGED})\s+)?(?:a\s+)?(?P<currency>(?:us|a|c)?[$€£¥₹])?\s?(?:"
    rf"(?P<digits>\d{{1,3}}(?:(?:,| , |, )\d{{3}}(?!\d))+(?:\.\d+)?|\d{{1,15}}(?:(?:\.| \. )\d{{1,9}})?)"
    rf"(?P<ordinal>st|nd|rd|th)?(?!\d)"
    rf"|(?P<words>(?:{_WORDS})(?:(?:[\s-]+and[\s-]+|[\s-]+)(?:{_WORDS}))*)(?!\w)"
    rf"|(?P<rank>{'|'.join(_ORDINALS)})(?!\w))"
    rf"(?:[\s-]?(?P<scale>{_SCALED}|[kmb](?=\W|$))(?!\w))?"
    r"(?P<percent>\s?(?:%|percent(?:age points?)?\b|per\s?cent\b|pc\b))?"
)
_MONEY = re.compile(r"(?i)\s?(?:us\s)?(dollars?|euros?|pounds?|yen|yuan|rupees?|rubles?|cents?)\b")
# "4 to 5 percent": both are.
_RANGE = re.compile(r"\s?(?:to|and|or|-|–|—)\s?(?:between\s)?")
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee"}
# A figure said to be "about" another is within a tenth of it.
_ABOUT = 0.1
# Rounding goes no further than this without such a word: "5 percent" is not 4.5 percent.
_ROUNDED = 0.05
# "More than 300" is still a fair word for 340, not for 3,000.
_BEYOND = 1.5
_ALONE = frozenset({"one", "second", "half", "once", "a"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A figure at text[start:end].

    `step` is what its last digit counts, `unit` "percent", a currency or "".
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
    found = []
    for match in _NUMBER.finditer(text):
        if (match["words"] or match["rank"] or "").lower() in _ALONE and not match["percent"]:
            continue
        found.append(_quantity(match, text))
    return [
        replace(one, unit=next_.unit)
        if not one.unit and _RANGE.fullmatch(text, one.end, next_.start)
        else one
        for one, next_ in zip(found, [*found[1:], *found[-1:]], strict=True)
    ]


def agrees(claim: Quantity, source: Quantity) -> bool:
    """Tell whether the source's figure bears out the claim's: equal, rounded, or as the claim hedges it."""
    if claim.is_rank != source.is_rank or claim.unit != source.unit:
        return False
    a, b = claim.value, source.value
    if a == b:
        # "Exactly 40" is more than a source that says "more than 40" says, and yet the same figure.
        return not (claim.hedge == "over" and source.hedge == "under") and not (
            claim.hedge == "under" and source.hedge == "over"
        )
    if claim.hedge == "about" and abs(a - b) <= _ABOUT * abs(b):
        return True
    if claim.hedge == "over" and a < b <= _BEYOND * a:
        return source.hedge != "under"
    if claim.hedge == "under" and a > b >= a / _BEYOND:
        return source.hedge != "over"
    return source.step < claim.step and abs(a - b) <= min(claim.step / 2, _ROUNDED * abs(b))


def _quantity(match: re.Match[str], text: str) -> Quantity:
    scale = _SCALES[match["scale"].lower()] if match["scale"] else 1.0
    if match["digits"]:
        digits = match["digits"].replace(",", "").replace(" ", "")
        value, step = float(digits), 10.0 ** -len(digits.partition(".")[2])
    elif match["rank"]:
        value, step = float(_ORDINALS[match["rank"].lower()]), 1.0
    else:
        value, step = _spelled(match["words"].lower())
    unit, end = "percent" if match["percent"] else "", match.end()
    if match["currency"]:
        unit = _CURRENCIES[match["currency"][-1]]
    elif not unit and (money := _MONEY.match(text, end)):
        unit = money[1].lower().rstrip("s") if money[1].lower() != "yens" else "yen"
    return Quantity(
        start=match.start(),
        end=end,
        text=match[0].strip(),
        value=value * scale,
        step=step * scale,
        unit=unit,
        hedge=_HEDGES.get((match["hedge"] or "").lower(), ""),
        is_rank=bool(match["ordinal"] or match["rank"]),
    )


def _spelled(words: str) -> tuple[float, float]:
    """Return the value of a number in words and what its last word counts."""
    total, current, step = 0.0, 0.0, 1.0
    for word in re.split(r"[\s-]+", words):
        if word in _UNITS or word in _TENS:
            current += _UNITS.get(word, _TENS.get(word, 0))
            step = 1.0
        elif word in _TIMES and word != "dozen":
            current += _TIMES[word]
            step = 0.5
        elif word == "hundred" or word == "dozen":
            current = (current or 1.0) * _SCALES[word]
            step = _SCALES[word]
        elif word in _SCALES:
            total += (current or 1.0) * _SCALES[word]
            current, step = 0.0, _SCALES[word]
    return total + current, step
