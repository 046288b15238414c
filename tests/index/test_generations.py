"""Rebuild, roll-back and a change of embedder: nothing written meanwhile is lost, and no reader notices."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.service import Service
from index.embeddings import Embedder
from index.errors import ConflictError, ModelError
from index.records import RawArticle
from index.seal import is_sealed

QUESTION = "What will repairs of the bridge cost?"


class Letters:
    """Texts are alike when they share words: a second model, with vectors of another length."""

    window = 256

    def __init__(self, name: str = "letters", dimension: int = 64) -> None:
        self.fingerprint, self.dimension = name, dimension
        self.embedded = 0

    def embed_documents(self, texts):
        self.embedded += len(texts)
        rows = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[hashlib.md5(word.encode()).digest()[0] % self.dimension] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def embed_query(self, text):
        return self.embed_documents([text])[0]

    def count_tokens(self, texts):
        return [len(text.split()) for text in texts]


def found(service: Service, question: str = QUESTION) -> set[str]:
    return {passage.article.id for passage in service.search(question, limit=50).passages}


def rebuilt(service: Service) -> str:
    job = service.rebuild()
    service.wait()
    assert service.job(job.id).state == "succeeded", service.job(job.id).errors
    return service.index().generation


def valid(service: Service) -> None:
    with service._generations.reading() as generation:
        generation.validate()
    assert service.index().pending == 0


@contextmanager
def asking(service: Service, expected: str) -> Iterator[list[str]]:
    """Ask again and again meanwhile; note every question that failed or did not find the article."""
    wrong: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                if expected not in found(service):
                    wrong.append("not found")
                answer = service.ask(QUESTION)
                if not answer.citations or not answer.generation:
                    wrong.append("no citations")
            except Exception as error:
                wrong.append(repr(error))

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        yield wrong
    finally:
        done.set()
        for reader in readers:
            reader.join()


def test_a_roll_back_returns_to_the_generation_before_with_all_that_was_written_since(
    service: Service, bridge: RawArticle
):
    """What was acknowledged stays, and what was deleted stays away, whichever generation answers."""
    list(service.add([replace(bridge, id="b"), replace(bridge, id="gone", text="A ferry sank off Molde.")]))
    assert rebuilt(service) == "g2"
    assert service.index().previous == "g1"
    list(service.add([replace(bridge, id="new", text="The bridge of Vik fell too.")]))
    list(service.add([replace(bridge, id="b", text=bridge.text.replace("40 million", "55 million"))]))
    service.remove("gone")
    index = service.roll_back()
    assert (index.generation, index.previous) == ("g1", "g2")
    assert found(service) == {"b", "new"}
    assert any("55 million" in citation.quote for citation in service.ask(QUESTION).citations)
    valid(service)
    list(service.add([replace(bridge, id="later", text="A third bridge fell in Bodø.")]))
    assert service.roll_back().generation == "g2"
    assert found(service) == {"b", "new", "later"}
    valid(service)


def test_there_is_nothing_to_go_back_to_before_the_first_rebuild(service: Service):
    """409, with what makes it possible."""
    assert service.index().previous == ""
    with pytest.raises(ConflictError, match="next rebuild"):
        service.roll_back()


def test_a_previous_generation_that_changed_on_disk_is_not_gone_back_to(
    service: Service, bridge: RawArticle, tmp_path: Path
):
    """A garbled Chroma file can end the process that opens it."""
    list(service.add([bridge]))
    rebuilt(service)
    before = tmp_path / "data" / "generations" / "g1"
    assert is_sealed(before)
    file = next(before.glob("vectors/*/data_level0.bin"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x55
    file.write_bytes(content)
    with pytest.raises(ConflictError, match="g1 cannot be gone back to"):
        service.roll_back()
    assert service.index().generation == "g2"
    assert service.index().previous == ""
    assert not before.exists()
    assert found(service)


def test_the_previous_generation_is_there_after_a_restart(
    open_service: Callable[..., Service], bridge: RawArticle
):
    """A bad rebuild is often noticed a day later."""
    first = open_service()
    list(first.add([bridge]))
    rebuilt(first)
    first.close()
    second = open_service()
    assert second.index().previous == "g1"
    assert second.roll_back().generation == "g1"
    assert found(second)


def test_a_build_without_the_previous_leaves_no_other_generation(
    service: Service, bridge: RawArticle, tmp_path: Path
):
    """An article that was purged must not be in the files of a generation that nobody looks at."""
    list(service.add([bridge]))
    rebuilt(service)
    service._generations.build(keep_previous=False)
    assert service.index().previous == ""
    assert [p.name for p in (tmp_path / "data" / "generations").iterdir()] == ["g3"]


def rolled_back(service: Service) -> None:
    """Go back, again and again while a reader still holds the generation, as the refusal says."""
    until = time.monotonic() + 30
    while True:
        try:
            service.roll_back()
            return
        except ConflictError:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_no_reader_notices_rebuilds_and_roll_backs(service: Service, bridge: RawArticle):
    """No error, no answer less, and no mix of two generations."""
    list(service.add([replace(bridge, id="b")]))
    texts = [f"Report {n} is about a bridge over river number {n}." for n in range(12)]
    with asking(service, "b") as wrong:
        for number, text in enumerate(texts):
            list(service.add([replace(bridge, id=f"r{number}", text=text)]))
            if number % 3 == 0:
                rebuilt(service)
            if number % 3 == 1:
                rolled_back(service)
            if number % 3 == 2:
                service.remove(f"r{number}")
    assert wrong == []
    assert found(service) == {"b", *(f"r{n}" for n in range(12) if n % 3 != 2)}
    valid(service)


def test_a_generation_that_is_read_is_put_aside_only_afterwards(service: Service, bridge: RawArticle):
    """And cannot be gone back to while somebody holds it open."""
    list(service.add([bridge]))
    with service._generations.reading() as held:
        rebuilt(service)
        assert held.lexical("bridge", 5, None)
        with pytest.raises(ConflictError, match="still being read"):
            service.roll_back()
    assert service.roll_back().generation == "g1"


def test_too_many_changes_give_the_previous_generation_up(
    service: Service, bridge: RawArticle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """The list of changes must not grow for ever for a generation that nobody goes back to."""
    list(service.add([bridge]))
    rebuilt(service)
    monkeypatch.setattr("index.generations._MOST_CHANGES", 3)
    for number in range(4):
        list(service.add([replace(bridge, text=f"Dam number {number} held.")]))
    assert service.index().previous == ""
    assert [p.name for p in (tmp_path / "data" / "generations").iterdir()] == ["g2"]
    assert service._ledger.changes_after(0) == []


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_after_a_change_of_embedder_the_old_one_answers_until_the_new_generation_is_built(
    open_service: Callable[..., Service], embedder: Embedder, bridge: RawArticle
):
    """Nobody runs a command, no question fails, and a question is embedded as its generation was."""
    first = open_service()
    list(first.add([replace(bridge, id="b")]))
    first.close()
    letters = Letters()
    second = open_service(
        embedder=letters, setting="letters", load=lambda setting: {"minilm": embedder}[setting]
    )
    assert second.index().embedder == embedder.fingerprint
    assert second.ready()[1] == embedder.fingerprint
    assert found(second) == {"b"}
    assert letters.embedded == 0
    with asking(second, "b") as wrong:
        second.resume()
        for number in range(5):
            text = f"Bridge number {number} stood."
            list(second.add([replace(bridge, id=f"m{number}", text=text)]))
        until(lambda: second.index().embedder == "letters")
    assert wrong == []
    assert second.ready()[1] == "letters"
    assert found(second) == {"b", *(f"m{n}" for n in range(5))}
    valid(second)


def test_one_command_does_not_start_the_rebuild_that_a_new_embedder_wants(
    open_service: Callable[..., Service], embedder: Embedder, bridge: RawArticle
):
    """`footnote ask` answers with the old one; an hour's work is for a process that stays."""
    first = open_service()
    list(first.add([bridge]))
    first.close()
    second = open_service(embedder=Letters(), setting="letters", load=lambda setting: embedder)
    assert second.ask(QUESTION).citations
    assert second.index().generation == "g1"
    assert second.jobs() == []


def test_a_roll_back_is_not_undone_by_the_settings(
    open_service: Callable[..., Service], embedder: Embedder, bridge: RawArticle
):
    """Whoever goes back from a new embedder means it, also after the next start."""
    first = open_service()
    list(first.add([bridge]))
    first.close()
    second = open_service(embedder=Letters(), setting="letters", load=lambda setting: embedder)
    rebuilt(second)
    assert second.index().embedder == "letters"
    assert second.roll_back().embedder == embedder.fingerprint
    assert second._generations.wanted == ""
    list(second.add([replace(bridge, text="A tower fell.")]))
    valid(second)
    second.close()
    third = open_service(embedder=Letters(), setting="letters", load=lambda setting: embedder)
    third.resume()
    third.wait()
    assert third.index().generation == "g1"


def test_where_the_old_embedder_is_gone_terms_answer_until_the_new_generation_is_built(
    open_service: Callable[..., Service], bridge: RawArticle
):
    """A model that was uninstalled must not take the articles with it."""
    first = open_service(embedder=Letters("gone"), setting="gone")
    list(first.add([replace(bridge, id="b")]))
    first.close()

    def load(setting: str) -> None:
        raise ModelError("not installed")

    second = open_service(embedder=Letters(), setting="letters", load=load)
    assert second.ready()[1] == ""
    assert found(second) == {"b"}
    list(second.add([replace(bridge, id="c", text="The bridge of Vik fell.")]))
    assert found(second) == {"b", "c"}
    second.resume()
    until(lambda: second.ready()[1] == "letters")
    assert found(second) == {"b", "c"}
    valid(second)


def test_where_no_embedder_is_at_hand_vectors_are_kept_and_nothing_is_added(
    open_service: Callable[..., Service], embedder: Embedder, bridge: RawArticle, tmp_path: Path
):
    """A repair in a broken environment must not throw the vectors away."""
    first = open_service()
    list(first.add([bridge]))
    first.close()
    (tmp_path / "data" / "generations" / "g1" / "seal.json").unlink()
    second = open_service(embedder=None)
    assert second.ready()[1] == ""
    second.mend()
    assert second.index().embedder == embedder.fingerprint
    assert found(second)
    with pytest.raises(ModelError, match="not at hand"):
        list(second.add([replace(bridge, text="A tower fell.")]))
    second.close()
    assert open_service().ready()[1] == embedder.fingerprint


def test_a_killed_rebuild_embeds_nothing_twice(
    open_service: Callable[..., Service], embedder: Embedder, bridge: RawArticle, monkeypatch
):
    """Hours of embedding are in the catalogue, whatever becomes of the generation they were for."""
    first = open_service()
    list(first.add([replace(bridge, text=f"Bridge number {n} stood.") for n in range(5)]))
    letters = Letters()
    first._generations._embedders = replace(first._generations._embedders, embedder=letters)
    monkeypatch.setattr("index.generation.Generation.validate", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        first._generations.build()
    monkeypatch.undo()
    embedded = letters.embedded
    assert embedded
    first._generations.build()
    assert letters.embedded == embedded
    assert first.index().embedder == "letters"
