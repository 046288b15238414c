"""`footnote doctor`: what is wrong with a data directory, in words, and what mends it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.answers import garbled_answers
from index.backup import CATALOGUE
from index.catalogue import Catalogue
from index.database import Database, complaints, lost_words
from index.errors import DamagedIndexError, FootnoteError
from index.ledger import Ledger
from index.purging import unfinished
from index.records import assert_exact
from index.seal import is_sealed, is_whole

_LOW_BYTES = 500_000_000
_KEYS_A_STEP = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. `mended_by` says what to do about a problem."""

    what: str
    state: Literal["well", "warning", "problem"]
    detail: str
    mended_by: Literal["", "repair", "restore", "you"] = ""


def examine(data: Path) -> Iterator[Finding]:
    """Look at a data directory that no process has open, cheapest first."""
    yield _space(data)
    file = data / CATALOGUE
    if not file.exists() or file.stat().st_size == 0:
        yield Finding(
            what="catalogue", state="problem", mended_by="restore",
            detail="there is none (a new directory, or the file is gone); add articles or restore a backup",
        )  # fmt: skip
        return
    try:
        database = Database(data / CATALOGUE)
    except FootnoteError as error:
        yield Finding(what="catalogue", state="problem", detail=str(error), mended_by="restore")
        return
    try:
        if database.lost:
            yield Finding(
                what="commits", state="problem", mended_by="repair",
                detail=f"{lost_words(database.lost)}; a repair goes on with what is left",
            )  # fmt: skip
        yield _catalogue(database)
        yield _articles(Catalogue(database), Ledger(database))
        yield from _index(data, Ledger(database))
        if garbled := garbled_answers(database):
            yield Finding(
                what="answers", state="warning",
                detail=f"{garbled:,} given before are damaged and cannot be read again; nothing needs them",
            )  # fmt: skip
        if purged := unfinished(database):
            yield Finding(
                what="purge", state="problem", mended_by="repair",
                detail=f"{len(purged):,} purged articles may still be found in the files of the index",
            )  # fmt: skip
    except sqlite3.DatabaseError as error:
        yield Finding(
            what="catalogue", state="problem", detail=f"it cannot be read: {error}", mended_by="restore"
        )
    finally:
        database.close()


def _space(data: Path) -> Finding:
    free = shutil.disk_usage(data).free
    if free < _LOW_BYTES:
        return Finding(
            what="disk", state="warning", detail=f"only {free / 1e6:,.0f} MB are free", mended_by="you"
        )
    return Finding(what="disk", state="well", detail=f"{free / 1e9:,.1f} GB are free")


def _catalogue(database: Database) -> Finding:
    if wrong := complaints(database.read(), indexes=True)[:3]:
        return Finding(what="catalogue", state="problem", detail="; ".join(wrong), mended_by="restore")
    return Finding(what="catalogue", state="well", detail="SQLite's integrity check found nothing")


def _articles(catalogue: Catalogue, ledger: Ledger) -> Finding:
    """Check every live text against its hash, and every sentence against its text."""
    after = looked_at = 0
    damaged: list[str] = []
    while keys := ledger.live_keys(after, _KEYS_A_STEP):
        for key in keys:
            try:
                for stored in catalogue.by_keys([key]).values():
                    assert_exact(stored.article.text, stored.sentences)
            except (DamagedIndexError, AssertionError) as error:
                damaged.append(str(error))
            looked_at += 1
        after = keys[-1]
    if damaged:
        more = f" (and {len(damaged) - 1:,} more)" if len(damaged) > 1 else ""
        return Finding(what="articles", state="problem", detail=f"{damaged[0]}{more}", mended_by="you")
    return Finding(
        what="articles", state="well", detail=f"{looked_at:,} articles, every sentence an exact slice"
    )


def clear_away(data: Path) -> None:
    """Go on with what a catalogue that has lost commits still holds, and drop garbled vectors.

    The index is then built anew where it may hold such vectors, or chunks of the lost commits, whose numbers
    will be handed out again.
    """
    with closing(Database(data / CATALOGUE)) as database:
        ledger = Ledger(database)
        garbled = ledger.garbled_vectors()
        current = ledger.current()
        if database.lost or (current is not None and current.embedder in garbled):
            shutil.rmtree(data / "generations", ignore_errors=True)
        for row_ids in garbled.values():
            ledger.drop_vectors(row_ids)
        if database.lost:
            database.accept_losses()


def _index(data: Path, ledger: Ledger) -> Iterator[Finding]:
    row = ledger.current()
    if row is None:
        yield Finding(what="index", state="problem", detail="none has been built", mended_by="repair")
        return
    ids = ledger.ids(row.chunking)
    if row.embedder != "none" and (bare := ledger.bare(ids, row.embedder)):
        yield Finding(
            what="vectors", state="problem", mended_by="repair",
            detail=f"{len(bare):,} of {len(ids):,} chunks have no vector in the catalogue",
        )  # fmt: skip
    if garbled := ledger.garbled_vectors():
        yield Finding(
            what="vectors", state="problem", mended_by="repair",
            detail=f"{sum(map(len, garbled.values())):,} in the catalogue are damaged; "
            "a repair embeds their chunks again",
        )  # fmt: skip
    if uncut := ledger.uncut(row.chunking):
        yield Finding(
            what="chunks", state="problem", detail=f"{len(uncut):,} articles have none", mended_by="repair"
        )
    previous = ledger.previous()
    if previous is not None and not is_sealed(data / "generations" / f"g{previous.number}"):
        yield Finding(
            what="previous", state="warning",
            detail=f"generation g{previous.number} cannot be gone back to; the next start removes it",
        )  # fmt: skip
    if is_whole(data / "generations" / f"g{row.number}"):
        yield Finding(
            what="index",
            state="well",
            detail=f"generation g{row.number}, {len(ids):,} chunks, files as sealed",
        )
    else:
        yield Finding(
            what="index", state="problem", mended_by="repair",
            detail=f"generation g{row.number} was not closed cleanly, or its files have changed since",
        )  # fmt: skip
