"""A client of the server that holds the data directory: the commands' calls as requests to its REST API."""

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from app.schemas.answers import AnswerOut, CheckOut, SearchOut
from app.schemas.library import FeedOut, FeedsOut, HealthOut, IndexOut, JobOut, JobStartedOut
from app.schemas.requests import AskIn, CheckIn, FeedIn, SearchIn
from app.staging import plain_name
from index.errors import (
    ConflictError,
    FootnoteError,
    InputError,
    NoSpaceError,
    NotFoundError,
    NotReadyError,
)

Open = Callable[[], AbstractContextManager[BinaryIO]]
_Out = TypeVar("_Out", bound=BaseModel)

# Nothing here takes longer there than it would in this process, where there is no limit either.
_TIMEOUT = httpx.Timeout(None, connect=5.0)
_CHUNK_BYTES = 2**18
# Where a file's name may end in the origin of one of its articles.
_PART = re.compile(r"[/:]")
_ERRORS: dict[int, type[FootnoteError]] = {
    404: NotFoundError,
    409: ConflictError,
    503: NotReadyError,
    507: NoSpaceError,
}


def is_there(url: str, instance: str, timeout_s: float) -> bool:
    """Whether the server that noted `instance` in the lock answers at `url`, and not another one."""
    try:
        # A proxy of the environment's knows nothing of this machine's loopback.
        reply = httpx.get(f"{url}/health/live", timeout=timeout_s, trust_env=False)
        return reply.is_success and HealthOut.model_validate_json(reply.content).instance == instance
    except (httpx.HTTPError, ValidationError):
        return False


class Remote:
    """A client of the server at `url`; what it refuses is raised as the service would have raised it."""

    def __init__(self, url: str) -> None:
        self._url = url
        # What uploaded files are called there, and here.
        self._names: dict[str, str] = {}
        self._http = httpx.Client(base_url=url, timeout=_TIMEOUT, trust_env=False)

    def ask(self, asked: AskIn) -> AnswerOut:
        """Answer a question, or abstain."""
        return self._call(AnswerOut, "POST", "/api/ask", json=_given(asked))

    def check(self, asked: CheckIn) -> CheckOut:
        """Hold a claim against the articles."""
        return self._call(CheckOut, "POST", "/api/check", json=_given(asked))

    def search(self, asked: SearchIn) -> SearchOut:
        """Return the passages for a question, best first."""
        return self._call(SearchOut, "POST", "/api/search", json=_given(asked))

    def index(self) -> IndexOut:
        """Return the index as it stands."""
        return self._call(IndexOut, "GET", "/api/index")

    def remove(self, article_id: str) -> None:
        """Delete an article."""
        self._request("DELETE", _article(article_id))

    def purge(self, article_id: str) -> str:
        """Erase an article for good; return the id of the job that cleans the files."""
        return self._call(JobStartedOut, "DELETE", _article(article_id), params={"purge": "true"}).job_id

    def rebuild(self) -> str:
        """Start building a new generation; return the job's id."""
        return self._call(JobStartedOut, "POST", "/api/index/rebuild").job_id

    def roll_back(self) -> IndexOut:
        """Go back to the generation before this one; return the index as it stands then."""
        return self._call(IndexOut, "POST", "/api/index/rollback")

    def import_files(self, paths: Sequence[Path]) -> str:
        """Send files and start importing them; return the job's id."""
        return self._upload([(str(path), partial(_open, path)) for path in paths])

    def import_stream(self, name: str, stream: BinaryIO) -> str:
        """Send a stream to its end and start importing it; return the job's id."""
        return self._upload([(name, lambda: nullcontext(stream))])

    def import_urls(self, urls: Sequence[str]) -> str:
        """Start importing from web addresses; return the job's id."""
        return self._call(JobStartedOut, "POST", "/api/imports", json={"urls": list(urls)}).job_id

    def job(self, job_id: str) -> JobOut:
        """Return a job as it stands, its errors with the names that files have here."""
        job = self._call(JobOut, "GET", f"/api/jobs/{quote(job_id, safe='')}")
        return job.model_copy(update={"errors": [self._as_named(error) for error in job.errors]})

    def cancel(self, job_id: str) -> None:
        """Cancel a job; what it did by then stays."""
        self._request("POST", f"/api/jobs/{quote(job_id, safe='')}/cancel")

    def feeds(self) -> FeedsOut:
        """Return the watched feeds."""
        return self._call(FeedsOut, "GET", "/api/feeds")

    def watch_feed(self, wanted: FeedIn) -> FeedOut:
        """Watch a feed, or the one that a page names."""
        return self._call(FeedOut, "POST", "/api/feeds", json=_given(wanted))

    def unwatch_feed(self, url: str) -> None:
        """Watch a feed no longer."""
        self._request("DELETE", "/api/feeds", params={"url": url})

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _upload(self, files: Sequence[tuple[str, Open]]) -> str:
        named = [(_upload_name(name), open_file) for name, open_file in files]
        self._names |= {sent: name for (sent, _), (name, _) in zip(named, files, strict=True)}
        boundary = uuid.uuid4().hex
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        try:
            started = self._call(
                JobStartedOut, "POST", "/api/imports", content=_form(named, boundary), headers=kind
            )
        except OSError as error:
            raise InputError(f"{error.filename or files[0][0]!r} cannot be read: {error.strerror}") from error
        return started.job_id

    def _as_named(self, error: str) -> str:
        """Return a job's error with the path of the file, of which the server knows a name only."""
        for at in reversed([match.start() for match in _PART.finditer(error)]):
            if error[:at] in self._names:
                return self._names[error[:at]] + error[at:]
        return error

    def _call(self, shape: type[_Out], method: str, path: str, **options: Any) -> _Out:  # Any: httpx's
        reply = self._request(method, path, **options)
        try:
            return shape.model_validate_json(reply.content)
        except ValidationError as error:
            raise FootnoteError(
                f"the server at {self._url} answered {path} in a way this version cannot read; "
                "stop it and start it again with this version"
            ) from error

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:  # Any: httpx's
        try:
            reply = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise NotReadyError(
                f"the server at {self._url}, which holds the data directory, broke off "
                f"({error or type(error).__name__}); see whether it still runs, then try again"
            ) from error
        if not reply.is_success:
            raise _ERRORS.get(reply.status_code, InputError)(_detail(reply))
        return reply


def _article(article_id: str) -> str:
    return f"/api/articles/{quote(article_id, safe='')}"


def _upload_name(name: str) -> str:
    """Return a path as a server keeps it, so that its messages can be told from each other."""
    return plain_name(name.replace('"', "_"))


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _form(files: Sequence[tuple[str, Open]], boundary: str) -> Iterator[bytes]:
    """Yield a multipart body piece by piece: one file is open at a time, and none is in memory."""
    for name, open_file in files:
        disposition = f'form-data; name="files"; filename="{name}"'
        yield f"--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n".encode()
        with open_file() as file:
            while data := file.read(_CHUNK_BYTES):
                yield data
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _given(asked: BaseModel) -> dict[str, Any]:  # Any: JSON
    return asked.model_dump(mode="json", exclude_none=True)


def _detail(reply: httpx.Response) -> str:
    """Return what a problem says; the status where the body is none."""
    try:
        return str(reply.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the server answered {reply.status_code}; see its log"
