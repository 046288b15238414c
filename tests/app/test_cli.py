"""The command line as its users run it: words or JSON, and an exit status that means something."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from app.api.routes import router

SEEDS = str(Path(__file__).parents[2] / "seeds")


def footnote(
    data: Path, *arguments: str, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "FOOTNOTE_DATA": str(data), **environment},
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the seeds in it, made by the command itself."""
    directory = tmp_path_factory.mktemp("cli")
    result = footnote(directory, "add", SEEDS)
    assert (result.returncode, result.stdout.strip()) == (0, "13 added"), result.stderr
    return directory


def test_adding_again_changes_nothing(data: Path):
    """`make run` does it at every start."""
    assert footnote(data, "add", SEEDS).stdout.strip() == "13 unchanged"


def test_ask_prints_the_answer_with_its_sources(data: Path):
    """In words for people."""
    result = footnote(data, "ask", "How many of them are thought to have returned?")
    assert result.returncode == 0
    assert "more than 100 are thought to have returned to Belgium. [1]" in result.stdout
    assert "@1#" in result.stdout


def test_ask_follows_up_on_a_conversation_and_says_what_it_searched(data: Path):
    """Each command is a process of its own; the conversation is in the data directory."""
    first = footnote(data, "ask", "Why was Ahmed Mohamed arrested?", "--conversation", "ahmed")
    assert "Searched:" not in first.stdout
    second = footnote(data, "ask", "How old is he?", "--conversation", "ahmed")
    assert second.stdout.startswith("Searched: How old is Ahmed Mohamed?\n\n"), second.stderr
    assert "14-year-old" in second.stdout


def test_ask_and_search_print_the_wires_json(data: Path):
    """The same objects as the API's."""
    answer = json.loads(footnote(data, "ask", "Who is the king of Belgium?", "--json").stdout)
    assert answer["status"] == "abstained"
    found = json.loads(footnote(data, "search", "asylum", "--limit", "2", "--json").stdout)
    assert len(found["passages"]) == 2


def test_check_names_the_words_that_differ(data: Path):
    """In words for people, and as the wire's JSON."""
    claim = "More than 900 are thought to have returned to Belgium."
    said = footnote(data, "check", claim)
    assert said.returncode == 0, said.stderr
    assert "number: 'More than 900', the source has 'more than 100'" in said.stdout
    assert json.loads(footnote(data, "check", claim, "--json").stdout)["verdict"] == "contradicted"


def test_status_and_settings_say_what_is(data: Path):
    """The first things asked for in a bug report."""
    assert json.loads(footnote(data, "status", "--json").stdout)["articles"] == 13
    listed = json.loads(footnote(data, "settings", "--json", FOOTNOTE_THREADS="1").stdout)
    assert listed["FOOTNOTE_THREADS"]["value"] == "1"


def test_standard_input_bad_rows_and_removal(tmp_path: Path):
    """A bad row is told by its line, the rest goes on, and the status is not 0."""
    rows = '{"id": "x", "text": "The dam at Vik broke."}\n{"id": "y"}\n'
    result = footnote(tmp_path, "add", "-", stdin=rows)
    assert result.returncode == 1
    assert "1 added, 1 rejected" in result.stdout
    assert "standard input:2" in result.stderr
    assert footnote(tmp_path, "remove", "x").returncode == 0
    gone = footnote(tmp_path, "remove", "x")
    assert gone.returncode == 1
    assert "no article 'x'" in gone.stderr
    purged = footnote(tmp_path, "remove", "--purge", "x")
    assert (purged.returncode, purged.stdout.split(";")[0]) == (0, "1 purged")
    assert b"Vik" not in (tmp_path / "catalogue.sqlite3").read_bytes()
    rebuilt = footnote(tmp_path, "rebuild")
    assert (rebuilt.returncode, rebuilt.stdout.strip()) == (0, "succeeded: generation g3")


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("ask", ""), {}, "question"),
        (("ask", "Who?", "--from", "soon"), {}, "YYYY-MM-DD"),
        (("serve", "--host", "0.0.0.0"), {}, "refused without an API key"),
        (("status",), {"FOOTNOTE_THREADS": "0"}, "FOOTNOTE_THREADS='0'"),
        (("rollback",), {}, "no generation to go back to"),
        (("status", "--data", "/dev/null/x"), {}, "data directory"),
        (("eval", "/nonexistent"), {}, "has no folder"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_what_to_do(
    data: Path, arguments: tuple[str, ...], environment: dict[str, str], said: str
):
    """Never a stack trace to a user."""
    result = footnote(data, *arguments, **environment)
    assert result.returncode == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_serve_prints_its_free_port_answers_and_holds_the_directory(data: Path):
    """`--port 0`, a real server, and a second process that is told who has the directory."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[3]
            with urllib.request.urlopen(f"{url}/health/ready", timeout=30) as response:
                assert json.load(response)["search"] == "hybrid"
            with urllib.request.urlopen(url, timeout=30) as page:
                assert b"Footnote" in page.read()
            held = footnote(data, "doctor")
            assert held.returncode == 1
            assert url in held.stderr
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=30) == 0
        finally:
            server.kill()
    assert footnote(data, "status").returncode == 0


def test_a_server_with_a_page_open_stops_at_once_and_without_a_stack_trace(data: Path):
    """The page's stream would last as long as the page does."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[3]
            with urllib.request.urlopen(f"{url}/gradio_api/heartbeat/page", timeout=30):
                server.send_signal(signal.SIGINT)
                assert server.wait(timeout=9) == 0
            assert server.stderr is not None
            assert "Traceback" not in server.stderr.read()
        finally:
            server.kill()


def test_a_taken_port_is_told_before_anything_is_opened(tmp_path: Path):
    """With what to do about it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = footnote(tmp_path, "serve", "--port", str(taken.getsockname()[1]))
    assert result.returncode == 1
    assert "--port" in result.stderr


def test_a_damaged_index_is_mended_by_the_command_that_needs_it(tmp_path: Path):
    """Without a server nobody else would: `ask` where it could not answer, `add` in any case."""
    lines = '{"id": "x", "text": "The dam at Vik broke on Monday."}'
    assert footnote(tmp_path, "add", "-", stdin=lines, FOOTNOTE_EMBEDDER="none").returncode == 0
    for path in (tmp_path / "generations" / "g1" / "terms").glob("*.term"):
        path.write_bytes(b"garbage")
    told = footnote(tmp_path, "search", "Which dam broke?", FOOTNOTE_EMBEDDER="none")
    assert "Vik" in told.stdout
    assert footnote(tmp_path, "doctor", FOOTNOTE_EMBEDDER="none").returncode == 0


def test_every_route_is_reachable_in_the_schema():
    """What is not in the OpenAPI does not exist for a developer."""
    hidden = [route.path for route in router.routes if not route.include_in_schema]
    assert hidden == []
