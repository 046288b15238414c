import asyncio
import threading
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from app.late import LateApp


def _outer(late):
    @asynccontextmanager
    async def lifespan(app):
        async with late.running():
            yield

    def first(request):
        return PlainTextResponse("first")

    return Starlette(routes=[Route("/first", first), Mount("/", late)], lifespan=lifespan)


def test_what_is_loaded_late_holds_up_only_its_own_requests():
    """A server that repairs after a crash must answer at once; the chat takes seconds to import."""
    release, closed = threading.Event(), []

    def load():
        assert release.wait(10)

        @asynccontextmanager
        async def lifespan(app):
            yield
            closed.append(True)

        def page(request):
            return PlainTextResponse("page")

        return Starlette(routes=[Route("/", page)], lifespan=lifespan)

    with TestClient(_outer(LateApp(load, asyncio.Event()))) as client:
        assert client.get("/first").text == "first"
        release.set()
        assert client.get("/").text == "page"
        assert not closed
    assert closed


def test_a_page_that_cannot_be_loaded_says_so_and_leaves_the_rest_alone(caplog):
    """Whoever opens the chat must learn where to look, not wait for ever."""

    def load():
        raise ImportError("no such page")

    with TestClient(_outer(LateApp(load, asyncio.Event()))) as client:
        answer = client.get("/")
        assert answer.status_code == 503
        assert "server's log" in answer.text
        assert client.get("/first").text == "first"
    assert "no such page" in caplog.text
