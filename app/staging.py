"""Uploaded files on disk, until an import has read them: `imports/JOB/` in the data directory.

What a browser calls a file is only a name: it never says where anything is written.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from index.errors import ConflictError, InputError

MAX_FILES = 10_000
_NAME_CHARS = 200
_ENDING_CHARS = 40
_SYNC_THREADS = 16
_COPY_BYTES = 2**20
_CHECK_BYTES = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFile:
    """One uploaded file: what it is called, and what it is called in its directory."""

    name: str
    file: str


@dataclass(slots=True)
class Upload:
    """Files being received into a directory of their own. Raises OSError and NoSpaceError as disks do."""

    id: str
    directory: Path
    check_room: Callable[[], None]
    files: list[StagedFile] = field(default_factory=list)
    _open: BinaryIO | None = None
    _unchecked_bytes: int = 0

    def begin(self, name: str) -> None:
        """Begin a file; what is written from now on is its content."""
        self.end()
        if len(self.files) >= MAX_FILES:
            raise InputError(
                f"the upload has more than {MAX_FILES:,} files; send them in several, or as one .zip"
            )
        plain = plain_name(name)
        safe = re.sub(r"[^A-Za-z0-9.-]+", "_", plain)[-_ENDING_CHARS:]
        self.files.append(StagedFile(name=plain, file=f"{len(self.files) + 1:04d}-{safe}"))
        self._open = (self.directory / self.files[-1].file).open("xb")

    def write(self, data: bytes) -> None:
        """Add to the file begun last."""
        assert self._open is not None
        self._unchecked_bytes += len(data)
        if self._unchecked_bytes > _CHECK_BYTES:
            self.check_room()
            self._unchecked_bytes = 0
        self._open.write(data)

    def take(self, name: str, stream: BinaryIO) -> None:
        """Take in a whole stream as a file."""
        self.begin(name)
        shutil.copyfileobj(stream, self, _COPY_BYTES)

    def end(self) -> None:
        """End the file begun last."""
        if self._open is not None:
            self._open.close()
            self._open = None


class Staging:
    """The directories of uploaded files, each named by the job that reads it.

    `check_room` raises NoSpaceError when the disk has too little left.
    """

    def __init__(self, directory: Path, check_room: Callable[[], None]) -> None:
        self._directory, self._check_room = directory, check_room
        self._receiving: set[str] = set()
        self._guard = threading.Lock()

    @contextmanager
    def receiving(self, upload_id: str) -> Iterator[Upload]:
        """Receive an upload: on disk, names and all, when the block ends; gone when it raises.

        A job that reads it has to be stored before the block ends: what no job names is removed.
        """
        self._check_room()
        upload = Upload(id=upload_id, directory=self._directory / upload_id, check_room=self._check_room)
        with self._guard:
            self._receiving.add(upload_id)
        try:
            upload.directory.mkdir(parents=True)
            yield upload
        except BaseException:
            upload.end()
            self.remove(upload_id)
            raise
        finally:
            with self._guard:
                self._receiving.discard(upload_id)

    def settle(self, upload: Upload) -> None:
        """End the last file; all of them are on disk when this returns."""
        upload.end()
        # Together, since a file system writes many in hardly more time than one.
        with ThreadPoolExecutor(_SYNC_THREADS) as pool:
            list(pool.map(_sync, [upload.directory / one.file for one in upload.files]))
        for directory in (upload.directory, self._directory, self._directory.parent):
            _sync(directory)

    def path(self, upload_id: str) -> Path:
        """Return the directory of an upload."""
        return self._directory / upload_id

    def remove(self, upload_id: str) -> None:
        """Remove an upload's files."""
        shutil.rmtree(self._directory / upload_id, ignore_errors=True)

    def keep_only(self, wanted: Callable[[], Collection[str]]) -> None:
        """Remove all uploads but those that `wanted` names and those being received."""
        if not self._directory.is_dir():
            return
        with self._guard:
            kept = {*wanted(), *self._receiving}
            for entry in self._directory.iterdir():
                if entry.name not in kept:
                    shutil.rmtree(entry, ignore_errors=True)

    def discard(self, readers: Callable[[], Collection[str]]) -> None:
        """Remove all uploads; raise ConflictError while there are `readers`, jobs, or an upload under way."""
        with self._guard:
            busy = sorted({*readers(), *self._receiving})
        if busy:
            raise ConflictError(
                "uploaded files that may hold what is to be purged are still being read; "
                f"wait until job {busy[0]} has ended, or cancel it"
            )
        self.keep_only(lambda: ())


def plain_name(name: str) -> str:
    """Return a browser's name for a file as one that can be shown: printable, not long, no way out.

    The folders of a folder's upload stay, since they tell files of one name apart.
    """
    printable = "".join(c if c.isprintable() else "_" for c in name.replace("\\", "/"))
    parts = [part for part in printable.split("/") if part not in {"", ".", ".."}]
    return "/".join(parts)[-_NAME_CHARS:].strip(" /") or "unnamed"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
