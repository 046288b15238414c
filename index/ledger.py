"""Chunks, their vectors, and the numbered changes that generations follow, in the catalogue.

A chunk id is never handed out twice. A vector is kept by the hash of the matched text and the
embedder's fingerprint, so that the same text is embedded once, whatever generation asks.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.database import Database
from index.dates import now
from index.embeddings import Vectors
from index.errors import DamagedIndexError
from index.records import Chunk

_MANIFEST = "number, chunking, embedder, setting, applied, built_at"
# So many rows at a time are dropped, so that writers wait for no more than these.
_DROPPED_A_STEP = 20_000
_READ_A_STEP = 5_000
# Half precision keeps a unit vector's norm within this.
_NORM_OFF = 0.01


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
    """A generation's manifest; `applied` is the last change it holds.

    `embedder` is the fingerprint of what it was built with, `setting` how that was loaded.
    """

    number: int
    chunking: str
    embedder: str
    setting: str
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

    def bare(self, chunk_ids: Sequence[int], embedder: str) -> list[int]:
        """Return the ids of those of the chunks that have no vector of this embedder, in order."""
        rows = self._database.read().execute(
            "SELECT id FROM chunks c WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS"
            " (SELECT 1 FROM vectors v WHERE v.matched_hash = c.matched_hash AND v.embedder = ?) ORDER BY id",
            (json.dumps(list(chunk_ids)), embedder),
        )
        return [row[0] for row in rows]

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
        return [row[0] for row in rows], _matrix([row[1] for row in rows]).astype(np.float32)

    def all_vectors(self, chunking: str, embedder: str) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Return the ids of all chunks of one chunking that have vectors, in order, and those."""
        rows = (
            self._database.read()
            .execute(
                # The other order of the two tables sorts all vectors.
                "SELECT c.id, v.vector FROM chunks c CROSS JOIN vectors v"
                " ON v.matched_hash = c.matched_hash AND v.embedder = ? WHERE c.chunking = ? ORDER BY c.id",
                (embedder, chunking),
            )
            .fetchall()
        )
        return np.array([row[0] for row in rows], dtype=np.int64), _matrix([row[1] for row in rows])

    def garbled_vectors(self) -> dict[str, list[int]]:
        """Return, by embedder, the row ids of what is damaged: no unit vector as long as most of its."""
        connection, found = self._database.read(), dict[str, list[int]]()
        usual = connection.execute(
            "SELECT embedder, length(vector) FROM vectors GROUP BY 1, 2 ORDER BY count(*)"
        ).fetchall()
        for embedder, length in dict(usual).items():
            where = "FROM vectors WHERE embedder = ? AND length(vector)"
            own = [row[0] for row in connection.execute(f"SELECT rowid {where} <> ?", (embedder, length))]
            rows = connection.execute(f"SELECT rowid, vector {where} = ?", (embedder, length))
            while step := rows.fetchmany(_READ_A_STEP):
                with np.errstate(all="ignore"):
                    norms = np.linalg.norm(_matrix([row[1] for row in step]).astype(np.float32), axis=1)
                is_unit = np.abs(norms - 1.0) <= _NORM_OFF
                own += [row[0] for row, whole in zip(step, is_unit, strict=True) if not whole]
            if own:
                found[embedder] = own
        return found

    def drop_vectors(self, row_ids: Sequence[int]) -> None:
        """Drop vectors by row id, as `garbled_vectors` names them; their chunks are embedded again."""
        with self._database.write() as connection:
            connection.executemany("DELETE FROM vectors WHERE rowid = ?", [(one,) for one in row_ids])

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
        return self._generation_that_is("current")

    def previous(self) -> GenerationRow | None:
        """Return the generation that can be gone back to, if there is one."""
        return self._generation_that_is("previous")

    def begin(self, chunking: str, embedder: str, setting: str) -> GenerationRow:
        """Open a new generation that is being built; an unfinished one before it is given up."""
        with self._database.write() as connection:
            connection.execute("UPDATE generations SET state = 'retired' WHERE state = 'building'")
            row = connection.execute(
                "INSERT INTO generations (state, chunking, embedder, setting, applied, built_at)"
                f" VALUES ('building', ?, ?, ?, 0, '') RETURNING {_MANIFEST}",
                (chunking, embedder, setting),
            ).fetchone()
        return _generation(row)

    def promote(self, number: int, previous: int | None) -> GenerationRow:
        """Make a generation that holds everything the one that answers, and another the one before it."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE generations SET state = 'retired' WHERE state IN ('current', 'previous')"
            )
            applied = self.last_change()
            connection.execute(
                "UPDATE generations SET state = 'previous' WHERE number = ?",
                (previous,),
            )
            row = connection.execute(
                "UPDATE generations SET state = 'current', applied = ?,"
                " built_at = CASE built_at WHEN '' THEN ? ELSE built_at END"
                f" WHERE number = ? RETURNING {_MANIFEST}",
                (applied, now(), number),
            ).fetchone()
            _drop_applied(connection)
        return _generation(row)

    def give_up(self, number: int) -> None:
        """Note that a generation is not gone back to any more."""
        with self._database.write() as connection:
            connection.execute("UPDATE generations SET state = 'retired' WHERE number = ?", (number,))
            _drop_applied(connection)

    def note_setting(self, number: int, setting: str) -> None:
        """Note how the embedder of a generation is loaded now."""
        with self._database.write() as connection:
            connection.execute("UPDATE generations SET setting = ? WHERE number = ?", (setting, number))

    def applied(self, number: int, seq: int) -> None:
        """Note that a generation holds all changes up to `seq`; what all hold is needed no longer."""
        with self._database.write() as connection:
            connection.execute("UPDATE generations SET applied = ? WHERE number = ?", (seq, number))
            _drop_applied(connection)

    def drop_unused(self) -> None:
        """Drop the chunks and vectors that neither the current generation nor the one before it uses."""
        kept = "generations WHERE state IN ('current', 'previous', 'building')"
        for table, unused in (
            ("chunks", f"chunking NOT IN (SELECT chunking FROM {kept})"),
            ("vectors", f"embedder NOT IN (SELECT embedder FROM {kept})"),
            ("vectors", "matched_hash NOT IN (SELECT matched_hash FROM chunks)"),
        ):
            find = f"SELECT rowid FROM {table} WHERE {unused} LIMIT {_DROPPED_A_STEP}"
            # Looked for outside a transaction: among a million this takes a second.
            while rows := self._database.read().execute(find).fetchall():
                with self._database.write() as connection:
                    connection.executemany(f"DELETE FROM {table} WHERE rowid = ? AND {unused}", rows)

    def _generation_that_is(self, state: str) -> GenerationRow | None:
        row = (
            self._database.read()
            .execute(f"SELECT {_MANIFEST} FROM generations WHERE state = ?", (state,))
            .fetchone()
        )
        return _generation(row) if row else None

    def live_keys(self, after: int, limit: int) -> list[int]:
        """Return the next live revisions' keys, in order."""
        rows = self._database.read().execute(
            "SELECT key FROM revisions WHERE live AND key > ? ORDER BY key LIMIT ?", (after, limit)
        )
        return [row[0] for row in rows]


def _matrix(vectors: Sequence[bytes]) -> NDArray[np.float16]:
    """Return the kept vectors as rows. Raises DamagedIndexError when they are not equally long."""
    try:
        return np.frombuffer(b"".join(vectors), dtype="<f2").reshape(len(vectors), -1 if vectors else 0)
    except ValueError:
        raise DamagedIndexError(
            "vectors in the catalogue are damaged; run `footnote doctor --repair`"
        ) from None


def _drop_applied(connection: sqlite3.Connection) -> None:
    connection.execute(
        "DELETE FROM changes WHERE seq <="
        " (SELECT min(applied) FROM generations WHERE state IN ('current', 'previous'))"
    )


def _drop_orphans(connection: sqlite3.Connection, hashes: Sequence[bytes]) -> None:
    connection.executemany(
        "DELETE FROM vectors WHERE matched_hash = ?1"
        " AND NOT EXISTS (SELECT 1 FROM chunks WHERE matched_hash = ?1)",
        [(h,) for h in hashes],
    )


def _generation(row: tuple[int, str, str, str, int, str]) -> GenerationRow:
    number, chunking, embedder, setting, applied, built_at = row
    return GenerationRow(
        number=number,
        chunking=chunking,
        embedder=embedder,
        setting=setting,
        applied=applied,
        built_at=built_at,
    )
