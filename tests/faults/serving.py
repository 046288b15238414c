"""A real `footnote serve` as a child process, and short articles whose questions have one right answer."""

import atexit
import os
import random
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

WORDS = ("harbour", "council", "verdict", "glacier", "orchard", "senate", "tunnel", "harvest", "lantern")
START_S = 120.0
_ARTICLES_A_CALL = 1_000


class StartError(Exception):
    """The server ended, or said no address in time; the message is what it wrote."""


class Server:
    """A running server. `ready_s` is from its start to the first /health/ready that says 200."""

    def __init__(self, data: Path, *, env: Mapping[str, str] | None = None) -> None:
        began = time.monotonic()
        # Not beside the directory, whose disk may be full or read-only.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **(env or {})},
        )
        # Whatever becomes of the harness, no server is left behind.
        atexit.register(self.process.kill)
        url = self._address(began + START_S)
        self.http = httpx.Client(base_url=url, timeout=120)
        self._wait_until_ready(began + START_S)
        self.ready_s = time.monotonic() - began

    def _address(self, until: float) -> str:
        """Return the address among the lines the server prints, whatever else it prints."""
        assert self.process.stdout is not None
        said = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while time.monotonic() < until and selector.select(timeout=until - time.monotonic()):
                more = os.read(self.process.stdout.fileno(), 4096)
                said += more
                if match := re.search(rb"http://\S+(?=\s)", said):
                    return match[0].decode()
                if not more:
                    break
        self.process.kill()
        self.process.wait()
        raise StartError(f"{said.decode(errors='replace')}{self.said()}")

    def _wait_until_ready(self, until: float) -> None:
        while time.monotonic() < until:
            try:
                if self.http.get("/health/ready").status_code == 200:
                    return
            except httpx.TransportError as error:
                if self.process.poll() is not None:
                    raise StartError(f"it ended with {self.process.returncode}: {self.said()}") from error
            time.sleep(0.02)
        self.kill()
        raise StartError(f"it was not ready after {START_S:g} s")

    def said(self) -> str:
        """Return the end of what the process wrote to standard error."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-2000:].strip()

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Return the JSON of a call; raises httpx.HTTPStatusError with the problem in its text."""
        answer = self.http.request(method, path, json=body)
        if answer.is_error:
            message = f"{method} {path}: {answer.status_code} {answer.text[:500]}"
            raise httpx.HTTPStatusError(message, request=answer.request, response=answer)
        return answer.json() if answer.content else {}

    def has(self, method: str, path: str) -> bool:
        """Whether this server has such a route."""
        paths: dict[str, Any] = self.call("GET", "/openapi.json")["paths"]
        return method.lower() in paths.get(path, {})

    def text(self, article_id: str) -> str | None:
        """Return an article's text as the server has it, None when it has none."""
        answer = self.http.get(f"/api/articles/{article_id}")
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        text: str = answer.json()["text"]
        return text

    def ids(self) -> list[str]:
        """Return the id of every article that is listed, as often as it is."""
        found, cursor = [], ""
        while True:
            page = self.call("GET", f"/api/articles?limit=200&cursor={cursor}")
            found += [one["id"] for one in page["articles"]]
            if not (cursor := page["next_cursor"]):
                return found

    def wait_idle(self, patience_s: float = 300.0) -> dict[str, Any]:
        """Wait until no job is queued or running and nothing has to be repaired; return the index's state."""
        until = time.monotonic() + patience_s
        while True:
            index: dict[str, Any] = self.call("GET", "/api/index")
            jobs = self.call("GET", "/api/jobs")
            busy = [one for one in jobs.get("jobs", jobs) if one["state"] in {"queued", "running"}]
            if (not busy and index["state"] in {"ready", "empty"}) or time.monotonic() > until:
                return index
            time.sleep(0.1)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self._end()

    def stop(self) -> int:
        """End the server as a user does; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self._end()

    def _end(self) -> int:
        code = self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._log.close()
        return code


def footnote(
    data: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a `footnote` command on a data directory to its end."""
    command = [sys.executable, "-m", "app.cli", *arguments, "--data", str(data)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}, timeout=600
    )


def notice(number: int) -> dict[str, str]:
    """Return a short article, one passage long, that no other one shares its number and code with."""
    rng = random.Random(number)
    text = (
        f"Notice {number} gives the {rng.choice(WORDS)} of the {rng.choice(WORDS)} the code {code(number)}."
    )
    return {"id": f"n{number}", "text": text}


def question_of(number: int) -> str:
    return f"Which code does notice {number} give?"


def code(number: int) -> str:
    """Return the word that only this notice has."""
    return f"q{number * 7919 % 999_983:06d}x"


def fill(server: Server, passages: int) -> None:
    """Add the notices 0 to `passages` that are not there yet."""
    there = int(server.call("GET", "/api/index")["articles"])
    for at in range(there, passages, _ARTICLES_A_CALL):
        upto = min(at + _ARTICLES_A_CALL, passages)
        results = server.call("POST", "/api/articles", {"articles": [notice(n) for n in range(at, upto)]})
        assert {one["status"] for one in results["results"]} <= {"added", "unchanged"}, results


def copy_filled(filled: Path, data: Path, passages: int) -> None:
    """Copy a directory that is closed cleanly; where there is none it is made and filled first."""
    if not filled.exists():
        server = Server(filled)
        fill(server, passages)
        server.stop()
    shutil.copytree(filled, data)


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Return the median, the 95th percentile and the most of some seconds."""
    ordered = sorted(values) or [0.0]
    return {
        "p50": round(ordered[len(ordered) // 2], 3),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 3),
        "max": round(ordered[-1], 3),
    }


def wrong_citations(answer: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with an answer's citations of these articles, and that it has none."""
    if answer["status"] != "answered" or not answer["citations"]:
        yield f"no answer to {answer['question']!r}"
    for cited in answer["citations"]:
        text = texts.get(cited["article_id"])
        if text is None:
            yield f"{cited['article_id']} is cited, which is not there"
        elif text[cited["start"] : cited["end"]] != cited["quote"]:
            yield f"{cited['article_id']} is cited with a quote that is no slice of it"
