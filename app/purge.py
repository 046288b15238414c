"""What purging an article takes beyond the index: its answers, what jobs noted of it, kept uploads."""

from app.answers import Answers
from app.imports import Imports
from app.jobrun import JobRun
from app.jobs import Job, Jobs
from index.errors import ConflictError
from index.purging import Purging, Traces


class Purge:
    """Purges articles: gone from the next question at once, and from every file when the job has ended."""

    def __init__(self, purging: Purging, answers: Answers, jobs: Jobs, imports: Imports) -> None:
        self._purging = purging
        self._answers = answers
        self._jobs = jobs
        self._imports = imports

    def resume(self) -> None:
        """Take up what a process that died did not finish; return at once."""
        if self._purging.is_unfinished():
            self._jobs.submit("purge")

    def purge(self, article_id: str) -> Job:
        """Erase an article, live or deleted; return the job that replaces the files that may still hold it.

        Uploads that are kept for a retry go too, since they may hold it. Raises NotFoundError, and
        ConflictError while an import is queued or running.
        """
        self._purging.check_known(article_id)
        self._check_no_import()
        self._imports.discard_staged()
        self._purging.erase(article_id, self._forget)
        return self._jobs.submit("purge")

    def _check_no_import(self) -> None:
        for job in self._jobs.under_way("import"):
            raise ConflictError(
                f"import {job.id} is {job.state} and may bring back what is to be purged; "
                "wait until it has ended, or cancel it"
            )

    def _forget(self, traces: Traces) -> None:
        self._answers.erase(traces.article_id)
        self._jobs.erase(traces.names)


def finish(purging: Purging, run: JobRun) -> None:
    """Do the job: replace what may still hold something of what was purged."""
    purging.finish(run.progress)
