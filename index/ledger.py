"""Chunks, their vectors, and the numbered changes that generations follow, in the catalogue.

A chunk id is never handed out twice. A vector is kept by the hash of the matched text and the
embedder's fingerprint, so that the same text is embedded once, whatever generation asks.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from index.database import Database
from index.embeddings import Vectors
from index.records import Chunk

_MANIFEST = "number, chunking, embedder, applied, built_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkRow:
    """Where a chunk is: its revision's key and the run of sentences it holds."""

    id: int
    revision_key: int
    chunking: str
    first: int
    last: int
    matched_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRow:
    """A generation's manifest; `applied` is the last change it holds."""

    number: int
    chunking: str
    embedder: str
    applied: int
    built_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One chunk came or went."""

    seq: int
    chunk_id: int
    added: bool


def matched_hash(chunk: Chunk) -> bytes:
    """Return the key of a chunk's vector: half a SHA-256 of the text that is embedded."""
    return hashlib.sha256(chunk.matched.encode()).digest()[:16]


class Ledger:
    """Reads and writes chunks, vectors, changes and generations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_chunks(self, revision_key: int, chunking: str, chunks: Sequence[Chunk]) -> list[int]:
        """Store a revision's chunks, note the changes, and return the new ids in order."""
        ids = []
        with self._database.write() as connection:
            for chunk in chunks:
                cursor = connection.execute(
                    "INSERT INTO chunks (revision_key, chunking, first, last, matched_hash)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (revision_key, chunking, chunk.first, chunk.last, matched_hash(chunk)),
                )
                assert cursor.lastrowid is not None
                ids.append(cursor.lastrowid)
            connection.executemany("INSERT INTO changes (chunk_id, added) VALUES (?, 1)", [(i,) for i in ids])
        return ids

    def drop_chunks(self, revision_key: int) -> list[int]:
        """Remove a revision's chunks of every chunking, note the changes, and return their ids."""
        with self._database.write() as connection:
            rows = connection.execute(
                "DELETE FROM chunks WHERE revision_key = ? RETURNING id, matched_hash", (revision_key,)
            ).fetchall()
            connection.executemany(
                "INSERT INTO changes (chunk_id, added) VALUES (?, 0)", [(r[0],) for r in rows]
            )
            _drop_orphans(connection, [row[1] for row in rows])
        return [row[0] for row in rows]

    def uncut(self, chunking: str) -> list[int]:
        """Return the keys of live revisions that have not been cut into chunks this way."""
        rows = self._database.read().execute(
            "SELECT key FROM revisions WHERE live AND key NOT IN"
            " (SELECT revision_key FROM chunks WHERE chunking = ?) ORDER BY key",
            (chunking,),
        )
        return [row[0] for row in rows]

    def has_chunks(self, revision_key: int, chunking: str) -> bool:
        """Say whether a revision has been cut into chunks this way."""
        row = self._database.read().execute(
            "SELECT 1 FROM chunks WHERE revision_key = ? AND chunking = ?", (revision_key, chunking)
        )
        return row.fetchone() is not None

    def rows(self, chunk_ids: Sequence[int]) -> list[ChunkRow]:
        """Return the chunks that still exist among these ids, by id."""
        rows = self._database.read().execute(
            "SELECT id, revision_key, chunking, first, last, matched_hash FROM chunks"
            " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(chunk_ids)),),
        )
        return [
            ChunkRow(id=i, revision_key=key, chunking=chunking, first=first, last=last, matched_hash=h)
            for i, key, chunking, first, last, h in rows
        ]

    def ids(self, chunking: str) -> list[int]:
        """Return the ids of all chunks of one chunking, in order."""
        rows = self._database.read().execute(
            "SELECT id FROM chunks WHERE chunking = ? ORDER BY id", (chunking,)
        )
        return [row[0] for row in rows]

    def ids_of(self, revision_keys: frozenset[int], chunking: str) -> list[int]:
        """Return the ids of these revisions' chunks, in order."""
        rows = self._database.read().execute(
            "SELECT id FROM chunks WHERE revision_key IN (SELECT value FROM json_each(?)) AND chunking = ?"
            " ORDER BY id",
            (json.dumps(list(revision_keys)), chunking),
        )
        return [row[0] for row in rows]

    def count(self, chunking: str, revision_keys: frozenset[int] | None = None) -> int:
        """Count the chunks of one chunking, of all revisions or of these."""
        sql = "SELECT count(*) FROM chunks WHERE chunking = ?"
        values = [chunking]
        if revision_keys is not None:
            sql += " AND revision_key IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(revision_keys)))
        return int(self._database.read().execute(sql, values).fetchone()[0])

    def embedded(self, hashes: Sequence[bytes], embedder: str) -> set[bytes]:
        """Return those of the hashes whose vectors are kept already."""
        connection = self._database.read()
        sql = "SELECT 1 FROM vectors WHERE matched_hash = ? AND embedder = ?"
        return {h for h in hashes if connection.execute(sql, (h, embedder)).fetchone()}

    def put_vectors(self, vectors: Mapping[bytes, NDArray[np.float32]], embedder: str) -> None:
        """Keep vectors by hash, in half precision: its rounding is below int8 inference's own noise."""
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO vectors (matched_hash, embedder, vector) VALUES (?, ?, ?)",
                [(h, embedder, vector.astype("<f2").tobytes()) for h, vector in vectors.items()],
            )

    def vectors_of(self, chunk_ids: Sequence[int], embedder: str) -> tuple[list[int], Vectors]:
        """Return the ids among these that have vectors, and those: shape (found, dimension)."""
        rows = (
            self._database.read()
            .execute(
                "SELECT c.id, v.vector FROM chunks c JOIN vectors v"
                " ON v.matched_hash = c.matched_hash AND v.embedder = ?"
                " WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id",
                (embedder, json.dumps(list(chunk_ids))),
            )
            .fetchall()
        )
        matrix = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2").astype(np.float32)
        return [row[0] for row in rows], matrix.reshape(len(rows), -1 if rows else 0)

    def last_change(self) -> int:
        """Return the number of the newest change, 0 when there has been none."""
        row = (
            self._database.read().execute("SELECT seq FROM sqlite_sequence WHERE name = 'changes'").fetchone()
        )
        return int(row[0]) if row else 0

    def changes_after(self, seq: int) -> list[Change]:
        """Return the changes that a generation at `seq` has not applied yet, in order."""
        rows = self._database.read().execute(
            "SELECT seq, chunk_id, added FROM changes WHERE seq > ? ORDER BY seq", (seq,)
        )
        return [Change(seq=seq, chunk_id=chunk_id, added=bool(added)) for seq, chunk_id, added in rows]

    def current(self) -> GenerationRow | None:
        """Return the generation that answers, if there is one."""
        row = (
            self._database.read()
            .execute(f"SELECT {_MANIFEST} FROM generations WHERE state = 'current'")
            .fetchone()
        )
        return _generation(row) if row else None

    def begin(self, chunking: str, embedder: str) -> GenerationRow:
        """Open a new generation that is being built; an unfinished one before it is given up."""
        with self._database.write() as connection:
            connection.execute("UPDATE generations SET state = 'retired' WHERE state = 'building'")
            row = connection.execute(
                "INSERT INTO generations (state, chunking, embedder, applied, built_at)"
                f" VALUES ('building', ?, ?, 0, '') RETURNING {_MANIFEST}",
                (chunking, embedder),
            ).fetchone()
        return _generation(row)

    def promote(self, number: int) -> GenerationRow:
        """Make a built generation the one that answers, and drop what only older ones used."""
        with self._database.write() as connection:
            connection.execute("UPDATE generations SET state = 'retired' WHERE state = 'current'")
            row = connection.execute(
                "UPDATE generations SET state = 'current', applied = ?, built_at = ? WHERE number = ?"
                f" RETURNING {_MANIFEST}",
                (self.last_change(), datetime.now(UTC).isoformat(timespec="seconds"), number),
            ).fetchone()
            built = _generation(row)
            connection.execute("DELETE FROM chunks WHERE chunking <> ?", (built.chunking,))
            connection.execute(
                "DELETE FROM vectors WHERE embedder <> ?"
                " OR matched_hash NOT IN (SELECT matched_hash FROM chunks)",
                (built.embedder,),
            )
            connection.execute("DELETE FROM changes")
        return built

    def applied(self, number: int, seq: int) -> None:
        """Note that a generation holds all changes up to `seq`; they are needed no longer."""
        with self._database.write() as connection:
            connection.execute("UPDATE generations SET applied = ? WHERE number = ?", (seq, number))
            connection.execute("DELETE FROM changes WHERE seq <= ?", (seq,))

    def live_keys(self, after: int, limit: int) -> list[int]:
        """Return the next live revisions' keys, in order."""
        rows = self._database.read().execute(
            "SELECT key FROM revisions WHERE live AND key > ? ORDER BY key LIMIT ?", (after, limit)
        )
        return [row[0] for row in rows]


def _drop_orphans(connection: sqlite3.Connection, hashes: Sequence[bytes]) -> None:
    connection.executemany(
        "DELETE FROM vectors WHERE matched_hash = ?1"
        " AND NOT EXISTS (SELECT 1 FROM chunks WHERE matched_hash = ?1)",
        [(h,) for h in hashes],
    )


def _generation(row: tuple[int, str, str, int, str]) -> GenerationRow:
    number, chunking, embedder, applied, built_at = row
    return GenerationRow(
        number=number, chunking=chunking, embedder=embedder, applied=applied, built_at=built_at
    )
