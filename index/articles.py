"""Sources in, articles out: files, folders, glob patterns and standard input are opened, told apart and read.

Nothing here raises for bad content or prints: what cannot be read comes out as a `Refusal`.
"""

import glob
import gzip
import json
import re
import stat
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.encodings import Readable, decode, detect, is_wide, peek
from index.fields import Refusal, names_text, raw_article_from_mapping
from index.formats import (
    Document,
    Found,
    Reader,
    read_json,
    read_jsonl,
    read_markdown,
    read_text,
)
from index.records import RawArticle
from index.tables import find_header, read_table

__all__ = ["RawArticle", "Refusal", "raw_article_from_mapping", "read", "read_stream"]

STANDARD_INPUT = "-"

_READERS: dict[str, Reader] = {
    ".txt": read_text, ".text": read_text, ".md": read_markdown, ".markdown": read_markdown,
    ".json": read_json, ".jsonl": read_jsonl, ".ndjson": read_jsonl, ".csv": read_table, ".tsv": read_table,
}  # fmt: skip
# Documents people do keep articles in: passing over these in silence would look like loss.
_NOT_YET = {
    ".pdf": "PDF", ".docx": "Word", ".doc": "Word", ".html": "HTML", ".htm": "HTML", ".rtf": "RTF",
    ".odt": "OpenDocument", ".epub": "EPUB", ".xlsx": "Excel", ".xls": "Excel", ".xml": "XML", ".rss": "RSS",
    ".parquet": "Parquet", ".zip": "ZIP", ".tar": "tar", ".7z": "7z", ".bz2": "bzip2", ".xz": "xz",
    ".eml": "e-mail",
}  # fmt: skip
_SIGNATURES = (
    (b"%PDF-", "PDF"), (b"PK\x03\x04", "a ZIP, Word, Excel or EPUB file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"), (b"{\\rtf", "RTF"), (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"), (b"GIF89a", "a GIF image"), (b"SQLite format 3", "an SQLite database"),
    (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"7z\xbc\xaf", "7z"),
    (b"PAR1\x15", "Parquet"), (b"\x7fELF", "a program"),
)  # fmt: skip
_GZIP = b"\x1f\x8b\x08"
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body|rss|feed)\b", re.IGNORECASE)
# Papers that lie beside articles and are none; questions.jsonl holds questions about them (docs/formats.md).
_BESIDE = re.compile(
    r"(?:readme|licen[cs]e|copying|notice|changelog|contributing)(?:[._-].*)?|questions\.jsonl", re.IGNORECASE
)
_WANTED = "give .txt, .md, .json, .jsonl, .csv or .tsv"


def read(sources: Sequence[str]) -> Found:
    """Yield the articles of files, folders, glob patterns and "-" (standard input), in the order given.

    A folder is walked with its subfolders in sorted order; hidden files, files of other kinds and papers
    such as README and LICENSE are passed over. Memory stays bounded however large a table or a JSONL file is.
    """
    for source in sources:
        if source == STANDARD_INPUT:
            yield from read_stream(sys.stdin.buffer, "standard input")
        else:
            yield from _read_path(source)


def read_stream(stream: Readable, name: str) -> Found:
    """Yield the articles of a stream; `name`'s ending, or else the content, says which format it has.

    Origins are `name`, which may be a path, and a line. A stream without any article gives a refusal.
    """
    name = _printable(name)
    line, empty = 1, True
    try:
        head, whole = peek(stream)
        if head.startswith(_GZIP):
            head, whole = peek(gzip.GzipFile(fileobj=whole))
        reason = _why_not_text(head)
        if reason:
            yield _refuse(name, reason)
            return
        reader = _told_apart(_READERS.get(_suffix(name)) or _sniff(head), head)
        for found in reader(Document(name=name, stream=whole, head=head)):
            line, empty = int(found.origin.rpartition(":")[2]), False
            yield found
        if empty:
            yield _refuse(name, "it holds no articles; docs/formats.md says what is read")
    except (OSError, EOFError, zlib.error) as error:
        yield Refusal(origin=f"{name}:{line}", reason=f"it cannot be read to its end: {_os_reason(error)}")


def _read_path(source: str) -> Found:
    try:
        path = Path(source).expanduser()
        mode = _mode(path) if source else None
        matches = _matches(str(path)) if mode is None else []
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: ~nobody has no home
        yield _refuse(source, f"it cannot be opened: {_os_reason(error)}")
        return
    if mode is None:
        for match in matches:
            yield from _read_path(match)
        if not matches:
            yield _refuse(source, "there is no such file or folder, and no file matches it; check the name")
    elif stat.S_ISDIR(mode):
        yield from _read_folder(path)
    elif stat.S_ISREG(mode) or stat.S_ISFIFO(mode):
        yield from _read_file(path)
    else:
        yield _refuse(source, f"it is a device, not a file; {_WANTED}")


def _mode(path: Path) -> int | None:
    """Return the mode of what is there, None when nothing is."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _matches(pattern: str) -> list[str]:
    """Expand a pattern that the shell left alone, because it was quoted or because the shell is Windows'."""
    # Path.glob wants a relative pattern.
    return sorted(glob.glob(pattern, recursive=True)) if glob.has_magic(pattern) else []  # noqa: PTH207


def _read_folder(folder: Path) -> Found:
    empty = True
    for path in _walk(folder, set()):
        if isinstance(path, Refusal):
            empty = False
            yield path
        elif _suffix(path.name) in _READERS or _suffix(path.name) in _NOT_YET or not path.suffix:
            empty = False
            yield from _read_file(path)
    if empty:
        yield _refuse(folder, f"the folder holds no articles; {_WANTED}")


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path | Refusal]:
    """Yield a folder's files in sorted order, links followed, each folder once however links run."""
    try:
        status = folder.stat()
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield _refuse(folder, f"it cannot be opened: {_os_reason(error)}")
        return
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for entry in entries:
        if entry.name.startswith(".") or _BESIDE.fullmatch(entry.name):
            continue
        try:
            mode = entry.stat().st_mode
        except OSError as error:
            yield _refuse(entry, f"it cannot be opened: {_os_reason(error)}")
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(entry, seen)
        elif stat.S_ISREG(mode):
            yield entry


def _read_file(path: Path) -> Found:
    try:
        if _suffix(path.name) in _NOT_YET:
            yield _refuse(path, _not_yet(_NOT_YET[_suffix(path.name)]))
            return
        with path.open("rb") as stream:
            yield from read_stream(stream, str(path))
    except OSError as error:
        yield _refuse(path, f"it cannot be opened: {_os_reason(error)}")


def _refuse(source: str | Path, reason: str) -> Refusal:
    return Refusal(origin=f"{_printable(str(source))}:1", reason=reason)


def _printable(name: str) -> str:
    """A file's name may hold bytes that are no text, which no catalogue and no terminal would take."""
    return name.encode("utf-8", "backslashreplace").decode()


def _suffix(name: str) -> str:
    return Path(re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)).suffix.lower()


def _why_not_text(head: bytes) -> str:
    """Say why bytes that begin so are not read, or "" when they may be text."""
    if not head:
        return "it is empty; nothing was read"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return _not_yet(kind)
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return _not_yet("HTML and XML")
    text = decode(head)
    odd = sum(character < " " and character not in "\t\n\r\f\v\x1a\x1b" for character in text)
    nuls = 0 if is_wide(detect(head)) else head.count(0)
    if odd + nuls > max(4, 0.01 * len(head)) or not text:
        return f"it is not text but binary data; {_WANTED}"
    return ""


def _not_yet(kind: str) -> str:
    return f"{kind} is not read yet; save it as plain text or Markdown, or {_WANTED}"


def _sniff(head: bytes) -> Reader:
    """Tell the format of a stream without a telling name from its first lines."""
    text = decode(head).lstrip()
    if re.match(r"\{\s*\"|\[\s*[\[{\]]", text):
        return read_json
    _, header = find_header(text.partition("\n")[0])
    if len(header) > 1 and names_text(header) and "\n" in text and all(len(name) <= 40 for name in header):
        return read_table
    return read_text


def _told_apart(reader: Reader, head: bytes) -> Reader:
    """Files named .json often hold JSON Lines, and the other way round: the first line tells."""
    if reader not in (read_json, read_jsonl):
        return reader
    first, newline, rest = decode(head).lstrip().partition("\n")
    try:
        is_object = isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        is_object = False
    if is_object:
        return read_jsonl if newline and rest.strip() else reader
    if first.startswith("[") or first.strip() == "{":
        return read_json
    return reader


def _os_reason(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else ""
    return reason or str(error) or type(error).__name__
