"""Watched feeds in the catalogue: when each is asked next, and which of its entries were taken."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from index.database import Database
from index.errors import NotFoundError
from index.watching import Watch

# An entry that failed so often is left alone until its feed stamps it anew.
MAX_FAILURES = 5
_COLUMNS = "url, every_s, etag, modified, next_at, failures, error"


class Watches:
    """Reads and writes watched feeds. What is noted of one that was removed meanwhile is dropped."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Watch]:
        """Return all watched feeds, by address."""
        rows = self._database.read().execute(f"SELECT {_COLUMNS} FROM watches ORDER BY url")
        return [_watch(row) for row in rows]

    def get(self, url: str) -> Watch:
        """Return one of them; raise NotFoundError."""
        row = (
            self._database.read().execute(f"SELECT {_COLUMNS} FROM watches WHERE url = ?", (url,)).fetchone()
        )
        if row is None:
            raise NotFoundError(f"no feed {url[:200]!a} is watched; list them with `footnote feeds list`")
        return _watch(row)

    def put(self, watch: Watch) -> None:
        """Watch a feed, or one that is watched already as said now; what was taken of it stays known."""
        with self._database.write() as connection:
            connection.execute(
                f"INSERT INTO watches ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (url) DO UPDATE SET every_s = excluded.every_s, next_at = excluded.next_at",
                astuple(watch),
            )

    def note(self, watch: Watch) -> None:
        """Keep how asking a feed went."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE watches SET etag = ?, modified = ?, next_at = ?, failures = ?, error = ?"
                " WHERE url = ?",
                (watch.etag, watch.modified, watch.next_at, watch.failures, watch.error, watch.url),
            )

    def remove(self, url: str) -> None:
        """Watch a feed no longer; its articles stay. Raises NotFoundError."""
        with self._database.write() as connection:
            self.get(url)
            connection.execute("DELETE FROM watches WHERE url = ?", (url,))

    def seen(self, url: str, listed: Iterable[str]) -> dict[str, str]:
        """Return the stamps of those of the entries that were taken, or that failed for good, by address."""
        return self._noted(url, listed, "failures = 0 OR failures >= ?")

    def failing(self, url: str, listed: Iterable[str]) -> set[str]:
        """Return the addresses of those of the entries that failed and are to be tried again."""
        return set(self._noted(url, listed, "failures > 0 AND failures < ?"))

    def taken(self) -> dict[str, int]:
        """Return for each feed how many of the entries it lists were taken."""
        rows = self._database.read().execute(
            "SELECT watch, count(*) FROM watch_entries WHERE failures = 0 GROUP BY watch"
        )
        return dict(rows)

    def note_entry(self, url: str, entry: str, stamp: str, *, failed: bool) -> bool:
        """Note that an entry was taken, or failed; return whether it is to be tried again."""
        with self._database.write() as connection:
            row = connection.execute(
                "INSERT INTO watch_entries (watch, url, stamp, failures)"
                " SELECT url, ?, ?, ? FROM watches WHERE url = ?"
                " ON CONFLICT (watch, url) DO UPDATE SET failures = CASE WHEN excluded.failures = 0 THEN 0"
                " WHEN excluded.stamp = stamp THEN failures + 1 ELSE 1 END, stamp = excluded.stamp"
                " RETURNING failures",
                (_name(entry), stamp, int(failed), url),
            ).fetchone()
        return row is not None and 0 < row[0] < MAX_FAILURES

    def keep_entries(self, url: str, listed: Iterable[str]) -> None:
        """Forget the entries that the feed lists no more."""
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM watch_entries WHERE watch = ? AND url NOT IN (SELECT value FROM json_each(?))",
                (url, json.dumps([_name(entry) for entry in listed])),
            )

    def _noted(self, url: str, listed: Iterable[str], how: str) -> dict[str, str]:
        rows = self._database.read().execute(
            f"SELECT url, stamp FROM watch_entries WHERE watch = ? AND ({how})", (url, MAX_FAILURES)
        )
        stamps = dict(rows)
        return {entry: stamps[name] for entry in listed if (name := _name(entry)) in stamps}


def _name(entry: str) -> str:
    """Return what an entry is kept as: it is known again, and names no article that was purged."""
    return hashlib.sha256(entry.encode()).hexdigest()[:32]


def _watch(row: tuple[Any, ...]) -> Watch:  # Any: as SQLite gives it
    url, every_s, etag, modified, next_at, failures, error = row
    return Watch(
        url=url,
        every_s=every_s,
        etag=etag,
        modified=modified,
        next_at=next_at,
        failures=failures,
        error=error,
    )
