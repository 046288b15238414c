"""A reader asks every 50 ms while the index is rebuilt, written to, rolled back and given another embedder.

    python tests/faults/readers.py                                # 20,000 passages; a row a phase
    python tests/faults/readers.py --passages 2000 --data filled  # fewer, in a directory that is kept

Every question has one right answer all the time. An error, an abstention, another answer, or a generation
that was replaced and comes back is a violation; any of them makes the exit status 1.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from serving import Server, code, copy_filled, fill, notice, percentiles, question_of, wrong_citations

EVERY_S = 0.05
_QUIET_S = 10.0


class Reader(threading.Thread):
    """Asks known questions in turn, one every 50 ms or as soon as the one before is answered."""

    def __init__(self, server: Server, numbers: list[int]) -> None:
        super().__init__(daemon=True)
        self._http = httpx.Client(base_url=server.http.base_url, timeout=60)
        self._numbers = numbers
        self._texts = {f"n{number}": notice(number)["text"] for number in numbers}
        self._over = threading.Event()
        self.latencies: list[float] = []
        self.late = 0
        self.generations: list[str] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        due = time.monotonic()
        for count in range(10**9):
            if self._over.wait(max(0.0, due - time.monotonic())):
                return
            began = time.monotonic()
            self._ask(self._numbers[count % len(self._numbers)])
            self.latencies.append(time.monotonic() - began)
            due += EVERY_S
            if due < time.monotonic():
                self.late += 1
                due = time.monotonic()

    def _ask(self, number: int) -> None:
        try:
            answer = self._http.post("/api/ask", json={"question": question_of(number)})
        except httpx.HTTPError as error:
            self.wrong.append(f"error: {error!r}")
            return
        if answer.status_code != 200:
            self.wrong.append(f"error: {answer.status_code} {answer.text[:200]}")
            return
        said = answer.json()
        if said["status"] != "answered" or not said["retrieved"]:
            self.wrong.append(f"empty: n{number} {said['status']}")
        elif code(number) not in said["text"]:
            self.wrong.append(f"wrong: n{number} {said['text'][:80]}")
        self.wrong += [f"wrong: {one}" for one in wrong_citations(said, self._texts) if "no slice" in one]
        if self.generations[-1:] != [said["generation"]]:
            if said["generation"] in self.generations:
                self.wrong.append(f"mixed: {said['generation']} answers again after {self.generations[-1]}")
            self.generations.append(said["generation"])

    def result(self) -> dict[str, Any]:
        self._over.set()
        self.join()
        self._http.close()
        kinds = ("error", "empty", "wrong", "mixed")
        counts = {kind: sum(one.startswith(kind) for one in self.wrong) for kind in kinds}
        return {
            "asked": len(self.latencies), "late": self.late, **counts, "generations": self.generations,
            "latency_s": percentiles(self.latencies),
        }  # fmt: skip


class Run:
    """The phases, one after the other, on one directory."""

    def __init__(self, data: Path, passages: int) -> None:
        self._data = data
        # Spread over the directory, and never written to.
        self._numbers = [passages * share // 12 for share in range(12)]
        self.violations = 0

    def phase(self, name: str, server: Server, work: Callable[[Server], dict[str, Any]]) -> None:
        reader = Reader(server, self._numbers)
        began = time.monotonic()
        reader.start()
        try:
            said = work(server)
            time.sleep(1.0)
        finally:
            row = {"phase": name, "took_s": round(time.monotonic() - began, 1), **reader.result()}
        index = server.call("GET", "/api/index")
        last = row["generations"][-1]
        if last != index["generation"]:
            reader.wrong.append(f"mixed: the last answer is of {last}, not {index['generation']}")
        violations = reader.wrong + said.pop("violations")
        self.violations += len(violations)
        _print({**row, **said, "violations": violations[:10]})


def quiet(_: Server) -> dict[str, Any]:
    time.sleep(_QUIET_S)
    return {"violations": []}


def rebuild(server: Server) -> dict[str, Any]:
    return _wait(server, server.call("POST", "/api/index/rebuild")["job_id"])


def roll_back(server: Server) -> dict[str, Any]:
    index = server.call("POST", "/api/index/rollback")
    return {"state": index["state"], "violations": []}


def _wait(server: Server, job_id: str) -> dict[str, Any]:
    """Wait for a job to end."""
    while True:
        job = server.call("GET", f"/api/jobs/{job_id}")
        if job["state"] not in {"queued", "running"}:
            return {"job": job["state"], "violations": [] if job["state"] == "succeeded" else [str(job)]}
        time.sleep(0.1)


def add_and_delete(server: Server, times: int) -> dict[str, Any]:
    """Add an article and delete it, again and again: found at once, and gone at once."""
    wrong, adding, deleting = [], [], []
    for number in range(1_000_000, 1_000_000 + times):
        began = time.monotonic()
        server.call("POST", "/api/articles", {"articles": [notice(number)]})
        adding.append(time.monotonic() - began)
        asked = {"question": question_of(number), "limit": 5}
        look = number % 20 == 0
        if look and f'"n{number}"' not in server.http.post("/api/search", json=asked).text:
            wrong.append(f"n{number} was added and is not found")
        began = time.monotonic()
        server.call("DELETE", f"/api/articles/n{number}")
        deleting.append(time.monotonic() - began)
        if look and f'"n{number}"' in server.http.post("/api/search", json=asked).text:
            wrong.append(f"n{number} was deleted and is found")
    return {"add_s": percentiles(adding), "delete_s": percentiles(deleting), "violations": wrong}


def change_embedder(server: Server) -> dict[str, Any]:
    """The server was just started with another embedder: wait until its generation answers."""
    before = server.call("GET", "/api/index")
    after = server.wait_idle(1_800)
    unchanged = ["the embedder did not change"] if after["embedder"] == before["embedder"] else []
    return {"embedders": [before["embedder"], after["embedder"]], "violations": unchanged}


def run(data: Path, passages: int, adds: int) -> int:
    phases = Run(data, passages)
    server = Server(data)
    fill(server, passages)
    server.wait_idle()
    phases.phase("quiet", server, quiet)
    phases.phase("rebuild", server, rebuild)
    if server.has("POST", "/api/index/rollback"):
        phases.phase("rollback", server, roll_back)
    phases.phase("adds and deletes", server, partial(add_and_delete, times=adds))
    server.stop()
    here = str(Path(__file__).parent)
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    words = {"FOOTNOTE_EMBEDDER": "llama-index:hashing:WordEmbedding", "PYTHONPATH": os.pathsep.join(paths)}
    server = Server(data, env=words)
    phases.phase("change of embedder", server, change_embedder)
    phases.phase("adds and deletes, other embedder", server, partial(add_and_delete, times=adds))
    server.stop()
    server = Server(data)
    phases.phase("change back", server, change_embedder)
    server.stop()
    return phases.violations


def _print(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--adds", type=int, default=1_000, help="articles added and deleted in a phase")
    parser.add_argument("--data", type=Path, help="a directory that is filled when new, and copied when not")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory) / "data"
        if arguments.data:
            copy_filled(arguments.data, data, arguments.passages)
        violations = run(data, arguments.passages, arguments.adds)
    _print({"passages": arguments.passages, "violations": violations})
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
