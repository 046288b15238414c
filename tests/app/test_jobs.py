"""Long work: in order, watched, stopped and gone on with, and never seen running after it broke."""

import asyncio
import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.api.events import job_events
from app.jobs import Jobs
from index.database import Database
from index.errors import ConflictError, InputError, NotFoundError

PATIENCE_S = 10


class Work:
    """A handler of a hundred steps that tells what it did and waits where a test says."""

    def __init__(self, wait_at: int | None = None) -> None:
        self.steps: list[int] = []
        self.reached, self.go = threading.Event(), threading.Event()
        self.cleaned = False
        self.wait_at = wait_at

    def __call__(self, run) -> None:
        try:
            for step in range(run.position.get("step", 0), 100):
                self.steps.append(step)
                if step == self.wait_at:
                    self.reached.set()
                    assert self.go.wait(PATIENCE_S)
                if run.request.get("fails_at") == step:
                    run.failed(0, step, f"a.csv:{step}", "it is empty")
                run.progress(step + 1, 100, {"added": step + 1}, {"step": step + 1})
        finally:
            self.cleaned = True


def watched(jobs: Jobs, job_id: str, until: Callable[[dict], bool] = lambda _: False) -> list[dict]:
    """Return the job of each event, up to one that is waited for, or else to the end."""
    service = SimpleNamespace(peek_job=jobs.peek, job=jobs.get)

    async def watch() -> list[dict]:
        seen = []
        async for event in job_events(service, job_id, lambda: False):
            seen.append(json.loads(event.partition("data: ")[2]))
            if until(seen[-1]):
                break
        return seen

    return asyncio.run(watch())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "catalogue.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def jobs_with(database: Database) -> Iterator[Callable[..., Jobs]]:
    """Open jobs over the same catalogue, again and again as restarts do."""
    opened: list[Jobs] = []

    def open_with(**given) -> Jobs:
        stalled = {"stalled_after_s": given.pop("stalled_after_s")} if "stalled_after_s" in given else {}
        opened.append(Jobs(database, given, **stalled))
        return opened[-1]

    yield open_with
    for jobs in opened:
        jobs.close()


def test_a_job_reports_progress_and_success(jobs_with):
    """What the page polls."""
    work = Work(wait_at=40)
    jobs = jobs_with(imports=work)
    job = jobs.submit("imports")
    assert work.reached.wait(PATIENCE_S)
    now = jobs.get(job.id)
    assert (now.state, now.done, now.total, now.counts) == ("running", 40, 100, {"added": 40})
    assert now.eta_s is not None
    work.go.set()
    jobs.wait(job.id)
    ended = jobs.get(job.id)
    assert (ended.state, ended.done, ended.errors, ended.eta_s) == ("succeeded", 100, (), None)
    assert ended.finished_at


def test_jobs_run_in_order_and_a_repair_goes_before_them(jobs_with):
    """An index that is damaged is the first thing to see to; the job it interrupts goes on where it was."""
    first, second, repair = Work(wait_at=10), Work(), Work()
    jobs = jobs_with(one=first, two=second, repair=repair)
    order: list[str] = []
    for name, work in (("one", first), ("two", second), ("repair", repair)):
        work.steps = type("Told", (list,), {"append": lambda _, step, name=name: order.append(name)})()
    jobs.submit("one")
    jobs.submit("two")
    assert first.reached.wait(PATIENCE_S)
    jobs.submit("repair", first=True)
    first.go.set()
    jobs.wait()
    assert [name for at, name in enumerate(order) if not at or order[at - 1] != name] == [
        "one", "repair", "one", "two",
    ]  # fmt: skip
    assert order.count("one") == 100
    assert {job.state for job in jobs.list()} == {"succeeded"}


def test_two_jobs_that_replace_the_generation_do_not_queue(jobs_with):
    """A second rebuild has nothing to wait for."""
    work = Work(wait_at=0)
    jobs = jobs_with(rebuild=work, repair=Work())
    job = jobs.submit("rebuild")
    for kind in ("rebuild", "repair"):
        with pytest.raises(ConflictError, match=job.id):
            jobs.submit(kind)
    work.go.set()
    jobs.wait()
    assert jobs.submit("rebuild").id != job.id


def test_a_closed_job_goes_on_where_it_was(jobs_with):
    """Stopping a server must not wait an hour, and must not lose that hour's work either."""
    work = Work(wait_at=30)
    jobs = jobs_with(imports=work)
    job, behind = jobs.submit("imports", {"fails_at": 12}), jobs.submit("imports")
    assert work.reached.wait(PATIENCE_S)
    threading.Timer(0.2, work.go.set).start()
    jobs.close()
    assert work.cleaned
    assert work.steps[-1] == 30
    again = Work()
    jobs = jobs_with(imports=again)
    assert [(one.id, one.state, one.done) for one in jobs.list()][::-1] == [
        (job.id, "queued", 31), (behind.id, "queued", 0),
    ]  # fmt: skip
    assert jobs.get(job.id).errors == ("a.csv:12: it is empty",)
    jobs.resume()
    jobs.wait()
    assert again.steps == [*range(31, 100), *range(100)]
    ended = jobs.get(job.id)
    assert (ended.state, ended.done, ended.errors_total) == ("succeeded", 100, 1)
    assert 0 < ended.elapsed_s < PATIENCE_S


def test_a_rebuild_that_was_interrupted_begins_anew(jobs_with):
    """It has no position; its numbers must not count twice."""
    done: list[int] = []
    reached, go = threading.Event(), threading.Event()

    def rebuild(run) -> None:
        for step in range(10):
            done.append(step)
            if step == 5 and len(done) == 6:
                reached.set()
                assert go.wait(PATIENCE_S)
            run.progress(step + 1, 10)

    jobs = jobs_with(rebuild=rebuild)
    job = jobs.submit("rebuild")
    assert reached.wait(PATIENCE_S)
    threading.Timer(0.2, go.set).start()
    jobs.close()
    jobs = jobs_with(rebuild=rebuild)
    # A command without a server resumes nothing; what it asks for is this very work.
    assert jobs.submit("rebuild").id == job.id
    jobs.wait()
    assert done == [*range(6), *range(10)]
    assert (jobs.get(job.id).state, jobs.get(job.id).done) == ("succeeded", 10)


def test_an_interrupted_repair_is_forgotten(jobs_with, database):
    """Whether one is needed is found out at every start."""
    jobs_with().close()
    with database.write() as connection:
        connection.execute(
            "INSERT INTO jobs (id, kind, state, request, position, created_at, progressed_at, elapsed_s,"
            " done, total, counts) VALUES ('x', 'repair', 'running', '{}', '{}', '', 0, 0, 0, 0, '{}')"
        )
    assert jobs_with().list() == []


def test_cancelling_stops_at_the_next_checkpoint_or_before_the_start(jobs_with):
    """What was done by then stays; a job that waits never runs."""
    work = Work(wait_at=20)
    jobs = jobs_with(imports=work)
    running, queued = jobs.submit("imports"), jobs.submit("imports")
    assert work.reached.wait(PATIENCE_S)
    assert jobs.cancel(queued.id).state == "cancelled"
    jobs.cancel(running.id)
    work.go.set()
    jobs.wait()
    assert (jobs.get(running.id).state, jobs.get(running.id).done) == ("cancelled", 21)
    assert work.steps == list(range(21))
    assert work.cleaned
    with pytest.raises(ConflictError, match="cancelled already"):
        jobs.cancel(running.id)
    with pytest.raises(NotFoundError):
        jobs.cancel("nobody")


def test_a_retry_knows_what_was_left_undone(jobs_with):
    """Only what failed, and what was never reached."""
    seen: list[tuple[dict, dict]] = []

    def work(run) -> None:
        seen.append((dict(run.request), run.failures(0)))
        if "retry_of" not in run.request:
            run.failed(0, 3, "a.csv:3", "it is empty")
            run.failed(0, 7, "a.csv:7", "no date")
            run.progress(8, 10, position={"item": 8})
            raise InputError("the file broke off")
        run.mended(0, 3)
        run.progress(2, 2, position={"item": 10})

    jobs = jobs_with(imports=work)
    first = jobs.submit("imports", {"files": 1})
    jobs.wait()
    failed = jobs.get(first.id)
    assert failed.state == "failed"
    assert failed.errors == ("the file broke off", "a.csv:3: it is empty", "a.csv:7: no date")
    assert failed.errors_total == 3
    second = jobs.retry(first.id)
    jobs.wait()
    assert jobs.get(second.id).errors == ("a.csv:7: no date",)
    third = jobs.retry(second.id)
    jobs.wait()
    assert [request for request, _ in seen] == [
        {"files": 1},
        {"files": 1, "retry_of": first.id, "retry_upto": [{"item": 8}]},
        {"files": 1, "retry_of": second.id, "retry_upto": None},
    ]
    assert [failures for _, failures in seen[1:]] == [{3: "a.csv:3", 7: "a.csv:7"}, {7: "a.csv:7"}]
    assert jobs.get(third.id).state == "succeeded"


def test_a_job_in_which_nothing_failed_is_not_retried(jobs_with):
    """409, with the reason."""
    work = Work(wait_at=0)
    jobs = jobs_with(imports=work)
    job = jobs.submit("imports")
    with pytest.raises(ConflictError, match="cancel it first"):
        jobs.retry(job.id)
    work.go.set()
    jobs.wait()
    with pytest.raises(ConflictError, match="nothing failed"):
        jobs.retry(job.id)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("no disk"), "no disk"),
        (ZeroDivisionError("x"), "our fault"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (sqlite3.OperationalError("database or disk is full"), "disk is full"),
    ],
)
def test_a_job_that_breaks_says_why_without_a_trace(jobs_with, error: Exception, said: str):
    """A bug must not look like work that never ends, and the worker must live to do the next job."""

    def work(run) -> None:
        raise error

    jobs = jobs_with(rebuild=work, imports=Work())
    job = jobs.submit("rebuild")
    after = jobs.submit("imports")
    jobs.wait()
    ended = jobs.get(job.id)
    assert ended.state == "failed"
    assert said in ended.errors[0]
    assert jobs.get(after.id).state == "succeeded"


def test_the_worker_outlives_a_catalogue_that_cannot_be_written(jobs_with, database):
    """A full disk comes and goes; no job may seem to run for ever because of it."""
    work = Work(wait_at=5)
    jobs = jobs_with(imports=work)
    job = jobs.submit("imports")
    assert work.reached.wait(PATIENCE_S)
    with database.write() as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON jobs"
            " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    work.go.set()
    jobs.wait()
    ended = jobs.get(job.id)
    assert ended.state == "failed"
    assert "disk is full" in ended.errors[0]
    with database.write() as connection:
        connection.execute("DROP TRIGGER full")
    assert jobs.retry(job.id).state == "queued"
    jobs.wait()
    assert jobs.list()[0].state == "succeeded"


def test_a_job_that_does_not_move_is_noticed(jobs_with, caplog):
    """Somebody has to be told; once is enough."""
    work = Work(wait_at=3)
    jobs = jobs_with(imports=work, stalled_after_s=0.2)
    job = jobs.submit("imports")
    with caplog.at_level(logging.WARNING):
        *_, stalled = watched(jobs, job.id, until=lambda one: one["stalled"])
        assert stalled["state"] == "running"
        work.go.set()
        jobs.wait()
    assert not jobs.get(job.id).stalled
    assert [record.message for record in caplog.records if job.id in record.message][1:] == []


def test_watching_ends_with_the_job(jobs_with):
    """The last that is seen of it is how it ended."""
    work = Work(wait_at=50)
    jobs = jobs_with(imports=work)
    job = jobs.submit("imports", {"fails_at": 3})
    threading.Timer(0.4, work.go.set).start()
    seen = watched(jobs, job.id)
    assert (seen[-1]["state"], seen[-1]["errors"]) == ("succeeded", ["a.csv:3: it is empty"])
    assert len(seen) < 10
    with pytest.raises(NotFoundError):
        watched(jobs, "nobody")


def test_only_the_newest_hundred_are_remembered(jobs_with):
    """A feed that is asked every ten minutes must not fill the catalogue."""
    jobs = jobs_with(feed=lambda run: run.failed(0, 0, "a", "b"))
    ids = [jobs.submit("feed").id for _ in range(103)]
    jobs.wait()
    assert [job.id for job in jobs_with().list()] == ids[:2:-1]
    with pytest.raises(NotFoundError):
        jobs_with().get(ids[0])
