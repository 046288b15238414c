"""Disks that are full or cannot be written: a small tmpfs is mounted, filled up, and given room again."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from serving import Server, StartError, code, footnote, notice, question_of

KNOWN = (0, 6, 12, 18, 24)
_MB = 2**20
_SMALL_MB = 160
_ROOM_MB = 600


def rows(base: Path, only: str) -> Iterator[dict[str, Any]]:
    """Yield a row for each case, or one that says why there is none."""
    if only and not any(only in name for name in CASES):
        return
    if sys.platform != "linux" or os.geteuid() != 0:
        yield {"case": "disk", "skipped": "mounting a tmpfs takes root on Linux", "violations": []}
        return
    for name, case in CASES.items():
        if only not in name:
            continue
        with mounted(_SMALL_MB) as disk:
            if disk is None:
                yield {"case": name, "skipped": "a tmpfs cannot be mounted here", "violations": []}
                return
            shutil.copytree(base, disk / "data")
            yield {"case": name, **case(disk)}


@contextmanager
def mounted(size_mb: int) -> Iterator[Path | None]:
    """Give a small disk of its own."""
    with tempfile.TemporaryDirectory() as directory:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", directory]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            yield None
            return
        try:
            yield Path(directory)
        finally:
            subprocess.run(["umount", "--lazy", directory], check=False)


def remount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(disk)], check=True, capture_output=True)


def leave(disk: Path, free_bytes: int) -> None:
    """Fill the disk up to so many free bytes."""
    with (disk / "ballast").open("ab") as ballast:
        left = shutil.disk_usage(disk).free - free_bytes
        while left > 0:
            ballast.write(b"\1" * min(left, _MB))
            ballast.flush()
            left = shutil.disk_usage(disk).free - free_bytes


class Record:
    """What is said and answered in the course of one case."""

    def __init__(self) -> None:
        self.row: dict[str, Any] = {}
        self.violations: list[str] = []

    def answers(self, server: Server, when: str, numbers: tuple[int, ...] = KNOWN) -> None:
        """Ask: the right answer, or a clear error that is noted."""
        right, errors = 0, []
        for number in numbers:
            answer = server.http.post("/api/ask", json={"question": question_of(number)})
            if answer.status_code == 200 and code(number) in answer.json()["text"]:
                right += 1
            elif answer.status_code == 200 or not _is_clear(answer):
                self.violations.append(f"{when}: n{number} {answer.status_code} {answer.text[:150]}")
            else:
                errors.append(answer.json()["detail"])
        self.row[when] = {
            "right": right,
            "errors": errors[:1],
            "ready": server.http.get("/health/ready").text[:200],
        }

    def must(self, is_so: bool, otherwise: str) -> None:
        if not is_so:
            self.violations.append(otherwise)

    def result(self) -> dict[str, Any]:
        return {**self.row, "violations": self.violations}


def _is_clear(answer: httpx.Response) -> bool:
    is_problem = answer.headers.get("content-type", "") == "application/problem+json"
    return is_problem and bool(answer.json().get("detail")) and answer.status_code != 500


def _start(disk: Path, record: Record, name: str, env: dict[str, str] | None = None) -> Server | None:
    """Start, or note the message; one that is not clear is a violation."""
    try:
        return Server(disk / "data", env=env)
    except StartError as error:
        said = str(error)
        record.row[name] = said[-300:]
        record.must(
            "footnote:" in said and "Traceback" not in said, f"{name}: no clear message: {said[-200:]!r}"
        )
        return None


def _add_until_refused(server: Server, record: Record) -> list[int]:
    """Add long articles until one is refused, clearly; return those that were acknowledged."""
    added: list[int] = []
    for number in range(5_000, 5_400):
        # A padding of other words for each: long texts that are not copies of one another.
        words = " ".join(f"w{number}x{word}" for word in range(4_000))
        article = {"id": f"n{number}", "text": f"{notice(number)['text']}\n\n{words}."}
        answer = server.http.post("/api/articles", json={"articles": [article]})
        if answer.status_code != 200 or answer.json()["results"][0]["status"] == "rejected":
            record.row["refused"] = f"{answer.status_code} {answer.text[:250]}"
            record.must(answer.status_code == 200 or _is_clear(answer), f"unclear: {answer.text[:200]}")
            return added
        added.append(number)
    record.violations.append("400 articles went into a full disk")
    return added


def _then_with_room(disk: Path, record: Record, server: Server | None, added: list[int]) -> None:
    """Give room: all that was acknowledged is there, and writing goes on, now and after a start."""
    remount(disk, f"size={_ROOM_MB}m")
    again = server or _start(disk, record, "with room")
    if again is None:
        record.violations.append("it does not start when there is room")
        return
    again.wait_idle(120)
    for when in ("with room", "after a start"):
        record.answers(again, when)
        for number in added:
            text = again.text(f"n{number}")
            record.must((text or "").startswith(notice(number)["text"]), f"{when}: n{number} is lost")
        if again.http.post("/api/articles", json={"articles": [notice(8_000)]}).status_code != 200:
            record.violations.append(f"{when}: adding does not go on")
        if when == "with room":
            record.row["exit"] = again.stop()
            restarted = _start(disk, record, "after a start")
            if restarted is None:
                return
            again = restarted
    again.wait_idle(120)
    again.stop()
    done = footnote(disk / "data", "doctor")
    record.must(done.returncode == 0, f"doctor: {done.stdout[-300:]}")


def full_while_adding(disk: Path, env: dict[str, str] | None = None) -> dict[str, Any]:
    record = Record()
    server = Server(disk / "data", env=env)
    leave(disk, (68 if env is None else 4) * _MB)
    added = _add_until_refused(server, record)
    record.row["added"] = len(added)
    record.answers(server, "while full")
    record.row["doctor"] = _doctor(disk)
    deleted = server.http.delete("/api/articles/n30")
    record.row["delete"] = deleted.status_code
    _then_with_room(disk, record, server, added)
    return record.result()


def full_to_the_last_byte(disk: Path) -> dict[str, Any]:
    """Nothing is kept free: what SQLite, Tantivy and Chroma say themselves is all there is."""
    return full_while_adding(disk, {"FOOTNOTE_MIN_FREE_MB": "0"})


def full_while_importing(disk: Path) -> dict[str, Any]:
    record = Record()
    server = Server(disk / "data")
    if not server.has("POST", "/api/imports"):
        server.stop()
        return {"skipped": "no /api/imports", "violations": []}
    # Room for the upload, and not for what is made of it.
    leave(disk, 71 * _MB)
    rows = "".join(
        f'n{n},"{notice(n)["text"]} {" ".join(f"w{n}x{word}" for word in range(1_000))}."\n'
        for n in range(5_000, 5_400)
    )
    sent = server.http.post("/api/imports", files={"files": ("rows.csv", f"id,content\n{rows}".encode())})
    record.row["import"] = f"{sent.status_code} {sent.text[:200]}"
    if sent.status_code == 202:
        server.wait_idle(180)
        job = server.http.get(f"/api/jobs/{sent.json()['job_id']}").json()
        record.row["job"] = {name: job.get(name) for name in ("state", "done", "total")} | {
            "errors": job["errors"][:1]
        }
        record.must(
            job["state"] in {"failed", "queued", "running"} or bool(job["errors"]),
            f"the job says {job['state']}",
        )
    else:
        record.must(_is_clear(sent), f"unclear: {sent.text[:200]}")
    record.answers(server, "while full")
    _then_with_room(disk, record, server, [])
    return record.result()


def full_while_rebuilding(disk: Path, env: dict[str, str] | None = None) -> dict[str, Any]:
    record = Record()
    server = Server(disk / "data", env=env)
    leave(disk, _MB)
    started = server.http.post("/api/index/rebuild")
    record.row["rebuild"] = f"{started.status_code} {started.text[:250]}"
    if started.status_code == 202:
        server.wait_idle(20)
        job = server.http.get(f"/api/jobs/{started.json()['job_id']}").json()
        record.row["job"] = {"state": job["state"], "errors": job["errors"][:1]}
        record.must(job["state"] != "succeeded" or env is not None, "a rebuild succeeded on a full disk")
    else:
        record.must(_is_clear(started), f"unclear: {started.text[:200]}")
    record.answers(server, "while full")
    _then_with_room(disk, record, server, [])
    return record.result()


def full_at_start(disk: Path, *, killed: bool = False) -> dict[str, Any]:
    record = Record()
    if killed:
        server = Server(disk / "data")
        server.call("POST", "/api/articles", {"articles": [notice(5_000)]})
        server.kill()
    leave(disk, 0)
    record.row["doctor"] = _doctor(disk)
    record.must(bool(record.row["doctor"]), "doctor does not name it")
    server_or_none = _start(disk, record, "start")
    if server_or_none is not None:
        record.answers(server_or_none, "while full", (*KNOWN, 5_000) if killed else KNOWN)
    _then_with_room(disk, record, server_or_none, [5_000] if killed else [])
    return record.result()


def read_only(disk: Path, *, killed: bool = False) -> dict[str, Any]:
    record = Record()
    if killed:
        server = Server(disk / "data")
        server.call("POST", "/api/articles", {"articles": [notice(5_000)]})
        server.kill()
    remount(disk, "ro")
    record.row["doctor"] = _doctor(disk)
    record.must(bool(record.row["doctor"]), "doctor does not name it")
    server_or_none = _start(disk, record, "start")
    if server_or_none is not None:
        record.answers(server_or_none, "read-only")
        server_or_none.stop()
    remount(disk, "rw")
    _then_with_room(disk, record, None, [5_000] if killed else [])
    return record.result()


def _doctor(disk: Path) -> str:
    done = footnote(disk / "data", "doctor")
    lines = (done.stdout + done.stderr).splitlines()
    return "; ".join(line for line in lines if not line.startswith("well"))[:400]


CASES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "disk full while adding": full_while_adding,
    "disk full to the last byte while adding": full_to_the_last_byte,
    "disk full while importing": full_while_importing,
    "disk full while rebuilding": full_while_rebuilding,
    "disk full to the last byte while rebuilding": lambda d: full_while_rebuilding(
        d, {"FOOTNOTE_MIN_FREE_MB": "0"}
    ),
    "disk full at start": full_at_start,
    "disk full at start after a kill": lambda disk: full_at_start(disk, killed=True),
    "disk read-only at start": read_only,
    "disk read-only at start after a kill": lambda disk: read_only(disk, killed=True),
}
