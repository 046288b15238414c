"""Long work in the background: one job at a time, with its progress."""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from index.errors import ConflictError, FootnoteError, NotFoundError

logger = logging.getLogger(__name__)

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
Progress = Callable[[int, int], None]
_KEPT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of long work as it stands; `rate` is items a second, `eta_s` seconds to go."""

    id: str
    kind: str
    state: JobState
    created_at: str
    done: int = 0
    total: int = 0
    elapsed_s: float = 0.0
    errors: tuple[str, ...] = ()
    finished_at: str | None = None
    started_monotonic: float = field(default_factory=time.monotonic, repr=False)

    @property
    def rate(self) -> float | None:
        return round(self.done / self.elapsed_s, 2) if self.done and self.elapsed_s else None

    @property
    def eta_s(self) -> float | None:
        if self.state != "running" or self.rate is None:
            return None
        return round(max(self.total - self.done, 0) / self.rate, 1)


class Jobs:
    """Runs one job at a time in a thread of its own and remembers the last hundred."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self, kind: str, work: Callable[[Progress], None]) -> Job:
        """Start the work; raise ConflictError while another job runs."""
        with self._guard:
            running = next((job for job in self._jobs.values() if job.state == "running"), None)
            if running is not None:
                raise ConflictError(
                    f"a {running.kind} is running already (job {running.id}); wait for it to end"
                )
            job = Job(id=uuid.uuid4().hex[:12], kind=kind, state="running", created_at=_now())
            self._jobs[job.id] = job
            for old in list(self._jobs)[:-_KEPT]:
                del self._jobs[old]
        self._thread = threading.Thread(target=self._run, args=(job.id, work), name=f"job-{kind}")
        self._thread.start()
        return job

    def get(self, job_id: str) -> Job:
        """Return a job as it stands; raise NotFoundError."""
        with self._guard:
            if job_id not in self._jobs:
                raise NotFoundError(f"there is no job {job_id!r}; list them with GET /api/jobs")
            return self._jobs[job_id]

    def list(self) -> list[Job]:
        """Return all remembered jobs, newest first."""
        with self._guard:
            return list(self._jobs.values())[::-1]

    def wait(self) -> None:
        """Wait for the running job, if there is one, to end."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, job_id: str, work: Callable[[Progress], None]) -> None:
        try:
            work(lambda done, total: self._update(job_id, done=done, total=total))
        except FootnoteError as error:
            self._update(job_id, state="failed", errors=(str(error),), finished_at=_now())
        except Exception:
            # The thread's outermost frame: without this the job would look as if it ran for ever.
            logger.exception("job %s failed", job_id)
            self._update(
                job_id,
                state="failed",
                errors=("it failed for a reason that is our fault; see the server's log",),
                finished_at=_now(),
            )
        else:
            self._update(job_id, state="succeeded", finished_at=_now())

    def _update(self, job_id: str, **changes: object) -> None:
        with self._guard:
            job = self._jobs[job_id]
            elapsed = time.monotonic() - job.started_monotonic
            self._jobs[job_id] = replace(job, elapsed_s=elapsed, **changes)  # type: ignore[arg-type]  # by name


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
