"""The files of a Tantivy index's segments, which are never written again: are they what they were?"""

import json
import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
_FOOTER_MAGIC = 1337


def garbled(directory: Path) -> list[str]:
    """Return which files are missing, cut short or changed.

    A file ends with its checksum as JSON, that one's length and a magic number, both 32-bit little-endian
    (https://github.com/quickwit-oss/tantivy/blob/main/src/directory/footer.rs).
    """
    files = _files(directory)
    return ["meta.json"] if files is None else [path.name for path in files if not _is_whole(path)]


def sizes(directory: Path) -> dict[Path, int]:
    """Return the files' sizes in bytes; one that a merge has just replaced is left out."""
    found = {}
    for path in _files(directory) or ():
        with suppress(FileNotFoundError):
            found[path] = path.stat().st_size
    return found


def shortened(known: Mapping[Path, int]) -> list[str]:
    """Return which files are shorter than they were; one that is gone can still be read where it is open."""
    found = []
    for path, size in known.items():
        with suppress(FileNotFoundError):
            if path.stat().st_size < size:
                found.append(path.name)
    return found


def _files(directory: Path) -> list[Path] | None:
    """Return the paths of the files, None when there is no list of them."""
    try:
        return [
            directory / f"{segment['segment_id'].replace('-', '')}.{part}"
            for segment in json.loads((directory / "meta.json").read_bytes())["segments"]
            for part in (*_PARTS, *_deletes(segment))
        ]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _deletes(segment: Mapping[str, Any]) -> list[str]:  # Any: JSON
    return [f"{segment['deletes']['opstamp']}.del"] if segment["deletes"] else []


def _is_whole(path: Path) -> bool:
    try:
        content = path.read_bytes()
        length, magic = struct.unpack("<II", content[-8:])
        footer = json.loads(content[-8 - length : -8])
        return bool(magic == _FOOTER_MAGIC and footer["crc"] == zlib.crc32(content[: -8 - length]))
    except (OSError, ValueError, struct.error, TypeError, KeyError):
        return False
