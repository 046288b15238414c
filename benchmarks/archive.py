"""100,000 articles from one CSV: memory, a kill and a resume in the middle, and what one more article costs.

    python benchmarks/archive.py                       # writes a row to benchmarks/results/archive.jsonl

The CSV is uploaded to a real server, which is killed at a random moment and started again. Adding and
deleting one article is measured over REST on the whole archive, as a ratio to the same on 1,000 articles.
"""

import argparse
import csv
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from app.evaluation.provenance import commit

RESULTS = Path(__file__).parent / "results"
SMALL = 1_000
REPEATS = 15
PLACES = ("Aldwick", "Bramley", "Corfe", "Dunster", "Ely", "Frome", "Goring", "Hythe", "Ilkley", "Jarrow")
BODIES = (
    "council",
    "harbour board",
    "school",
    "hospital trust",
    "rail operator",
    "court",
    "museum",
    "brewery",
)
DEEDS = ("approved", "rejected", "postponed", "criticised", "announced", "withdrew", "published", "defended")
THINGS = ("a budget", "the flood plan", "a new ferry", "its annual report", "a rent freeze", "the night bus")


class Server:
    """A `footnote serve` of its own, on a free port."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--data", str(data)]
        began = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.http = httpx.Client(base_url=self.process.stdout.readline().split()[3], timeout=600)
        self.http.get("/health/ready").raise_for_status()
        self.ready_s = time.monotonic() - began

    def peak_mb(self) -> float:
        """Return the most memory the process has held, in megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait()


def article(number: int) -> tuple[str, str]:
    """Return the title and text of an article that no other one shares a sentence with."""
    rng = random.Random(number)
    place, body = rng.choice(PLACES), rng.choice(BODIES)
    title = f"{place} {body} {rng.choice(DEEDS)} {rng.choice(THINGS)}"
    text = (
        f"The {body} in {place} {rng.choice(DEEDS)} {rng.choice(THINGS)} on Tuesday in case {number}. "
        f"A vote of {rng.randint(5, 90)} to {rng.randint(1, 80)} followed {rng.randint(2, 30)} hours. "
        f'"It will cost {number + 1000} pounds," said councillor {rng.choice(PLACES)} {number}.'
    )
    return title, text


def write(path: Path, size: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "title", "publication", "date", "content"])
        for number in range(size):
            title, text = article(number)
            rows.writerow([f"n{number}", title, f"The {PLACES[number % 10]} Herald", "2024-03-05", text])


def send(server: Server, path: Path) -> str:
    with path.open("rb") as file:
        answer = server.http.post("/api/imports", files={"files": (path.name, file, "text/csv")})
    answer.raise_for_status()
    job_id: str = answer.json()["job_id"]
    return job_id


def wait(server: Server, job_id: str, *, until_done: int | None = None) -> dict:
    """Poll a job until it ends, or until so many items are done."""
    while True:
        job: dict = server.http.get(f"/api/jobs/{job_id}").json()
        if job["state"] not in {"queued", "running"} or (until_done and job["done"] >= until_done):
            return job
        time.sleep(0.5)


def one_more(server: Server) -> dict[str, float]:
    """Return the median seconds of adding one article and of deleting it, each checked by a search."""
    adding, deleting = [], []
    for number in range(REPEATS):
        title, text = article(10_000_000 + number)
        given = {"id": f"extra{number}", "title": title, "text": text}
        began = time.monotonic()
        server.http.post("/api/articles", json={"articles": [given]}).raise_for_status()
        adding.append(time.monotonic() - began)
        asked = {"question": f"What happened in case {10_000_000 + number}?", "limit": 5}
        found = server.http.post("/api/search", json=asked).json()["passages"]
        assert f"extra{number}" in {one["article_id"] for one in found}, "an added article is not found"
        began = time.monotonic()
        server.http.delete(f"/api/articles/extra{number}").raise_for_status()
        deleting.append(time.monotonic() - began)
        found = server.http.post("/api/search", json=asked).json()["passages"]
        assert f"extra{number}" not in {one["article_id"] for one in found}, "a deleted article is found"
    return {
        "add_s": statistics.median(adding), "add_s_max": max(adding),
        "delete_s": statistics.median(deleting), "delete_s_max": max(deleting),
    }  # fmt: skip


def ids(server: Server) -> list[str]:
    found, cursor = [], ""
    while True:
        page = server.http.get("/api/articles", params={"limit": 200, "cursor": cursor}).json()
        found += [one["id"] for one in page["articles"]]
        cursor = page["next_cursor"]
        if not cursor:
            return found


def small(directory: Path) -> dict[str, float]:
    write(directory / "small.csv", SMALL)
    server = Server(directory / "small")
    wait(server, send(server, directory / "small.csv"))
    figures = one_more(server)
    server.stop()
    return figures


def whole(directory: Path, size: int, seed: int) -> dict[str, object]:
    write(directory / "archive.csv", size)
    server = Server(directory / "data")
    began = time.monotonic()
    job_id = send(server, directory / "archive.csv")
    kill_at = random.Random(seed).randrange(size // 5, size * 4 // 5)
    wait(server, job_id, until_done=kill_at)
    peaks = [server.peak_mb()]
    server.stop(signal.SIGKILL)
    server = Server(directory / "data")
    ready_s = server.ready_s
    job = wait(server, job_id)
    seconds = time.monotonic() - began
    peaks.append(server.peak_mb())
    held = ids(server)
    assert job["state"] == "succeeded", job
    assert len(held) == len(set(held)) == size, f"{len(held)} articles, {len(set(held))} different ones"
    figures = one_more(server)
    passages = server.http.get("/api/index").json()["passages"]
    server.stop()
    return {
        "articles": size, "passages": passages, "csv_mb": (directory / "archive.csv").stat().st_size / 1e6,
        "killed_at": kill_at, "ready_s_after_kill": ready_s, "import_s": seconds,
        "articles_per_s": size / seconds, "peak_mb": max(peaks), "counts": job["counts"], **figures,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    parser.add_argument("--output", type=Path, default=RESULTS / "archive.jsonl")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        base = small(directory)
        row = whole(directory, arguments.size, arguments.seed)
    for key in ("add_s", "delete_s"):
        row[f"{key}_at_{SMALL}"] = base[key]
        row[f"{key}_to_{SMALL}"] = row[key] / base[key]
    row |= {"seed": arguments.seed, "commit": commit()}
    print(json.dumps(row))
    with arguments.output.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
