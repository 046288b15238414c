"""A real Chromium against a real `footnote serve` over the seeds, started once a run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

SEEDS = Path(__file__).parents[2] / "seeds"
COMMAND = [sys.executable, "-c", "from app.cli import main; main()"]
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
_PATIENCE_S = 30


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        reason = "no chromium, chromium-browser or google-chrome on the PATH: install one to drive the chat"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    expect.set_options(timeout=_PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield launched
        launched.close()


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """Serve a data directory on a free port; yield the URL it printed."""
    command = [*COMMAND, "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = re.search(r"http://\S+", process.stdout.readline())
            assert told, "footnote serve printed no address"
            yield told[0]
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    subprocess.run([*COMMAND, "add", str(SEEDS), "--data", str(data)], check=True, capture_output=True)
    with serving(data) as address:
        yield address


@dataclass
class Watched:
    """What a page did behind the scenes while a test ran."""

    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Visits:
    """Opens pages as different readers would, and holds against every one what no page may do."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._contexts = []
        self.watched = Watched()

    def open(self, *, size: dict[str, int] = WIDE, dark: bool = False) -> Page:
        context = self._browser.new_context(
            viewport=size,  # type: ignore[arg-type]  # playwright's own TypedDict
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_PATIENCE_S * 1000)
        page.on("request", self._note)
        page.on("pageerror", lambda error: self.watched.errors.append(str(error)))
        page.on("dialog", lambda dialog: self.watched.errors.append(f"dialog: {dialog.message}"))
        page.goto(self._url)
        page.wait_for_selector(".welcome")
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _note(self, request) -> None:
        if not request.url.startswith((f"{self._url}/", "data:", "blob:")):
            self.watched.elsewhere.append(request.url)


@pytest.fixture
def visits(browser: Browser, url: str) -> Iterator[Visits]:
    opened = Visits(browser, url)
    yield opened
    opened.close()
    assert opened.watched == Watched(), "every page stays at home and runs without an error"


@pytest.fixture
def page(visits: Visits) -> Page:
    return visits.open()
