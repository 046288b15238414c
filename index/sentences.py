"""Canonical text → the spans of its sentences.

Line by line: list markers and picture labels cut first, then terminators (index/boundaries), then length.
All arithmetic is on offsets into the text as it is: nothing is ever found again by searching.
"""

import re
from collections.abc import Iterator

from index.boundaries import boundaries
from index.records import Sentence

MAX_SENTENCE_CHARS = 2_000
"""A longer run without a boundary is cut, at a semicolon, a comma or a blank where there is one."""

_Span = tuple[int, int]

_LINE = re.compile("[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_WORD = re.compile(r"[^\W_]")

_BULLET = re.compile(r"(?<=\s)(?=[•⁃‣▪●◦]\s?\S)")
_MARKER = re.compile(r"(?:(?<=\s)|^)(?:(?P<number>\d{1,3})|(?P<letter>[a-z]))(?P<style>\.\)|\)|\.)(?=\s+\S)")
_CREDIT = re.compile(
    r"(?<=[^\s.!?:;,(\[—–-])\s+(?=(?:Image|Photo|Photograph|Picture|Video|Illustration|File photo|Credit): )"
)

_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = rf"{_DAY}, (?:{_MONTH} \d{{1,2}}, \d{{4}}|\d{{1,2}} {_MONTH} \d{{4}})"
_DATE_FIRST = re.compile(rf"{_DATE}\s+(?=[A-Z])")
_DATE_LAST = re.compile(rf"(?<=[^\s,:;(–—-])\s+(?={_DATE}$)", re.M)
# A caption or heading that lost its own line: "Regina Ip of the NPP In the western district, turnout rose".
_RUN_IN = re.compile(
    r"(?<![’']s)(?<=[^\W\d_])\s+(?=(?:In|On|At|During|After|Before|Since|With|For|By)\s"
    r"(?:(?:the|an?|his|her|its|their|this|that|these|those)\s[^\n.,;:!?]{0,60}\b[a-z]{4,}"
    rf"|\d{{4}}|{_DAY}|{_MONTH}(?: \d+)?),\s)"
)
_MAX_CAPTION_CHARS = 100

_THAI_LAO = re.compile("[\u0e01-\u0eff]")
_THAI_LAO_BLANK = re.compile("(?<=[\u0e01-\u0eff])\\s+(?=[\u0e01-\u0eff])")
_MIN_THAI_CHARS = 80

_SAFE_CUTS = (re.compile(r"[;；](?=\s)|；"), re.compile(r"[,，、،](?=\s)|[，、]"), re.compile(r"(?=\s)"))
_JOINED = re.compile("[\u0300-\u036f\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


def split(text: str, language: str = "en") -> tuple[Sentence, ...]:
    """Return the sentences of a text, in order: every character that is not blank lies in exactly one.

    A line break always ends a sentence. `language` is an ISO 639-1 code; it settles a few abbreviations only.
    """
    spans = (span for line in _LINE.finditer(text) for span in _split_line(text, *line.span(), language))
    return tuple(
        Sentence(ordinal=ordinal, start=start, end=end) for ordinal, (start, end) in enumerate(spans)
    )


def _split_line(text: str, start: int, end: int, language: str) -> Iterator[_Span]:
    spans = [
        span
        for part in _split_items(text, start, end)
        for piece in _split_at_boundaries(text, *part, language)
        for span in _split_unmarked(text, *piece)
    ]
    for span in _join_wordless(text, spans):
        yield from _split_long(text, *span)


def _split_items(text: str, start: int, end: int) -> Iterator[_Span]:
    """Cut before the items of a list that was run together, and before the credit of a picture."""
    cuts = {match.end() for match in _CREDIT.finditer(text, start, end)}
    cuts.update(match.start() for match in _BULLET.finditer(text, start, end))
    cuts.update(_item_starts(text, start, end))
    cuts.update(match.end() for match in [_DATE_FIRST.match(text, start, end)] if match)
    cuts.update(match.end() for match in _DATE_LAST.finditer(text, start, end))
    cuts.update(match.end() for match in _RUN_IN.finditer(text, start, min(end, start + _MAX_CAPTION_CHARS)))
    yield from _spans_between(text, start, end, sorted(cuts))


def _item_starts(text: str, start: int, end: int) -> list[int]:
    """Return where the second and later items start, if the line opens with a first and counts on."""
    markers = _MARKER.finditer(text, start, end)
    first = next(markers, None)
    if first is None or text[start : first.start()].strip():
        return []
    starts: list[int] = []
    last = first
    for marker in markers:
        if marker["style"] == first["style"] and _follows(last, marker):
            starts.append(marker.start())
            last = marker
    return starts


def _follows(last: re.Match[str], marker: re.Match[str]) -> bool:
    if last["number"]:
        return marker["number"] == str(int(last["number"]) + 1)
    return marker["letter"] == chr(ord(last["letter"]) + 1)


def _split_at_boundaries(text: str, start: int, end: int, language: str) -> Iterator[_Span]:
    cuts = [following for _, following in boundaries(text, start, end, language)]
    yield from _spans_between(text, start, end, cuts)


def _split_unmarked(text: str, start: int, end: int) -> Iterator[_Span]:
    """Cut Thai and Lao, which have no terminators, at blanks; phrases end there too, so not too soon."""
    cuts: list[int] = []
    if _THAI_LAO.search(text, start, end):
        at = start
        for blank in _THAI_LAO_BLANK.finditer(text, start, end):
            if blank.start() - at >= _MIN_THAI_CHARS:
                at = blank.end()
                cuts.append(at)
    yield from _spans_between(text, start, end, cuts)


def _join_wordless(text: str, spans: list[_Span]) -> list[_Span]:
    """Give a piece without a letter or digit to the sentence before it, or to the one after."""
    joined: list[_Span] = []
    has_word = True
    for start, end in spans:
        is_worded = _WORD.search(text, start, end) is not None
        if joined and not (has_word and is_worded):
            joined[-1] = (joined[-1][0], end)
            has_word = has_word or is_worded
        else:
            joined.append((start, end))
            has_word = is_worded
    return joined


def _split_long(text: str, start: int, end: int) -> Iterator[_Span]:
    while end - start > MAX_SENTENCE_CHARS:
        cut = _safe_cut(text, start, start + MAX_SENTENCE_CHARS)
        yield from _spans_between(text, start, cut, [])
        start = cut
    yield from _spans_between(text, start, end, [])


def _safe_cut(text: str, start: int, end: int) -> int:
    """Return the last safe place in the second half of a window, or its end."""
    for pattern in _SAFE_CUTS:
        places = [match.end() for match in pattern.finditer(text, (start + end) // 2, end)]
        if places:
            return places[-1]
    cut = end
    while cut > end - 16 and _JOINED.match(text, cut):
        cut -= 1
    return cut


def _spans_between(text: str, start: int, end: int, cuts: list[int]) -> Iterator[_Span]:
    """Yield the trimmed, non-empty spans between the cuts."""
    for left, right in zip([start, *cuts], [*cuts, end], strict=True):
        piece = text[left:right]
        content = piece.strip()
        if content:
            first = left + len(piece) - len(piece.lstrip())
            yield first, first + len(content)
