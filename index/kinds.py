"""A file's first bytes and name in, its reader out: content decides, the ending where content is mute."""

import json
import re
from pathlib import Path

from index.documents import READERS as DOCUMENTS
from index.encodings import decode, detect, is_wide
from index.errors import ArticleError
from index.fields import names_text
from index.formats import Reader, read_json, read_jsonl, read_markdown, read_text
from index.tables import find_header, read_table

WANTED = (
    "give .txt, .md, .html, .pdf, .docx, .epub, .eml, .json, .jsonl, .csv, .tsv, or a .zip or .tar.gz of them"
)

_TEXTS: dict[str, Reader] = {
    ".txt": read_text, ".text": read_text, ".md": read_markdown, ".markdown": read_markdown,
    ".json": read_json, ".jsonl": read_jsonl, ".ndjson": read_jsonl, ".csv": read_table, ".tsv": read_table,
}  # fmt: skip
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_OTHERS = frozenset({".pdf", ".docx", ".epub", ".eml", ".zip", ".tar", ".tgz"})
# Documents people do keep articles in: passing over these in silence would look like loss.
_NOT_YET = {
    ".doc": "Word 97", ".rtf": "RTF", ".odt": "OpenDocument", ".xlsx": "Excel", ".xls": "Excel",
    ".xml": "XML", ".rss": "RSS", ".atom": "Atom", ".parquet": "Parquet", ".mhtml": "MHTML",
    ".7z": "7z", ".rar": "RAR", ".bz2": "bzip2", ".xz": "xz",
}  # fmt: skip
_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"), (b"{\\rtf", "RTF"), (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"), (b"GIF89a", "a GIF image"), (b"SQLite format 3", "an SQLite database"),
    (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"7z\xbc\xaf", "7z"), (b"Rar!\x1a", "RAR"),
    (b"\x28\xb5\x2f\xfd", "zstd"), (b"PAR1\x15", "Parquet"), (b"\x7fELF", "a program"),
)  # fmt: skip
# What a zip's members make it, where it is no archive of articles.
_ZIPPED = (
    ("word/document.xml", "Word"), ("META-INF/container.xml", "EPUB"), ("xl/workbook.xml", "Excel"),
    ("ppt/presentation.xml", "PowerPoint"), ("content.xml", "OpenDocument"),
)  # fmt: skip
_LEAD = r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*"
_HTML = re.compile(_LEAD + r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_XML = re.compile(r"\s*<\?xml\b|\s*<(?:rss|feed|urlset|sitemapindex)\b", re.IGNORECASE)
_TAG = re.compile(r"<[a-z!/][^<>]*>", re.IGNORECASE)
# A letter's head: lines "Name: value", some of which no article's own first lines have (RFC 5322).
_MAIL = re.compile(r"(?:From \S+ .*\n)?(?:[!-9;-~]+:.*\n(?:[ \t].*\n)*)+", re.IGNORECASE)
_MAIL_ONLY = re.compile(
    r"^(?:mime-version|message-id|received|return-path|delivered-to):", re.IGNORECASE | re.MULTILINE
)


def is_known(name: str) -> bool:
    """Whether a file of a folder or an archive is to be read, or refused by name, for its ending."""
    ending = suffix(name)
    return not ending or ending in _TEXTS or ending in _PAGES or ending in _OTHERS or ending in _NOT_YET


def is_zip(head: bytes) -> bool:
    """Whether bytes begin like a zip, which may hold a Word file, a book or an archive."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_tar(head: bytes) -> bool:
    """Whether bytes begin like a POSIX or GNU tar."""
    return head[257:262] == b"ustar"


def reader_of_zip(members: set[str]) -> Reader | None:
    """Return the reader of a document that is a zip, None for an archive; raise ArticleError for others."""
    kind = next((kind for member, kind in _ZIPPED if member in members), "")
    if kind and kind not in DOCUMENTS:
        raise ArticleError(_not_yet(kind))
    return DOCUMENTS.get(kind)


def reader_of(name: str, head: bytes) -> Reader:
    """Return the reader of a file that is no zip and no tar; raise ArticleError when there is none."""
    if not head:
        raise ArticleError("it is empty; nothing was read")
    ending = suffix(name)
    # Readers of PDF allow for 1,024 bytes before its mark.
    if head.lstrip().startswith(b"%PDF-") or (ending == ".pdf" and b"%PDF-" in head[:1024]):
        return DOCUMENTS["PDF"]
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            raise ArticleError(_not_yet(kind))
    text = decode(head)
    _check_text(head, text)
    if _HTML.match(text) or (ending in _PAGES and _TAG.search(text)):
        return DOCUMENTS["HTML"]
    if _XML.match(text):
        raise ArticleError(_not_yet("XML"))
    mail = _MAIL.match(text)
    if mail and (ending == ".eml" or _MAIL_ONLY.search(mail[0])):
        return DOCUMENTS["e-mail"]
    if ending in _NOT_YET:
        raise ArticleError(_not_yet(_NOT_YET[ending]))
    return _told_apart(_TEXTS.get(ending) or _sniff(text), text)


def suffix(name: str) -> str:
    """Return a name's ending in lower case, ".csv" for "a.csv.gz"."""
    return Path(re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)).suffix.lower()


def _check_text(head: bytes, text: str) -> None:
    odd = sum(character < " " and character not in "\t\n\r\f\v\x1a\x1b" for character in text)
    nuls = 0 if is_wide(detect(head)) else head.count(0)
    if odd + nuls > max(4, 0.01 * len(head)) or not text:
        raise ArticleError(f"it is not text but binary data; {WANTED}")


def _not_yet(kind: str) -> str:
    return f"{kind} is not read yet; save it as plain text or Markdown, or {WANTED}"


def _sniff(text: str) -> Reader:
    """Tell the format of a stream without a telling name from its first lines."""
    text = text.lstrip()
    if re.match(r"\{\s*\"|\[\s*[\[{\]]", text):
        return read_json
    _, header = find_header(text.partition("\n")[0])
    if len(header) > 1 and names_text(header) and "\n" in text and all(len(name) <= 40 for name in header):
        return read_table
    return read_text


def _told_apart(reader: Reader, text: str) -> Reader:
    """Files named .json often hold JSON Lines, and the other way round: the first line tells."""
    if reader not in (read_json, read_jsonl):
        return reader
    first, newline, rest = text.lstrip().partition("\n")
    try:
        is_object = isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        is_object = False
    if is_object:
        return read_jsonl if newline and rest.strip() else reader
    if first.startswith("[") or first.strip() == "{":
        return read_json
    return reader
