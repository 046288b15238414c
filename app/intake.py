"""What a user names in, imports out: files and web addresses become jobs, one by one, and one report."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from app.client import Client
from app.schemas.library import JobOut
from index.addresses import check_url
from index.articles import STANDARD_INPUT, files_of
from index.errors import AddressRefused, ConflictError
from index.fields import Refusal

_POLL_S = 0.1
_UNDER_WAY = frozenset({"queued", "running"})
# So much is one import: where a server reads, it is copied there first.
_MAX_FILES = 1_000
_MAX_BYTES = 256_000_000
_MAX_URLS = 1_000


@dataclass(frozen=True, slots=True)
class _Urls:
    """Web addresses of one import."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Files:
    """Files of one import."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Stream:
    """Standard input, or a pipe: it can be read once, and nobody knows how long it is."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(slots=True)
class Report:
    """What became of everything that was named; `errors` are the first, `errors_total` how many there are."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    errors_total: int = 0
    jobs: list[str] = field(default_factory=list)

    def refuse(self, refusal: Refusal) -> None:
        """Count what could not even be tried."""
        self.counts["rejected"] += 1
        self.errors.append(f"{refusal.origin}: {refusal.reason}")
        self.errors_total += 1

    def count(self, job: JobOut) -> None:
        """Count what an import did."""
        self.jobs.append(job.id)
        self.counts.update(job.counts)
        self.errors += job.errors
        self.errors_total += job.errors_total
        if job.state == "cancelled":
            self.errors.append(f"job {job.id} was cancelled; what was added by then stays")
            self.errors_total += 1

    def problems(self) -> list[str]:
        """Return a line for each error: where, and why."""
        more = self.errors_total - len(self.errors)
        return [*self.errors, f"and {more:,} more like these"] if more > 0 else self.errors

    def summary(self) -> str:
        """Return the counts in a line."""
        names = ("added", "updated", "unchanged", "rejected")
        said = [f"{self.counts[name]} {name}" for name in names if self.counts[name]]
        return ", ".join(said) or "nothing to add"

    def wire(self) -> dict[str, object]:
        """Return the report as JSON has it: the jobs' numbers together, and their ids."""
        return {
            "counts": dict(self.counts),
            "errors": self.errors,
            "errors_total": self.errors_total,
            "jobs": self.jobs,
        }


def take_in(client: Client, sources: Sequence[str]) -> Report:
    """Import what the sources hold, and wait until all of it is in.

    An interrupt cancels the import that is under way; what was added by then stays.
    """
    report = Report()
    with _progress() as progress:
        task = progress.add_task("adding articles", total=None)
        for part in _parts(_found(sources)):
            if isinstance(part, Refusal):
                report.refuse(part)
            else:
                report.count(_follow(client, _submit(client, part), progress, task))
    return report


def follow(client: Client, job_id: str, doing: str) -> JobOut:
    """Show a job's progress until it ends, and return it as it ended."""
    with _progress() as progress:
        return _follow(client, job_id, progress, progress.add_task(doing, total=None))


def _found(sources: Sequence[str]) -> Iterator[str | Path | _Stream | Refusal]:
    """Yield each web address, file and stream that the sources stand for, in the order given."""
    for source in sources:
        if source.lower().startswith(("http://", "https://")):
            try:
                check_url(source, allow_private=True)
            except AddressRefused as error:
                yield Refusal(origin=source, reason=str(error))
            else:
                yield source
        elif source == STANDARD_INPUT:
            yield _Stream("standard input", lambda: nullcontext(sys.stdin.buffer))
        else:
            for file in files_of(source):
                if isinstance(file, Path) and file.is_fifo():
                    yield _Stream(str(file), partial(_open, file))
                else:
                    yield file


def _parts(found: Iterable[str | Path | _Stream | Refusal]) -> Iterator[_Urls | _Files | _Stream | Refusal]:
    """Group what belongs into one import; refusals pass at once, and a stream stands alone."""
    urls: list[str] = []
    paths: list[Path] = []
    size = 0
    for one in found:
        if isinstance(one, Refusal):
            yield one
            continue
        if urls and (not isinstance(one, str) or len(urls) >= _MAX_URLS):
            yield _Urls(tuple(urls))
            urls.clear()
        more = _size(one) if isinstance(one, Path) else 0
        if paths and (not isinstance(one, Path) or len(paths) >= _MAX_FILES or size + more > _MAX_BYTES):
            yield _Files(tuple(paths))
            paths.clear()
            size = 0
        if isinstance(one, str):
            urls.append(one)
        elif isinstance(one, Path):
            paths.append(one)
            size += more
        else:
            yield one
    if urls:
        yield _Urls(tuple(urls))
    if paths:
        yield _Files(tuple(paths))


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _submit(client: Client, part: _Urls | _Files | _Stream) -> str:
    if isinstance(part, _Urls):
        return client.import_urls(part.urls)
    if isinstance(part, _Files):
        return client.import_files(part.paths)
    with part.open() as stream:
        return client.import_stream(part.name, stream)


def _follow(client: Client, job_id: str, progress: Progress, task: TaskID) -> JobOut:
    before = progress.tasks[task].completed
    with _cancelling(client, job_id):
        while (job := client.job(job_id)).state in _UNDER_WAY:
            progress.update(task, completed=before + job.done, total=before + job.total or None)
            time.sleep(_POLL_S)
    progress.update(task, completed=before + job.done, total=before + job.total or None)
    return job


@contextmanager
def _cancelling(client: Client, job_id: str) -> Iterator[None]:
    """Cancel the job on an interrupt, here as on a server, and wait for its end."""
    try:
        yield
    except KeyboardInterrupt:
        with suppress(ConflictError):
            client.cancel(job_id)
        while client.job(job_id).state in _UNDER_WAY:
            time.sleep(_POLL_S)
        raise


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
