"""An import: uploaded files or web addresses in, articles committed batch by batch out, as a job.

Its position is committed with each batch, so that an article is added once however often the process ends.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.jobrun import JobRun
from app.jobs import ENDED, Job, Jobs, new_id
from app.readahead import ReadAhead
from app.reading import Item, Reader, Wanted, position_of, upto_of
from app.staging import Staging, Upload
from index.articles import printable
from index.errors import ConflictError, InputError
from index.fetching import Fetcher
from index.ingest import BATCH_ARTICLES, BATCH_CHARS, Added, Note
from index.records import RawArticle
from index.space import Space

_AHEAD_CHARS = 4_000_000
# What an item counts beside its text.
_ITEM_CHARS = 500
_PATIENCE_S = 0.5

Add = Callable[[Iterable[RawArticle], Note], Iterator[Added]]


class Imports:
    """Starts and runs imports; `add` is how articles are added, and notes in the same commit that they were.

    Uploads lie below `directory` until they are imported; what no job reads is removed from there.
    """

    def __init__(self, directory: Path, jobs: Jobs, add: Add, fetcher: Fetcher, space: Space) -> None:
        self._staging = Staging(directory, space.check)
        self._jobs, self._add, self._fetcher = jobs, add, fetcher
        self._staging.keep_only(lambda: self._uploads().values())

    @contextmanager
    def receiving(self) -> Iterator[Upload]:
        """Receive uploaded files for `start_upload`, which has to be called before the block ends."""
        with self._staging.receiving(new_id()) as upload:
            yield upload

    def start_upload(self, upload: Upload) -> Job:
        """Queue the import of an upload: it is on disk, and survives a power cut, when this returns."""
        self._staging.settle(upload)
        files = [{"name": one.name, "file": one.file} for one in upload.files]
        return self._jobs.submit("import", {"upload": upload.id, "files": files}, job_id=upload.id)

    def start_files(self, paths: Iterable[Path]) -> Job:
        """Queue the import of files of this machine, which are read where they are."""
        files = [{"name": printable(str(path)), "file": str(path.absolute())} for path in paths]
        return self._jobs.submit("import", {"files": files})

    def start_urls(self, urls: Iterable[str]) -> Job:
        """Queue the import of web addresses, each once: pages, feeds and sitemaps."""
        return self._jobs.submit("import", {"urls": list(dict.fromkeys(urls))})

    def discard_staged(self) -> None:
        """Remove all uploaded files; raise ConflictError while an import still reads its own."""
        self._staging.discard(
            lambda: [one for one in self._uploads() if self._jobs.peek(one).state not in ENDED]
        )

    def check_retry(self, job_id: str) -> None:
        """Raise ConflictError when the job is an import with errors whose files are gone."""
        upload = self._uploads().get(job_id, "")
        if upload and self._jobs.peek(job_id).errors_total and not self._staging.path(upload).is_dir():
            raise ConflictError("the uploaded files of this import are gone; upload them again")

    def run(self, run: JobRun) -> None:
        """Do a job's work. Raises InputError when nothing at all could be added."""
        self._staging.keep_only(lambda: self._uploads().values())
        upload = run.request.get("upload", "")
        wanted = Wanted(
            position=position_of(run.position),
            upto=upto_of(run.request),
            failures=run.failures if "retry_of" in run.request else lambda _: {},
        )
        reader = Reader(run.request, self._staging.path(upload), self._fetcher, wanted, run.job.done)
        tally = _Tally(run, reader)
        with ReadAhead(reader.items(), _weight, _AHEAD_CHARS) as ahead:
            while (batch := ahead.take(BATCH_ARTICLES, BATCH_CHARS, _PATIENCE_S)) is not None:
                if batch:
                    self._add_batch(batch, tally)
                run.checkpoint()
        tally.end()
        if upload and not run.job.failures_total:
            self._staging.remove(upload)

    def _uploads(self) -> dict[str, str]:
        """Return the remembered imports of uploads, each with the upload that it reads."""
        requests = self._jobs.requests("import")
        return {job_id: request["upload"] for job_id, request in requests.items() if "upload" in request}

    def _add_batch(self, batch: Sequence[Item], tally: "_Tally") -> None:
        left = iter(batch)

        def note(results: Sequence[Added]) -> None:
            for result in results:
                # Refusals lie between the articles; both count in the order they were read in.
                while not isinstance((item := next(left)).found, RawArticle):
                    tally.refuse(item)
                tally.count(item, result.status, result.origin, result.reason)
            tally.note()

        articles = [item.found for item in batch if isinstance(item.found, RawArticle)]
        for _ in self._add(articles, note):
            pass
        for item in left:
            tally.refuse(item)
        tally.note()


class _Tally:
    """What became of an import's items, and up to where."""

    def __init__(self, run: JobRun, reader: Reader) -> None:
        self._run, self._reader = run, reader
        self._counts = Counter(run.job.counts)
        self._done = run.job.done
        self._position = dict(run.position)
        self._noted = self._done

    def count(self, item: Item, status: str, origin: str, reason: str) -> None:
        """Count one item; a rejected one is an error of the job."""
        if status == "rejected":
            self._run.failed(item.source, item.number, origin, reason)
        elif item.failed_before:
            self._run.mended(item.source, item.number)
        self._counts[status] += 1
        self._done += 1
        self._position = {"source": item.source, "item": item.at}

    def refuse(self, item: Item) -> None:
        """Count an item that was not even an article."""
        assert not isinstance(item.found, RawArticle)
        self.count(item, "rejected", item.found.origin, item.found.reason)

    def note(self) -> None:
        """Note all that was counted since the last time."""
        if self._done > self._noted:
            total = max(self._done, self._reader.estimate())
            self._run.note(self._done, total, self._counts, self._position)
            self._noted = self._done

    def end(self) -> None:
        """Note the exact number; raise InputError when there was nothing but errors."""
        if self._position:
            self._run.note(self._done, self._done, self._counts, self._position)
        if self._done == 0:
            raise InputError("there was nothing left in it to add")
        if self._counts["rejected"] == self._done:
            raise InputError(f"nothing could be added: of {self._done:,} found, each was refused")


def _weight(item: Item) -> int:
    return _ITEM_CHARS + (len(item.found.text) if isinstance(item.found, RawArticle) else 0)
