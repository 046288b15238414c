"""Long work: one at a time, watched, and never seen running after it broke."""

import threading

import pytest

from app.jobs import Jobs
from index.errors import ConflictError, InputError, NotFoundError


def test_a_job_reports_progress_and_success():
    """What the page polls."""
    jobs, go = Jobs(), threading.Event()

    def work(progress):
        progress(1, 4)
        go.wait(5)
        progress(4, 4)

    job = jobs.start("rebuild", work)
    with pytest.raises(ConflictError, match=job.id):
        jobs.start("rebuild", work)
    go.set()
    jobs.wait()
    ended = jobs.get(job.id)
    assert (ended.state, ended.done, ended.total, ended.eta_s) == ("succeeded", 4, 4, None)
    assert ended.finished_at
    assert jobs.start("rebuild", lambda progress: None).id != job.id
    jobs.wait()


@pytest.mark.parametrize(
    ("error", "said"), [(InputError("no disk"), "no disk"), (ZeroDivisionError("x"), "our fault")]
)
def test_a_job_that_breaks_says_why_without_a_trace(error: Exception, said: str):
    """A bug must not look like work that never ends."""

    def work(progress):
        raise error

    jobs = Jobs()
    job = jobs.start("rebuild", work)
    jobs.wait()
    ended = jobs.get(job.id)
    assert ended.state == "failed"
    assert said in ended.errors[0]


def test_an_unknown_job_is_not_found():
    """404, not a KeyError."""
    with pytest.raises(NotFoundError):
        Jobs().get("nobody")
