"""Jobs and their failed items as rows of the catalogue."""

import json
import re
import sqlite3
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from index.database import Database

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]

MAX_ERRORS = 1_000
_KEPT = 100
_ORIGIN_CHARS, _REASON_CHARS = 300, 500
_COLUMNS = "id, kind, state, created_at, finished_at, elapsed_s, done, total, counts, error"
_ENDED = "('succeeded', 'failed', 'cancelled')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of long work as it stands; `rate` is items a second of running, `eta_s` seconds to go.

    `errors` holds why the job itself failed and then its items' reasons, `errors_total` counts all of these.
    `stalled` says that its numbers have not moved for ten minutes.
    """

    id: str
    kind: str
    state: JobState
    created_at: str
    finished_at: str | None = None
    done: int = 0
    total: int = 0
    elapsed_s: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)
    error: str = ""
    errors: tuple[str, ...] = ()
    failures_total: int = 0
    stalled: bool = False

    @property
    def errors_total(self) -> int:
        return self.failures_total + bool(self.error)

    @property
    def rate(self) -> float | None:
        return round(self.done / self.elapsed_s, 2) if self.done and self.elapsed_s else None

    @property
    def eta_s(self) -> float | None:
        if self.state != "running" or not self.rate:
            return None
        return round(max(self.total - self.done, 0) / self.rate, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An item of a job that failed, or with an empty reason one that no longer does."""

    source: int
    item: int
    origin: str
    reason: str


class JobRows:
    """Reads and writes the rows. Changes within a transaction of the same thread are a part of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> dict[str, Job]:
        """Return all jobs, oldest first, those that were running queued again; repairs are forgotten."""
        with self._database.write() as connection:
            connection.execute(f"DELETE FROM jobs WHERE kind = 'repair' AND state NOT IN {_ENDED}")
            connection.execute("UPDATE jobs SET state = 'queued' WHERE state = 'running'")
        failures = dict(
            self._database.read().execute("SELECT job_id, count(*) FROM job_errors GROUP BY job_id")
        )
        rows = self._database.read().execute(f"SELECT {_COLUMNS} FROM jobs ORDER BY rowid")
        return {row[0]: _job(row, failures.get(row[0], 0)) for row in rows}

    def insert(self, job: Job, request: Mapping[str, Any]) -> None:
        """Store a new job."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO jobs (id, kind, state, request, position, created_at, progressed_at, elapsed_s,"
                " done, total, counts) VALUES (?, ?, ?, ?, '{}', ?, ?, 0, 0, 0, '{}')",
                (job.id, job.kind, job.state, json.dumps(request), job.created_at, time.time()),
            )

    def insert_retry(self, job: Job, old: Job) -> None:
        """Store a job that does what `old` did not do, as `Jobs.retry` says."""
        request, position = self.work(old.id)
        before = request.get("retry_upto", [])
        upto = None if old.state == "succeeded" or before is None else [*before, position]
        with self._database.write() as connection:
            # A full disk may have kept its end from being stored.
            self.set_state(old)
            self.insert(job, {**request, "retry_of": old.id, "retry_upto": upto})
            connection.execute(
                "INSERT INTO job_errors (job_id, source, item, origin, reason)"
                " SELECT ?, source, item, origin, reason FROM job_errors WHERE job_id = ?",
                (job.id, old.id),
            )

    def work(self, job_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a job's request and the position noted last."""
        found = (
            self._database.read()
            .execute("SELECT request, position FROM jobs WHERE id = ?", (job_id,))
            .fetchone()
        )
        return json.loads(found[0]), json.loads(found[1])

    def requests(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the requests of all jobs of a kind, by id."""
        rows = self._database.read().execute("SELECT id, request FROM jobs WHERE kind = ?", (kind,))
        return {job_id: json.loads(request) for job_id, request in rows}

    def note(self, job: Job, position: Mapping[str, Any], failures: Sequence[Failure]) -> Job:
        """Store a job's numbers, its position and what failed since the last; return it with their count."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, position = ?, progressed_at = ?, elapsed_s = ?, done = ?,"
                " total = ?, counts = ? WHERE id = ?",
                (
                    job.state,
                    json.dumps(position),
                    time.time(),
                    job.elapsed_s,
                    job.done,
                    job.total,
                    json.dumps(dict(job.counts)),
                    job.id,
                ),
            )
            if not failures:
                return job
            _put_failures(connection, job.id, failures)
            [total] = connection.execute(
                "SELECT count(*) FROM job_errors WHERE job_id = ?", (job.id,)
            ).fetchone()
        return replace(job, failures_total=total)

    def set_state(self, job: Job) -> None:
        """Store a job's state and, when it has ended, how."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, finished_at = ?, elapsed_s = ?, error = ? WHERE id = ?",
                (job.state, job.finished_at, job.elapsed_s, job.error, job.id),
            )

    def forget(self) -> list[str]:
        """Delete all but the newest of each kind of the jobs that ended; return their ids."""
        with self._database.write() as connection:
            rows = connection.execute(
                "DELETE FROM jobs WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER"
                f" (PARTITION BY kind ORDER BY rowid DESC) AS age FROM jobs WHERE state IN {_ENDED})"
                " WHERE age > ?) RETURNING id",
                (_KEPT,),
            ).fetchall()
        return [row[0] for row in rows]

    def erase(self, names: Collection[str]) -> list[str]:
        """Delete the failures, and the ended jobs, that name one of these; return those jobs' ids."""
        anywhere = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names))
        with self._database.write() as connection:
            failures = connection.execute("SELECT job_id, source, item, origin, reason FROM job_errors")
            connection.executemany(
                "DELETE FROM job_errors WHERE job_id = ? AND source = ? AND item = ?",
                [
                    (job_id, source, item)
                    for job_id, source, item, origin, reason in failures
                    if anywhere.search(f"{origin}\n{reason}")
                ],
            )
            ended = connection.execute(f"SELECT id, request, error FROM jobs WHERE state IN {_ENDED}")
            erased = [
                job_id
                for job_id, request, error in ended
                if anywhere.search(f"{json.dumps(json.loads(request), ensure_ascii=False)}\n{error}")
            ]
            connection.executemany("DELETE FROM jobs WHERE id = ?", [(job_id,) for job_id in erased])
        return erased

    def failures(self, job_id: str, source: int) -> list[Failure]:
        """Return the failed items of one source, in order."""
        rows = self._database.read().execute(
            "SELECT item, origin, reason FROM job_errors WHERE job_id = ? AND source = ? ORDER BY item",
            (job_id, source),
        )
        return [
            Failure(source=source, item=item, origin=origin, reason=reason) for item, origin, reason in rows
        ]

    def with_errors(self, job: Job, limit: int = MAX_ERRORS) -> Job:
        """Return a job with its own error and the first of its items'."""
        rows: Iterable[tuple[str, str]] = ()
        if job.failures_total:
            rows = self._database.read().execute(
                "SELECT origin, reason FROM job_errors WHERE job_id = ? ORDER BY source, item LIMIT ?",
                (job.id, limit - bool(job.error)),
            )
        own = (job.error,) if job.error else ()
        return replace(job, errors=(*own, *(f"{origin}: {reason}" for origin, reason in rows)))


def _put_failures(connection: sqlite3.Connection, job_id: str, failures: Sequence[Failure]) -> None:
    """Store what failed, whether or not it failed before; delete what was mended."""
    connection.executemany(
        "DELETE FROM job_errors WHERE job_id = ? AND source = ? AND item = ?",
        [(job_id, one.source, one.item) for one in failures],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO job_errors (job_id, source, item, origin, reason) VALUES (?, ?, ?, ?, ?)",
        [
            (job_id, one.source, one.item, one.origin[-_ORIGIN_CHARS:], one.reason[:_REASON_CHARS])
            for one in failures
            if one.reason
        ],
    )


def _job(row: Sequence[Any], failures_total: int) -> Job:  # Any: as SQLite gives it
    names = ("id", "kind", "state", "created_at", "finished_at", "elapsed_s", "done", "total")
    fields = dict(zip(names, row, strict=False))
    return Job(**fields, counts=json.loads(row[8]), error=row[9], failures_total=failures_total)
