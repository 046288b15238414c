"""Sources in, a report out: what was added, and what was refused and why, with progress on a terminal."""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from app.client import Client
from app.schemas.library import JobOut
from app.service import Service
from index.fetching import Fetcher
from index.fields import Refusal
from index.ingest import Added
from index.records import RawArticle
from index.sources import read_sources

_POLL_S = 0.2


@dataclass(slots=True)
class Report:
    """What became of everything that was read."""

    added: list[Added] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return bool(self.refusals) or any(one.status == "rejected" for one in self.added)

    def problems(self) -> list[str]:
        """Return a line for each refusal: where, and why."""
        rejected = [f"{one.origin}: {one.reason}" for one in self.added if one.status == "rejected"]
        return [f"{one.origin}: {one.reason}" for one in self.refusals] + rejected

    def summary(self) -> str:
        """Return the counts in a line."""
        counts = Counter(one.status for one in self.added)
        counts["rejected"] += len(self.refusals)
        said = [
            f"{counts[name]} {name}" for name in ("added", "updated", "unchanged", "rejected") if counts[name]
        ]
        return ", ".join(said) or "nothing to add"

    def wire(self) -> dict[str, object]:
        """Return the report as JSON has it."""
        results = [
            {"id": one.id, "revision": one.revision, "status": one.status, "reason": one.reason or None,
             "origin": one.origin}
            for one in self.added
        ]  # fmt: skip
        refusals = [
            {"id": None, "revision": None, "status": "rejected", "reason": one.reason, "origin": one.origin}
            for one in self.refusals
        ]
        return {"results": results + refusals}


def take_in(service: Service, sources: Sequence[str], *, allow_private: bool = False) -> Report:
    """Read the sources and add what they hold, a batch at a time.

    `allow_private` lets web addresses be fetched that lead into the own network.
    """
    report = Report()
    fetcher = Fetcher(allow_private=allow_private)
    with _progress() as progress:
        task = progress.add_task("adding articles", total=None)
        for added in service.add(_articles(sources, fetcher, report)):
            report.added.append(added)
            progress.update(task, completed=len(report.added))
    return report


def follow(client: Client, job_id: str, doing: str) -> JobOut:
    """Show a job's progress until it ends, and return it as it ended."""
    with _progress() as progress:
        task = progress.add_task(doing, total=None)
        while (job := client.job(job_id)).state in {"queued", "running"}:
            progress.update(task, completed=job.done, total=job.total or None)
            time.sleep(_POLL_S)
        progress.update(task, completed=job.done, total=job.total or None)
    return job


def _articles(sources: Sequence[str], fetcher: Fetcher, report: Report) -> Iterator[RawArticle]:
    """Yield the articles, and put the refusals among them aside."""
    for found in read_sources(sources, fetcher):
        if isinstance(found, Refusal):
            report.refusals.append(found)
        else:
            yield found


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
