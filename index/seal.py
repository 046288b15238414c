"""A seal on a generation that was closed cleanly: what each of its files was, so that damage shows.

Chroma rewrites its files in place without checksums or fsync, half of the damage they can take is not
noticed, and some ends the process that opens them (docs/decisions/0008-recovery.md). So a generation is
trusted only when its seal is whole; the seal is broken before the files are opened.
"""

import hashlib
import json
import os
from pathlib import Path

_NAME = "seal.json"


def seal(directory: Path) -> None:
    """Write down every file's size and hash; call it when all of them are closed."""
    content = json.dumps(_files(directory))
    partial = directory / f"{_NAME}.part"
    with partial.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(directory / _NAME)


def is_sealed(directory: Path) -> bool:
    """Say whether the directory was sealed and every file has the size it had then; nothing is read."""
    return _sealed(directory) is not None


def is_whole(directory: Path) -> bool:
    """Say whether the directory was sealed and every file is as it was then."""
    # Sizes first: a torn index can leave a sparse file of terabytes, which nobody should read.
    sealed = _sealed(directory)
    try:
        return sealed is not None and sealed == _files(directory)
    except OSError:
        return False


def _sealed(directory: Path) -> dict[str, list[object]] | None:
    try:
        sealed: dict[str, list[object]] = json.loads((directory / _NAME).read_text(encoding="utf-8"))
        sizes = {name: path.stat().st_size for name, path in _paths(directory).items()}
        return sealed if sizes == {name: size for name, (size, _) in sealed.items()} else None
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def unseal(directory: Path) -> None:
    """Break the seal: from now on the files may be half written."""
    (directory / _NAME).unlink(missing_ok=True)


def _paths(directory: Path) -> dict[str, Path]:
    return {
        path.relative_to(directory).as_posix(): path
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.name.startswith(_NAME)
    }


def _files(directory: Path) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for name, path in _paths(directory).items():
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[name] = [path.stat().st_size, digest]
    return found
