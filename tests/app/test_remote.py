"""Commands on a data directory that a server holds: the same words, the same JSON, the same exit status."""

import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from app.cli import main
from app.client import Local, open_client
from app.remote import Remote, is_there
from app.schemas.requests import AskIn
from app.settings import Settings
from index.errors import DataDirectoryHeld, InputError, NotFoundError, NotReadyError
from index.lock import DirectoryLock
from index.records import RawArticle
from tests.reading import read
from tests.site import Reply, Site

SEEDS = str(Path(__file__).parents[2] / "seeds")
QUESTION = "How many of them are thought to have returned?"
_DIFFERS = {
    "jobs",
    "answer_id",
    "conversation_id",
    "timings_ms",
    "built_at",
    "bytes",
    "id",
    "created_at",
    "finished_at",
    "rate",
}


Said = tuple[int, str, str]


@pytest.fixture
def footnote(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Run the command in this process: exit status, standard output, standard error."""

    def footnote(data: Path, *arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["footnote", *arguments, "--data", str(data)])
        # A proxy that is not there: nothing on this machine's loopback may go through it.
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return footnote


@contextmanager
def serving(data: Path, *, wait: bool = True) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of its own process on the directory, and its address once it says so."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server, server.stdout.readline().split()[3] if wait else ""
        finally:
            server.kill()


def same(said: Said) -> tuple[int, object, str]:
    """What a command said, without what differs from one call to the next."""
    code, out, err = said
    words = re.sub(r", built .*|on disk .*", "", out)
    try:
        words = json.loads(out)
    except ValueError:
        return code, words, err
    return code, {name: value for name, value in words.items() if name not in _DIFFERS}, err


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles, with rows that are none, and with names that need care."""
    folder = tmp_path_factory.mktemp("rows")
    (folder / "rows.jsonl").write_text('{"id": "r1", "text": "A ferry sank off Vik in May."}\n{"id": "r2"}\n')
    (folder / "README.md").write_text("Not an article.")
    (folder / ".hidden.txt").write_text("Not an article.")
    (folder / "deep").mkdir()
    (folder / "deep" / 'a "b".txt').write_text("The mayor of Vik resigned on Friday, her office says.")
    (folder / "deep" / "é ü.txt").write_text("The school at Vik reopened on Monday, the town says.")
    (folder / "deep" / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    return folder


def seeds_in(data: Path) -> Path:
    with open_client(Settings(data=data), purpose="a test") as client:
        assert isinstance(client, Local)
        articles = [one for one in read([SEEDS]) if isinstance(one, RawArticle)]
        assert len(list(client.service.add(articles))) == len(articles)
    return data


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the seeds that nobody else has open."""
    return seeds_in(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A directory with the seeds that a server has open, and the server's address."""
    data = seeds_in(tmp_path_factory.mktemp("served"))
    with serving(data) as (_, url):
        yield data, url


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", QUESTION),
        ("ask", QUESTION, "--json", "--max-claims", "1", "--from", "2000-01-01"),
        ("ask", "Who is the king of Belgium?"),
        ("ask", ""),
        ("search", "asylum", "--limit", "2"),
        ("search", "asylum", "--limit", "2", "--json", "--publication", "Wikinews"),
        ("status",),
        ("status", "--json"),
        ("remove", "nobody"),
        ("remove", "../jobs"),
        ("remove", "wikinews-sensitive", "--json"),
        ("remove", "wikinews-sensitive"),
        ("remove", "--purge", "wikinews-sensitive"),
        ("add", SEEDS, "--json"),
        ("add", "{rows}/*.jsonl"),
        ("add", "{rows}", "{rows}/nothing.txt", "--json"),
        ("add", '{rows}/deep/a "b".txt'),
        ("add", "-", "--json"),
        ("add", "nothing.txt", "http://127.0.0.1:1/feed", "http://no address/"),
        ("feeds", "list"),
        ("feeds", "add", "http://127.0.0.1:1/feed"),
        ("feeds", "add", "https://news.example/", "--every", "soon"),
        ("feeds", "add", "https://news.example/", "--every", "1m"),
        ("feeds", "remove", "https://news.example/"),
        ("remove", "wikinews-sensitive", "--purge"),
        ("remove", "nobody", "--purge", "--json"),
        ("rollback",),
        ("rebuild",),
        ("rebuild", "--json"),
    ],
    ids=" ".join,
)
def test_a_command_says_the_same_with_and_without_a_server(
    footnote: Callable[..., Said],
    alone: Path,
    served: tuple[Path, str],
    rows: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
):
    """Who uses it need not know whether a server runs."""
    said = []
    for data in (served[0], alone):
        given = io.BytesIO(b'{"id": "given", "text": "The dam at Vik broke in May."}\n{"id": "none"}\n')
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(given))
        said.append(same(footnote(data, *(one.format(rows=rows) for one in arguments))))
    assert said[0] == said[1]


def test_messages_name_files_as_their_user_does(
    footnote: Callable[..., Said], served: tuple[Path, str], rows: Path
):
    """A server knows a name of each file only, and no path of whoever sent it."""
    code, out, err = footnote(served[0], "add", str(rows))
    assert (code, out[-11:]) == (1, "2 rejected\n")
    assert f"{rows}/rows.jsonl:2: " in err
    assert f"{rows}/deep/broken.zip" in err


def test_two_commands_add_at_once(tmp_path: Path):
    """Through a server they need not wait for each other."""
    for name in ("a", "b"):
        rows = [
            json.dumps({"id": f"{name}{n}", "text": f"Bridge {name}{n} fell on Monday."}) for n in range(50)
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(rows))
    with serving(tmp_path / "data"):
        command = [sys.executable, "-m", "app.cli", "add", "--data", str(tmp_path / "data")]
        running = [
            subprocess.Popen([*command, str(tmp_path / f"{name}.jsonl")], stdout=subprocess.PIPE, text=True)
            for name in ("a", "b")
        ]
        assert [(one.communicate()[0], one.returncode) for one in running] == [("50 added\n", 0)] * 2
        with open_client(Settings(data=tmp_path / "data"), purpose="a test") as client:
            assert client.index().articles == 100


@pytest.mark.parametrize("is_served", [False, True], ids=["alone", "served"])
def test_an_interrupt_cancels_what_is_being_added(
    is_served: bool, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Here as there, and what was added by then stays."""
    monkeypatch.setenv("FOOTNOTE_ALLOW_PRIVATE", "true")
    entered, leave = threading.Event(), threading.Event()

    def hang(_: object) -> None:
        entered.set()
        leave.wait(30)

    items = "".join(f"<item><link>/{n}</link></item>" for n in range(2))
    site.serve("/feed", Reply(f"<rss><channel>{items}</channel></rss>".encode()))
    site.serve(
        "/0", Reply(b"<html><body><article><p>A bridge over the Akerselva fell on Monday.</p></article>")
    )
    site.serve("/1", hang)
    command = [sys.executable, "-m", "app.cli", "add", f"{site.url}/feed", "--data", str(tmp_path)]
    with serving(tmp_path) if is_served else nullcontext():
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as adding:
            assert entered.wait(60)
            adding.send_signal(signal.SIGINT)
            assert adding.wait(60) == 130
        leave.set()
        with open_client(Settings(data=tmp_path), purpose="a test") as client:
            assert client.index().articles == 1
    [state] = sqlite3.connect(tmp_path / "catalogue.sqlite3").execute("SELECT state FROM jobs").fetchall()
    assert state == ("cancelled",)


def test_what_needs_the_directory_for_itself_says_who_has_it(
    footnote: Callable[..., Said], served: tuple[Path, str], tmp_path: Path
):
    """Nothing can be examined or put back under a server's feet."""
    data, url = served
    for arguments in (["doctor"], ["restore", str(tmp_path / "x")], ["serve", "--port", "0"]):
        code, _, err = footnote(data, *arguments)
        assert code == 1
        assert f"footnote serve at {url}" in err


def test_a_holder_that_is_no_server_is_named(footnote: Callable[..., Said], tmp_path: Path):
    """There is nobody to work through, so it must be told at once who is in the way."""
    lock = DirectoryLock(tmp_path, "footnote add")
    code, _, err = footnote(tmp_path, "status")
    lock.close()
    assert code == 1
    assert f"in use by footnote add (process {os.getpid()})" in err


def test_a_killed_server_leaves_nothing_in_the_way(footnote: Callable[..., Said], tmp_path: Path):
    """Its note stays in the lock file, its lock does not."""
    with serving(tmp_path) as (server, url):
        assert footnote(tmp_path, "status")[0] == 0
        server.kill()
        server.wait()
        assert url in (tmp_path / "lock").read_text()
        code, _, err = footnote(tmp_path, "status")
        assert (code, err) == (0, "")


def test_a_feed_watched_through_a_server_is_taken_in(
    footnote: Callable[..., Said], site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """From the command to an answer, with nothing else to do."""
    monkeypatch.setenv("FOOTNOTE_ALLOW_PRIVATE", "true")
    item = "<item><title>Bridge</title><link>/1</link></item>"
    feed = site.serve(
        "/feed",
        Reply(
            f"<rss><channel>{item}</channel></rss>".encode(), headers={"Content-Type": "application/rss+xml"}
        ),
    )
    site.serve(
        "/1", Reply(b"<html><body><article><p>A bridge over the Akerselva fell on Monday.</p></article>")
    )
    with serving(tmp_path):
        code, out, _ = footnote(tmp_path, "feeds", "add", feed, "--every", "5m", "--json")
        assert (code, json.loads(out)["every_s"]) == (0, 300)
        deadline = time.monotonic() + 30
        while json.loads(footnote(tmp_path, "feeds", "list", "--json")[1])["feeds"][0]["entries"] < 1:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert (
            "fell on Monday. [1]"
            in footnote(tmp_path, "ask", "When did a bridge over the Akerselva fall?")[1]
        )
        assert footnote(tmp_path, "feeds", "remove", feed) == (0, f"no longer watched: {feed}\n", "")
    assert footnote(tmp_path, "feeds", "list") == (0, "no feed is watched\n", "")


def test_a_server_that_is_just_starting_is_waited_for(tmp_path: Path):
    """It holds the directory for the seconds in which it loads its model."""
    with serving(tmp_path, wait=False) as (server, _):
        while not ((lock := tmp_path / "lock").exists() and lock.read_text()):
            assert server.poll() is None
        with open_client(Settings(data=tmp_path), purpose="a test", patience_s=60) as client:
            assert isinstance(client, Remote)
            assert client.index().state == "empty"


def test_another_server_at_the_noted_address_is_left_alone(served: tuple[Path, str], tmp_path: Path):
    """An old note, or another machine's on a shared disk, must not lead into somebody else's articles."""
    lock = DirectoryLock(tmp_path, "footnote serve", served[1])
    assert not is_there(served[1], lock.instance, 5)
    settings = Settings(data=tmp_path)
    with (
        pytest.raises(DataDirectoryHeld, match="did not answer within"),
        open_client(settings, purpose="a test", patience_s=0.3),
    ):
        raise AssertionError("it must not be opened")
    lock.close()


def test_what_the_server_refuses_is_raised_as_the_service_raises_it(served: tuple[Path, str]):
    """A caller of a client catches one kind of error for one trouble."""
    client = Remote(served[1])
    with pytest.raises(NotFoundError, match="no article 'nobody'"):
        client.remove("nobody")
    with pytest.raises(InputError, match="generative"):
        client.ask(AskIn(question="Who?", mode="generative"))
    client.close()


def test_a_server_that_is_gone_is_told_in_words(tmp_path: Path):
    """In the middle of a command, too."""
    client = Remote("http://127.0.0.1:1")
    with pytest.raises(NotReadyError, match=r"127\.0\.0\.1:1.*still runs"):
        client.index()
    client.close()
