"""A job as server-sent events: `job` whenever it has changed, `end` once it has ended."""

import asyncio
from collections.abc import AsyncIterator, Callable

from fastapi.concurrency import run_in_threadpool

from app.jobs import ENDED
from app.schemas.library import JobOut
from app.service import Service

MEDIA_TYPE = "text/event-stream"
_LOOK_S = 0.25
_KEEP_ALIVE_S = 15.0


async def job_events(service: Service, job_id: str, is_stopping: Callable[[], bool]) -> AsyncIterator[str]:
    """Yield events until the job ends or the server stops. Looking costs no I/O, so clients may be many."""
    seen = None
    quiet_s = 0.0
    while not is_stopping():
        now = service.peek_job(job_id)
        if now != seen:
            seen, quiet_s = now, 0.0
            job = JobOut.of(await run_in_threadpool(service.job, job_id))
            yield _event("job", job)
            if job.state in ENDED:
                yield _event("end", job)
                return
        await asyncio.sleep(_LOOK_S)
        quiet_s += _LOOK_S
        if quiet_s >= _KEEP_ALIVE_S:
            quiet_s = 0.0
            yield ": still here\n\n"


def _event(name: str, job: JobOut) -> str:
    return f"event: {name}\ndata: {job.model_dump_json()}\n\n"
