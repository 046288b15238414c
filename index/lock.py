"""One process a data directory: a second one would corrupt what the first has open."""

import fcntl
import json
import os
from pathlib import Path
from typing import IO

from index.errors import DataDirectoryHeld, InputError


class DirectoryLock:
    """An exclusive lock on a data directory, let go when closed or when the process ends."""

    def __init__(self, directory: Path, purpose: str) -> None:
        """Create the directory when new and lock it; raise DataDirectoryHeld, naming the holder."""
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._file: IO[str] = (directory / "lock").open("a+")
        except OSError as error:
            raise InputError(
                f"the data directory {str(directory)!r} cannot be used ({error.strerror}); "
                "name another with --data or FOOTNOTE_DATA"
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = self._holder()
            self._file.close()
            raise DataDirectoryHeld(
                f"the data directory {str(directory)!r} is in use by {holder}; stop it, use its API or page "
                "instead, or name another directory with --data"
            ) from error
        try:
            self.describe(purpose)
        except OSError as error:
            self._file.close()
            raise InputError(
                f"the data directory {str(directory)!r} cannot be written ({error.strerror}); make room on "
                "its disk, or name another with --data"
            ) from error

    def describe(self, purpose: str) -> None:
        """Note who holds the directory and what for, for whoever is refused."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps({"pid": os.getpid(), "purpose": purpose}))
        self._file.flush()

    def close(self) -> None:
        """Let go of the directory."""
        self._file.close()

    def _holder(self) -> str:
        self._file.seek(0)
        try:
            held = json.loads(self._file.read())
            return f"{held['purpose']} (process {held['pid']})"
        except (ValueError, KeyError, TypeError):
            return "another process"
