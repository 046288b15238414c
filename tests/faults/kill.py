"""kill -9 against a real server, again and again: what was acknowledged is there, what was deleted is gone.

    python tests/faults/kill.py --kills 30                        # prints a row a kill, exits 1 on any loss
    python tests/faults/kill.py --kills 300 --passages 20000 --data DIR   # DIR is filled first, and kept

Each round starts `footnote serve` on the same data directory, checks everything acknowledged so far, and
keeps one kind of write going until the process is killed: half of the rounds the moment Chroma's index files
change, which is where they can be torn, the others at a random moment or, for swaps, as the new one comes.
"""

import argparse
import io
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
from backups import Backups
from serving import Server, copy_filled, fill, percentiles
from truth import Checker, Truth, text_of

READY_S = 10.0
OWN_IDS = 400
# Chroma writes its index out every 1,000 changes or so.
FLUSH_PATIENCE_S = 12.0


class Writer(threading.Thread):
    """Writes of one kind until the server is gone, noting what was acknowledged, and what may be done."""

    def __init__(
        self, kind: str, server: Server, truth: Truth, rng: random.Random, backups: Backups, *, bulky: bool
    ) -> None:
        """`bulky` writes go through so many passages that the index files change soon."""
        super().__init__(daemon=True)
        self._server, self._truth, self._rng, self._backups = server, truth, rng, backups
        self._bulky = bulky
        self._step = KINDS[kind]
        # The first write of this round was acknowledged; a new generation is about to come.
        self.begun, self.swapping = threading.Event(), threading.Event()
        self.failure = ""

    def run(self) -> None:
        try:
            while True:
                self._step(self)
        except (httpx.TransportError, json.JSONDecodeError):
            return
        except (httpx.HTTPStatusError, AssertionError) as error:
            self.failure = f"{self._truth.doing}: {error}"

    def add(self) -> None:
        self._send({f"a{self._rng.randrange(OWN_IDS)}" for _ in range(self._rng.choice([1, 1, 20, 60]))})
        if self._bulky:
            self._send({f"a{n}" for n in range(OWN_IDS)})

    def update(self) -> None:
        known = [one for one in self._truth.texts if one.startswith("a")]
        if self._bulky or len(known) < 30:
            self._send({f"a{n}" for n in range(OWN_IDS)})
        else:
            self._send(set(self._rng.sample(known, self._rng.choice([1, 1, 10, 30]))))

    def delete(self) -> None:
        known = [one for one in self._truth.texts if one.startswith("a")]
        if len(known) < 30:
            self._send({f"a{n}" for n in range(OWN_IDS)})
            return
        if self._bulky:
            self._send({f"a{n}" for n in range(OWN_IDS)})
        for gone in self._rng.sample(known, 20):
            self._truth.doing = "delete"
            self._truth.unsure[gone] = {self._truth.texts[gone], None}
            self._server.call("DELETE", f"/api/articles/{gone}")
            del self._truth.unsure[gone]
            self._truth.drop(gone)
            self.begun.set()

    def rebuild(self) -> None:
        """Rebuild, with small writes beside it; `swapping` says that the new generation is about to come."""
        job_id = self._start("/api/index/rebuild")
        while job_id:
            self.begun.set()
            job = self._server.call("GET", f"/api/jobs/{job_id}")
            self._truth.job = f"{job['kind']} {job['done']}/{job['total']}"
            if job["total"] and job["done"] >= 0.97 * job["total"]:
                self.swapping.set()
            if job["state"] not in {"queued", "running"}:
                self._truth.job = ""
                assert job["state"] == "succeeded", job
                return
            self._send({f"a{self._rng.randrange(OWN_IDS)}"})

    def rollback(self) -> None:
        self.rebuild()
        self.swapping.set()
        self._truth.doing = "rollback"
        job_id = self._start("/api/index/rollback")
        self._truth.doing = "after rollback"
        if job_id:
            self._server.wait_idle()

    def back_up(self) -> None:
        self._backups.take(self._truth.texts, self._truth.deleted, self._write_beside)

    def _write_beside(self) -> None:
        self._send({f"a{self._rng.randrange(OWN_IDS)}" for _ in range(200 if self._bulky else 1)})
        self._truth.doing = "backup"

    def take_in(self) -> None:
        """Upload a table; 202 is the promise that all of it will be there."""
        start = self._rng.randrange(10**9)
        rows = {
            f"i{start}-{n}": text_of(f"i{start}-{n}", n, self._rng) for n in range(self._rng.choice([5, 150]))
        }
        table = io.StringIO("id,content\n" + "".join(f'{i},"{text}"\n' for i, text in rows.items()))
        self._truth.unsure |= {i: {None, text} for i, text in rows.items()}
        self._truth.doing = "import"
        answer = self._server.http.post("/api/imports", files={"files": ("rows.csv", table.read().encode())})
        assert answer.status_code == 202, answer.text
        for i, text in rows.items():
            del self._truth.unsure[i]
            self._truth.promised[i] = text
        self.begun.set()
        # One at a time, unless many together are to change the index files soon.
        if not self._bulky or len(self._truth.promised) > 1_000:
            self._server.wait_idle()

    def _start(self, path: str) -> str:
        try:
            return str(self._server.call("POST", path).get("job_id", ""))
        except httpx.HTTPStatusError as error:
            # A repair that runs since the start is a rebuild too.
            if error.response.status_code == 409:
                time.sleep(0.2)
                return ""
            raise

    def _send(self, ids: set[str]) -> None:
        more = self._rng.choice([0, 1, 2, 12]) if len(ids) <= 60 else 0
        texts = {i: text_of(i, self._rng.randrange(10**6), self._rng, more) for i in sorted(ids)}
        for i, text in texts.items():
            self._truth.unsure[i] = {self._truth.texts.get(i), text}
        self._truth.doing = f"add {len(ids)}"
        body = {"articles": [{"id": i, "text": text} for i, text in texts.items()]}
        for result in self._server.call("POST", "/api/articles", body)["results"]:
            assert result["status"] in {"added", "updated"}, result
            self._truth.put(result["id"], texts[result["id"]])
            del self._truth.unsure[result["id"]]
        self.begun.set()


KINDS: dict[str, Callable[[Writer], None]] = {
    "add": Writer.add, "update": Writer.update, "delete": Writer.delete, "rebuild": Writer.rebuild,
    "swap": Writer.rebuild, "rollback": Writer.rollback, "backup": Writer.back_up, "import": Writer.take_in,
}  # fmt: skip
ROUTES = {"rollback": "/api/index/rollback", "import": "/api/imports"}


def vector_files(data: Path) -> dict[Path, tuple[int, int]]:
    """Return size and time of Chroma's index files; those of its own SQLite are beside them."""
    found = {}
    # A directory may vanish at any moment, when a generation is replaced.
    with suppress(FileNotFoundError):
        for path in data.glob("generations/*/vectors/*/*"):
            found[path] = (path.stat().st_size, path.stat().st_mtime_ns)
    return found


def kill_at_flush(server: Server, data: Path) -> bool:
    """Kill the moment one of the index files changes; give up waiting after a while."""
    before, until = vector_files(data), time.monotonic() + FLUSH_PATIENCE_S
    while time.monotonic() < until:
        now = vector_files(data)
        if before and any(now.get(path, is_) != is_ for path, is_ in before.items()):
            server.kill()
            return True
        before = now
        time.sleep(0.001)
    server.kill()
    return False


def interrupt(
    kind: str, server: Server, writer: Writer, data: Path, rng: random.Random, *, aim: bool
) -> bool:
    """Kill the server in the middle of a kind of write; return whether it was at a flush."""
    if aim:
        return kill_at_flush(server, data)
    if kind in {"swap", "rollback"}:
        writer.swapping.wait(timeout=60)
        time.sleep(rng.uniform(0.0, 0.6))
    else:
        writer.begun.wait(timeout=30)
        time.sleep(rng.uniform(0.0, 3.0))
    server.kill()
    return False


def run(arguments: argparse.Namespace, data: Path) -> tuple[list[str], dict[str, object]]:
    rng, truth, losses = random.Random(arguments.seed), Truth(), []
    ready, interrupted, at_flush = [], Counter[str](), 0
    backups = Backups(data, data.parent / "backup")
    kinds = arguments.kinds.split(",") if arguments.kinds else list(KINDS)
    for number in range(arguments.kills + 1):
        server = Server(data)
        if not number:
            fill(server, arguments.passages)
            kinds = [one for one in kinds if one not in ROUTES or server.has("POST", ROUTES[one])]
        last = number == arguments.kills
        wrong = Checker(server, truth, rng, arguments.passages).wrong(whole=last or number % 20 == 10)
        wrong += backups.wrong(truth.texts)
        ready.append(server.ready_s)
        row: dict[str, object] = {"kill": number, "ready_s": round(server.ready_s, 2)}
        if not last:
            kind, aim = kinds[number // 2 % len(kinds)], bool(number % 2)
            # Every third time round the repair is not over yet, and is what the kill interrupts.
            state = server.wait_idle() if number // 2 // len(kinds) % 3 else server.call("GET", "/api/index")
            truth.doing = truth.job = ""
            writer = Writer(kind, server, truth, random.Random(rng.random()), backups, bulky=aim)
            writer.start()
            flushed = interrupt(kind, server, writer, data, rng, aim=aim)
            writer.join()
            wrong += [writer.failure] if writer.failure else []
            at_flush += flushed
            interrupted[kind] += 1
            row |= {"kind": kind, "doing": truth.doing, "job": truth.job, "at_flush": flushed,
                    "acknowledged": len(truth.recent) + len(truth.promised)}  # fmt: skip
            row |= {name: state[name] for name in ("state", "articles", "passages")}
        else:
            server.kill()
        losses += wrong
        sys.stdout.write(json.dumps(row | {"wrong": wrong[:20]}) + "\n")
        sys.stdout.flush()
    late = sum(one > READY_S for one in ready)
    figures = {"late_starts": late, "ready_s": percentiles(ready), "at_flush": at_flush,
               "interrupted": dict(interrupted),
               "backups": backups.count, "restored": backups.restored}  # fmt: skip
    return losses, figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    parser.add_argument("--passages", type=int, default=0, help="so many are there before the first kill")
    parser.add_argument("--kinds", default="", help=f"some of {','.join(KINDS)}")
    parser.add_argument("--data", type=Path, help="a directory that is filled when new, and copied when not")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory) / "data"
        if arguments.data:
            copy_filled(arguments.data, data, arguments.passages)
        losses, figures = run(arguments, data)
    last = {"seed": arguments.seed, "kills": arguments.kills, "losses": len(losses), **figures}
    sys.stdout.write(json.dumps(last) + "\n")
    return 1 if losses or figures["late_starts"] else 0


if __name__ == "__main__":
    sys.exit(main())
