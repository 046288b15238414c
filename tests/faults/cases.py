"""The damages that a data directory takes in `damage.py`, each with what is expected to mend it."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from serving import Server, notice

ARTICLES = 60
LATER = range(ARTICLES, ARTICLES + 20)
CATALOGUE = "catalogue.sqlite3"
_PAGE_BYTES = 4096
# Who mends it: nothing has to be, a start does, `doctor --repair`, the same with a loss it names, a person.
Remedy = Literal["nothing", "itself", "repair", "loss", "person"]

Damage = Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One damage; `killed` starts from a directory as kill -9 left it, with the articles of LATER too."""

    name: str
    damage: Damage
    remedy: Remedy
    killed: bool = False
    serving: bool = False
    is_named: bool = True
    env: Mapping[str, str] = field(default_factory=dict)
    mend: Callable[[Server], None] | None = None


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def garble(path: Path, at: int | None = None, count: int = 64) -> None:
    """Put noise over some bytes of a file, in its middle; its time stays, as with a disk's own fault."""
    stat = path.stat()
    at = stat.st_size // 2 if at is None else at
    with path.open("rb+") as file:
        file.seek(at)
        old = file.read(count)
        file.seek(at)
        noise = random.Random(at).randbytes(len(old))
        file.write(bytes(a ^ (b | 1) for a, b in zip(old, noise, strict=True)))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def garble_page(path: Path, share: float) -> None:
    """Put noise over the end of the page that far into the catalogue: SQLite fills pages from their ends."""
    page = int(path.stat().st_size // _PAGE_BYTES * share)
    garble(path, (page + 1) * _PAGE_BYTES - 512, 512)


def replace_bytes(path: Path, old: bytes, new: bytes) -> None:
    """Change bytes that stand in a file, all of them, for others as many."""
    content = path.read_bytes()
    assert old in content
    assert len(old) == len(new)
    path.write_bytes(content.replace(old, new))


BREAKS: dict[str, Damage] = {"truncated": truncate, "garbled": garble, "removed": Path.unlink}


def index_files(base: Path) -> list[str]:
    """Return the generation's files: all of Chroma's, and of Tantivy's segments the largest of each kind."""
    generation = max((base / "generations").iterdir(), key=lambda one: int(one.name[1:]))
    kinds: dict[str, Path] = {}
    for path in sorted(generation.rglob("*"), key=lambda one: one.stat().st_size):
        if path.is_file() and path.stat().st_size:
            kinds[path.suffix if path.suffix and path.parent.name == "terms" else path.name] = path
    return sorted(path.relative_to(base).as_posix() for path in kinds.values())


def index_cases(base: Path) -> Iterator[Case]:
    for number, name in enumerate(index_files(base)):
        short = (
            Path(name).suffix if Path(name).stem.isalnum() and len(Path(name).stem) > 30 else Path(name).name
        )
        for how, damage in BREAKS.items():
            yield Case(
                name=f"index {short} {how}",
                damage=lambda data, n=name, d=damage: d(data / n),
                remedy="itself",
            )
        how = list(BREAKS)[number % 3]
        # While it is served there is no seal.
        if short != "seal.json":
            yield Case(
                name=f"index {short} {how} while serving", serving=True, remedy="itself",
                damage=lambda data, n=name, h=how: BREAKS[h](_served(data / n)),
            )  # fmt: skip
    yield Case(name="index all removed", damage=lambda d: shutil.rmtree(d / "generations"), remedy="itself")
    yield Case(
        name="index all removed while serving", serving=True, remedy="itself",
        damage=lambda data: shutil.rmtree(data / "generations"),
    )  # fmt: skip


def _served(path: Path) -> Path:
    """Return the file, or the largest of its kind where a merge has taken its place."""
    others = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda one: one.stat().st_size)
    return path if path.exists() else others[-1]


def catalogue_cases(base: Path) -> Iterator[Case]:
    yield Case(name="catalogue removed", damage=lambda d: (d / CATALOGUE).unlink(), remedy="person")
    yield Case(name="catalogue emptied", damage=lambda d: os.truncate(d / CATALOGUE, 0), remedy="person")
    yield Case(name="catalogue truncated", damage=lambda d: truncate(d / CATALOGUE), remedy="person")
    yield Case(name="catalogue head garbled", damage=lambda d: garble(d / CATALOGUE, 0), remedy="person")
    for share in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99):
        yield Case(
            name=f"catalogue garbled at {share:.0%}", remedy="person",
            damage=lambda data, s=share: garble_page(data / CATALOGUE, s),
        )  # fmt: skip
    yield Case(
        name="catalogue garbled while serving", serving=True, remedy="person",
        damage=lambda data: garble_page(data / CATALOGUE, 0.5),
    )  # fmt: skip
    words, others = b"Notice 6 gives the", b"Notice 6 takes the"
    yield Case(
        name="catalogue one word of a text changed", remedy="person", mend=_put_again,
        damage=lambda data: replace_bytes(data / CATALOGUE, words, others),
    )  # fmt: skip
    yield Case(name="catalogue vectors garbled", remedy="repair", damage=_garble_vectors)
    yield Case(name="wal as a kill left it", killed=True, damage=lambda _: None, remedy="itself")
    for how, damage in (*BREAKS.items(), ("emptied", lambda path: os.truncate(path, 0))):
        yield Case(
            name=f"wal {how} after a kill", killed=True, remedy="loss",
            damage=lambda data, d=damage: d(data / f"{CATALOGUE}-wal"),
        )  # fmt: skip
        if how != "emptied":
            yield Case(
                name=f"shm {how} after a kill", killed=True, remedy="itself",
                damage=lambda data, d=damage: d(data / f"{CATALOGUE}-shm"),
            )  # fmt: skip
    yield Case(
        name="catalogue older copy put back", killed=True, remedy="loss",
        damage=lambda data: _put_older(data, base),
    )  # fmt: skip
    for how in ("garbled", "removed"):
        yield Case(
            name=f"mark {how}", remedy="nothing",
            damage=lambda data, h=how: BREAKS[h](data / "catalogue.mark"),
        )  # fmt: skip


def _garble_vectors(data: Path) -> None:
    with closing(sqlite3.connect(data / CATALOGUE)) as connection:
        connection.execute("UPDATE vectors SET vector = randomblob(length(vector)) WHERE rowid % 3 = 0")
        connection.commit()


def _put_older(data: Path, base: Path) -> None:
    (data / f"{CATALOGUE}-wal").unlink(missing_ok=True)
    (data / f"{CATALOGUE}-shm").unlink(missing_ok=True)
    shutil.copy(base / CATALOGUE, data / CATALOGUE)


def _put_again(server: Server) -> None:
    """Do what the message about a damaged article says."""
    server.call("DELETE", "/api/articles/n6")
    server.call("POST", "/api/articles", {"articles": [notice(6)]})


def other_cases(base: Path) -> Iterator[Case]:
    for said in ("", "{", '{"pid": 1, "purpose": "footnote serve at http://127.0.0.1:9"}', "\0" * 64):
        yield Case(
            name=f"lock says {said[:12]!r}", remedy="nothing",
            damage=lambda data, s=said: (data / "lock").write_text(s) and None,
        )  # fmt: skip
    yield Case(name="lock is a folder", remedy="person", damage=_lock_folder)
    for model in sorted((base / "models").rglob("*.onnx"))[:1]:
        for how, damage in BREAKS.items():
            yield Case(
                name=f"model {how}", remedy="itself", is_named=False,
                damage=lambda data, m=model, d=damage: d(data / m.relative_to(base)),
            )  # fmt: skip
    library = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
    for name, shift in (
        ("ten years on", "+3650d"),
        ("ten years back", "-3650d"),
        ("in 1970", "@1970-01-02 00:00:00"),
    ):
        if library:
            clock = {"LD_PRELOAD": str(library), "FAKETIME": shift, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            yield Case(name=f"clock {name}", damage=lambda _: None, remedy="nothing", env=clock)
            yield Case(
                name=f"clock {name} after a kill",
                damage=lambda _: None,
                remedy="itself",
                env=clock,
                killed=True,
            )


def _lock_folder(data: Path) -> None:
    (data / "lock").unlink()
    (data / "lock").mkdir()
