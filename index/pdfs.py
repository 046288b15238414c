"""A PDF in, one article out: PDFium gives characters and their places, `layout` makes paragraphs of them."""

import math
import re
from typing import Any

from index.aside import Parsed
from index.errors import ArticleError
from index.layout import Line, paragraphs, split_heading

MAX_PAGES = 2_000
_MAX_CHARS = 5_000_000
# Fewer letters a page than this, beside a picture, are a scan's stamp or page number.
_MIN_LETTERS_A_PAGE = 25
_LOOKED_AT_PAGES = 4
# What PDFium puts where a hyphen ends a line.
_HYPHENS = frozenset({0x02, 0xAD, 0xFFFE})
_PASSWORD = 4  # FPDF_ERR_PASSWORD of fpdfview.h
# Titles that programs make up from a file's name.
_FILE_NAME = re.compile(
    r"(?:microsoft word|powerpoint|untitled|document\d*|layout \d|slide \d|about:|https?:).*"
    r"|.*\.(?:docx?|indd|pdf|qxp|qxd|tex|dvi|pptx?|rtf|txt|html?)",
    re.IGNORECASE,
)
_MAX_LINE_CHARS = 300
# PDF 1.7, annex C: a page is at most 14,400 units wide.
_FAR_POINTS = 100_000.0

Page = Any  # pypdfium2's page and text page; the library has no types


def parse(data: bytes, name: str) -> list[Parsed]:  # noqa: ARG001  # a Parser takes a name
    """Return the article; raise ArticleError when it is locked, damaged, too long or a scan without text."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise ArticleError("it is locked with a password; save a copy without one") from None
        raise ArticleError(f"it is no whole PDF: {error}") from None
    with document:
        if len(document) > MAX_PAGES:
            raise ArticleError(f"it has {len(document):,} pages, at most {MAX_PAGES:,} are read; split it")
        pages = [_lines(document, number) for number in range(len(document))]
        stated = document.get_metadata_dict()
        is_scan = _is_scan(document, pages)
    if is_scan:
        raise ArticleError(
            "its pages are pictures without text, as of a scan; run text recognition (OCR) on it"
        )
    heading, body = split_heading(paragraphs(pages))
    title = _sensible(stated.get("Title", "")) or heading
    if heading and heading != title:
        body = [heading, *body]
    # The day a file was made is not the day its article was published: `published` stays empty.
    return [
        {"title": title, "authors": _person(stated.get("Author", "")), "text": "\n\n".join(body or [heading])}
    ]


def _is_scan(document: Page, pages: list[list[Line]]) -> bool:
    """Whether there are no letters, or as few as a scanner's stamp has, on pages that are pictures."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    looked_at = min(len(pages), _LOOKED_AT_PAGES)
    letters = sum(one.isalpha() for page in pages for line in page for one in line.text)
    if letters >= _MIN_LETTERS_A_PAGE * looked_at:
        return False
    pictures = (next(document[at].get_objects(filter=[FPDF_PAGEOBJ_IMAGE]), None) for at in range(looked_at))
    return letters == 0 or any(picture is not None for picture in pictures)


def _lines(document: Page, number: int) -> list[Line]:
    import pypdfium2

    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise ArticleError(f"its page {number + 1} is damaged: {error}") from None
    count = text.count_chars()
    if count > _MAX_CHARS:
        raise ArticleError(f"its page {number + 1} has {count:,} characters, too many for one page")
    lines = _split(text, count)
    text.close()
    page.close()
    return lines


def _split(text: Page, count: int) -> list[Line]:
    """Split a page's characters at line ends, with each line's place."""
    lines: list[Line] = []
    codes: list[int] = []
    first = 0
    for at, code in enumerate([*_codes(text, count), 0x0A]):
        if code in (0x0A, 0x0D) or code in _HYPHENS:
            line = _line(text, first, codes, hyphen=code in _HYPHENS)
            lines += [line] if line else []
            codes, first = [], at + 1
        else:
            codes.append(code)
    return lines


def _codes(text: Page, count: int) -> list[int]:
    """Return each character's code; PDFium's copy of all of them is faster, but leaves some out."""
    from pypdfium2.raw import FPDFText_GetUnicode

    copied: str = text.get_text_range()
    return (
        [ord(one) for one in copied]
        if len(copied) == count
        else [FPDFText_GetUnicode(text, at) for at in range(count)]
    )


def _line(text: Page, first: int, codes: list[int], *, hyphen: bool) -> Line | None:
    """Return a line, placed by its first and last characters that are seen."""
    from pypdfium2.raw import FPDFText_GetFontSize

    seen = [at for at, code in enumerate(codes) if code > 0x20]
    if not seen:
        return None
    left, bottom, _, top = map(_placed, text.get_charbox(first + seen[0], loose=True))
    _, _, right, _ = map(_placed, text.get_charbox(first + seen[-1], loose=True))
    # PDFium counts in UTF-16 on some systems: pairs are joined, halves replaced.
    raw = "".join(chr(code) if 0x20 <= code <= 0x10FFFF else " " for code in codes)
    words = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Line(
        text=" ".join(words.split()) + ("-" if hyphen else ""),
        left=left,
        right=right,
        bottom=bottom,
        height=max(top - bottom, 0.1),
        size=round(_placed(FPDFText_GetFontSize(text, first + seen[0])), 1),
    )


def _placed(points: float) -> float:
    """Return a coordinate or size that is a number and not beyond all pages, as a broken matrix makes it."""
    return 0.0 if math.isnan(points) else min(max(points, -_FAR_POINTS), _FAR_POINTS)


def _sensible(title: str) -> str:
    line = " ".join(title.split())
    is_title = " " in line and len(line) <= _MAX_LINE_CHARS and any(one.isalpha() for one in line)
    return line if is_title and not _FILE_NAME.fullmatch(line) else ""


def _person(author: str) -> str:
    """An author without a blank is an account's name."""
    line = " ".join(author.split())
    return line if " " in line and len(line) <= _MAX_LINE_CHARS and "\\" not in line else ""
