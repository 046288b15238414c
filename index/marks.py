"""Near copies among all live articles: each is found through the few smallest hashes of its sketch.

A look-up reads sixteen short runs of one index, however many articles there are.
"""

import json
import sqlite3

from index.copies import COPY, containment, marks, sketch

# A mark that more articles share is an outlet's standing text, and finds nobody; no more copies are named.
_COMMON = 200
_COPIES = 100


def put_marks(connection: sqlite3.Connection, key: int, outline: bytes) -> None:
    """Make a live revision one that is found; `outline` is its sketch."""
    connection.executemany(
        "INSERT OR IGNORE INTO marks (mark, revision_key) VALUES (?, ?)",
        [(mark, key) for mark in marks(outline)],
    )


def drop_marks(connection: sqlite3.Connection, key: int, outline: bytes) -> None:
    """Undo `put_marks`."""
    connection.executemany(
        "DELETE FROM marks WHERE mark = ? AND revision_key = ?", [(mark, key) for mark in marks(outline)]
    )


def near_copies(connection: sqlite3.Connection, key: int) -> list[str]:
    """Return the ids of the other live articles that are near copies of a revision, the likest first.

    Revisions of the first schema find others and are not found themselves: their sketch is made here.
    """
    row = connection.execute(
        "SELECT article_id, text, sketch FROM revisions WHERE key = ?", (key,)
    ).fetchone()
    if row is None:
        return []
    own, text, outline = row
    return like(connection, outline or sketch(text), other_than=own)


def like(connection: sqlite3.Connection, outline: bytes, *, other_than: str = "") -> list[str]:
    """Return the ids of the live articles that a sketch says are near copies, the likest first."""
    near: set[int] = set()
    for mark in marks(outline):
        rows = connection.execute(
            "SELECT revision_key FROM marks WHERE mark = ? LIMIT ?", (mark, _COMMON + 1)
        ).fetchall()
        if len(rows) <= _COMMON:
            near.update(row[0] for row in rows)
    others = connection.execute(
        "SELECT article_id, sketch FROM revisions WHERE live AND article_id <> ?"
        " AND key IN (SELECT value FROM json_each(?))",
        (other_than, json.dumps(sorted(near))),
    )
    shares = [(-containment(outline, other), article_id) for article_id, other in others]
    return [article_id for share, article_id in sorted(shares) if -share >= COPY][:_COPIES]
