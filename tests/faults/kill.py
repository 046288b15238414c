"""kill -9 against a real server, again and again: what was acknowledged is there, what was deleted is gone.

    python tests/faults/kill.py --kills 300          # prints a row a kill, exits 1 on any loss

Each round starts `footnote serve` on the same data directory, checks everything acknowledged so far, then
adds, updates, deletes, rebuilds and backs up until the process is killed: half of the rounds at a random
moment, the other half the moment Chroma's index files change, which is where they can be torn.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

READY_S = 10.0
WORDS = ("harbour", "council", "verdict", "glacier", "orchard", "senate", "tunnel", "harvest", "lantern")


@dataclass(slots=True)
class Truth:
    """What the server has acknowledged. `unsure` holds ids whose last request got no answer."""

    texts: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    unsure: dict[str, set[str | None]] = field(default_factory=dict)


class Server:
    """A running `footnote serve` and the calls the harness makes."""

    def __init__(self, data: Path) -> None:
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if "http" not in line:
            raise AssertionError(f"the server did not start: {line!r}")
        self.url = line.split()[3]
        self.call("GET", "/health/ready")
        self.ready_s = time.monotonic() - self.began

    def call(self, method: str, path: str, body: object = None) -> dict:
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            content = response.read()
        return json.loads(content) if content else {}

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def text_of(article_id: str, version: int, rng: random.Random) -> str:
    sentences = [
        f"Report {article_id} in version v{version} is about a {rng.choice(WORDS)} and {rng.choice(WORDS)}s."
    ]
    sentences += [
        f"The {rng.choice(WORDS)} of {article_id} met the {rng.choice(WORDS)} on day {rng.randint(1, 10**6)}."
        for _ in range(rng.randint(2, 40))
    ]
    return " ".join(sentences)


def work(server: Server, truth: Truth, rng: random.Random, data: Path) -> None:
    """Write until the server is gone, noting what it acknowledged, and what it may or may not have done."""
    try:
        while True:
            choice = rng.random()
            if choice < 0.70 or not truth.texts:
                add(server, truth, rng)
            elif choice < 0.85:
                delete(server, truth, rng)
            elif choice < 0.93:
                rebuild(server)
            else:
                back_up(data)
    except (urllib.error.URLError, ConnectionError, TimeoutError, json.JSONDecodeError):
        return


def add(server: Server, truth: Truth, rng: random.Random) -> None:
    ids = {f"a{rng.randrange(400)}" for _ in range(rng.choice([1, 1, 1, 20, 60]))}
    texts = {i: text_of(i, rng.randrange(10**6), rng) for i in sorted(ids)}
    for i, text in texts.items():
        truth.unsure[i] = {truth.texts.get(i), text}
    body = {"articles": [{"id": i, "text": text} for i, text in texts.items()]}
    for result in server.call("POST", "/api/articles", body)["results"]:
        assert result["status"] in {"added", "updated"}, result
        truth.texts[result["id"]] = texts[result["id"]]
        truth.deleted.discard(result["id"])
        del truth.unsure[result["id"]]


def delete(server: Server, truth: Truth, rng: random.Random) -> None:
    gone = rng.choice(list(truth.texts))
    truth.unsure[gone] = {truth.texts[gone], None}
    server.call("DELETE", f"/api/articles/{gone}")
    del truth.texts[gone], truth.unsure[gone]
    truth.deleted.add(gone)


def rebuild(server: Server) -> None:
    try:
        server.call("POST", "/api/index/rebuild")
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise


def back_up(data: Path) -> None:
    command = [sys.executable, "-m", "app.cli", "backup", str(data.parent / "backup"), "--data", str(data)]
    subprocess.run(command, check=False, capture_output=True)


def text_held(server: Server, article_id: str) -> str | None:
    """Return an article's text as the server has it, None when it has none."""
    try:
        text: str = server.call("GET", f"/api/articles/{article_id}")["text"]
    except urllib.error.HTTPError:
        return None
    return text


def check(server: Server, truth: Truth, rng: random.Random) -> list[str]:
    """Return what is lost, came back, or cannot be cited; settle what was unsure."""
    wrong = settle(server, truth)
    for article_id, text in truth.texts.items():
        if text_held(server, article_id) != text:
            wrong.append(f"{article_id} is lost, or has another text than was acknowledged")
    wrong += [f"{one} came back after it was deleted" for one in truth.deleted if text_held(server, one)]
    for article_id in rng.sample(sorted(truth.texts), min(12, len(truth.texts))):
        wrong += question(server, article_id, truth.texts[article_id])
    return wrong


def settle(server: Server, truth: Truth) -> list[str]:
    """Find out what became of requests that got no answer: all of it or nothing, each allowed."""
    wrong = []
    for article_id, allowed in truth.unsure.items():
        text = text_held(server, article_id)
        if text not in allowed:
            wrong.append(f"{article_id} is neither what it was nor what was asked for")
        truth.texts.pop(article_id, None)
        truth.deleted.discard(article_id)
        if text is not None:
            truth.texts[article_id] = text
    truth.unsure.clear()
    return wrong


def question(server: Server, article_id: str, text: str) -> list[str]:
    """Return what is wrong with the passages and the citations of a question about one article."""
    wrong = []
    version = text.split("version ")[1].split()[0]
    asked = f"What is report {article_id} in version {version} about?"
    found = server.call("POST", "/api/search", {"question": asked, "limit": 5})["passages"]
    if article_id not in {passage["article_id"] for passage in found}:
        wrong.append(f"{article_id} is not found by a question about it")
    answer = server.call("POST", "/api/ask", {"question": asked, "filters": {"article_ids": [article_id]}})
    for cited in answer["citations"]:
        if text[cited["start"] : cited["end"]] != cited["quote"]:
            wrong.append(f"{article_id} is cited with a quote that is no slice of it")
    return wrong


def kill_when_flushing(server: Server, data: Path, patience_s: float) -> bool:
    """Kill the moment one of Chroma's index files changes; give up waiting after a while."""

    def state() -> dict[Path, tuple[int, int]]:
        found = {}
        for path in data.glob("generations/*/vectors/*/*"):
            try:
                found[path] = (path.stat().st_size, path.stat().st_mtime_ns)
            except FileNotFoundError:
                continue
        return found

    before, until = state(), time.monotonic() + patience_s
    while time.monotonic() < until:
        if (now := state()) != before and before:
            server.kill()
            return True
        before = now
        time.sleep(0.002)
    server.kill()
    return False


def run(kills: int, seed: int, data: Path) -> list[str]:
    rng, truth, losses = random.Random(seed), Truth(), []
    for number in range(kills + 1):
        server = Server(data)
        wrong = check(server, truth, rng)
        if server.ready_s > READY_S:
            wrong.append(f"ready only after {server.ready_s:.1f} s")
        losses += wrong
        state = server.call("GET", "/api/index")
        aimed = False
        if number < kills:
            writer = threading.Thread(target=work, args=(server, truth, random.Random(rng.random()), data))
            writer.start()
            if number % 2:
                aimed = kill_when_flushing(server, data, 6.0)
            else:
                time.sleep(rng.uniform(0.0, 4.0))
                server.kill()
            writer.join()
        else:
            server.kill()
        row = {
            "kill": number, "aimed_at_flush": aimed, "ready_s": round(server.ready_s, 2),
            "articles": state["articles"], "passages": state["passages"], "state": state["state"],
            "wrong": wrong,
        }  # fmt: skip
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
    return losses


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        losses = run(arguments.kills, arguments.seed, Path(directory) / "data")
    sys.stdout.write(f"seed {arguments.seed}: {arguments.kills} kills, {len(losses)} losses\n")
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main())
