"""The files inside a zip or tar archive, one after the other, as streams: nothing is ever unpacked to disk.

A member's name is only a name, wherever it points; links, devices and encrypted members are refused.
"""

import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from index.encodings import Readable
from index.errors import ArticleError
from index.fields import Refusal
from index.zips import FREE_BYTES, MAX_RATIO, open_member

MAX_MEMBERS = 200_000
MAX_TOTAL_BYTES = 20 * 2**30
_MAX_NAME_CHARS = 300
# What a tar says in its own records about one member: a path and some times.
_MAX_TAR_RECORD_BYTES = 2**20
_MAX_EMPTY_READS = 100
_TAR_RECORDS = frozenset(
    {
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive: `path` is its name in there, and its stream ends when the next is asked for."""

    path: str
    stream: Readable


@dataclass(slots=True)
class Budget:
    """How many bytes may still come out of an archive and all that lie within it."""

    left: int

    @classmethod
    def of(cls, archive_bytes: int) -> "Budget":
        return cls(left=min(4 * FREE_BYTES + MAX_RATIO * archive_bytes, MAX_TOTAL_BYTES))


class _Spent:
    """A member's stream that takes what it gives from the budget."""

    def __init__(self, stream: Readable, budget: Budget) -> None:
        self._stream, self._budget = stream, budget

    def read(self, size: int, /) -> bytes:
        try:
            data = self._stream.read(size)
        except tarfile.TarError as error:
            raise ArticleError(f"it cannot be read to its end: {error}") from None
        self._budget.left -= len(data)
        if self._budget.left < 0:
            raise ArticleError(
                "the archive unpacks to far more than its size, as a bomb does; unpack it and give its files"
            )
        return data


def zip_members(archive: zipfile.ZipFile, name: str, budget: Budget) -> Iterator[Member | Refusal]:
    """Yield a zip's files in its own order, and refusals of those that cannot be read."""
    for number, info in enumerate(archive.infolist()):
        if number >= MAX_MEMBERS:
            yield _too_many(name)
            return
        path = _printable(info.filename)
        # A nameless member; before Python 3.12 is_dir breaks over one.
        if not path or info.is_dir():
            continue
        if stat.S_ISLNK(info.external_attr >> 16):
            yield Refusal(origin=f"{name}/{path}:1", reason="it is a link; give the file it points to")
            continue
        try:
            yield Member(path=path, stream=_Spent(open_member(archive, info), budget))
        except ArticleError as error:
            yield Refusal(origin=f"{name}/{path}:1", reason=str(error))


def tar_members(stream: IO[bytes], name: str, budget: Budget) -> Iterator[Member | Refusal]:
    """Yield a tar's files in order; what follows a damaged place is lost and refused as one."""
    number, path = 0, ""
    try:
        file: Any = _Ending(stream)  # read is all it needs
        with tarfile.open(fileobj=file, mode="r|", tarinfo=_TarInfo) as archive:
            while (info := archive.next()) is not None:
                # tarfile keeps every member it has met.
                archive.members = []  # type: ignore[attr-defined]  # typeshed does not list it
                number += 1
                if number > MAX_MEMBERS:
                    yield _too_many(name)
                    return
                path = _printable(info.name)
                if info.isdir():
                    continue
                content = archive.extractfile(info) if info.isreg() else None
                if content is None:
                    reason = "it is a link or a device, not a file; give the file it points to"
                    yield Refusal(origin=f"{name}/{path}:1", reason=reason)
                else:
                    yield Member(path=path, stream=_Spent(content, budget))
    except (
        tarfile.TarError,
        OSError,
        EOFError,
        zlib.error,
        ValueError,
        OverflowError,
        ArticleError,
    ) as error:
        after = f" after {path!r}" if path else ""
        yield Refusal(origin=f"{name}:1", reason=f"the archive cannot be read to its end{after}: {error}")


class _Ending:
    """A stream that is asked for more after its end a few times at most.

    tarfile passes over a member by reading as many blocks as its header states, however few there are.
    """

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._left = _MAX_EMPTY_READS

    def read(self, size: int, /) -> bytes:
        data = self._stream.read(size)
        self._left -= not data
        if self._left < 0:
            raise EOFError("it ends in the middle of a file")
        return data


class _TarInfo(tarfile.TarInfo):
    """A member's header; tarfile would read a record of any stated length into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_TarInfo":
        info = super().frombuf(buf, encoding, errors)
        if info.type in _TAR_RECORDS and info.size > _MAX_TAR_RECORD_BYTES:
            raise ArticleError(f"a name or note in it is {info.size:,} bytes long")
        return info


def _too_many(name: str) -> Refusal:
    return Refusal(
        origin=f"{name}:1", reason=f"it holds over {MAX_MEMBERS:,} files; the others are left out, split it"
    )


def _printable(path: str) -> str:
    """A name may hold line ends and halves of characters, which no catalogue and no terminal would take."""
    shown = "".join(
        one if one.isprintable() else one.encode("unicode_escape", "backslashreplace").decode("ascii")
        for one in path
    )
    return shown[-_MAX_NAME_CHARS:].strip("/")
