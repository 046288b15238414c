"""Room on the data directory's disk: work is refused while what is open can still be closed cleanly."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from index.errors import NoSpaceError


class Space:
    """The disk of one directory, of which `reserve_bytes` are left alone (0: nothing is ever refused)."""

    def __init__(self, directory: Path, reserve_bytes: int) -> None:
        self._directory = directory
        self._reserve = reserve_bytes

    def check(self, wanted_bytes: int = 0) -> None:
        """Raise NoSpaceError unless the reserve is free, and this much besides."""
        if self._reserve == 0:
            return
        free = shutil.disk_usage(self._directory).free
        if free < self._reserve + wanted_bytes:
            wanted = f"this needs about {wanted_bytes / 1e6:,.0f} MB and " if wanted_bytes else ""
            raise NoSpaceError(
                f"the disk of the data directory has {free / 1e6:,.0f} MB left; {wanted}"
                f"{self._reserve / 1e6:,.0f} MB stay free, so that nothing breaks; make room on it, or set "
                "FOOTNOTE_MIN_FREE_MB lower"
            )


def disk_bytes(directory: Path) -> int:
    """Return the disk blocks in use below a directory: Chroma can leave sparse files of any apparent size."""
    total = 0
    # os.walk, unlike Path.rglob, goes on when a replaced generation's directory vanishes under it.
    for folder, _, names in os.walk(directory):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(folder) / name).stat().st_blocks * 512
    return total
