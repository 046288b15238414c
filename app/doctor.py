"""`footnote doctor`: what is wrong with a data directory, in words, and what mends it."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.backup import CATALOGUE
from index.catalogue import Catalogue
from index.database import Database
from index.errors import FootnoteError
from index.ledger import Ledger
from index.records import assert_exact
from index.seal import is_whole

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
    if not (data / CATALOGUE).exists():
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
        yield _catalogue(database)
        yield _articles(Catalogue(database), Ledger(database))
        yield from _index(data, Ledger(database))
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
    said = [row[0] for row in database.read().execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        return Finding(what="catalogue", state="problem", detail="; ".join(said), mended_by="restore")
    return Finding(what="catalogue", state="well", detail="SQLite's integrity check found nothing")


def _articles(catalogue: Catalogue, ledger: Ledger) -> Finding:
    """Check every live text against its hash, and every sentence against its text."""
    after = looked_at = 0
    while keys := ledger.live_keys(after, _KEYS_A_STEP):
        for stored in catalogue.by_keys(keys).values():
            article = stored.article
            try:
                assert_exact(article.text, stored.sentences)
            except AssertionError as error:
                return Finding(
                    what="articles", state="problem", mended_by="you",
                    detail=f"article {article.id!r} has a sentence that is no slice of its text ({error}); "
                    "remove it and add it again",
                )  # fmt: skip
            looked_at += 1
        after = keys[-1]
    return Finding(
        what="articles", state="well", detail=f"{looked_at:,} articles, every sentence an exact slice"
    )


def _index(data: Path, ledger: Ledger) -> Iterator[Finding]:
    row = ledger.current()
    if row is None:
        yield Finding(what="index", state="problem", detail="none has been built", mended_by="repair")
        return
    ids = ledger.ids(row.chunking)
    bare = len(ids) - len(ledger.vectors_of(ids, row.embedder)[0]) if row.embedder != "none" else 0
    if bare:
        yield Finding(
            what="vectors", state="problem", mended_by="repair",
            detail=f"{bare:,} of {len(ids):,} chunks have no vector in the catalogue",
        )  # fmt: skip
    if uncut := ledger.uncut(row.chunking):
        yield Finding(
            what="chunks", state="problem", detail=f"{len(uncut):,} articles have none", mended_by="repair"
        )
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
