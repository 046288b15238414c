"""Puts the REST face together: routes, problems, limits, and docs that need no network."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from app import __version__
from app.api import problems
from app.api.limits import BodyLimit
from app.api.routes import elsewhere, health, router
from app.service import Service

_DESCRIPTION = (
    "Ask questions about a body of news articles. Every sentence of an answer points at the exact source "
    "sentence it rests on, or the answer says that the articles do not say."
)


def create_app(
    service: Service,
    *,
    max_body_mb: int,
    max_upload_mb: int = 4096,
    beside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
    stopping: asyncio.Event | None = None,
) -> FastAPI:
    """Return the application; the service is closed when it shuts down, after what runs beside it.

    What streams for long ends once `stopping` is set.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service.resume()
        async with beside():
            yield
        app.state.service = None
        service.close()

    app: FastAPI = FastAPIOffline(
        title="Footnote",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        responses=problems.RESPONSES,
    )
    app.state.service = service
    app.state.stopping = stopping or asyncio.Event()
    app.include_router(router)
    app.include_router(health)
    app.include_router(elsewhere)
    problems.install(app)
    app.add_middleware(BodyLimit, max_body_mb=max_body_mb, max_upload_mb=max_upload_mb)
    return app
