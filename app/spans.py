"""A question and a sentence in, the words of the sentence that answer out, as character spans.

Rules for questions after one fact (who, when, where, how many, how much, how old, what percentage);
where no rule is sure nothing is marked.
"""

import re

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
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
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
    r"\b\d{1,3}(?=[- ]years?[- ]old|,)|(?<=\baged )\d{1,3}|(?<=\bage of )\d{1,3}|(?<=\bage )\d{1,3}"
)
_NAME = re.compile(
    r"\b[A-Z][\w'’.&-]*\w(?:\s(?:(?:de|van|von|der|den|la|le|al|bin|of|the|and|for)\s){0,2}[A-Z][\w'’&-]*\w)*"
)
_PLACE = re.compile(
    r"\b(?:in|at|from|near|outside|inside|to|into|across|of)\s((?:the\s)?[A-Z][\w'’-]*(?:,?\s[A-Z][\w'’-]*)*)"
)
_COUNTED = re.compile(r"(?i)\bhow many\s+((?:\w+\s+){0,2}?\w+)")


def answer_spans(question: str, sentence: str) -> Spans:
    """Return the spans that answer the question, in order and disjoint; () where none is sure."""
    q = question.lower()
    if re.search(r"\bhow much\b|\bwhat (?:price|amount|sum)\b", q):
        return _all(_MONEY, sentence) or _unasked(_QUANTITY, question, sentence)
    if re.search(r"\bhow many\b", q):
        return _counted(question, sentence)
    if re.search(r"\b(?:what|which) (?:percent|percentage|share|proportion)\b", q):
        return _all(_PERCENT, sentence)
    if re.search(r"\bhow old\b|\bwhat age\b", q):
        return _all(_AGE, sentence)
    if re.search(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month)\b", q):
        return _unasked(_DATE, question, sentence)
    if re.search(r"\bwhere\b|\b(?:what|which) (?:country|city|state|town|place)\b", q):
        return _places(question, sentence)
    if re.search(r"\bwho\b|\bwhom\b|\bwhose\b", q):
        return _persons(question, sentence)
    return ()


def _all(pattern: re.Pattern[str], sentence: str) -> Spans:
    return tuple(match.span() for match in pattern.finditer(sentence))


def _unasked(pattern: re.Pattern[str], question: str, sentence: str) -> Spans:
    """Return the matches that the question does not hold itself."""
    asked = set(terms(question))
    return tuple(match.span() for match in pattern.finditer(sentence) if not set(terms(match[0])) & asked)


def _counted(question: str, sentence: str) -> Spans:
    """Return the quantity nearest to what is counted."""
    spans = _unasked(_QUANTITY, question, sentence)
    spans = tuple(s for s in spans if _DATE.fullmatch(sentence[s[0] : s[1]]) is None)
    counted = _COUNTED.search(question)
    wanted = set(terms(counted[1])) if counted else set()
    places = [m.start() for m in re.finditer(r"\w+", sentence) if set(terms(m[0])) & wanted]
    if len(spans) < 2 or not places:
        return spans[:1]
    return (min(spans, key=lambda span: min(abs(place - span[1]) for place in places)),)


def _places(question: str, sentence: str) -> Spans:
    asked = set(terms(question))
    return tuple(match.span(1) for match in _PLACE.finditer(sentence) if not set(terms(match[1])) <= asked)[
        :2
    ]


def _persons(question: str, sentence: str) -> Spans:
    """Return what follows the name asked about ("who is X"), else the names the question lacks."""
    about = re.match(r"(?i)\s*who (?:is|was|are|were)\s+([^?]+?)\s*\?*\s*$", question)
    if about and about[1][0].isupper():
        at = sentence.find(about[1])
        apposition = (
            re.match(r",\s+((?:an?|the|[a-z])[^,;.—–]*)", sentence[at + len(about[1]) :]) if at >= 0 else None
        )
        if apposition:
            base = at + len(about[1])
            return ((base + apposition.start(1), base + apposition.end(1)),)
        return ()
    asked = set(terms(question))
    names = [
        match.span()
        for match in _NAME.finditer(sentence)
        if terms(match[0]) and not set(terms(match[0])) & asked and (match.start() > 0 or " " in match[0])
    ]
    return tuple(names[:1])
