"""What a user names in, articles out: files, folders and glob patterns are found, streams and archives read.

Nothing here raises for bad content or prints: what cannot be read comes out as a `Refusal`.
"""

import errno
import glob
import gzip
import os
import re
import shutil
import stat
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO, BinaryIO

from index.archives import MAX_TOTAL_BYTES, Budget, Member, tar_members, zip_members
from index.encodings import Readable, peek
from index.errors import ArticleError
from index.fields import Refusal, raw_article_from_mapping
from index.formats import Document, Found
from index.kinds import WANTED, is_known, is_tar, is_zip, reader_of, reader_of_zip
from index.records import RawArticle
from index.zips import Counted, Metered, open_zip

__all__ = [
    "RawArticle",
    "Refusal",
    "files_of",
    "printable",
    "raw_article_from_mapping",
    "read_stream",
]

STANDARD_INPUT = "-"

# Papers that lie beside articles and are none; questions.jsonl holds questions about them (docs/formats.md).
_BESIDE = re.compile(
    r"(?:readme|licen[cs]e|copying|notice|changelog|contributing)(?:[._-].*)?|questions\.jsonl", re.IGNORECASE
)
_GZIP = b"\x1f\x8b\x08"
# An archive in an archive is read, one in that is not.
_MAX_DEPTH = 2
_SPOOL_BYTES = 32 * 2**20


def read_stream(stream: Readable, name: str) -> Found:
    """Yield the articles of a stream; its content, or else `name`'s ending, says which format it has.

    Origins are `name`, which may be a path, the member of an archive, and a line. A stream without any
    article gives a refusal.
    """
    yield from _read_any(stream, printable(name), 0, None)


def _read_any(stream: Readable, name: str, depth: int, budget: Budget | None) -> Found:
    line, empty = 1, True
    try:
        for found in _told(stream, name, depth, budget):
            line, empty = int(found.origin.rpartition(":")[2]), False
            yield found
        if empty:
            yield _refuse(name, "it holds no articles; docs/formats.md says what is read")
    except ArticleError as error:
        yield Refusal(origin=f"{name}:{line}", reason=str(error))
    except (OSError, EOFError, zlib.error) as error:
        yield Refusal(origin=f"{name}:{line}", reason=f"it cannot be read to its end: {_os_reason(error)}")


def _told(stream: Readable, name: str, depth: int, budget: Budget | None) -> Found:
    """Yield the articles of a stream by the reader that its first bytes ask for."""
    head, whole = peek(stream)
    if head.startswith(_GZIP):
        packed = Counted(whole)
        head, whole = peek(Metered(gzip.GzipFile(fileobj=packed), packed.allowed))  # type: ignore[call-overload]  # read is all it needs
    if is_tar(head):
        budget = budget or Budget(left=MAX_TOTAL_BYTES)
        yield from _read_archive(tar_members(whole, name, budget), name, depth, budget)
    elif is_zip(head):
        with _seekable(stream, whole, head) as file:
            yield from _read_zip(file, name, depth, budget)
    else:
        yield from reader_of(name, head)(Document(name=name, stream=whole, head=head))


def _read_zip(file: IO[bytes], name: str, depth: int, budget: Budget | None) -> Found:
    with open_zip(file) as archive:
        reader = reader_of_zip(set(archive.namelist()))
        if reader is None:
            budget = budget or Budget.of(file.seek(0, 2))
            yield from _read_archive(zip_members(archive, name, budget), name, depth, budget)
            return
    file.seek(0)
    yield from reader(Document(name=name, stream=file, head=b""))


def _read_archive(members: Iterable[Member | Refusal], name: str, depth: int, budget: Budget) -> Found:
    if depth >= _MAX_DEPTH:
        yield _refuse(name, "it is an archive in an archive in an archive; unpack it and give its files")
        return
    for member in members:
        if isinstance(member, Refusal):
            yield member
        elif _is_article(member.path):
            yield from _read_any(member.stream, f"{name}/{member.path}", depth + 1, budget)


def _is_article(path: str) -> bool:
    """Whether a member is to be read: the rules are those of a folder's files."""
    folders, base = path.split("/")[:-1], path.rpartition("/")[2]
    hidden = base.startswith(".") or any(re.match(r"__MACOSX$|\.[^.]", folder) for folder in folders)
    return not hidden and not _BESIDE.fullmatch(base) and is_known(base)


@contextmanager
def _seekable(stream: Readable, whole: BinaryIO, head: bytes) -> Iterator[IO[bytes]]:
    """Give a zip as a file that can be sought in: itself, or else copied to memory or a nameless file."""
    if isinstance(stream, BufferedReader) and stream.seekable():
        stream.seek(0)
        if stream.read(len(head)) == head:
            stream.seek(0)
            yield stream
            return
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as file:
        shutil.copyfileobj(whole, file, 2**20)
        file.seek(0)
        yield file


def files_of(source: str) -> Iterator[Path | Refusal]:
    """Yield the files that a file, a folder or a glob pattern stands for, and why there are none.

    A folder is walked with its subfolders in sorted order; hidden files, files of other kinds and papers
    such as README and LICENSE are passed over.
    """
    try:
        path = Path(source).expanduser()
        mode = _mode(path) if source else None
        matches = _matches(str(path)) if mode is None else []
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: ~nobody has no home
        yield _refuse(source, f"it cannot be opened: {_os_reason(error)}")
        return
    if mode is None:
        for match in matches:
            yield from files_of(match)
        if not matches:
            yield _refuse(source, "there is no such file or folder, and no file matches it; check the name")
    elif stat.S_ISDIR(mode):
        yield from _files_in(path)
    elif stat.S_ISREG(mode) or stat.S_ISFIFO(mode):
        yield _readable(path)
    else:
        yield _refuse(source, f"it is a device, not a file; {WANTED}")


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


def _files_in(folder: Path) -> Iterator[Path | Refusal]:
    empty = True
    for path in _walk(folder, set()):
        if isinstance(path, Refusal) or is_known(path.name):
            empty = False
            yield path if isinstance(path, Refusal) else _readable(path)
    if empty:
        yield _refuse(folder, f"the folder holds no articles; {WANTED}")


def _readable(path: Path) -> Path | Refusal:
    if os.access(path, os.R_OK):
        return path
    return _refuse(path, f"it cannot be opened: {os.strerror(errno.EACCES)}")


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


def _refuse(source: str | Path, reason: str) -> Refusal:
    return Refusal(origin=f"{printable(str(source))}:1", reason=reason)


def printable(name: str) -> str:
    """Return a file's name as text: it may hold bytes that are none, which no catalogue would take."""
    return name.encode("utf-8", "backslashreplace").decode()


def _os_reason(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else ""
    return reason or str(error) or type(error).__name__
