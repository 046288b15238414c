"""A question and a sentence in, the words of the sentence that answer out, as character spans.

Rules for questions after one fact (who, when, where, how many, how much, how old, what percentage);
where no rule is sure nothing is marked.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from index.lexical import terms

Spans = tuple[tuple[int, int], ...]

_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?"
    r"|dozens?|hundreds?|thousands?|millions?|half|a dozen|several hundred|several thousand)"
)
_SCALE = r"(?:\s(?:hundred|thousand|million|billion|trillion|dozen|[mb]n))"
_HEDGE = (
    r"(?:(?:more|fewer|less) than|at least|at most|up to|as many as|as few as|about|around|nearly|almost"
    r"|approximately|roughly|over|under|some|an estimated)\s"
)
# From within a long figure it is not read to its end again: its groups would be read as often as there are.
_FIGURE = r"(?<!\d,)\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"(?i)\b(?:{_HEDGE})?(?:[$€£¥]\s?)?(?:{_FIGURE}|{_NUMBER_WORD}){_SCALE}?"
    r"(?:\s?(?:%|percent|per cent|percentage points))?(?:\s(?:dollars|euros|pounds|yen|yuan))?(?!\w)"
)
_MONEY = re.compile(
    rf"(?i)(?:{_HEDGE})?(?:(?:US)?[$€£¥]\s?(?:{_FIGURE}){_SCALE}?"
    rf"|\b(?:{_FIGURE}|{_NUMBER_WORD}){_SCALE}?\s(?:dollars|euros|pounds|yen|yuan|rupees|rubles))"
)
_PERCENT = re.compile(rf"(?i)(?:{_HEDGE})?\b(?:{_FIGURE}|{_NUMBER_WORD})\s?(?:%|percent|per cent)")
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DATE = re.compile(
    rf"\b(?:{_WEEKDAY},?\s)?(?:{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?:,?\s\d{{4}})?"
    rf"|{_MONTH}(?:,?\s(?:of\s)?\d{{4}}))\b"
    rf"|\b(?:1[5-9]|20)\d\ds?\b|\b{_WEEKDAY}\b|\b(?:last|next|this)\s(?:week|month|year|spring|summer|autumn|fall|winter)\b"
    r"|\b(?:yesterday|today|tomorrow|tonight)\b"
)
_AGE = re.compile(
    r"\b\d{1,3}(?=[- ]years?[- ]old)|(?<=, )\d{1,3}(?=, )"
    r"|(?:(?<=\baged )|(?<=\bage of )|(?<=\bage ))\d{1,3}\b"
)
_WEIGHT = re.compile(
    rf"(?i)(?:{_HEDGE})?\b(?:{_FIGURE}|{_NUMBER_WORD}){_SCALE}?[\s-]?(?:pounds?|lbs?|ounces?|tons?|tonnes?|kg|kilos?|kilograms?|grams?)\b"
)
_PERSON = re.compile(
    r"\b[A-Z][\w'’-]*\w(?:\s(?:[A-Z]\.\s?)*(?:(?:de|van|von|der|den|la|le|al|bin|ibn|da|di)\s){0,2}[A-Z][\w'’-]*\w)*"
)
# One capital word that is a people, a language, a day or a month rather than a person.
_NOT_A_PERSON = re.compile(
    rf"(?:\w+(?:ians?|ans|ese|ish|ic|ist|ists|stan|land)|{_WEEKDAY}|{_MONTH}|The|In|On|At|It|He|She|They|We|But|And|If)$"
)
_PLACE = re.compile(
    r"\b(?:in|at|from|near|outside|inside|to|into|across|of|on)\s((?:the\s)?[A-Z][\w'’-]*(?:,?\s[A-Z][\w'’-]*)*)"
)
_COUNTED = re.compile(r"(?i)\bhow many\s+(?!of\b)((?:\w+[\s-]+){0,2}?\w+)\s+(?:of|in|on|at|from|\w+)")
_NO_NOUN = re.compile(
    r"\s*(?:[.,;:)]|$|(?:of|are|were|is|was|have|had|has|will|would|to|in|by|more|on|at|people|others)\b)"
)
_NEAR = 4
_REACH = 200  # characters, before a name and behind a figure


def asks_for_fact(question: str) -> bool:
    """Tell whether the question wants one of the kinds of fact that `answer_spans` knows."""
    return _rule(question) is not None


def answer_spans(question: str, sentence: str) -> Spans:
    """Return the spans that answer the question, in order and disjoint; () where none is sure."""
    rule = _rule(question)
    return rule(question, sentence) if rule else ()


@lru_cache(maxsize=64)
def _rule(question: str) -> Callable[[str, str], Spans] | None:
    return next((rule for asked, rule in _RULES if asked.search(question)), None)


def _all(pattern: re.Pattern[str], sentence: str) -> Spans:
    return tuple(match.span() for match in pattern.finditer(sentence))


def _unasked(pattern: re.Pattern[str], question: str, sentence: str) -> Spans:
    """Return the matches that the question does not hold itself."""
    asked = set(terms(question))
    return tuple(match.span() for match in pattern.finditer(sentence) if not set(terms(match[0])) & asked)


def _sum_of_money(question: str, sentence: str) -> Spans:
    return _all(_MONEY, sentence) or _unasked(_QUANTITY, question, sentence)


def _date(question: str, sentence: str) -> Spans:
    """Return the day or year nearest to what the question asks about, a named one before "last year"."""
    spans = _unasked(_DATE, question, sentence)
    named = tuple(span for span in spans if re.search(r"\d", sentence[slice(*span)]))
    return _nearest(named or spans, question, sentence)


def _nearest(spans: Spans, question: str, sentence: str) -> Spans:
    """Return the span nearest to the last of the question's words that the sentence has: often its verb."""
    if len(spans) < 2:
        return spans
    held: dict[str, list[tuple[int, int]]] = {}
    for word in re.finditer(r"\w+", sentence):
        for term in terms(word[0]):
            held.setdefault(term, []).append(word.span())
    for term in reversed(terms(question)):
        words = held.get(term)
        if words:
            # A date before the verb is twice as far: "Elected in 2012, she resigned in 2015".
            return (
                min(spans, key=lambda s: min(s[0] - b if s[0] >= b else 2 * abs(a - s[1]) for a, b in words)),
            )
    return spans[:1]


def _counted(question: str, sentence: str) -> Spans:
    """Return the quantity of what is counted: before its noun, or where a noun is left out."""
    asked = _COUNTED.search(question)
    nouns = set(terms(asked[1])) if asked else set()
    unsaid = not nouns & set(terms(sentence))
    for span in _unasked(_QUANTITY, question, sentence):
        if _DATE.fullmatch(sentence[slice(*span)]):
            continue
        after = sentence[span[1] : span[1] + _REACH]
        if nouns & set(terms(" ".join(after.split()[:_NEAR]))):
            return (span,)
        if unsaid and _NO_NOUN.match(after):
            return (span,)
    return ()


def _places(question: str, sentence: str) -> Spans:
    asked = set(terms(question))
    places = (match for match in _PLACE.finditer(sentence) if _DATE.match(match[1]) is None)
    return tuple(match.span(1) for match in places if not set(terms(match[1])) <= asked)[:2]


def _persons(question: str, sentence: str) -> Spans:
    """Return who or what the one asked about is ("who is X"), else the likeliest name."""
    about = _WHO_IS.match(question)
    if about:
        return _apposition(about[1], sentence)
    asked = set(terms(question))
    names = [
        match
        for match in _PERSON.finditer(sentence)
        if terms(match[0]) and not set(terms(match[0])) & asked and not _NOT_A_PERSON.fullmatch(match[0])
    ]
    by = [match for match in names if sentence[: match.start()].endswith(" by ")]
    whole = [match for match in names if " " in match[0]]
    single = [match for match in names if match.start() > 0]
    return tuple(match.span() for match in (by or whole or single)[:1])


def _apposition(name: str, sentence: str) -> Spans:
    """Return what stands beside the name: "X, the director of …", "Professor X", "X is a …"."""
    at = sentence.find(name)
    if at < 0:
        return ()
    end = at + len(name)
    after = re.match(r",\s+((?:an?|the|[a-z]|[A-Z]\w+ of)[^;.—–]*?)(?=[;.—–]|,\s|$)", sentence[end:])
    after = after or re.match(r"\s+(?:is|was|are|were)\s+((?:an?|the)\s[^;,.—–]*)", sentence[end:])
    if after:
        return ((end + after.start(1), end + after.end(1)),)
    start = max(0, at - _REACH)
    before = re.search(r"((?:[A-Za-z][\w'’.-]*\s){1,5})$", sentence[start:at])
    title = _TITLE_BEFORE.search(before[1]) if before else None
    if before and title:
        return ((start + before.start(1) + title.start(), at - 1),)
    return ()


# No two parts of it can take the same character, so that a question of blanks is refused in one pass.
_WHO_IS = re.compile(r"\s*[Ww]ho(?:\s+(?:is|was|are|were)|['’]s)\s+([A-Z][^?,\s]*(?:\s+[^?,\s]+)*)[\s?]*$")
_TITLE_BEFORE = re.compile(
    r"(?i)\b(?:president|prime minister|minister|senator|sen\.|rep\.|governor|gov\.|mayor|king|queen|prince"
    r"|princess|professor|prof\.|dr\.|doctor|judge|justice|general|gen\.|colonel|captain|officer|director|chief|chairman"
    r"|chairwoman|ceo|coach|actor|actress|singer|author|analyst|spokesman|spokeswoman|spokesperson|expert|researcher"
    r"|scientist|attorney|lawyer|secretary|ambassador|pope|sir|player|reporter|journalist|leader|founder)\b.*"
)
_RULES: tuple[tuple[re.Pattern[str], Callable[[str, str], Spans]], ...] = tuple(
    (re.compile(asked, re.IGNORECASE), rule)
    for asked, rule in (
        # What follows the first "how much" follows them all, so the others are not tried.
        (r"\A(?>.*?\bhow (?:much|heavy)\b).*\b(?:weigh\w*|heavy)\b", lambda _, s: _all(_WEIGHT, s)),
        (r"\bhow much\b|\bwhat (?:price|amount|sum)\b", _sum_of_money),
        (r"\bhow many\b", _counted),
        (r"\b(?:what|which) (?:percent|percentage|share|proportion)\b", lambda _, s: _all(_PERCENT, s)),
        (r"\bhow old\b|\bwhat age\b", lambda _, s: _all(_AGE, s)),
        (r"\bwhen\b|\b(?:what|which) (?:year|date|day|month)\b", _date),
        (r"\bwhere\b|\b(?:what|which) (?:country|city|state|town|place)\b", _places),
        (r"\bwho\b|\bwhom\b|\bwhose\b", _persons),
    )
)
