"""Purging for real: a word that only one article has, looked for in every byte of the data directory."""

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.doctor import examine
from app.service import Service
from index.errors import ConflictError, NotFoundError
from index.lexical import LexicalIndex, terms
from index.records import RawArticle
from index.vectors import VectorIndex

WORD = "Zyxqvortle"
SECRET = RawArticle(
    id="secret",
    text=f"The mayor of {WORD} resigned on Tuesday.\n\n" + f"Then {WORD} had no mayor for a while. " * 300,
    title=f"{WORD} falls",
    authors=(f"Ada {WORD}",),
    publication=f"The {WORD} Times",
    url=f"https://news.example/{WORD}",
    origin=f"{WORD}.csv:3",
)
OTHERS = [
    RawArticle(
        id=f"other{n}",
        text=f"The council of Sundvik met for time {n}. It talked about roads.",
        title=f"No. {n}",
    )
    for n in range(40)
]
QUESTION = f"What did the mayor of {WORD} do?"


def places(directory: Path, word: str = WORD) -> list[str]:
    """Return the files that hold the word or its stem, in any case and in UTF-8 or UTF-16."""
    written = {word, word.lower(), word.upper(), *terms(word)}
    forms = [form.encode(encoding) for form in written for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    return [
        str(path.relative_to(directory))
        for path in sorted(directory.rglob("*"))
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


def litter() -> None:
    """Leave the word in memory that is free again: what is written out uninitialised then holds it."""
    for size in (400, 4_000, 40_000, 180_000, 1_000_000):
        held = [(WORD * (size // len(WORD) + n)).encode() for n in range(40)]
        del held


def spread(service: Service) -> str:
    """Leave traces wherever an article can, and return the id of an answer that cites it."""
    list(service.add(OTHERS[:20]))
    list(service.add([SECRET]))
    list(service.add(OTHERS[20:]))
    list(service.add([replace(SECRET, text=f"{SECRET.text} More of {WORD}.", title=f"{WORD} falls again")]))
    elsewhere = replace(SECRET, id="", text=f"{SECRET.text} More of {WORD}.", url=f"https://{WORD}.example/")
    assert [one.status for one in service.add([elsewhere])] == ["unchanged"]
    service.rebuild()
    service.wait()
    answer = service.ask(QUESTION)
    assert {one.article.id for one in answer.citations} == {"secret"}
    return answer.answer_id


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_purged_article_is_in_no_byte_of_any_file(open_service: Callable[..., Service], data: Path):
    """That is what erasing means, and what a court will ask."""
    service = open_service()
    answer_id = spread(service)
    assert places(data)
    litter()
    job = service.purge("secret")
    # Not with the word: a question is whose it is, and stays.
    assert "secret" not in {p.article.id for p in service.search("Which mayor resigned on Tuesday?").passages}
    service.wait()
    assert service.job(job.id).state == "succeeded"
    assert places(data) == []
    litter()
    with pytest.raises(NotFoundError, match="purged"):
        service.answer(answer_id)
    service.close()
    assert places(data) == []


def test_what_chroma_writes_out_of_unused_memory_is_blanked(tmp_path: Path):
    """hnswlib saves the room that it has for more elements as it got it: with what was in memory before."""
    index = VectorIndex(tmp_path)
    index.apply([1, 2], np.eye(2, 384, dtype=np.float32), [])
    index.search(np.eye(2, 384, dtype=np.float32)[0], 1)

    def spoil() -> None:
        for name in ("data_level0.bin", "length.bin"):
            (saved,) = tmp_path.glob(f"*/{name}")
            saved.write_bytes((WORD.encode() * saved.stat().st_size)[: saved.stat().st_size])

    spoil()
    index.blank()
    assert places(tmp_path) == []
    index.close()
    spoil()
    VectorIndex(tmp_path).close()
    assert places(tmp_path) == []
    again = VectorIndex(tmp_path)
    assert again.count() == 2
    assert again.search(np.eye(2, 384, dtype=np.float32)[1], 1)[0][0] == 2
    again.close()


def test_its_terms_are_in_no_index_either(open_service: Callable[..., Service], data: Path):
    """Tantivy keeps a term's bytes packed, where no search through a file would find them."""
    service = open_service()
    spread(service)
    service.purge("secret")
    service.wait()
    generation = service.generation()
    service.close()
    assert [one.name for one in (data / "generations").iterdir() if one.is_dir()] == [generation]
    index = LexicalIndex.open(data / "generations" / generation / "terms")
    assert index.search("council Sundvik", 5, None)
    assert index.search(WORD, 5, None) == []
    index.close()


def test_what_stays_is_the_id_and_when_it_was_purged(open_service: Callable[..., Service]):
    """A citation of it must say why there is nothing to see, and no revision number may come twice."""
    service = open_service()
    list(service.add([SECRET]))
    list(service.add([replace(SECRET, text="Another text altogether.")]))
    service.purge("secret")
    today = time.strftime("%Y-%m-%d", time.gmtime())
    for read in (
        lambda: service.article("secret"),
        lambda: service.article("secret", 1),
        lambda: service.sentence("secret@2#0"),
        lambda: service.purge("secret"),
    ):
        with pytest.raises(NotFoundError, match=f"was purged on {today}"):
            read()
    (added,) = service.add([replace(SECRET, text="A text that may be kept.")])
    assert (added.status, added.revision) == ("added", 3)
    assert service.article("secret").article.text == "A text that may be kept."
    assert [one.origin for one in service.origins("secret")] == [SECRET.origin]


def test_a_deleted_article_can_still_be_purged(open_service: Callable[..., Service], data: Path):
    """Deleting keeps the text for old citations, which is not what a court means."""
    service = open_service()
    spread(service)
    service.remove("secret")
    assert service.article("secret", 1).status == "deleted"
    service.purge("secret")
    service.wait()
    service.close()
    assert places(data) == []


def test_others_keep_what_they_share_with_it(open_service: Callable[..., Service]):
    """The same passage in two articles has one vector, and a reprint is an article of its own."""
    service = open_service()
    twins = [RawArticle(id=name, text="The bridge in Sundvik is 90 metres long.") for name in ("one", "two")]
    list(service.add([replace(twins[1], text="A first text.")]))
    list(service.add(twins))
    assert service.copies(service.article("two")) == ["one"]
    service.purge("one")
    service.wait()
    assert service.copies(service.article("two")) == []
    answer = service.ask("How long is the bridge in Sundvik?")
    assert [one.article.id for one in answer.citations] == ["two"]


def upload(service: Service, name: str, content: str) -> str:
    with service.imports.receiving() as received:
        received.begin(name)
        received.write(content.encode())
        return service.imports.start_upload(received).id


def test_what_an_import_kept_of_it_goes_too(open_service: Callable[..., Service], data: Path):
    """A file with one bad row is kept for a retry, and has all the good ones in it as well."""
    service = open_service(embedder=None)
    row = f'{{"id": "secret", "text": "{SECRET.text[:40]}", "title": "{WORD}"}}\n'
    bad = f'{{"id": "{WORD} 1", "text": "An id with a blank in it."}}\n'
    job_id = upload(service, f"{WORD}.jsonl", row + bad)
    service.resume()
    service.wait()
    assert service.job(job_id).errors_total == 1
    assert [one for one in places(data) if one.startswith("imports")]
    service.purge("secret")
    service.wait()
    service.close()
    assert places(data) == []


def test_nothing_is_purged_while_an_import_may_bring_it_back(service: Service):
    """What was read ahead is in memory, and comes after the purge."""
    list(service.add([SECRET]))
    with service.imports.receiving() as received:
        received.begin("more.txt")
        received.write(b"One more article about the bridge in Sundvik.")
        with pytest.raises(ConflictError, match="wait until"):
            service.purge("secret")
        service.imports.start_upload(received)
    service.wait()
    service.purge("secret")


def test_an_unknown_article_cannot_be_purged(service: Service):
    with pytest.raises(NotFoundError, match="there is no article 'nobody'"):
        service.purge("nobody")


DIE = """
    import os, signal, sys
    from pathlib import Path
    from app.main import open_service
    from app.settings import load_settings
    from index.database import Database
    from index.generations import Generations

    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    moment, owner = {"build": ("build", Generations), "rewrite": ("rewrite", Database)}[sys.argv[2]]
    setattr(owner, moment, die)
    service = open_service(load_settings(data=Path(sys.argv[1]), embedder="none"), purpose="dies")
    service.purge("secret")
    service.wait()
"""


@pytest.mark.parametrize("moment", ["build", "rewrite"])
def test_a_purge_that_was_killed_is_finished_by_the_next_start(
    open_service: Callable[..., Service], data: Path, moment: str
):
    """Whoever was told that it is gone will not ask again."""
    service = open_service(embedder=None)
    spread(service)
    service.close()
    died = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(DIE), str(data), moment], cwd=Path.cwd(), check=False
    )
    assert died.returncode == -signal.SIGKILL
    assert places(data)
    assert "purge" in {one.what for one in examine(data) if one.state == "problem"}
    again = open_service(embedder=None)
    with pytest.raises(NotFoundError, match="was purged"):
        again.article("secret")
    again.resume()
    again.wait()
    again.close()
    assert places(data) == []
