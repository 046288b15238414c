"""What SQLite, Chroma and Tantivy do not notice by themselves: it is said, and never quoted."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from app.doctor import clear_away, examine
from app.service import Service
from index.backup import CATALOGUE, back_up, restore
from index.commitmark import CommitMark
from index.database import Database
from index.errors import DamagedIndexError, NoSpaceError, NotReadyError
from index.records import RawArticle
from index.space import Space

QUESTION = "What will repairs of the bridge cost?"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def numbers(path: Path) -> tuple[int, int]:
    """The catalogue's own commit number, and the mark's."""
    with closing(sqlite3.connect(path)) as connection:
        (number,) = connection.execute("SELECT number FROM commits").fetchone()
    with closing(CommitMark(path.with_suffix(".mark"))) as mark:
        return number, mark.number


def test_every_commit_moves_the_mark(tmp_path: Path):
    """Also the empty ones; a transaction that is rolled back does not."""
    path = tmp_path / "catalogue.sqlite3"
    with closing(Database(path)) as database:
        for _ in range(3):
            with database.write() as connection:
                connection.execute("DELETE FROM changes")
        before = numbers(path)
        with suppress(ZeroDivisionError), database.write() as connection:
            connection.execute("DELETE FROM changes")
            raise ZeroDivisionError
    assert before == numbers(path) == (4, 4)


@pytest.mark.parametrize("content", [b"", b"\xff" * 16, b"short"])
def test_a_mark_that_is_missing_or_garbled_says_nothing(tmp_path: Path, content: bytes):
    """It must never keep a whole catalogue from being opened."""
    path = tmp_path / "catalogue.sqlite3"
    Database(path).close()
    path.with_suffix(".mark").write_bytes(content)
    with closing(Database(path)) as database:
        assert database.lost == 0
    assert numbers(path) == (1, 1)


LOSE = """
import sys, os
from pathlib import Path
from app.main import assemble
from app.settings import Settings
from index.lock import DirectoryLock
from index.records import RawArticle
settings = Settings(data=Path(sys.argv[1]), embedder="none")
service = assemble(settings, None, DirectoryLock(settings.data, "a test"))
list(service.add([RawArticle(id="kept", text="A tower fell in Bergen.")]))
service._parts.database.read().execute("PRAGMA wal_checkpoint(TRUNCATE)")
list(service.add([RawArticle(id="lost", text="A bridge fell in Oslo.")]))
os._exit(0)
"""


@pytest.fixture
def robbed(data: Path) -> Path:
    """A data directory whose last commits went with the -wal file of a process that was killed."""
    subprocess.run([sys.executable, "-c", LOSE, str(data)], check=True)
    (data / "catalogue.sqlite3-wal").unlink()
    (data / "catalogue.sqlite3-shm").unlink(missing_ok=True)
    return data


def test_a_catalogue_that_lost_commits_is_not_opened_as_if_all_were_well(
    robbed: Path, open_service: Callable[..., Service]
):
    """SQLite itself finds nothing wrong with it; the doctor mends it only when told to."""
    with pytest.raises(DamagedIndexError, match=r"lost its last \d commits.*doctor --repair"):
        open_service(embedder=None)
    problems = {one.what: one for one in examine(robbed) if one.state == "problem"}
    assert "lost its last" in problems["commits"].detail
    assert problems["commits"].mended_by == "repair"
    with pytest.raises(DamagedIndexError):
        open_service(embedder=None)
    clear_away(robbed)
    service = open_service(embedder=None)
    service.mend()
    assert {one.id for one in service.articles().articles} == {"kept"}
    list(service.add([RawArticle(id="new", text="A ferry sank off Molde.")]))
    assert {p.article.id for p in service.search("ferry tower bridge", limit=9).passages} == {"new", "kept"}


def test_a_restored_backup_has_lost_nothing(
    data: Path, tmp_path: Path, open_service: Callable[..., Service], bridge: RawArticle
):
    """Whatever mark lies where it is put."""
    service = open_service(embedder=None)
    list(service.add([bridge]))
    back_up(data, tmp_path / "backup")
    list(service.add([replace(bridge, text="A tower fell.")]))
    service.close()
    shutil.rmtree(data / "generations")
    (data / "catalogue.sqlite3").unlink()
    restore(tmp_path / "backup", data)
    assert open_service(embedder=None).index().articles == 1


def garble(data: Path, column: str, value: object) -> None:
    with closing(sqlite3.connect(data / "catalogue.sqlite3")) as connection:
        connection.execute(f"UPDATE revisions SET {column} = ? WHERE article_id = 'b'", (value,))
        connection.commit()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "A bridge over the Akerselva fell on Sunday."),
        ("spans", b"\x00\x00\x00\x00\xff\xff\x00\x00"),
        ("spans", b"\x05\x00\x00\x00\x01\x00\x00\x00"),
        ("spans", b"\x05"),
    ],
)
def test_a_garbled_article_is_named_and_never_quoted(
    service: Service, data: Path, bridge: RawArticle, column: str, value: object
):
    """A wrong quote is worse than none, and one left out in silence is a wrong answer too."""
    list(service.add([replace(bridge, id="b"), RawArticle(id="t", text="A tower fell in Bergen.")]))
    garble(data, column, value)
    for read in (
        lambda: service.ask(QUESTION),
        lambda: service.search(QUESTION),
        lambda: service.article("b"),
        lambda: service.sentence("b@1#0"),
    ):
        with pytest.raises(DamagedIndexError, match="article 'b' is damaged"):
            read()
    service.remove("b")
    assert service.ask(QUESTION).abstention
    assert [one.status for one in service.add([replace(bridge, id="b")])] == ["added"]
    assert any("40 million" in citation.quote for citation in service.ask(QUESTION).citations)


def test_the_doctor_names_garbled_articles(
    open_service: Callable[..., Service], data: Path, bridge: RawArticle
):
    """Before a reader comes upon them."""
    service = open_service()
    list(service.add([replace(bridge, id="b")]))
    service.close()
    garble(data, "text", "Something else.")
    found = {one.what: one for one in examine(data)}
    assert (found["articles"].state, found["articles"].mended_by) == ("problem", "you")
    assert "'b'" in found["articles"].detail


@pytest.mark.parametrize(
    "value", [b"", b"\x01", b"\x00\x7c" * 384, b"\x00" * 768, b"\x01\x3c" * 384, b"\x5a\xfe\x7b\x01" * 192]
)
def test_garbled_vectors_are_named_and_embedded_again(
    open_service: Callable[..., Service], data: Path, bridge: RawArticle, value: bytes
):
    """Questions would find other articles than they should, and nothing would say so."""
    service = open_service()
    list(service.add([replace(bridge, id="b"), RawArticle(id="t", text="A tower fell. It stood in Bergen.")]))
    service.close()
    assert {one.state for one in examine(data)} <= {"well", "warning"}
    with closing(sqlite3.connect(data / CATALOGUE)) as connection:
        connection.execute("UPDATE vectors SET vector = ? WHERE rowid = 1", (value,))
        connection.commit()
    (found,) = [one for one in examine(data) if one.what == "vectors"]
    assert (found.state, found.mended_by) == ("problem", "repair")
    clear_away(data)
    mended = open_service()
    mended.mend()
    assert any("40 million" in citation.quote for citation in mended.ask(QUESTION).citations)
    mended.close()
    assert {one.state for one in examine(data)} <= {"well", "warning"}


def test_vectors_of_another_embedder_are_dropped_and_the_index_stays(
    open_service: Callable[..., Service], data: Path, bridge: RawArticle
):
    service = open_service()
    list(service.add([bridge, RawArticle(id="t", text="A tower fell. It stood in Bergen.")]))
    service.close()
    with closing(sqlite3.connect(data / CATALOGUE)) as connection:
        rows = connection.execute("SELECT matched_hash, vector FROM vectors").fetchall()
        others = [(key, "another", b"" if at == 0 else vector) for at, (key, vector) in enumerate(rows)]
        connection.executemany(
            "INSERT INTO vectors (matched_hash, embedder, vector) VALUES (?, ?, ?)", others
        )
        connection.commit()
    generations = sorted((data / "generations").iterdir())
    clear_away(data)
    assert sorted((data / "generations").iterdir()) == generations
    with closing(sqlite3.connect(data / CATALOGUE)) as connection:
        left = connection.execute("SELECT embedder, count(*) FROM vectors GROUP BY 1").fetchall()
    assert dict(left)["another"] == len(rows) - 1


def test_too_little_room_refuses_what_grows_and_nothing_else(service: Service, bridge: RawArticle):
    """Questions are answered, and articles can be removed, which makes room."""
    (added,) = service.add([bridge])
    service._generations._space = Space(service._parts.directory, 1 << 62)
    with pytest.raises(NoSpaceError, match="FOOTNOTE_MIN_FREE_MB"):
        list(service.add([replace(bridge, text="A tower fell.")]))
    job = service.rebuild()
    service.wait()
    assert service.job(job.id).state == "failed"
    assert "MB left" in service.job(job.id).errors[0]
    assert service.ask(QUESTION).citations
    service.remove(added.id)
    service._generations._space = Space(service._parts.directory, 0)
    assert [one.status for one in service.add([bridge])] == ["added"]


def damages() -> Iterator[tuple[str, str]]:
    for pattern in (
        "terms/*.term",
        "terms/*.idx",
        "terms/*.fast",
        "terms/meta.json",
        "vectors/chroma.sqlite3",
    ):
        for how in ("removed", "cut short", "garbled"):
            yield pattern, how


def damage(path: Path, how: str) -> None:
    if path.is_dir():
        shutil.rmtree(path)
        return
    content = bytearray(path.read_bytes())
    path.unlink()
    if how == "cut short":
        path.write_bytes(content[: len(content) // 2])
    if how == "garbled":
        for at in range(0, len(content) - 200, 7):
            content[at] ^= 0x55
        path.write_bytes(content)


@pytest.mark.parametrize(("pattern", "how"), list(damages()))
@pytest.mark.parametrize("killed", [True, False])
def test_a_damaged_file_is_noticed_at_start_and_mended_by_itself(
    open_service: Callable[..., Service], data: Path, bridge: RawArticle, pattern: str, how: str, killed: bool
):
    """Whether or not the generation had been closed cleanly before."""
    first = open_service()
    list(first.add([replace(bridge, id="b")]))
    first.close()
    if killed:
        (data / "generations" / "g1" / "seal.json").unlink()
    damage(next((data / "generations" / "g1").glob(pattern)), how)
    second = open_service()
    assert second.index().state == "repairing"
    if pattern.startswith("terms"):
        with pytest.raises(NotReadyError, match="built anew"):
            second.search(QUESTION)
    else:
        assert [p.article.id for p in second.search(QUESTION).passages] == ["b"]
    second.resume()
    second.wait()
    assert second.index().state == "ready"
    assert [p.article.id for p in second.search(QUESTION).passages] == ["b"]
    with second._generations.reading() as generation:
        generation.validate()


@pytest.mark.parametrize(
    ("pattern", "how"),
    [
        ("vectors/*/data_level0.bin", "garbled"),
        ("vectors/*/header.bin", "cut short"),
        ("vectors/chroma.sqlite3", "garbled"),
        ("terms/*.term", "garbled"),
        ("terms", "removed"),
    ],
)
def test_a_file_that_changed_while_it_was_served_is_not_sealed_as_if_it_were_ours(
    open_service: Callable[..., Service], data: Path, bridge: RawArticle, pattern: str, how: str
):
    """Chroma and Tantivy go on with what they hold in memory; who opens the files next may crash."""
    first = open_service()
    list(first.add([replace(bridge, id="b")]))
    damage(next((data / "generations" / "g1").glob(pattern)), how)
    assert found_b(first)
    first.close()
    second = open_service()
    assert second.index().state == "repairing"
    assert pattern.startswith("terms") or found_b(second)
    second.mend()
    assert found_b(second)
    assert second.index().state == "ready"


def found_b(service: Service) -> bool:
    return [p.article.id for p in service.search(QUESTION).passages] == ["b"]


@pytest.mark.parametrize("killed", [True, False])
def test_without_vectors_damaged_terms_are_not_an_empty_answer(
    open_service: Callable[..., Service], data: Path, bridge: RawArticle, killed: bool
):
    """503 until they are built anew: an empty answer would say that the articles do not say."""
    first = open_service(embedder=None)
    list(first.add([bridge]))
    first.close()
    if killed:
        (data / "generations" / "g1" / "seal.json").unlink()
    damage(next((data / "generations" / "g1").glob("terms/*.term")), "garbled")
    second = open_service(embedder=None)
    for ask in (lambda: second.ask(QUESTION), second.ready):
        with pytest.raises(NotReadyError, match="built anew"):
            ask()
    with pytest.raises(DamagedIndexError, match="nothing can be added"):
        list(second.add([replace(bridge, text="A tower fell.")]))
    second.mend()
    assert second.search(QUESTION).passages


def test_the_mark_takes_a_number_where_it_lies(tmp_path: Path):
    """On a full disk too: nothing is allocated, and nothing fsynced."""
    path = tmp_path / "mark"
    with closing(CommitMark(path)) as mark:
        blocks = path.stat().st_blocks
        mark.move(2**40)
        mark.move(7)
    assert path.stat().st_blocks == blocks
    with closing(CommitMark(path)) as mark:
        assert mark.number == 2**40
