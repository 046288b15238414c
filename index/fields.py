"""An article's fields by any of their names: a mapping out of JSON or a table becomes a `RawArticle`."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from index.dates import parse_published
from index.errors import ArticleError, InputError
from index.records import RawArticle, check_article_id

# War and Peace has 3.2 million characters; beyond this a "text" is a mistake in the quoting.
MAX_TEXT_CHARS = 5_000_000
MAX_FIELD_CHARS = 2_000
MAX_AUTHORS = 200
_MAX_DEPTH = 4

# The names of each field, best first, as `plain_name` leaves them.
_NAMES = {
    "text": (
        "text", "body", "content", "articlebody", "articletext", "fulltext", "maintext", "bodytext",
        "contenttext", "article", "story",
    ),
    "paragraphs": ("paragraphs", "sentences"),
    "id": ("id", "articleid", "guid", "uuid"),
    "title": ("title", "headline", "headlines"),
    "publication": (
        "publication", "source", "outlet", "publisher", "sitename", "site", "newspaper",
        "sourcename",
    ),
    "authors": ("authors", "author", "byline", "creator"),
    "published": (
        "published", "date", "publishedat", "publishdate", "publisheddate", "datepublished", "datepublish",
        "pubdate", "publicationdate", "datetime", "timestamp",
    ),
    "modified": (
        "modified", "updated", "modifiedat", "updatedat", "datemodified", "modifieddate", "dateupdated",
        "lastmodified",
    ),
    "year": ("year",),
    "month": ("month",),
    "url": ("url", "link", "canonicalurl", "canonicallink", "articleurl", "weburl"),
    "language": ("language", "lang"),
    "licence": ("licence", "license"),
}  # fmt: skip
_TEXT_NAMES = frozenset(_NAMES["text"] + _NAMES["paragraphs"])
_OWN_KEYS = ("text", "name", "content", "$oid", "$date", "#text", "@value")

_AUTHOR_SEPARATOR = re.compile(r" ?(?:[;|]|,? & |,? and |,) ?", re.IGNORECASE)
_AUTHOR_SUFFIX = re.compile(r"(?:jr|sr|ph\.?\s?d|m\.?d|esq|i{2,3}|iv)\.?", re.IGNORECASE)
_BY = re.compile(r"^(?:written )?by ?:? ", re.IGNORECASE)
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9-]+)?", re.IGNORECASE)
_WEB_URL = re.compile(r"https?://[^\s\x00-\x1f<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What could not be read: `origin` is the file and line, `reason` what is wrong and what to do."""

    origin: str
    reason: str


@lru_cache(maxsize=1024)
def plain_name(name: str) -> str:
    """Return a field's name without case, blanks and signs: "Publish_Date" and "publishDate" are one name."""
    return re.sub(r"[\W_]+", "", name).lower()


def names_text(names: Iterable[str]) -> bool:
    """Whether one of the field names is one under which an article's text is found."""
    return any(plain_name(name) in _TEXT_NAMES for name in names)


def raw_article_from_mapping(mapping: Mapping[str, Any], origin: str) -> RawArticle:  # Any: as JSON gives it
    """Read an article from fields under any of their known names; raise ArticleError when it cannot be used.

    Unknown fields are passed over. A date that cannot be read leaves `published` empty, an address that is
    not of the web leaves `url` empty, and a guid that cannot be an id leaves `id` empty.
    """
    fields: dict[str, Any] = {}  # Any: as JSON gives it
    for name, value in mapping.items():
        fields.setdefault(plain_name(str(name)), value)
    return RawArticle(
        text=_text(fields),
        id=_id(fields),
        title=_line(fields, "title"),
        publication=_line(fields, "publication"),
        authors=check_authors(_author_names(_first(fields, "authors"))),
        published=parse_published(
            _line(fields, "published"), year=_line(fields, "year"), month=_line(fields, "month")
        ),
        modified=parse_published(_line(fields, "modified")),
        url=web_url(_line(fields, "url")),
        language=language_code(_line(fields, "language")),
        licence=_line(fields, "licence"),
        origin=origin,
    )


def web_url(line: str) -> str:
    """Return the address if it is one of the web, else ""."""
    return line if _WEB_URL.fullmatch(line) else ""


def language_code(line: str) -> str:
    """Return the ISO 639-1 code at the start of a language tag such as "en-US", else ""."""
    match = _LANGUAGE.fullmatch(line)
    return match[1].lower() if match else ""


def check_authors(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names, each once; raise ArticleError when they are too many or one is too long."""
    once = tuple(dict.fromkeys(names))
    if len(once) > MAX_AUTHORS or any(len(name) > MAX_FIELD_CHARS for name in once):
        raise ArticleError(
            f"it has {len(once):,} authors or an endless one; at most {MAX_AUTHORS} are allowed"
        )
    return once


def check_line(line: str, field: str) -> str:
    """Return the line; raise ArticleError when it is too long for a field."""
    if len(line) > MAX_FIELD_CHARS:
        raise ArticleError(
            f"its {field} has {len(line):,} characters, at most {MAX_FIELD_CHARS:,} are allowed"
        )
    return line


def check_text(text: str) -> str:
    """Return the text if an article can be made of it; raise ArticleError when it is empty or too long."""
    if not text.strip():
        raise ArticleError("its text is empty")
    if len(text) > MAX_TEXT_CHARS:
        raise ArticleError(
            f"its text has {len(text):,} characters, at most {MAX_TEXT_CHARS:,} are read; split it"
        )
    if not any(character.isalpha() for character in text):
        raise ArticleError(f"its text {text.strip()[:40]!r} holds no words")
    return text


def _first(fields: Mapping[str, Any], field: str) -> Any:  # Any: as JSON gives it
    """Return the first value that is there under one of the field's names, or ""."""
    for name in _NAMES[field]:
        value = fields.get(name)
        if not _is_absent(value):
            return value
    return ""


def _is_absent(value: Any) -> bool:  # Any: as JSON gives it
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _text(fields: Mapping[str, Any]) -> str:
    found = [name for names in ("text", "paragraphs") for name in _NAMES[names] if name in fields]
    value = _first(fields, "text") or _first(fields, "paragraphs")
    if not found:
        known = ", ".join(list(fields)[:8]) or "none"
        raise ArticleError(f'it has no text (its fields: {known}); name the text "text" or "content"')
    between = " " if "sentences" in fields and value is fields["sentences"] else "\n\n"
    return check_text(_joined(value, between))


def _joined(value: Any, between: str, depth: int = 0) -> str:  # Any: as JSON gives it
    """Read a text, a list of paragraphs, or paragraphs as objects with a text or sentences of their own."""
    if isinstance(value, str):
        return _well_formed(value)
    if isinstance(value, list) and depth < _MAX_DEPTH:
        return between.join(part for item in value if (part := _joined(item, " ", depth + 1)).strip())
    if isinstance(value, dict) and depth < _MAX_DEPTH:
        for key in ("text", "content", "body", "sentences"):
            if key in value:
                return _joined(value[key], " ", depth + 1)
    raise ArticleError(f"its text is {_kind(value)}, where text or a list of paragraphs is wanted")


def _line(fields: Mapping[str, Any], field: str) -> str:
    """Return a field as one line of text."""
    value = _first(fields, field)
    if isinstance(value, dict):
        value = next((value[key] for key in _OWN_KEYS if key in value), value)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ArticleError(f"its {field} is {_kind(value)}, where text is wanted")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return check_line(" ".join(_well_formed(str(value)).split()), field)


def _id(fields: Mapping[str, Any]) -> str:
    """A feed's guid is often an address, which cannot name an article here: then the text names it."""
    article_id = _line(fields, "id")
    if not article_id:
        return ""
    try:
        return check_article_id(article_id)
    except InputError as error:
        if any(not _is_absent(fields.get(name)) for name in ("id", "articleid")):
            raise ArticleError(str(error)) from None
        return ""


def _author_names(value: Any) -> Iterator[str]:  # Any: as JSON gives it
    if isinstance(value, str):
        yield from split_authors(_well_formed(value))
        return
    for item in value if isinstance(value, list) else [value]:
        name = next((item[key] for key in _OWN_KEYS if key in item), "") if isinstance(item, dict) else item
        if isinstance(name, str):
            yield from filter(None, [" ".join(_well_formed(name).split())])
        elif not _is_absent(name):
            raise ArticleError(f"an author is {_kind(name)}, where a name is wanted")


def split_authors(byline: str) -> list[str]:
    """Split a byline into names: "By Ann Lee, Bo Fox Jr. and C. Dee" has three.

    A comma before Jr., Sr., III or a degree belongs to the name; any other comma stands between two names.
    """
    names: list[str] = []
    line = " ".join(byline.replace("\n", ";").split())
    for name in _AUTHOR_SEPARATOR.split(_BY.sub("", line)):
        if names and _AUTHOR_SUFFIX.fullmatch(name):
            names[-1] += f", {name}"
        elif name:
            names.append(name)
    return names


def _well_formed(text: str) -> str:
    """Drop NULs and replace halves of surrogate pairs, which no file and no database takes."""
    text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _kind(value: Any) -> str:  # Any: as JSON gives it
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "nothing" if value is None else type(value).__name__)
