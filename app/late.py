"""An ASGI application that is loaded while others answer already: its own requests wait for it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

_FAILED = "This page could not be loaded; the server's log says why. The REST API answers under /api."


class LateApp:
    """Loads an application in a thread of its own once it runs, and then passes requests on to it.

    What streams for as long as a page is open ends once `stopping` is set.
    """

    def __init__(self, load: Callable[[], Starlette], stopping: asyncio.Event) -> None:
        self._load = load
        self._loaded: asyncio.Future[Starlette | None]
        self._stopping = stopping

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Load the application and keep its own lifespan open until this one ends."""
        self._loaded = asyncio.get_running_loop().create_future()
        ending = asyncio.Event()
        task = asyncio.create_task(self._live(ending))
        try:
            yield
        finally:
            ending.set()
            await task

    async def _live(self, ending: asyncio.Event) -> None:
        try:
            app = await asyncio.to_thread(self._load)
            async with app.router.lifespan_context(app):
                self._loaded.set_result(app)
                await ending.wait()
        except Exception:
            # The task's outermost frame: what fails here must not take the rest of the server with it.
            logger.exception("an application could not be loaded")
            if not self._loaded.done():
                self._loaded.set_result(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, when the application is there."""
        app = await asyncio.shield(self._loaded)
        if app is None:
            await PlainTextResponse(_FAILED, status_code=503)(scope, receive, send)
            return
        is_read = scope["type"] == "http" and scope["method"] == "GET"
        await app(scope, partial(self._receive, receive) if is_read else receive, send)

    async def _receive(self, receive: Receive) -> Message:
        """Return what comes next from the client, who is taken to have gone once the server stops."""
        message, stopped = asyncio.ensure_future(receive()), asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({message, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return message.result() if message.done() else {"type": "http.disconnect"}
        finally:
            message.cancel()
            stopped.cancel()
