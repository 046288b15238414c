"""One process a data directory: a second one would corrupt what the first has open."""

import fcntl
import json
import os
import time
import uuid
from pathlib import Path
from typing import IO, Any

from index.errors import DataDirectoryHeld, InputError

_READS = 5
_PAUSE_S = 0.02


class DirectoryLock:
    """An exclusive lock on a data directory, let go when closed or when the process ends, however it ends.

    The file says who holds it: `url` is a server's address, "" for anything else, and `instance` is drawn
    anew for each holder, so that whoever asks at that address knows whether it is this one that answers.
    """

    def __init__(self, directory: Path, purpose: str, url: str = "") -> None:
        """Create the directory when new and lock it; raise DataDirectoryHeld, naming the holder."""
        self.instance = uuid.uuid4().hex
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
            holder = _holder(self._file)
            self._file.close()
            raise DataDirectoryHeld(
                f"the data directory {str(directory)!r} is in use by {_name(holder)}; stop it, use its API "
                "or page instead, or name another directory with --data",
                url=str(holder.get("url", "")),
                instance=str(holder.get("instance", "")),
            ) from error
        try:
            self._describe(purpose, url)
        except OSError as error:
            self._file.close()
            raise InputError(
                f"the data directory {str(directory)!r} cannot be written ({error.strerror}); make room on "
                "its disk, or name another with --data"
            ) from error

    def close(self) -> None:
        """Let go of the directory."""
        self._file.close()

    def _describe(self, purpose: str, url: str) -> None:
        """Note who holds the directory and what for, for whoever is refused."""
        said = {"pid": os.getpid(), "purpose": purpose, "url": url, "instance": self.instance}
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps(said))
        self._file.flush()


def _holder(file: IO[str]) -> dict[str, Any]:  # Any: whatever the file holds
    """Return what the holder noted, which it does right after it has the lock."""
    for _ in range(_READS):
        file.seek(0)
        try:
            held = json.loads(file.read())
        except ValueError:
            time.sleep(_PAUSE_S)
            continue
        return held if isinstance(held, dict) else {}
    return {}


def _name(holder: dict[str, Any]) -> str:  # Any: as above
    if "purpose" not in holder:
        return "another process"
    return f"{holder['purpose']} (process {holder.get('pid', 'unknown')})"
