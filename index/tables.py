"""Rows of a CSV or TSV file in, articles and refusals out, row by row and in bounded memory."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from index.errors import ArticleError
from index.fields import MAX_TEXT_CHARS, Refusal, names_text, raw_article_from_mapping
from index.formats import Document, Found
from index.records import RawArticle

# Longer than any text that is taken, so that a long text is told from a quote that never closes.
MAX_CELL_CHARS = 2 * MAX_TEXT_CHARS
MAX_ROW_CHARS = 2 * MAX_CELL_CHARS
_SEPARATORS = ",\t;|"


class _Lines:
    """Numbered lines for csv.reader, which asks for as many as a row's quotes need.

    A quote that never closes swallows the rows below; `rewind` gives them back.
    """

    def __init__(self, lines: Iterator[str | None]) -> None:
        self._lines = lines
        self._again: list[str] = []
        self._row: list[str] = []
        self._row_chars = 0
        self.number = 0

    def begin_row(self) -> int:
        """Return the number of the line on which the row that is read next begins."""
        self._row, self._row_chars = [], 0
        return self.number + 1

    def rewind(self) -> None:
        """Go back to the line after the first one of this row."""
        self._again.extend(reversed(self._row[1:]))
        self.number -= max(len(self._row) - 1, 0)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.number += 1
        self._row.append(line or "\n")
        if line is None:
            raise csv.Error("a line is too long")
        self._row_chars += len(line)
        if self._row_chars > MAX_ROW_CHARS:
            raise csv.Error(f"a row is over {MAX_ROW_CHARS:,} characters; is a quote never closed?")
        return line


@dataclass(slots=True)
class _Damage:
    """Rows from a broken one up to the next whole one, reported as one."""

    first: int = 0
    reason: str = ""

    def report(self, document: Document, last: int) -> Iterator[Refusal]:
        if self.first:
            until = f" (lines {self.first} to {last} are left out)" if last > self.first else ""
            yield Refusal(
                origin=document.origin(self.first), reason=f"the row is broken: {self.reason}{until}"
            )
            self.first = 0


def read_table(document: Document) -> Found:
    """Read a table; its header tells the separator; a broken row is refused and the rest goes on."""
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL_CHARS))
    lines = _Lines(document.lines())
    try:
        header_line = next((line for line in lines if line.strip()), "")
    except csv.Error as error:
        yield Refusal(origin=document.origin(1), reason=str(error))
        return
    separator, header = find_header(header_line)
    if not names_text(header):
        found = ", ".join(repr(name) for name in header[:12])
        reason = f'the first line names no column for the text (it has {found}); name it "content" or "text"'
        yield Refusal(origin=document.origin(max(lines.number, 1)), reason=reason)
        return
    yield from _rows(document, lines, separator, header)


def find_header(line: str) -> tuple[str, list[str]]:
    """Return the separator that splits the line into a header with a text column, and its names.

    Where none does, it is the separator that splits it into most names.
    """
    headers = {separator: _cells(line, separator) for separator in _SEPARATORS}
    return max(headers.items(), key=lambda item: (names_text(item[1]), len(item[1])))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader(io.StringIO(line), delimiter=separator), [])]
    except csv.Error:
        return []


def _rows(document: Document, lines: _Lines, separator: str, header: list[str]) -> Found:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    damage = _Damage()
    while True:
        first = lines.begin_row()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if not damage.first:
                damage.first, damage.reason = first, str(error)
            lines.rewind()
            continue
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        found = _row(document.origin(first), cells, header)
        if damage.first and (isinstance(found, Refusal) or len(cells) != len(header)):
            continue
        yield from damage.report(document, first - 1)
        yield found
    yield from damage.report(document, lines.number)


def _row(origin: str, cells: list[str], header: list[str]) -> RawArticle | Refusal:
    extra = [cell for cell in cells[len(header) :] if cell.strip()]
    if extra:
        reason = (
            f"the row has {len(cells)} columns where the header has {len(header)}; "
            "put quotes around a text that holds the separator"
        )
        return Refusal(origin=origin, reason=reason)
    try:
        return raw_article_from_mapping(dict(zip(header, cells, strict=False)), origin)
    except ArticleError as error:
        return Refusal(origin=origin, reason=str(error))
