"""The composition root: settings in, a service or a web application out; nothing else builds objects."""

import asyncio
import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from app.answerer import Answerer
from app.evidence import Selector
from app.late import LateApp
from app.service import Parts, Service
from app.settings import Settings
from index.backup import CATALOGUE
from index.chunks import Chunking
from index.database import Database, lost_words
from index.embeddings import Embedder, Embedders, load_embedder
from index.errors import DamagedIndexError, InputError, ModelError
from index.fetching import Fetcher
from index.generations import Generations
from index.lock import DirectoryLock
from index.readers import ClaimReader, QuestionReader, load_claim_reader, load_question_reader
from index.retriever import Retriever
from index.space import Space

if TYPE_CHECKING:
    from fastapi import FastAPI

logger = logging.getLogger(__name__)

_GRACE_S = 10
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def open_service(settings: Settings, *, purpose: str, url: str = "") -> Service:
    """Open the data directory and all that answers from it; `url` is where it is served, if it is.

    Raises DataDirectoryHeld and DamagedIndexError.
    """
    return open_locked(settings, DirectoryLock(settings.data, purpose, url))


def open_locked(settings: Settings, lock: DirectoryLock) -> Service:
    """Open all that answers from the data directory that `lock` holds; raise as `open_service` does."""
    try:
        embedder = load_embedder_or_none(settings)
    except BaseException:
        lock.close()
        raise
    return assemble(settings, embedder, lock)


def assemble(
    settings: Settings,
    embedder: Embedder | None,
    lock: DirectoryLock,
    *,
    load: Callable[[str], Embedder | None] | None = None,
) -> Service:
    """Put a service together over the data directory that `lock` holds, with this embedder.

    `load` is how the embedder of an older generation is loaded by its setting, `load_embedder` by default.
    The lock is let go with the service, or when this fails.
    """
    with ExitStack() as opened:
        opened.callback(lock.close)
        check_catalogue(settings.data)
        database = Database(settings.data / CATALOGUE)
        opened.callback(database.close)
        if database.lost:
            raise DamagedIndexError(
                f"{lost_words(database.lost)}; put that back, or restore a backup into a new directory, or "
                "go on with what is left by `footnote doctor --repair`"
            )
        embedders = Embedders(
            setting=_lasting(settings.embedder),
            embedder=embedder,
            load=load or partial(_load, settings=settings),
        )
        space = Space(settings.data, settings.min_free_mb * 1_000_000)
        generations = Generations(settings.data / "generations", database, Chunking(), embedders, space)
        generations.open()
        service = Service(
            Parts(
                directory=settings.data,
                lock=lock,
                database=database,
                generations=generations,
                answerer=Answerer(
                    Retriever(),
                    Selector(_question_reader(settings.threads)),
                    claim_reader(settings.threads),
                ),
                space=space,
                fetcher=Fetcher(allow_private=settings.allow_private),
                max_claims=settings.max_claims,
            )
        )
        opened.pop_all()
    return service


def check_catalogue(data: Path) -> None:
    """Raise DamagedIndexError where only the catalogue is gone: a new one would hide the loss."""
    catalogue, generations = data / CATALOGUE, data / "generations"
    gone = not catalogue.exists() or catalogue.stat().st_size == 0
    if gone and generations.is_dir() and any(generations.iterdir()):
        raise DamagedIndexError(
            f"the catalogue in {str(data)!r} is missing or empty, but an index of its articles is there; "
            "restore a backup into a new directory, or remove the directory to begin anew"
        )


@cache
def _question_reader(threads: int) -> QuestionReader:
    """Return the one selector of this process, which keeps nothing of what it reads."""
    return load_question_reader(threads)


@cache
def claim_reader(threads: int) -> ClaimReader:
    """Return the one checker of this process, which keeps nothing of what it reads."""
    return load_claim_reader(threads)


def _lasting(setting: str) -> str:
    """Return the setting in a form that means the same in any working directory."""
    return str(Path(setting).absolute()) if Path(setting).is_dir() else setting


def _load(setting: str, settings: Settings) -> Embedder | None:
    return load_embedder(setting, settings.data / "models", settings.threads)


def create_app(service: Service, settings: Settings) -> "FastAPI":
    """Return the web application: REST at once, and the chat at / as soon as it is loaded."""
    from app.api.application import create_app as create_api

    stopping = asyncio.Event()
    chat = LateApp(lambda: _chat(service, settings), stopping)
    app = create_api(
        service,
        max_body_mb=settings.max_body_mb,
        max_upload_mb=settings.max_upload_mb,
        beside=chat.running,
        stopping=stopping,
    )
    app.mount("/", chat)
    return app


def _chat(service: Service, settings: Settings) -> "FastAPI":
    from fastapi import FastAPI

    # Seconds to import, and nobody who asks over REST waits for it.
    from app.ui.page import mount

    app = FastAPI(openapi_url=None)
    return mount(app, service, _example_questions(), max_upload_mb=settings.max_upload_mb)


@contextmanager
def listen(settings: Settings) -> Iterator[tuple[socket.socket, str]]:
    """Bind the port first, so that a taken one is told before anything is opened; yield socket and URL."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((settings.host, settings.port))
            # From now on callers wait for the start to finish instead of being turned away.
            sock.listen()
        except OSError as error:
            raise InputError(
                f"cannot listen on {settings.host} port {settings.port} ({error.strerror}); "
                "stop what uses it, or give another --port (0 picks a free one)"
            ) from error
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        yield sock, f"http://{host}:{sock.getsockname()[1]}"


def run_server(app: "FastAPI", sock: socket.socket, log_level: str) -> None:
    """Serve until stopped. What streams for long ends by itself then; other requests get ten seconds."""
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.stopping.set()
            await super().shutdown(sockets)

    config = uvicorn.Config(app, log_level=log_level, timeout_graceful_shutdown=_GRACE_S)
    # uvicorn raises the interrupt again after it has shut down cleanly.
    with suppress(KeyboardInterrupt):
        Server(config).run(sockets=[sock])


def check_address(settings: Settings) -> None:
    """Raise InputError for an address other machines could reach: there are no keys to ask them for yet."""
    if settings.host not in _LOOPBACK:
        raise InputError(
            f"listening on {settings.host!r} is refused without an API key, and keys are not built yet; "
            "listen on 127.0.0.1 and put a proxy that asks for a password in front"
        )


def load_embedder_or_none(settings: Settings) -> Embedder | None:
    """Return the embedder that the settings name, None when that is "none" or cannot be loaded."""
    try:
        return _load(settings.embedder, settings)
    except ModelError as error:
        logger.warning("embedder %r cannot be loaded: %s", settings.embedder, error)
        return None


def _example_questions() -> list[str]:
    """Return the seeds' questions that the chat offers to a newcomer, one of them without an answer."""
    lines = files("seeds").joinpath("questions.jsonl").read_text("utf-8").splitlines()
    return [row["question"] for row in map(json.loads, lines) if row.get("example")]
