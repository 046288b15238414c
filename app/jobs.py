"""Long work in the background: each job is a row of the catalogue, and one worker runs them in order.

A job that was under way when the process ended is queued again by `resume` and goes on from its position.
"""

import logging
import sqlite3
import threading
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from app.jobrows import Job, JobRows
from app.jobrun import JobRun, Stopped
from index.database import Database
from index.dates import now
from index.errors import ConflictError, FootnoteError, NotFoundError

__all__ = ["ENDED", "Job", "JobRun", "Jobs", "new_id"]

logger = logging.getLogger(__name__)

ENDED = frozenset({"succeeded", "failed", "cancelled"})
STALLED_AFTER_S = 600.0
# Each of these replaces the generation that answers: a second one has nothing to wait for.
_ALONE = frozenset({"rebuild", "repair"})
# One of these does all that is due, whoever asked for it.
_TAKEN_UP = _ALONE | {"purge"}


Handler = Callable[[JobRun], None]


class Jobs:
    """Queues, runs and remembers jobs. Safe to call from many threads.

    Locks are taken in one order, the catalogue's writer and then `_changed`: nothing is written while
    `_changed` is held, since a handler notes its position in the middle of a transaction.
    """

    def __init__(
        self, database: Database, handlers: Mapping[str, Handler], *, stalled_after_s: float = STALLED_AFTER_S
    ) -> None:
        self._rows = JobRows(database)
        self._handlers = handlers
        self._stalled_after_s = stalled_after_s
        self._changed = threading.Condition()
        self._jobs = self._rows.load()
        # What the last process left, until `resume`.
        self._waiting = [job.id for job in self._jobs.values() if job.state == "queued"]
        self._queue: deque[str] = deque()
        self._run: JobRun | None = None
        self._closing = False
        self._threads: list[threading.Thread] = []

    def submit(
        self, kind: str, request: Mapping[str, Any] | None = None, *, first: bool = False, job_id: str = ""
    ) -> Job:
        """Queue a job, before all others with `first`: a running one that notes positions gives way.

        Raises ConflictError for a second job that would replace the generation. One that was interrupted
        and not resumed is taken up instead.
        """
        job = Job(id=job_id or new_id(), kind=kind, state="queued", created_at=now())
        with self._changed:
            self._check_alone(kind)
            same = (one for one in self._waiting if kind in _TAKEN_UP and self._jobs[one].kind == kind)
            if (waiting := next(same, None)) is not None:
                self._waiting.remove(waiting)
                self._enqueue(waiting, first=first)
                return self._jobs[waiting]
            self._jobs[job.id] = job
        self._store(job, lambda: self._rows.insert(job, request or {}))
        with self._changed:
            self._enqueue(job.id, first=first)
        return job

    def retry(self, job_id: str) -> Job:
        """Queue a new job for what a job did not do: the items that failed, and all after its position.

        Its request is the old one with `retry_of`, the old id, and `retry_upto`, a list of positions up to
        the furthest of which everything else was done, None when that is all. Its failures are the old ones,
        for the handler to take back. Raises ConflictError when the job has not ended or nothing failed.
        """
        old = self.peek(job_id)
        if old.state not in ENDED:
            raise ConflictError(f"job {job_id} is {old.state}; wait for its end, or cancel it first")
        if old.state == "succeeded" and not old.errors_total:
            raise ConflictError(f"nothing failed in job {job_id}; there is nothing to do again")
        job = Job(
            id=new_id(),
            kind=old.kind,
            state="queued",
            created_at=now(),
            failures_total=old.failures_total,
        )
        with self._changed:
            self._check_alone(old.kind)
            self._jobs[job.id] = job
        self._store(job, lambda: self._rows.insert_retry(job, old))
        with self._changed:
            self._enqueue(job.id)
        return job

    def cancel(self, job_id: str) -> Job:
        """Cancel a job: a queued one at once, a running one at its next checkpoint; what it did stays.

        Raises ConflictError when it has ended.
        """
        with self._changed:
            job = self._known(job_id)
            if job.state in ENDED:
                raise ConflictError(f"job {job_id} has {job.state} already; there is nothing to cancel")
            if self._run is not None and self._run.job.id == job_id:
                self._run.stopping = "cancel"
                return job
            for held in (self._queue, self._waiting):
                if job_id in held:
                    held.remove(job_id)
            job = self._jobs[job_id] = replace(job, state="cancelled", finished_at=now())
            self._changed.notify_all()
        self._rows.set_state(job)
        return job

    def get(self, job_id: str) -> Job:
        """Return a job as it stands, with its first 1,000 errors; raise NotFoundError."""
        return self._rows.with_errors(self.peek(job_id))

    def peek(self, job_id: str) -> Job:
        """Return a job from memory, without its errors; raise NotFoundError."""
        with self._changed:
            return self._known(job_id)

    def list(self) -> list[Job]:
        """Return all remembered jobs, newest first, each with its first 20 errors."""
        with self._changed:
            jobs = [self._known(job_id) for job_id in self._jobs]
        return [self._rows.with_errors(job, limit=20) for job in reversed(jobs)]

    def under_way(self, kind: str) -> tuple[Job, ...]:
        """Return the jobs of a kind that are queued or running, oldest first, without their errors."""
        with self._changed:
            return tuple(job for job in self._jobs.values() if job.kind == kind and job.state not in ENDED)

    def running(self) -> Job | None:
        """Return the job that runs now, without its errors."""
        with self._changed:
            return self._known(self._run.job.id) if self._run is not None else None

    def requests(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return what each remembered job of a kind was asked to do, by its id."""
        return self._rows.requests(kind)

    def erase(self, names: Collection[str]) -> None:
        """Erase what was noted under one of these names: failed items, and ended jobs that read it.

        Part of the caller's transaction where there is one.
        """
        erased = self._rows.erase(names)
        with self._changed:
            for job_id in erased:
                self._jobs.pop(job_id, None)

    def wait(self, job_id: str | None = None) -> None:
        """Wait for a job to end, or for the worker to have nothing left to do; or for `close`."""
        with self._changed:
            if job_id is None:
                self._changed.wait_for(lambda: self._closing or not (self._queue or self._run))
            else:
                self._changed.wait_for(lambda: self._closing or self._known(job_id).state in ENDED)

    def resume(self) -> None:
        """Queue what was under way when the last process ended."""
        with self._changed:
            while self._waiting:
                self._enqueue(self._waiting.pop(0))

    def close(self) -> None:
        """Ask the running job to stop; it and all that is queued go on with the next `resume`."""
        with self._changed:
            self._closing = True
            if self._run is not None:
                self._run.stopping = "cancel" if self._run.stopping == "cancel" else "close"
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _known(self, job_id: str) -> Job:
        if job_id not in self._jobs:
            raise NotFoundError(f"there is no job {job_id!a}; list them with GET /api/jobs")
        job = self._jobs[job_id]
        if self._run is not None and self._run.job.id == job_id:
            return replace(job, stalled=self._run.idle_s > self._stalled_after_s)
        return job

    def _check_alone(self, kind: str) -> None:
        for job in self._jobs.values():
            if {kind, job.kind} <= _ALONE and job.state not in ENDED and job.id not in self._waiting:
                raise ConflictError(
                    f"a {job.kind} is {job.state} already (job {job.id}); wait for it to end, or cancel it"
                )

    def _store(self, job: Job, insert: Callable[[], object]) -> None:
        try:
            insert()
        except sqlite3.Error:
            with self._changed:
                del self._jobs[job.id]
            raise

    def _enqueue(self, job_id: str, *, first: bool = False) -> None:
        if first:
            self._queue.appendleft(job_id)
            if self._run is not None:
                self._run.stopping = self._run.stopping or "give way"
        else:
            self._queue.append(job_id)
        if not self._threads:
            self._threads = [
                threading.Thread(target=self._work, name="jobs", daemon=True),
                threading.Thread(target=self._look_for_stalled, name="jobs-stalled", daemon=True),
            ]
            for thread in self._threads:
                thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closing)
                if self._closing:
                    return
                job = self._jobs[self._queue.popleft()]
                run = self._run = JobRun(self._rows, job, self._publish)
            ended = self._ended(run)
            with self._changed:
                self._run = None
                self._jobs[job.id] = ended
                if ended.state == "queued":
                    # Behind the one that it gives way to.
                    self._queue.insert(1, job.id)
                self._changed.notify_all()
            self._forget()

    def _ended(self, run: JobRun) -> Job:
        """Run a job; return it as it ended, or queued again."""
        try:
            run.begin()
            self._handlers[run.job.kind](run)
            ended = replace(run.job, state="succeeded", finished_at=now())
        except Stopped:
            cancelled = run.stopping == "cancel"
            ended = replace(
                run.job,
                state="cancelled" if cancelled else "queued",
                finished_at=now() if cancelled else None,
            )
        except Exception as error:
            # The thread's outermost frame: without this the job would look as if it ran for ever.
            ended = replace(run.job, state="failed", error=_in_words(run.job, error), finished_at=now())
        try:
            return run.end(ended)
        except sqlite3.Error as error:
            logger.error("job %s: how it ended could not be stored: %s", run.job.id, error)
            return replace(ended, state="failed", error=_in_words(run.job, error), finished_at=now())

    def _publish(self, job: Job) -> None:
        with self._changed:
            self._jobs[job.id] = job
            self._changed.notify_all()

    def _forget(self) -> None:
        try:
            forgotten = self._rows.forget()
        except sqlite3.Error as error:
            logger.error("old jobs could not be forgotten: %s", error)
            return
        with self._changed:
            for job_id in forgotten:
                self._jobs.pop(job_id, None)

    def _look_for_stalled(self) -> None:
        """Say once of each run that has not moved for too long that it is so."""
        told: JobRun | None = None
        while True:
            with self._changed:
                # Notified at every step of a job; only the closing is waited for here.
                if self._changed.wait_for(lambda: self._closing, self._stalled_after_s / 10):
                    return
                run = self._run
            if run is not None and run is not told and run.idle_s > self._stalled_after_s:
                told = run
                logger.warning(
                    "%s %s has not moved for %.0f s; if it hangs, POST /api/jobs/%s/cancel",
                    run.job.kind, run.job.id, run.idle_s, run.job.id,
                )  # fmt: skip


def new_id() -> str:
    """Return an id for a job."""
    return uuid.uuid4().hex[:12]


def _in_words(job: Job, error: Exception) -> str:
    if isinstance(error, FootnoteError):
        return str(error)
    if isinstance(error, (OSError, sqlite3.Error)):
        logger.error("job %s failed: %s", job.id, error)
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return f"the data directory could not be read or written ({reason}); check its disk, then retry"
    logger.error("job %s failed", job.id, exc_info=error)
    return "it failed for a reason that is our fault; see the server's log"
