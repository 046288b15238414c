"""Web addresses: fetched, told apart, and what is there read like any file."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.fetching import Fetcher
from index.fields import Refusal
from index.online import pages_at
from index.records import RawArticle
from index.sources import read_page

BODY = (
    "<p>"
    + "</p><p>".join(
        f"The council of Vik met on day {n} and spoke at length about the dam." for n in range(9)
    )
    + "</p>"
)
PAGE = f"""<!doctype html><html><head><title>Dam talks</title>
<meta property="og:site_name" content="Vik Post">
<meta property="article:published_time" content="2026-03-02T08:00:00+01:00"></head>
<body><article><h1>Dam talks</h1>{BODY}</article></body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Vik Post</title>
<item><title>Dam talks</title><link>/page</link></item>
<item><title>Gone</title><link>/gone</link></item></channel></rss>"""


class Site(BaseHTTPRequestHandler):
    """One page, one feed, and nothing else."""

    def do_GET(self) -> None:
        found = {"/page": (PAGE, "text/html"), "/feed": (FEED, "application/rss+xml")}.get(self.path)
        content, kind = found or ("", "text/plain")
        self.send_response(200 if found else 404)
        self.send_header("content-type", kind)
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *arguments: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def articles_at(url: str, fetcher: Fetcher) -> list[RawArticle | Refusal]:
    return [read() for _, read in pages_at(url, fetcher, read_page)]


def test_a_page_is_read_with_all_that_it_says_of_itself(site: str):
    """As `footnote add` gets it."""
    (page,) = articles_at(f"{site}/page", Fetcher(allow_private=True))
    assert isinstance(page, RawArticle)
    assert (page.title, page.publication, page.published[:10]) == ("Dam talks", "Vik Post", "2026-03-02")
    assert "The council of Vik met on day 8" in page.text
    assert page.url == f"{site}/page"


def test_a_feed_gives_its_pages_and_says_which_are_gone(site: str):
    """One dead link must not cost the rest."""
    page, gone = articles_at(f"{site}/feed", Fetcher(allow_private=True))
    assert isinstance(page, RawArticle)
    assert isinstance(gone, Refusal)
    assert "404" in gone.reason


def test_an_address_in_the_own_network_is_refused_unless_allowed(site: str):
    """A feed must not be able to read what only this machine can."""
    (refusal,) = articles_at(f"{site}/page", Fetcher())
    assert isinstance(refusal, Refusal)
    assert "FOOTNOTE_ALLOW_PRIVATE" in refusal.reason or "loopback" in refusal.reason
