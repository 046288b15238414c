"""The number of the catalogue's newest commit, in a small file beside it, so that lost commits show.

Without its write-ahead log, or replaced by an older copy, a catalogue is whole and simply older. The number
is written after each commit, without fsync, so it is never ahead of a catalogue that lost nothing; the page
cache keeps it through kill -9 (docs/decisions/0010-generations-and-losses.md).
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

_NUMBER_BYTES = 8
_CHECK_BYTES = 8


class CommitMark:
    """One file with one number. A file that is missing or garbled says nothing: its number is 0."""

    def __init__(self, path: Path) -> None:
        """Open the file, made and filled when new, so that a full disk can still take a new number."""
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)
        self.number = _read(os.pread(self._file.fileno(), _NUMBER_BYTES + _CHECK_BYTES, 0))
        if self.number == 0:
            self.reset(0)

    def move(self, number: int) -> None:
        """Note a commit; a lower number than the one noted is left alone."""
        if number > self.number:
            self._write(number)

    def reset(self, number: int) -> None:
        """Note that what the catalogue holds is all there is, whatever was noted before."""
        self._write(number)
        with suppress(OSError):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, number: int) -> None:
        self.number = number
        content = number.to_bytes(_NUMBER_BYTES, "little")
        # A mark that could not be written is behind, and says less; the commit it is about stands.
        with suppress(OSError):
            os.pwrite(self._file.fileno(), content + _check(content), 0)


def _read(content: bytes) -> int:
    number, check = content[:_NUMBER_BYTES], content[_NUMBER_BYTES:]
    return int.from_bytes(number, "little") if check == _check(number) else 0


def _check(number: bytes) -> bytes:
    return hashlib.blake2b(number, digest_size=_CHECK_BYTES).digest()
