"""One reader for each format: a named stream of bytes in, articles and refusals out, one by one.

What repeats (rows of a table, lines of JSON) is read row by row; what is one text is bounded in bytes.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from index.encodings import decode, decode_lines, detect
from index.errors import ArticleError
from index.fields import MAX_TEXT_CHARS, Refusal, check_text, names_text, plain_name, raw_article_from_mapping
from index.markdown import fields_of
from index.records import RawArticle

MAX_ARTICLE_BYTES = 20 * 2**20
# The parser takes up to 30 s for a million characters of nothing but brackets; no article comes near.
MAX_MARKDOWN_CHARS = 1_000_000
MAX_JSON_BYTES = 100 * 2**20
# Four bytes a character, and the other fields beside the text.
MAX_LINE_BYTES = 4 * MAX_TEXT_CHARS + 2**20
_MAX_TITLE_CHARS = 200
_MAX_DEPTH = 5

Found = Iterator[RawArticle | Refusal]
Reader = Callable[["Document"], Found]

# Where a JSON object keeps its articles when it is not one itself, as `plain_name` leaves the names.
_LISTS = frozenset(
    {"articles", "data", "items", "results", "docs", "documents", "stories", "rows", "response", "entries"}
)
_DECODER = json.JSONDecoder(strict=False)
_BLANKS = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A stream of bytes, the name its articles' origins begin with, and its first bytes, still to be read."""

    name: str
    stream: IO[bytes]
    head: bytes

    def origin(self, line: int) -> str:
        return f"{self.name}:{line}"

    def lines(self) -> Iterator[str | None]:
        return decode_lines(self.stream, detect(self.head), MAX_LINE_BYTES)

    def whole(self, limit_bytes: int, advice: str) -> str:
        """Return the decoded text; raise ArticleError when there are more bytes than the limit."""
        data = self.stream.read(limit_bytes + 1)
        if len(data) > limit_bytes:
            raise ArticleError(f"it is over {limit_bytes // 2**20} MB, too large for one {advice}")
        return decode(data)


def read_text(document: Document) -> Found:
    """Read a plain text as one article; a short first line apart from the rest is its title."""
    try:
        text = check_text(document.whole(MAX_ARTICLE_BYTES, "article; split it into one file per article"))
    except ArticleError as error:
        yield Refusal(origin=document.origin(1), reason=str(error))
        return
    title, body = _split_title(text)
    yield RawArticle(text=body, title=title or _title_from_name(document.name), origin=document.origin(1))


def read_markdown(document: Document) -> Found:
    """Read a Markdown file as one article, its fields from the front matter and its title from a heading."""
    try:
        text = document.whole(MAX_ARTICLE_BYTES, "article; split it into one file per article")
        if len(text) > MAX_MARKDOWN_CHARS:
            raise ArticleError(
                f"it has {len(text):,} characters of Markdown, at most {MAX_MARKDOWN_CHARS:,} are read; "
                "save it as .txt"
            )
        fields = fields_of(check_text(text))
        fields.setdefault("title", _title_from_name(document.name))
        yield raw_article_from_mapping(fields, document.origin(1))
    except ArticleError as error:
        yield Refusal(origin=document.origin(1), reason=str(error))


def read_jsonl(document: Document) -> Found:
    """Read one JSON object a line; a line that is broken is refused and the rest goes on."""
    for number, line in enumerate(document.lines(), start=1):
        origin = document.origin(number)
        if line is None:
            yield Refusal(
                origin=origin, reason=f"the line is over {MAX_LINE_BYTES:,} bytes; split the article"
            )
        elif line.strip():
            try:
                value = _DECODER.decode(line.strip())
            except (ValueError, RecursionError) as error:
                yield Refusal(origin=origin, reason=_json_reason(error))
            else:
                yield _article(value, origin)


def read_json(document: Document) -> Found:
    """Read a JSON object, a list of objects, an object that holds a list, or several of these in a row."""
    try:
        text = document.whole(MAX_JSON_BYTES, "JSON text; write it as JSON Lines, one object a line")
    except ArticleError as error:
        yield Refusal(origin=document.origin(1), reason=str(error))
        return
    cursor = _Cursor(text)
    try:
        while not cursor.at_end():
            yield from _articles_in(cursor, document, depth=0)
    except (ValueError, RecursionError) as error:
        yield Refusal(origin=document.origin(cursor.line(error)), reason=_json_reason(error))


class _Cursor:
    """A place in a JSON text, so that lists are read item by item and every item knows its line."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._counted_to, self._line = 0, 1

    def peek(self) -> str:
        match = _BLANKS.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def at_end(self) -> bool:
        return not self.peek()

    def take(self, sign: str) -> bool:
        if self.peek() != sign:
            return False
        self._at += 1
        return True

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise json.JSONDecodeError(f"{sign!r} expected", self._text, self._at)

    def value(self) -> Any:  # Any: as JSON gives it
        self.peek()
        value, self._at = _DECODER.raw_decode(self._text, self._at)
        return value

    def line(self, error: Exception | None = None) -> int:
        if isinstance(error, json.JSONDecodeError):
            return error.lineno
        self.peek()
        self._line += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._line


def _articles_in(cursor: _Cursor, document: Document, depth: int) -> Found:
    """Yield what the value at the cursor holds, and leave the cursor behind it."""
    line = cursor.line()
    if depth > _MAX_DEPTH or cursor.peek() not in {"[", "{"}:
        yield _article(cursor.value(), document.origin(line))
    elif cursor.take("["):
        while not cursor.take("]"):
            origin = document.origin(cursor.line())
            yield _article(cursor.value(), origin)
            if cursor.peek() != "]":
                cursor.expect(",")
    elif cursor.take("{"):
        fields: dict[str, Any] = {}  # Any: as JSON gives it
        held = False
        while not cursor.take("}"):
            name = cursor.value()
            cursor.expect(":")
            if plain_name(str(name)) in _LISTS and cursor.peek() in {"[", "{"}:
                held = True
                yield from _articles_in(cursor, document, depth + 1)
            else:
                fields[str(name)] = cursor.value()
            if cursor.peek() != "}":
                cursor.expect(",")
        if not held or names_text(fields):
            yield _article(fields, document.origin(line))


def _article(value: Any, origin: str) -> RawArticle | Refusal:  # Any: as JSON gives it
    """An object that only wraps another ({"article": {…}}, {"_source": {…}}) stands for the inner one."""
    if isinstance(value, dict):
        inner = next(
            (value[key] for key in ("article", "_source", "data") if isinstance(value.get(key), dict)), None
        )
        value = {**value, **inner, "article": ""} if inner is not None else value
    if not isinstance(value, dict):
        return Refusal(
            origin=origin, reason=f"it is {str(value)[:40]!r}, where an object with a text is wanted"
        )
    try:
        return raw_article_from_mapping(value, origin)
    except ArticleError as error:
        return Refusal(origin=origin, reason=str(error))


def _json_reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON: {error.msg} at column {error.colno}"
    return "it is not JSON that can be read: " + (
        "nested too deeply" if isinstance(error, RecursionError) else str(error)
    )


def _split_title(text: str) -> tuple[str, str]:
    """Take as title a short first line that an empty line sets apart and that does not end as a sentence."""
    first, _, rest = text.lstrip("\n").partition("\n")
    first = first.strip()
    is_apart = bool(rest.strip()) and not rest.partition("\n")[0].strip()
    is_headline = (
        len(first) <= _MAX_TITLE_CHARS and " " in first and not first.endswith((".", ",", ":", ";", "…"))
    )
    is_text = any(character.isalpha() for character in rest)
    if is_apart and is_headline and is_text and first[-1] not in "’”\"'" and first[0] not in "’”":
        return first, rest.lstrip("\n")
    return "", text


def _title_from_name(name: str) -> str:
    """Take a file's name, without a date or number before it, as title when it is three words or more."""
    stem = PurePath(name).name.partition(".")[0]
    words = re.sub(r"^[\d ]+", "", re.sub(r"[\s_+-]+", " ", stem)).strip()
    is_words = len(re.findall(r"[^\W\d_]{2,}", words)) >= 3
    return words if is_words and len(words) <= _MAX_TITLE_CHARS else ""
