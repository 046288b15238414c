"""Lines of printed pages in, paragraphs out: running heads and page numbers go, hyphened words are mended."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

# How many lines, or parts of one, at the top and at the bottom of a page may be running heads.
_MARGIN_LINES = 4
_MAX_HEAD_CHARS = 120
_SENTENCE_CHARS = 60
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.)?\s*[-–—|]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*(?:(?:of|/|von)\s*\d{1,4})?\s*[-–—|]?",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_HYPHENED = re.compile(r"(?<=[^\W\d_])[-‐]$")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_ITEM = re.compile(r"(?:[•▪‣◦*–-]|\d{1,2}[.)])\s")
_MAX_TITLE_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a page, in points from its lower left corner; `size` is its font's."""

    text: str
    left: float
    right: float
    bottom: float
    height: float
    size: float


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[tuple[float, str]]:
    """Return (font size, text) of each paragraph in reading order, across lines, columns and pages."""
    lines = [line for page in _without_heads(pages) for line in page]
    if not lines:
        return []
    width = _usual_width(lines)
    gap = _usual_gap(lines)
    words = _words(lines)
    groups = [[lines[0]]]
    for before, line in pairwise(lines):
        if _begins(groups[-1], before, line, width, gap):
            groups.append([line])
        else:
            groups[-1].append(line)
    return [(group[0].size, _joined(group, words)) for group in groups]


def split_heading(parts: Sequence[tuple[float, str]]) -> tuple[str, list[str]]:
    """Return the heading, "" when there is none, and the other paragraphs.

    A heading opens the text, is short, and is printed clearly larger than what most of the text is.
    """
    texts = [text for _, text in parts]
    if len(parts) < 2:
        return "", texts
    sizes = Counter[float]()
    for size, text in parts:
        sizes[size] += len(text)
    size, text = parts[0]
    is_heading = size >= 1.15 * sizes.most_common(1)[0][0] and len(text) <= _MAX_TITLE_CHARS
    return (text, texts[1:]) if is_heading else ("", texts)


def _without_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Leave out what stands at the edge of several pages in the same words but for numbers."""
    ordered = [sorted(page, key=lambda line: line.bottom) for page in pages]
    edges = [page[:_MARGIN_LINES] + page[-_MARGIN_LINES:] for page in ordered]
    seen = Counter(key for edge in edges for key in {_key(line) for line in edge})
    enough = max(min(3, len(pages)), 2, 0.3 * len(pages))
    repeated = {key for key, count in seen.items() if count >= enough}
    every = [line for page in pages for line in page]
    gap = _usual_gap(every)
    sizes = Counter(line.size for line in every for _ in line.text)
    body_size = max(sizes, key=lambda size: sizes[size], default=0.0)
    kept: list[list[Line]] = []
    for page, rising in zip(pages, ordered, strict=True):
        heads = [
            line for inwards in (rising, rising[::-1]) for line in _heads(inwards, repeated, gap, body_size)
        ]
        outside = {id(line) for line in heads}
        kept.append([line for line in page if id(line) not in outside])
    return kept


def _heads(
    inwards: Sequence[Line], repeated: set[tuple[str, int]], gap: float, body_size: float
) -> list[Line]:
    """Return the lines from the edge up to a wide gap or another font: text that is only repeated stays."""
    heads: list[Line] = []
    block: list[Line] = []
    for at, line in enumerate(inwards[:_MARGIN_LINES]):
        is_number = at == 0 and len(inwards) > 1 and _PAGE_NUMBER.fullmatch(line.text)
        if len(line.text) > _MAX_HEAD_CHARS or (_key(line) not in repeated and not is_number):
            break
        block.append(line)
        inner = inwards[at + 1] if at + 1 < len(inwards) else line
        is_apart = abs(inner.bottom - line.bottom) > 1.3 * gap * min(line.size, inner.size)
        if is_apart or abs(inner.size - line.size) > 0.08 * line.size:
            if _is_sentence(block, body_size):
                break
            heads += block
            block = []
    return heads


def _is_sentence(block: Sequence[Line], body_size: float) -> bool:
    """Whether lines read as the text does: a paragraph that each page of a form or a test repeats."""
    if sum(len(line.text) for line in block) < _SENTENCE_CHARS:
        return False
    lowest = min(block, key=lambda line: line.bottom)
    return lowest.size == body_size and _ENDED.search(lowest.text) is not None


def _key(line: Line) -> tuple[str, int]:
    """The same words at about the same height of the page."""
    return re.sub(r"\d+", "0", line.text.casefold()), round(line.bottom / 12)


def _usual_width(lines: Sequence[Line]) -> float:
    widths = sorted(line.right - line.left for line in lines)
    return widths[int(0.8 * (len(widths) - 1))]


def _usual_gap(lines: Sequence[Line]) -> float:
    gaps = [
        (before.bottom - line.bottom) / before.size
        for before, line in pairwise(lines)
        if before.size > 0 and line.size == before.size and 0 < before.bottom - line.bottom < 4 * before.size
    ]
    return median(gaps) if gaps else 1.2


def _begins(group: Sequence[Line], before: Line, line: Line, width: float, gap: float) -> bool:
    """Whether a line begins a paragraph: by its font, place, indent, or a short line before it."""
    if abs(line.size - before.size) > 0.08 * before.size or _ITEM.match(line.text):
        return True
    if before.text.endswith("-") and line.text[:1].islower():
        return False
    fall = before.bottom - line.bottom
    if fall < -0.5 * before.height or fall > 4 * before.size:  # another column or page
        return bool(_ENDED.search(before.text)) and not line.text[:1].islower()
    if fall > 1.35 * gap * before.size:
        return True
    if fall < 0.3 * before.height:  # the same line, printed in parts
        return False
    margin = min(one.left for one in group[1:]) if len(group) > 1 else before.left
    is_indented = 0.7 * line.size < line.left - margin < 6 * line.size
    is_short = before.right - before.left < 0.8 * width and bool(_ENDED.search(before.text))
    return (is_indented and bool(_ENDED.search(before.text))) or is_short


def _words(lines: Sequence[Line]) -> Counter[str]:
    """Count the words inside lines, to tell "coun-cil" from "well-known" where a line ends in a hyphen."""
    inside = (re.sub(r"\S+[-‐]$", "", line.text) for line in lines)
    return Counter(word.casefold() for text in inside for word in _WORD.findall(text))


def _joined(group: Sequence[Line], words: Counter[str]) -> str:
    text = group[0].text
    for line in group[1:]:
        text = "".join(_pair(text, line.text, words))
    return text


def _pair(text: str, below: str, words: Counter[str]) -> Iterator[str]:
    """Join two lines: the hyphen goes unless the text elsewhere writes the word with it."""
    match = _HYPHENED.search(text)
    if match is None or not below[:1].isalpha():
        yield from (text, " ", below)
        return
    head, tail = re.search(r"[\w‐-]*$", text[:-1]), re.match(r"[^\W\d_]*", below)
    parts = (head[0] if head else "", tail[0] if tail else "")
    whole, hyphened = "".join(parts).casefold(), "-".join(parts).casefold()
    keeps = words[hyphened] > words[whole] or below[:1].isupper()
    yield from (text if keeps else text[:-1], below)
