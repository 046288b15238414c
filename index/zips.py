"""The members of a zip file, as streams and within bounds: used for archives, Word and EPUB.

A size that a zip states is a claim of whoever made it; what counts here is what comes out.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, cast

from index.encodings import Readable
from index.errors import ArticleError

# A member's entry takes at least 46 bytes here and some 600 in Python: 32 MB of entries is 500 MB of memory.
_MAX_DIRECTORY_BYTES = 32 * 2**20
# Text deflates 3 to 5 times, a log 20 times. What swells beyond this, and beyond the free bytes, is a bomb.
MAX_RATIO = 100
FREE_BYTES = 16 * 2**20
# What zipfile and its unpackers raise over damaged bytes.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, OSError, OverflowError,
)  # fmt: skip
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")


class Metered:
    """A stream of unpacked bytes that stops a bomb: at most `allowed()` of them come out.

    `allowed` is asked again before each refusal, so that it may grow with the packed bytes read so far.
    """

    def __init__(self, stream: Readable, allowed: Callable[[], int]) -> None:
        self._stream, self._allowed = stream, allowed
        self._read = 0

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; raise ArticleError when it swells beyond the bound or is broken."""
        try:
            data = self._stream.read(size)
        except _BROKEN as error:
            raise ArticleError(
                f"it cannot be read to its end: {str(error) or type(error).__name__}"
            ) from None
        self._read += len(data)
        if self._read > self._allowed():
            raise ArticleError(
                f"it unpacks to over {MAX_RATIO} times its size, as a bomb does; unpack it and give its files"
            )
        return data


class Counted:
    """A stream that knows how many bytes were read from it."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, none only at the end."""
        data = self._stream.read(size)
        self.count += len(data)
        return data

    def allowed(self) -> int:
        """Return how many bytes may come out of what was read."""
        return FREE_BYTES + MAX_RATIO * self.count


def open_zip(stream: IO[bytes]) -> zipfile.ZipFile:
    """Open a zip file; raise ArticleError when it is damaged or lists too many members."""
    if _directory_bytes(stream) > _MAX_DIRECTORY_BYTES:
        raise ArticleError("it lists too many files for one zip; split it")
    try:
        return zipfile.ZipFile(stream)
    except _BROKEN as error:
        raise ArticleError(f"it is no whole zip file: {error}") from None


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Metered:
    """Open a member as a bounded stream; raise ArticleError when it is encrypted or cannot be unpacked."""
    if member.flag_bits & 1:
        raise ArticleError("it is encrypted; unpack it with its password first")
    try:
        stream = archive.open(member)
    except _BROKEN as error:
        raise ArticleError(f"it cannot be unpacked: {error}") from None
    return Metered(stream, lambda: FREE_BYTES + MAX_RATIO * member.compress_size)


def read_member(archive: zipfile.ZipFile, name: str, max_bytes: int) -> bytes:
    """Return one member's bytes; raise ArticleError when it is not there, too large or damaged."""
    try:
        member = archive.getinfo(name)
    except KeyError:
        raise ArticleError(f"it has no part {name!r}, so it is damaged or of another format") from None
    stream, parts, left = open_member(archive, member), list[bytes](), max_bytes
    while chunk := stream.read(min(2**20, left + 1)):
        parts.append(chunk)
        left -= len(chunk)
        if left < 0:
            raise ArticleError(
                f"its part {name[:80]!r} is over {max_bytes // 2**20} MB; save its text as .txt"
            )
    return b"".join(parts)


def _directory_bytes(stream: IO[bytes]) -> int:
    """Return how long the list of members is, as the file's end says; 0 when it has no such end."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END.size - _LOCATOR.size - 0xFFFF))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _END.size:
        return 0
    length = cast(int, _END.unpack_from(tail, at)[5])
    if at >= _LOCATOR.size and tail[at - _LOCATOR.size :].startswith(b"PK\x06\x07"):
        offset = _LOCATOR.unpack_from(tail, at - _LOCATOR.size)[2]
        stream.seek(min(offset, size))
        end = stream.read(_END_64.size)
        length = max(
            0 if length == 0xFFFFFFFF else length, _END_64.unpack(end)[8] if len(end) == _END_64.size else 0
        )
    return length
