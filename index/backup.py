"""The catalogue in one file, consistent while it is being written to, and back again.

Only the catalogue is copied: the index is derived from it, and Chroma's files must never be copied (they
may be sparse, of any apparent size).
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from index.database import SCHEMA_VERSION, complaints
from index.errors import ConflictError, InputError

CATALOGUE = "catalogue.sqlite3"
_PAGES_A_STEP = 2_000


def back_up(data: Path, file: Path, progress: Callable[[int, int], None] | None = None) -> int:
    """Copy a data directory's catalogue into `file` and return its size in bytes.

    Another process may be writing: SQLite's own online backup starts again where it has to
    (https://www.sqlite.org/backup.html). The file appears whole or not at all.
    """
    source_path = data / CATALOGUE
    if not source_path.is_file():
        raise InputError(f"there is no catalogue in {str(data)!r} to back up; name its directory with --data")
    partial = file.with_name(f"{file.name}.part")
    try:
        partial.unlink(missing_ok=True)
        _copy(source_path, partial, progress)
        _check(partial)
        _sync(partial)
        partial.replace(file)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise InputError(f"the backup {str(file)!r} could not be written: {error}") from error
    return file.stat().st_size


def restore(file: Path, data: Path) -> None:
    """Put a backup's catalogue into a data directory that has none; the index is built from it at start."""
    target = data / CATALOGUE
    if target.exists():
        raise ConflictError(
            f"the data directory {str(data)!r} has a catalogue already; restore into a new one with --data"
        )
    if not file.is_file():
        raise InputError(f"there is no backup {str(file)!r}")
    partial = target.with_name(f"{target.name}.part")
    try:
        _check(file)
        data.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        _copy(file, partial, None)
        _sync(partial)
        # What a catalogue that lay here before left behind: SQLite would take the log for this one's, and the
        # mark would call this one's commits lost.
        for left in (f"{target.name}-wal", f"{target.name}-shm", target.with_suffix(".mark").name):
            target.with_name(left).unlink(missing_ok=True)
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise InputError(f"the backup {str(file)!r} could not be restored: {error}") from error


def _copy(source_path: Path, target_path: Path, progress: Callable[[int, int], None] | None) -> None:
    def step(_: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    source = sqlite3.connect(f"{source_path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
    target = sqlite3.connect(target_path)
    try:
        source.backup(target, pages=_PAGES_A_STEP, progress=step)
    finally:
        target.close()
        source.close()


def _check(path: Path) -> None:
    """Raise InputError unless the file is a whole catalogue of ours."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        wrong = complaints(connection)
    except sqlite3.DatabaseError as error:
        raise InputError(f"{str(path)!r} is not a backup of a catalogue, or is damaged: {error}") from error
    finally:
        connection.close()
    if version != SCHEMA_VERSION or wrong:
        raise InputError(
            f"{str(path)!r} is not a whole backup of this Footnote's catalogue (schema {version}, wanted "
            f"{SCHEMA_VERSION}; check: {wrong[0] if wrong else 'ok'}); use another backup"
        )


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
