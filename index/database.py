"""The catalogue's SQLite file: one connection a thread, one writer at a time, durable commits.

WAL with synchronous=FULL: a committed write survives kill -9 and power loss
(https://www.sqlite.org/pragma.html#pragma_synchronous). Commits are numbered, so that lost ones show.
"""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from index.commitmark import CommitMark
from index.errors import ConflictError, DamagedIndexError

_FIRST = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE TABLE revisions (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL REFERENCES articles (id),
    revision INTEGER NOT NULL,
    live INTEGER NOT NULL,
    sentences INTEGER NOT NULL,
    text TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    spans BLOB NOT NULL,
    title TEXT NOT NULL,
    publication TEXT NOT NULL,
    publication_folded TEXT NOT NULL,
    authors TEXT NOT NULL,
    published TEXT NOT NULL,
    url TEXT NOT NULL,
    language TEXT NOT NULL,
    licence TEXT NOT NULL,
    origin TEXT NOT NULL,
    added_at TEXT NOT NULL,
    UNIQUE (article_id, revision)
) STRICT;
CREATE INDEX revisions_live ON revisions (sentences) WHERE live;
CREATE INDEX revisions_by_hash ON revisions (text_hash) WHERE live;
CREATE INDEX revisions_by_date ON revisions (published DESC, article_id) WHERE live;
CREATE INDEX revisions_by_publication ON revisions (publication_folded) WHERE live;

CREATE TABLE revision_authors (
    author_folded TEXT NOT NULL,
    author TEXT NOT NULL,
    revision_key INTEGER NOT NULL REFERENCES revisions (key),
    PRIMARY KEY (author_folded, revision_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_authors_by_revision ON revision_authors (revision_key);

CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    revision_key INTEGER NOT NULL REFERENCES revisions (key),
    chunking TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    matched_hash BLOB NOT NULL
) STRICT;
CREATE INDEX chunks_by_revision ON chunks (revision_key);
CREATE INDEX chunks_by_hash ON chunks (matched_hash);

CREATE TABLE vectors (
    matched_hash BLOB NOT NULL,
    embedder TEXT NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (matched_hash, embedder)
) STRICT;

CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    chunk_id INTEGER NOT NULL,
    added INTEGER NOT NULL
) STRICT;

CREATE TABLE generations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('building', 'current', 'retired')),
    chunking TEXT NOT NULL,
    embedder TEXT NOT NULL,
    applied INTEGER NOT NULL,
    built_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_current_generation ON generations (state) WHERE state = 'current';
"""

_IMPORTS_AND_RECOVERY = """
ALTER TABLE articles ADD COLUMN purged_at TEXT;
ALTER TABLE revisions ADD COLUMN modified TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN sketch BLOB NOT NULL DEFAULT x'';

CREATE TABLE origins (
    article_id TEXT NOT NULL REFERENCES articles (id),
    publication TEXT NOT NULL,
    url TEXT NOT NULL,
    origin TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (article_id, publication, url, origin)
) STRICT, WITHOUT ROWID;

INSERT INTO origins (article_id, publication, url, origin, seen_at)
    SELECT article_id, publication, url, origin, added_at FROM revisions WHERE live;

CREATE TABLE marks (
    mark INTEGER NOT NULL,
    revision_key INTEGER NOT NULL REFERENCES revisions (key),
    PRIMARY KEY (mark, revision_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE purges (
    article_id TEXT PRIMARY KEY REFERENCES articles (id)
) STRICT, WITHOUT ROWID;

ALTER TABLE generations RENAME TO generations_before;
DROP INDEX one_current_generation;
CREATE TABLE generations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('building', 'current', 'previous', 'retired')),
    chunking TEXT NOT NULL,
    embedder TEXT NOT NULL,
    setting TEXT NOT NULL DEFAULT '',
    applied INTEGER NOT NULL,
    built_at TEXT NOT NULL
) STRICT;
INSERT INTO generations (number, state, chunking, embedder, applied, built_at)
    SELECT number, state, chunking, embedder, applied, built_at FROM generations_before;
DROP TABLE generations_before;
CREATE UNIQUE INDEX one_current_generation ON generations (state) WHERE state = 'current';
CREATE UNIQUE INDEX one_previous_generation ON generations (state) WHERE state = 'previous';

CREATE TABLE commits (
    number INTEGER NOT NULL
) STRICT;
INSERT INTO commits VALUES (0);

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    request TEXT NOT NULL,
    position TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    progressed_at REAL NOT NULL,
    elapsed_s REAL NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    counts TEXT NOT NULL,
    error TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE job_errors (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    source INTEGER NOT NULL,
    item INTEGER NOT NULL,
    origin TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (job_id, source, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE answers (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    answer TEXT NOT NULL
) STRICT;
CREATE INDEX answers_by_conversation ON answers (conversation_id, answered_at);

CREATE TABLE answer_articles (
    answer_id TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    article_id TEXT NOT NULL,
    PRIMARY KEY (article_id, answer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_articles_by_answer ON answer_articles (answer_id);

CREATE TABLE watches (
    url TEXT PRIMARY KEY,
    every_s INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified TEXT NOT NULL,
    next_at REAL NOT NULL,
    failures INTEGER NOT NULL,
    error TEXT NOT NULL
) STRICT;

CREATE TABLE watch_entries (
    watch TEXT NOT NULL REFERENCES watches (url) ON DELETE CASCADE,
    url TEXT NOT NULL,
    stamp TEXT NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (watch, url)
) STRICT, WITHOUT ROWID;
"""

# Each takes a catalogue from one schema to the next; a new one takes them all.
_STEPS = (_FIRST, _IMPORTS_AND_RECOVERY)
SCHEMA_VERSION = len(_STEPS)

_MOST_COMPLAINTS = 1_000_000_000
_NULL_VALUE = re.compile(r"NULL value in (\w+)\.(\w+)")


def lost_words(lost: int) -> str:
    """Return what a catalogue that has lost commits has to be told of."""
    return (
        f"the catalogue has lost its last {lost:,} commits: its -wal file was removed, or an older copy "
        "of it was put in its place"
    )


def complaints(connection: sqlite3.Connection, *, indexes: bool = False) -> list[str]:
    """Return what SQLite finds wrong with a file, nothing when it is whole; `indexes` looks at these too.

    SQLite 3.40 takes each value of a table without rowid for NULL (seen with 3.40.1), so that is looked up.
    """
    check = "integrity_check" if indexes else "quick_check"
    said = [row[0] for row in connection.execute(f"PRAGMA {check}({_MOST_COMPLAINTS})")]
    real = []
    for one in dict.fromkeys(said):
        if (null := _NULL_VALUE.fullmatch(one)) is not None:
            table, column = null.groups()
            found = connection.execute(f"SELECT 1 FROM {table} WHERE typeof({column}) = 'null' LIMIT 1")
            if found.fetchone() is None:
                continue
        real.append(one)
    return [one for one in real if one != "ok"]


class Database:
    """The catalogue's file, opened and, when new, given its tables.

    `lost` counts the commits that were acknowledged and are not in the file any more.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: dict[threading.Thread, sqlite3.Connection] = {}
        self._guard = threading.Lock()
        self._writer = threading.RLock()
        self.lost = 0
        try:
            self._mark = CommitMark(path.with_suffix(".mark"))
            with ExitStack() as opened:
                opened.callback(self.close)
                self._prepare()
                self.lost = max(0, self._mark.number - self._number())
                self._mark.move(self._number())
                opened.pop_all()
        except (sqlite3.DatabaseError, OSError) as error:
            raise DamagedIndexError(
                f"the catalogue {path.name!r} cannot be opened ({error}); check that the data directory is "
                "writable and its disk has space, or restore the file from a backup"
            ) from error

    def accept_losses(self) -> None:
        """Go on with what the file holds: from now on nothing counts as lost."""
        self._mark.reset(self._number())
        self.lost = 0

    def _prepare(self) -> None:
        version = self.read().execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise DamagedIndexError(
                f"the catalogue {self._path.name!r} has schema {version}, this Footnote reads up to "
                f"{SCHEMA_VERSION}; use the Footnote that wrote it, or a new data directory"
            )
        if version == SCHEMA_VERSION:
            return
        with self.write() as connection:
            for number, step in enumerate(_STEPS[version:], start=version + 1):
                for statement in step.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")

    def _number(self) -> int:
        return int(self.read().execute("SELECT number FROM commits").fetchone()[0])

    def read(self) -> sqlite3.Connection:
        """Return this thread's connection; every statement on it sees the newest commit."""
        thread = threading.current_thread()
        connection = self._open.get(thread)
        if connection is None:
            connection = sqlite3.connect(
                self._path, isolation_level=None, timeout=30, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # What is deleted is overwritten, however SQLite was compiled; `rewrite` says what that leaves.
            connection.execute("PRAGMA secure_delete = ON")
            with self._guard:
                # Server threads come and go; what a dead one had open is closed here.
                for dead in [t for t in self._open if not t.is_alive()]:
                    self._open.pop(dead).close()
                self._open[thread] = connection
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Hold the one write transaction: committed on leaving, rolled back on an error."""
        with self._writer:
            connection = self.read()
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                (number,) = connection.execute(
                    "UPDATE commits SET number = number + 1 RETURNING number"
                ).fetchone()
                connection.execute("COMMIT")
            except BaseException:
                # A full disk makes SQLite roll back by itself.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            self._mark.move(number)

    def rewrite(self) -> None:
        """Write the file anew with what the tables hold and nothing else, and empty the log; writers wait.

        Rows that SQLite moves to another page leave a copy behind, which secure_delete does not overwrite.
        Takes as much space again, for a while. Raises ConflictError when a reader, such as a backup, does not
        let go of the old file's content.
        """
        with self._writer:
            connection = self.read()
            connection.execute("VACUUM")
            # Waits as long for readers as anything waits for a lock here.
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise ConflictError(
                "the catalogue's log could not be emptied because something still reads it, such as a "
                "backup; try again when that has ended"
            )

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            while self._open:
                self._open.popitem()[1].close()
        self._mark.close()
