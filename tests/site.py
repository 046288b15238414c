"""A web site on 127.0.0.1 whose every answer is scripted, for whatever fetches."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.fetching import Fetcher
from index.pacing import Pace


@dataclass
class Reply:
    body: bytes = b"<html><body><p>A page.</p></body></html>"
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})


Answer = Reply | Callable[[BaseHTTPRequestHandler], None]


class Site:
    """Answers each path with its reply, the last one again and again; keeps the requests it got."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Answer]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                queue = site.replies.get(self.path, [Reply(b"nothing here", 404)])
                answer = queue.pop(0) if len(queue) > 1 else queue[0]
                if callable(answer):
                    answer(self)
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that hangs up in the middle is what these tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def serve(self, path: str, *answers: Answer) -> str:
        """Set what the path answers, in turn, and return its address."""
        self.replies[path] = list(answers)
        return self.url + path

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()
    yield one
    one.close()


@pytest.fixture
def hasty() -> Fetcher:
    """A fetcher that may ask this machine, and does not wait between two requests."""
    return Fetcher(allow_private=True, timeout_s=5, pace=Pace(delay_s=0, sleep=lambda _: None))


@pytest.fixture
def reply() -> type[Reply]:
    return Reply
