"""What a command calls: the service of this process, or the server that holds the data directory.

Both give the objects of the wire, so that a command prints the same words and the same JSON either way.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from app.remote import Remote, is_there
from app.schemas.answers import AnswerOut, CheckOut, SearchOut
from app.schemas.library import FeedOut, FeedsOut, IndexOut, JobOut
from app.schemas.requests import AskIn, CheckIn, FeedIn, SearchIn
from app.settings import Settings
from index.errors import DataDirectoryHeld
from index.lock import DirectoryLock

if TYPE_CHECKING:
    from app.service import Service

# A server that has just taken the directory loads its model before it answers.
PATIENCE_S = 15.0
_PAUSE_S = 0.2


class Client(Protocol):
    """What commands need of a service, wherever it runs; errors are those of the service."""

    def ask(self, asked: AskIn) -> AnswerOut:
        """Answer a question, or abstain."""

    def check(self, asked: CheckIn) -> CheckOut:
        """Hold a claim against the articles."""

    def search(self, asked: SearchIn) -> SearchOut:
        """Return the passages for a question, best first."""

    def index(self) -> IndexOut:
        """Return the index as it stands."""

    def remove(self, article_id: str) -> None:
        """Delete an article."""

    def purge(self, article_id: str) -> str:
        """Erase an article for good; return the id of the job that cleans the files."""

    def rebuild(self) -> str:
        """Start building a new generation; return the job's id."""

    def roll_back(self) -> IndexOut:
        """Go back to the generation before this one; return the index as it stands then."""

    def import_files(self, paths: Sequence[Path]) -> str:
        """Start importing files; return the job's id."""

    def import_stream(self, name: str, stream: BinaryIO) -> str:
        """Start importing a stream, which is read to its end first; return the job's id."""

    def import_urls(self, urls: Sequence[str]) -> str:
        """Start importing from web addresses; return the job's id."""

    def job(self, job_id: str) -> JobOut:
        """Return a job as it stands."""

    def cancel(self, job_id: str) -> None:
        """Cancel a job; what it did by then stays."""

    def feeds(self) -> FeedsOut:
        """Return the watched feeds."""

    def watch_feed(self, wanted: FeedIn) -> FeedOut:
        """Watch a feed, or the one that a page names."""

    def unwatch_feed(self, url: str) -> None:
        """Watch a feed no longer."""


class Local:
    """A client of the service in this process."""

    def __init__(self, service: "Service") -> None:
        self.service = service

    def ask(self, asked: AskIn) -> AnswerOut:
        """Answer a question, or abstain."""
        answer = self.service.ask(
            asked.question,
            filters=asked.filters_in_force(),
            mode=asked.mode,
            max_claims=asked.max_claims,
            today=asked.day(),
            conversation_id=asked.conversation_id or "",
        )
        return AnswerOut.of(answer)

    def check(self, asked: CheckIn) -> CheckOut:
        """Hold a claim against the articles."""
        found = self.service.check(asked.claim, filters=asked.filters_in_force(), today=asked.day())
        return CheckOut.of(found)

    def search(self, asked: SearchIn) -> SearchOut:
        """Return the passages for a question, best first."""
        found = self.service.search(
            asked.question, filters=asked.filters_in_force(), limit=asked.limit, today=asked.day()
        )
        return SearchOut.of(found)

    def index(self) -> IndexOut:
        """Return the index as it stands."""
        return IndexOut.of(self.service.index())

    def remove(self, article_id: str) -> None:
        """Delete an article."""
        self.service.remove(article_id)

    def purge(self, article_id: str) -> str:
        """Erase an article for good; return the id of the job that cleans the files."""
        return self.service.purge(article_id).id

    def rebuild(self) -> str:
        """Start building a new generation; return the job's id."""
        return self.service.rebuild().id

    def roll_back(self) -> IndexOut:
        """Go back to the generation before this one; return the index as it stands then."""
        return IndexOut.of(self.service.roll_back())

    def import_files(self, paths: Sequence[Path]) -> str:
        """Start importing files from where they are; return the job's id."""
        self.service.make_ready(whole=True)
        return self.service.imports.start_files(paths).id

    def import_stream(self, name: str, stream: BinaryIO) -> str:
        """Start importing a stream, which is read to its end first; return the job's id."""
        self.service.make_ready(whole=True)
        with self.service.imports.receiving() as upload:
            upload.take(name, stream)
            return self.service.imports.start_upload(upload).id

    def import_urls(self, urls: Sequence[str]) -> str:
        """Start importing from web addresses; return the job's id."""
        self.service.make_ready(whole=True)
        return self.service.imports.start_urls(urls).id

    def job(self, job_id: str) -> JobOut:
        """Return a job as it stands."""
        return JobOut.of(self.service.job(job_id))

    def cancel(self, job_id: str) -> None:
        """Cancel a job; what it did by then stays."""
        self.service.cancel_job(job_id)

    def feeds(self) -> FeedsOut:
        """Return the watched feeds."""
        return FeedsOut(feeds=[FeedOut.of(feed) for feed in self.service.feeds.all()])

    def watch_feed(self, wanted: FeedIn) -> FeedOut:
        """Watch a feed, or the one that a page names."""
        return FeedOut.of(self.service.feeds.watch(wanted.url, wanted.every_s))

    def unwatch_feed(self, url: str) -> None:
        """Watch a feed no longer."""
        self.service.feeds.unwatch(url)


@contextmanager
def open_client(settings: Settings, *, purpose: str, patience_s: float = PATIENCE_S) -> Iterator[Client]:
    """Open the data directory for one command, or reach the server that has it open.

    Raises DataDirectoryHeld when something else holds it, or a server that does not answer in `patience_s`.
    """
    taken = _lock_or_server(settings, purpose, patience_s)
    if isinstance(taken, Remote):
        with closing(taken):
            yield taken
        return
    from app.main import open_locked

    with closing(open_locked(settings, taken)) as service:
        service.make_ready()
        yield Local(service)


def _lock_or_server(settings: Settings, purpose: str, patience_s: float) -> DirectoryLock | Remote:
    """Take the directory, or find who has it; a server may be about to start, or about to end."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return DirectoryLock(settings.data, purpose)
        except DataDirectoryHeld as held:
            left_s = deadline - time.monotonic()
            if held.url and left_s > 0 and is_there(held.url, held.instance, left_s):
                return Remote(held.url)
            if not held.url:
                raise
            if left_s <= 0:
                raise DataDirectoryHeld(f"{held}; it did not answer within {patience_s:g} s") from held
        time.sleep(_PAUSE_S)
