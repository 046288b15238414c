"""One running job as its handler sees it: what is to be done, how far it is, and what failed."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from app.jobrows import Failure, Job, JobRows

_HELD_FAILURES = 1_000


class Stopped(BaseException):
    """Raised in a handler that was asked to stop; no `except Exception` may hold it up."""


class JobRun:
    """A running job as its handler sees it; only the worker's thread may use it."""

    def __init__(self, rows: JobRows, job: Job, publish: Callable[[Job], None]) -> None:
        self._rows, self._publish = rows, publish
        self._began, self._before_s = time.monotonic(), job.elapsed_s
        self._failures: list[Failure] = []
        self.job = job
        self._moved = self._began
        self.stopping: Literal["", "cancel", "close", "give way"] = ""
        self.request: dict[str, Any] = {}
        self.position: dict[str, Any] = {}

    @property
    def idle_s(self) -> float:
        """For how long nothing has moved."""
        return time.monotonic() - self._moved

    def begin(self) -> None:
        """Read what is to be done; a job that never noted a position begins anew."""
        self.request, self.position = self._rows.work(self.job.id)
        self.job = replace(self.job, state="running")
        if not self.position:
            self._before_s = 0.0
            self.job = replace(self.job, done=0, total=0, counts={})
        self._rows.set_state(self.job)
        self.checkpoint()

    def note(
        self,
        done: int,
        total: int,
        counts: Mapping[str, int] | None = None,
        position: Mapping[str, Any] | None = None,
    ) -> None:
        """Note how far the job is; with a position, and the failures up to it, in the catalogue.

        Within a transaction of the same thread the position is a part of that transaction.
        """
        before = self.job
        job = replace(
            before, done=done, total=total, counts=before.counts if counts is None else dict(counts)
        )
        if position is not None or job != before:
            self._moved = time.monotonic()
        self.job = self._timed(job)
        if position is not None:
            self._keep(position)

    def checkpoint(self) -> None:
        """Show what was noted; raise when the job is to stop. For places where nothing is half done."""
        self._publish(self.job)
        if self.stopping and (self.stopping != "give way" or self.position):
            raise Stopped

    def progress(
        self,
        done: int,
        total: int,
        counts: Mapping[str, int] | None = None,
        position: Mapping[str, Any] | None = None,
    ) -> None:
        """`note`, then `checkpoint`."""
        self.note(done, total, counts, position)
        self.checkpoint()

    def failed(self, source: int, item: int, origin: str, reason: str) -> None:
        """Note why an item failed; it is kept with the next position."""
        self._failures.append(Failure(source=source, item=item, origin=origin, reason=reason))
        if len(self._failures) >= _HELD_FAILURES:
            self._keep(self.position)

    def mended(self, source: int, item: int) -> None:
        """Take back that an item failed; it is kept with the next position."""
        self._failures.append(Failure(source=source, item=item, origin="", reason=""))

    def failures(self, source: int) -> dict[int, str]:
        """Return the origins of a source's failed items, by item: in a retry also those of the job before."""
        return {one.item: one.origin for one in self._rows.failures(self.job.id, source)}

    def end(self, job: Job) -> Job:
        """Store how the job ended, or that it is to go on later."""
        self.job = self._timed(job)
        if self._failures:
            self._keep(self.position)
        self._rows.set_state(self.job)
        return self.job

    def _keep(self, position: Mapping[str, Any]) -> None:
        self.job = self._rows.note(self.job, position, self._failures)
        self.position, self._failures = dict(position), []

    def _timed(self, job: Job) -> Job:
        return replace(job, elapsed_s=self._before_s + time.monotonic() - self._began)
