"""Imports: everything that was uploaded is added once, whatever happens on the way, and the rest is told."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from app.api.application import create_app
from app.service import Service
from app.staging import plain_name
from index.errors import ConflictError
from tests.site import Reply, Site

PATIENCE_S = 120
XML = {"Content-Type": "application/xml"}


def table(rows: int, *, bad: frozenset[int] = frozenset()) -> bytes:
    """A CSV whose row n is at line n + 2; the rows in `bad` have no text."""
    lines = ["id,title,content"]
    lines += [
        f"a{n},Report {n}," + ("" if n in bad else f"The mill at village {n} burned. Nobody was hurt there.")
        for n in range(rows)
    ]
    return "\n".join(lines).encode()


@pytest.fixture
def client(open_service: Callable[..., Service]) -> Iterator[TestClient]:
    app = create_app(open_service(allow_private=True), max_body_mb=1, max_upload_mb=2)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def staged(tmp_path: Path) -> Callable[[], list[str]]:
    """What lies in the directory of uploads, of jobs and of files."""
    root = tmp_path / "data" / "imports"
    return lambda: sorted(str(path.relative_to(root)) for path in root.rglob("*")) if root.exists() else []


def upload(client: httpx.Client, *files: tuple[str, bytes]) -> str:
    reply = client.post("/api/imports", files=[("files", file) for file in files])
    assert reply.status_code == 202, reply.text
    return reply.json()["job_id"]


def ended(client: httpx.Client, job_id: str) -> dict:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        job = client.get(f"/api/jobs/{job_id}").json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"the job does not end: {job}")


def moving(client: httpx.Client, job_id: str, done: int = 1) -> dict:
    """Wait until a job has done something and is still at work."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        job = client.get(f"/api/jobs/{job_id}").json()
        assert job["state"] in ("queued", "running"), job
        if job["done"] >= done:
            return job
        time.sleep(0.05)
    raise AssertionError(f"the job does not move: {job}")


def listed(client: httpx.Client) -> list[str]:
    ids, cursor = [], ""
    while cursor is not None:
        page = client.get("/api/articles", params={"limit": 200, "cursor": cursor}).json()
        ids += [one["id"] for one in page["articles"]]
        cursor = page["next_cursor"]
    return sorted(ids)


def test_what_is_uploaded_is_added_and_its_files_removed(client: TestClient, staged):
    """The way most articles come in."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one.txt", "The ferry to Lom sank on Friday. All were saved.")
        archive.writestr("two.md", "# Floods\n\nThe river at Vik rose by two metres.")
    job = ended(client, upload(client, ("news.csv", table(70)), ("old news.zip", packed.getvalue())))
    assert (job["kind"], job["state"], job["done"], job["total"]) == ("import", "succeeded", 72, 72)
    assert job["counts"] == {"added": 72}
    assert job["errors"] == []
    assert len(listed(client)) == 72
    ferry = client.get("/api/articles", params={"q": "ferry"}).json()["articles"][0]["id"]
    assert client.get(f"/api/articles/{ferry}").json()["sentences"]
    assert staged() == []
    job = ended(client, upload(client, ("news.csv", table(70))))
    assert job["counts"] == {"unchanged": 70}


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(client: TestClient, staged):
    """One bad row must not cost the good ones; the files stay for a retry."""
    job_id = upload(client, ("news.csv", table(10, bad=frozenset({3, 7}))), ("empty.txt", b""))
    job = ended(client, job_id)
    assert (job["state"], job["done"], job["errors_total"]) == ("succeeded", 11, 3)
    assert job["counts"] == {"added": 8, "rejected": 3}
    assert [re.split(": ", error)[0] for error in job["errors"]] == [
        "news.csv:5",
        "news.csv:9",
        "empty.txt:1",
    ]
    assert staged() == [job_id, f"{job_id}/0001-news.csv", f"{job_id}/0002-empty.txt"]


def test_an_import_in_which_all_is_refused_has_failed(client: TestClient):
    """ "Succeeded" over nothing would read as if there had been nothing wrong."""
    job = ended(client, upload(client, ("empty.txt", b"")))
    assert job["state"] == "failed"
    assert "nothing could be added" in job["errors"][0]
    assert "empty.txt:1: it is empty" in job["errors"][1]


def test_a_retry_reads_only_what_failed(client: TestClient, staged, tmp_path: Path):
    """After the disk, the site or the file has been seen to."""
    first = upload(client, ("news.csv", table(200, bad=frozenset({3, 150}))))
    assert ended(client, first)["errors_total"] == 2
    kept = tmp_path / "data" / "imports" / first / "0001-news.csv"
    kept.write_bytes(table(200, bad=frozenset({150})))
    reply = client.post(f"/api/jobs/{first}/retry")
    assert reply.status_code == 202
    second = ended(client, reply.json()["job_id"])
    assert (second["state"], second["done"], second["counts"]) == (
        "succeeded",
        2,
        {"added": 1, "rejected": 1},
    )
    assert second["errors"][0].startswith("news.csv:152: ")
    kept.write_bytes(table(200))
    third = ended(client, client.post(f"/api/jobs/{second['id']}/retry").json()["job_id"])
    assert (third["state"], third["counts"], third["errors_total"]) == ("succeeded", {"added": 1}, 0)
    assert staged() == []
    assert len(listed(client)) == 200
    for job_id, said in ((first, "upload them again"), (third["id"], "nothing failed")):
        reply = client.post(f"/api/jobs/{job_id}/retry")
        assert reply.status_code == 409
        assert said in reply.json()["detail"]


def test_a_cancelled_import_keeps_what_it_added_and_goes_on_when_retried(client: TestClient, staged):
    """A thousand articles too many are stopped; changing one's mind costs nothing."""
    job_id = upload(client, ("news.csv", table(1500, bad=frozenset({3}))))
    moving(client, job_id)
    assert client.post(f"/api/jobs/{job_id}/cancel").status_code == 200
    job = ended(client, job_id)
    assert job["state"] == "cancelled"
    assert 0 < job["done"] < 1500
    assert len(listed(client)) == job["counts"]["added"]
    assert staged()
    assert client.post(f"/api/jobs/{job_id}/cancel").status_code == 409
    again = ended(client, client.post(f"/api/jobs/{job_id}/retry").json()["job_id"])
    assert again["state"] == "succeeded"
    assert again["counts"] == {"added": 1499 - job["counts"]["added"], "rejected": 1}
    assert len(listed(client)) == 1499


def test_closing_does_not_wait_for_an_import_and_the_next_start_ends_it(open_service, tmp_path: Path):
    """Whoever stops a server during an import of an hour gets it back, and nothing is added twice."""
    with TestClient(create_app(open_service(), max_body_mb=1)) as client:
        job_id = upload(client, ("news.csv", table(1500, bad=frozenset({3}))), ("b.csv", table(2)))
        waiting = upload(client, ("more.txt", b"The last bridge at Odda was opened."))
        moving(client, job_id)
        began = time.monotonic()
    assert time.monotonic() - began < 10
    # What no job knows of is no upload.
    (tmp_path / "data" / "imports" / "stranger").mkdir()
    with TestClient(create_app(open_service(), max_body_mb=1)) as client:
        assert not (tmp_path / "data" / "imports" / "stranger").exists()
        job = ended(client, job_id)
        assert job["counts"] == {"added": 1499, "rejected": 1, "unchanged": 2}
        assert job["errors_total"] == 1
        assert ended(client, waiting)["counts"] == {"added": 1}
        assert len(listed(client)) == 1500


@contextmanager
def serving(data: Path) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """A real server, killed at the end if it still runs."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--data", str(data)]
    environment = {**os.environ, "FOOTNOTE_MAX_UPLOAD_MB": "1", "FOOTNOTE_EMBEDDER": "none"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            told = re.search(r"http://\S+", process.stdout.readline())
            assert told, "footnote serve printed no address"
            with httpx.Client(base_url=told[0], timeout=PATIENCE_S, trust_env=False) as client:
                yield client, process
        finally:
            process.kill()


def test_an_import_that_is_killed_again_and_again_adds_each_article_once(tmp_path: Path):
    """The position is committed with the articles: not one too many, not one too few."""
    with serving(tmp_path) as (client, process):
        job_id = upload(client, ("news.csv", table(1200, bad=frozenset({10, 700}))))
        done = moving(client, job_id, 100)["done"]
        process.send_signal(signal.SIGKILL)
    with serving(tmp_path) as (client, process):
        job = moving(client, job_id, done + 1)
        process.send_signal(signal.SIGKILL)
    with serving(tmp_path) as (client, process):
        job = ended(client, job_id)
        assert (job["state"], job["done"], job["total"]) == ("succeeded", 1200, 1200)
        assert job["counts"] == {"added": 1198, "rejected": 2}
        assert [error.split(": ")[0] for error in job["errors"]] == ["news.csv:12", "news.csv:702"]
        assert listed(client) == sorted(f"a{n}" for n in range(1200) if n not in {10, 700})
        assert client.get("/api/articles/a500").json()["revision"] == 1
        _break_off(client, tmp_path)
        _stop_while_watched(client, process)


def _break_off(client: httpx.Client, data: Path) -> None:
    """An upload that ends in the middle leaves nothing, and the server goes on."""
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nThe mill'
    head = (
        "POST /api/imports HTTP/1.1\r\nHost: footnote\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        "Content-Length: 100000\r\n\r\n"
    )
    with socket.create_connection((client.base_url.host, client.base_url.port)) as connection:
        connection.sendall(head.encode() + body)
        time.sleep(0.5)
    end = time.monotonic() + PATIENCE_S
    while len(list((data / "imports").iterdir())) > 1 and time.monotonic() < end:
        time.sleep(0.05)
    # That of the first import, in which something failed.
    assert len(list((data / "imports").iterdir())) == 1
    reply = client.post("/api/imports", files={"files": ("big.txt", b"x" * 1_000_001)})
    assert reply.status_code == 413
    assert len(list((data / "imports").iterdir())) == 1


def _stop_while_watched(client: httpx.Client, process: subprocess.Popen[str]) -> None:
    """A server that is stopped does not wait for those who watch a long job."""
    job_id = upload(client, ("more.csv", table(6_000).replace(b"mill", b"barn")))
    moving(client, job_id)
    with client.stream("GET", f"/api/jobs/{job_id}/events") as reply:
        events = reply.iter_lines()
        assert next(events) == "event: job"
        process.terminate()
        assert list(events)
    assert process.wait(9) is not None


def test_a_job_is_watched_by_events(client: TestClient):
    """A page shows progress without asking again and again."""
    job_id = upload(client, ("news.csv", table(300, bad=frozenset({3}))))
    with client.stream("GET", f"/api/jobs/{job_id}/events") as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        text = "".join(reply.iter_text())
    events = [dict(line.split(": ", 1) for line in one.splitlines()) for one in text.split("\n\n") if one]
    assert {one["event"] for one in events[:-1]} == {"job"}
    assert events[-1]["event"] == "end"
    assert json.loads(events[-1]["data"]) == client.get(f"/api/jobs/{job_id}").json()
    assert client.get("/api/jobs/nobody/events").status_code == 404


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("../../../etc/passwd", "etc/passwd"),
        ("..\\..\\boot.txt", "boot.txt"),
        ("/abs/olute.txt", "abs/olute.txt"),
        ("C:\\Users\\me\\news.txt", "news.txt"),
        ("folder/sub/news.txt", "folder/sub/news.txt"),
        ("..", "unnamed"),
        ("Überraschung «1».txt", "Überraschung «1».txt"),
        ("n" * 1000 + ".txt", "n" * 196 + ".txt"),
    ],
)
def test_a_name_never_says_where_a_file_is_written(client: TestClient, staged, tmp_path: Path, name, origin):
    """The oldest trick against an upload."""
    before = {path for path in tmp_path.rglob("*") if "imports" not in path.parts}
    job_id = upload(client, (name, b""))
    assert ended(client, job_id)["errors"][1].startswith(f"{origin}:1: ")
    directory, file = staged()
    assert directory == job_id
    assert re.fullmatch(rf"{job_id}/0001-[A-Za-z0-9._-]*", file)
    after = {path for path in tmp_path.rglob("*") if "imports" not in path.parts}
    assert {path.name for path in after - before} <= {"catalogue.sqlite3-wal", "catalogue.sqlite3-shm"}


def test_a_name_that_cannot_be_shown_is_made_one_that_can():
    """It is printed in terminals, and stored as UTF-8."""
    assert plain_name("tab\there\x00\x1b[2J\u202e\ud800.txt") == "tab_here__[2J__.txt"


def part(name: str = "files", filename: str | None = "a.txt", content: bytes = b"A mill burned.") -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + content + b"\r\n"


MULTIPART = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    ("content_type", "body", "status", "said"),
    [
        (MULTIPART, b"--x--\r\n", 422, "no file in the upload"),
        (MULTIPART, part(filename="", content=b"") + b"--x--\r\n", 422, "no file in the upload"),
        (MULTIPART, part(name="file") + b"--x--\r\n", 422, "'file' is no file"),
        (MULTIPART, part(filename=None) + b"--x--\r\n", 422, "with a file name"),
        (MULTIPART, part(), 400, "breaks off"),
        (MULTIPART, b"", 400, "breaks off"),
        (MULTIPART, b"nonsense" * 100, 400, "malformed"),
        (MULTIPART, part() + b"--x" + b"nonsense", 400, "breaks off"),
        (MULTIPART, part(filename="n" * 100_000) + b"--x--\r\n", 400, "malformed"),
        (MULTIPART, part() * 10_001 + b"--x--\r\n", 422, "10,000 files"),
        (MULTIPART, part(content=b"x" * 2_000_000) + b"--x--\r\n", 413, "FOOTNOTE_MAX_UPLOAD_MB"),
        ("multipart/form-data", part(), 400, "boundary"),
        ("multipart/form-data; boundary=" + "y" * 1000, part(), 400, "malformed"),
        ("text/plain", b"hello", 415, "multipart/form-data"),
        ("application/json", b"{", 400, "not JSON"),
        ("application/json", b"[" * 100_000, 400, "not JSON"),
        ("application/json", b"{}", 422, "urls"),
        ("application/json", b'{"urls": []}', 422, "urls"),
        ("application/json", b'{"urls": ["https://a.org/"], "x": 1}', 422, "x"),
        ("application/json", b'{"urls": ["ftp://a.org/"]}', 422, "https://"),
        ("application/json", b'{"urls": ["http://169.254.169.254/"]}', 422, "link-local"),
        ("application/json", json.dumps({"urls": ["https://a.org/"] * 1001}).encode(), 422, "urls"),
    ],
)
def test_a_request_that_cannot_be_used_says_why_and_leaves_nothing(
    client: TestClient, staged, content_type: str, body: bytes, status: int, said: str
):
    """Hostile, broken or only mistaken: the same clear answer, and no half of an upload on the disk."""
    reply = client.post("/api/imports", content=body, headers={"content-type": content_type})
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    assert said in reply.json()["detail"]
    assert staged() == []
    assert client.get("/api/jobs").json()["jobs"] == []


def test_an_upload_without_an_announced_length_is_bounded_too(client: TestClient, staged):
    """Chunked bodies do not say beforehand how long they are."""
    body = part(content=b"x" * 2_100_000) + b"--x--\r\n"
    chunks = (body[at : at + 50_000] for at in range(0, len(body), 50_000))
    reply = client.post("/api/imports", content=chunks, headers={"content-type": MULTIPART})
    assert reply.status_code == 413
    assert staged() == []


def test_an_upload_that_would_fill_the_disk_is_refused(open_service, staged):
    """Whoever fills the last megabyte keeps everyone from working."""
    open_service().close()
    with TestClient(create_app(open_service(min_free_mb=1_000_000), max_body_mb=1)) as client:
        reply = client.post("/api/imports", files={"files": ("a.txt", b"A mill burned.")})
        assert reply.status_code == 507
        assert "make room" in reply.json()["detail"]
        assert staged() == []
        assert client.get("/api/jobs").json()["jobs"] == []


def page(text: str) -> bytes:
    return f"<html><body><article><h1>Title</h1><p>{text}</p></article></body></html>".encode()


def test_addresses_are_imported_and_a_page_that_failed_is_tried_again_alone(client: TestClient, site: Site):
    """A feed moves on between two tries; what failed is known by its address, not by its place."""
    items = [f"<item><title>{n}</title><link>{site.url}/{n}</link></item>" for n in (1, 2, 3)]
    site.serve("/feed", Reply(f"<rss><channel>{''.join(items[:2])}</channel></rss>".encode(), headers=XML))
    for n in (1, 3):
        site.serve(f"/{n}", Reply(page(f"The mill at Lom {n} burned down on Monday, the mayor said. " * 9)))
    site.serve("/2", Reply(b"gone for now", 404))
    reply = client.post("/api/imports", json={"urls": [f"{site.url}/feed", f"{site.url}/feed"]})
    first = ended(client, reply.json()["job_id"])
    assert (first["state"], first["counts"]) == ("succeeded", {"added": 1, "rejected": 1})
    assert first["errors"][0].startswith(f"{site.url}/2: ")
    site.serve("/feed", Reply(f"<rss><channel>{''.join(items[::-1])}</channel></rss>".encode(), headers=XML))
    site.serve("/2", Reply(page("The barn at Vik was saved by the neighbours on Tuesday night. " * 9)))
    site.requests.clear()
    again = ended(client, client.post(f"/api/jobs/{first['id']}/retry").json()["job_id"])
    assert (again["state"], again["counts"], again["errors_total"]) == ("succeeded", {"added": 1}, 0)
    assert [path for path in site.paths() if path != "/robots.txt"] == ["/feed", "/2"]
    assert len(listed(client)) == 2


def test_what_lies_staged_is_given_up_for_a_purge(open_service, tmp_path: Path):
    """A text that has to be gone must not wait in an upload either."""
    service = open_service()
    with service.imports.receiving() as upload:
        with pytest.raises(ConflictError, match="still being read"):
            service.imports.discard_staged()
        upload.begin("empty.txt")
        job = service.imports.start_upload(upload)
    service.wait()
    assert (tmp_path / "data" / "imports" / job.id).is_dir()
    service.imports.discard_staged()
    assert not (tmp_path / "data" / "imports" / job.id).exists()
    with pytest.raises(ConflictError, match="upload them again"):
        service.retry_job(job.id)
