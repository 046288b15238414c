"""From raw article to generation: what is kept, what is one article, and what survives."""

import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.service import Service
from index.errors import DamagedIndexError, DataDirectoryHeld, ModelError, NotFoundError, NotReadyError
from index.generation import Generation
from index.records import Filters, RawArticle

WHEN = "What will repairs of the bridge cost?"


def quotes(service: Service, question: str = WHEN, filters: Filters | None = None) -> list[str]:
    answer = service.ask(question, filters=filters or Filters())
    return [citation.quote for citation in answer.citations]


def test_what_add_returned_can_be_asked_about(service: Service, bridge: RawArticle):
    """The promise of POST /api/articles."""
    (added,) = service.add([bridge])
    assert (added.status, added.revision) == ("added", 1)
    assert any("40 million kroner" in quote for quote in quotes(service))


def test_every_stored_sentence_is_a_slice_of_its_article(service: Service, bridge: RawArticle):
    """A citation is worth nothing when its offsets are off by one."""
    (added,) = service.add([bridge])
    stored = service.article(added.id)
    assert [stored.article.text[s.start : s.end] for s in stored.sentences] == [
        "A bridge over the Akerselva fell on Monday.",
        "Nobody was hurt.",
        "The mayor, Kari Holm, said that repairs will cost 40 million kroner.",
    ]


def test_the_same_content_twice_is_one_article(service: Service, bridge: RawArticle):
    """Also in one batch, and under another id."""
    results = list(service.add([bridge, bridge, replace(bridge, id="another")]))
    assert [one.status for one in results] == ["added", "unchanged", "unchanged"]
    assert len({one.id for one in results}) == 1
    assert results[0].id in results[2].reason
    assert service.index().articles == 1


def test_a_changed_text_is_a_new_revision_and_the_old_one_stays_readable(
    service: Service, bridge: RawArticle
):
    """A stored citation must still be checkable after a correction."""
    list(service.add([replace(bridge, id="b")]))
    corrected = bridge.text.replace("40 million", "55 million")
    (updated,) = service.add([replace(bridge, id="b", text=corrected)])
    assert (updated.status, updated.revision) == ("updated", 2)
    assert "40 million" in service.article("b", 1).article.text
    assert service.article("b", 1).status == "superseded"
    found = " ".join(quotes(service))
    assert "55 million" in found
    assert "40 million" not in found


def test_new_metadata_is_taken_over_and_old_metadata_kept(service: Service, bridge: RawArticle):
    """A second import that knows the outlet but not the author must not lose the author."""
    list(service.add([replace(bridge, publication="")]))
    (again,) = service.add([replace(bridge, authors=(), publication="Bergen Post")])
    stored = service.article(again.id)
    assert again.status == "updated"
    assert (stored.article.publication, stored.article.authors) == ("Bergen Post", ("Ola Nordmann",))
    assert quotes(service, filters=Filters(publications=("bergen post",)))


def test_a_corrected_page_without_an_id_is_a_revision_and_its_old_text_answers_no_more(
    service: Service, bridge: RawArticle
):
    """Feeds know no ids; without this a correction would stand beside what it corrects."""
    (first,) = service.add([bridge])
    corrected = replace(bridge, text=bridge.text.replace("40 million", "55 million"), title="Bridge down")
    (updated,) = service.add([replace(corrected, url="http://www.example.org/bridge/")])
    assert (updated.id, updated.status, updated.revision) == (first.id, "updated", 2)
    assert "40 million" not in " ".join(quotes(service))
    (old,) = service.add([bridge])
    assert (old.id, old.status, old.reason) == (
        first.id, "unchanged", f"an earlier revision of article {first.id}",
    )  # fmt: skip
    assert "55 million" in " ".join(quotes(service))
    (said,) = service.add([replace(bridge, id=first.id)])
    assert (said.status, said.revision) == ("updated", 3)


def test_an_article_changed_to_anothers_text_stays_an_article(service: Service, bridge: RawArticle):
    """Whoever gives ids says what is one article; what both say is cited once."""
    list(service.add([replace(bridge, id="a"), replace(bridge, id="b", text="It rained in Oslo.")]))
    (updated,) = service.add([replace(bridge, id="b")])
    assert (updated.id, updated.status) == ("b", "updated")
    assert service.article("b").article.text == service.article("a").article.text
    answer = service.ask(WHEN)
    assert len({citation.quote for citation in answer.citations}) == len(answer.citations)
    assert answer.independent == 1
    service.remove("a")
    assert quotes(service)


def test_a_later_modification_of_the_same_text_is_no_new_revision(service: Service, bridge: RawArticle):
    """Publishers touch pages, and print the same moment in another zone: citations must not age by it."""
    first = replace(bridge, modified="2026-03-03T10:00:00+01:00")
    (added,) = service.add([first])
    for modified in ("2026-03-03T09:00:00+00:00", "2026-03-05T12:00:00Z"):
        (again,) = service.add([replace(bridge, modified=modified)])
        assert (again.id, again.status, again.revision) == (added.id, "updated", 1)
    (third,) = service.add([bridge])
    assert third.status == "unchanged"
    assert service.article(added.id).article.modified == "2026-03-05T12:00:00+00:00"


def test_an_odd_modification_date_costs_no_article_and_none_is_taken_from_another_text(
    service: Service, bridge: RawArticle
):
    """It only describes; and when the text before was changed says nothing of the new one."""
    (odd,) = service.add([replace(bridge, id="b", modified="yesterday, or so")])
    assert (odd.status, service.article("b").article.modified) == ("added", "")
    list(service.add([replace(bridge, id="b", modified="2026-03-04")]))
    list(service.add([replace(bridge, id="b", text="The bridge was mended.")]))
    assert service.article("b", 1).article.modified == "2026-03-04"
    assert service.article("b").article.modified == ""


def test_a_deleted_article_is_gone_from_the_very_next_question(service: Service, bridge: RawArticle):
    """And comes back as a new revision when it is added again."""
    (added,) = service.add([bridge])
    service.remove(added.id)
    assert quotes(service) == []
    with pytest.raises(NotFoundError, match="no article"):
        service.article(added.id)
    assert service.article(added.id, 1).status == "deleted"
    (again,) = service.add([bridge])
    assert (again.status, again.revision) == ("added", 2)
    assert quotes(service)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": "  \n "}, "empty"),
        ({"text": "?!"}, "empty"),
        ({"text": "x" * 5_000_001}, "5,000,001 characters"),
        ({"id": "a b"}, "article id 'a b'"),
        ({"id": "a#b"}, "article id"),
        ({"published": "next Tuesday-ish"}, "not a date"),
    ],
)
def test_an_article_that_cannot_be_used_rejects_itself_and_says_why(
    service: Service, bridge: RawArticle, change: dict[str, str], reason: str
):
    """One bad row must not cost the others."""
    bad, good = service.add([replace(bridge, **change), bridge])
    assert (bad.status, good.status) == ("rejected", "added")
    assert reason in bad.reason


def test_a_reopened_directory_answers_without_indexing_anew(
    open_service: Callable[..., Service], bridge: RawArticle
):
    """The second start must take seconds."""
    first = open_service()
    (gone, _) = first.add([replace(bridge, text="The tower of Pisa leans."), bridge])
    first.remove(gone.id)
    first.close()
    second = open_service()
    assert second.index().generation == "g1"
    assert quotes(second)


@pytest.mark.parametrize("lost", ["vectors", "terms", "."])
def test_a_lost_index_is_rebuilt_from_the_catalogue_at_start(
    open_service: Callable[..., Service], bridge: RawArticle, tmp_path: Path, lost: str
):
    """The index is a cache: nothing in it may be the only copy."""
    first = open_service()
    list(first.add([bridge]))
    first.close()
    shutil.rmtree(tmp_path / "data" / "generations" / "g1" / lost)
    second = open_service()
    if lost != "vectors":
        with pytest.raises(NotReadyError, match="built anew"):
            quotes(second)
        second.mend()
    assert quotes(second)


def test_a_write_that_was_committed_but_not_indexed_is_caught_up_at_start(
    open_service: Callable[..., Service], bridge: RawArticle, monkeypatch: pytest.MonkeyPatch
):
    """A kill between the two must lose nothing."""
    first = open_service()
    monkeypatch.setattr("index.generation.Generation.catch_up", lambda self: None)
    monkeypatch.setattr("index.generation.Generation.run_ahead", lambda self: None)
    list(first.add([bridge]))
    assert quotes(first) == []
    first.close()
    monkeypatch.undo()
    assert quotes(open_service())


def test_a_rebuild_swaps_the_generation_and_changes_no_answer(
    open_service: Callable[..., Service], bridge: RawArticle, tmp_path: Path
):
    """Readers see one generation or the other; the old one's files are kept for going back."""
    service = open_service()
    list(service.add([bridge]))
    before = quotes(service)
    job = service.rebuild()
    service.wait()
    assert service.job(job.id).state == "succeeded"
    assert service.index().generation == "g2"
    assert quotes(service) == before
    service.rebuild()
    service.wait()
    assert sorted(p.name for p in (tmp_path / "data" / "generations").iterdir()) == ["g2", "g3"]


def test_an_answer_under_way_keeps_its_generation_through_a_rebuild(service: Service, bridge: RawArticle):
    """A reader holds what it began with until it lets go."""
    list(service.add([bridge]))
    generations = service._parts.generations
    with generations.reading() as held:
        generations.build()
        assert held.id == "g1"
        assert held.lexical("bridge", 5, None)
    with generations.reading() as new:
        assert new.id == "g2"


def test_a_rebuild_that_fails_leaves_the_current_generation_answering(
    service: Service, bridge: RawArticle, monkeypatch: pytest.MonkeyPatch
):
    """Half a generation must never be seen."""
    list(service.add([bridge]))

    def break_down(self: object) -> None:
        raise ModelError("broken on purpose")

    monkeypatch.setattr("index.generation.Generation.validate", break_down)
    job = service.rebuild()
    service.wait()
    assert service.job(job.id).state == "failed"
    assert service.job(job.id).errors == ("broken on purpose",)
    assert service.index().generation == "g1"
    assert quotes(service)


def test_without_a_model_articles_are_found_by_their_words(
    open_service: Callable[..., Service], bridge: RawArticle
):
    """No model at all must still answer, or at least search."""
    service = open_service("lexical", embedder=None)
    list(service.add([bridge]))
    assert service.index().embedder == ""
    assert service.search("bridge repairs kroner").passages


def test_two_processes_cannot_open_one_directory(open_service: Callable[..., Service]):
    """Chroma would crash both; the second is told who has it."""
    open_service()
    with pytest.raises(DataDirectoryHeld, match="a test"):
        open_service()


def test_filters_let_through_only_what_they_name(service: Service, bridge: RawArticle):
    """By publication, author, article and date, alone."""
    other = replace(
        bridge,
        id="tower",
        text="Repairs of the tower will cost 9 dollars.",
        publication="P2",
        authors=("A B",),
        published="2025-01-01T10:00:00+00:00",
    )
    list(service.add([bridge, other]))
    for filters in (
        Filters(publications=("p2",)),
        Filters(authors=("a b",)),
        Filters(article_ids=("tower",)),
        Filters(published_to="2025-01-01"),
        Filters(published_from="2024-12-31", published_to="2025-06-01"),
    ):
        passages = service.search("What will repairs cost?", filters=filters).passages
        assert {p.article.id for p in passages} == {"tower"}
    assert not service.search("What will repairs cost?", filters=Filters(authors=("nobody",))).passages


def bare_chunks(service: Service) -> int:
    """How many chunks no vector search can find."""
    ledger = service._ledger
    current = ledger.current()
    return len(ledger.bare(ledger.ids(current.chunking), current.embedder))


def test_whatever_way_an_article_changes_each_chunk_has_its_vector(service: Service, bridge: RawArticle):
    """Chunks are matched with metadata, which an update may merge, and batches may pass a text on."""
    first = replace(bridge, id="m", title="First", publication="")
    list(service.add([first]))
    list(service.add([replace(first, title="", publication="Bergen Post")]))
    list(service.add([replace(first, title="", text="The bridge was mended in June.")]))
    list(service.add([replace(bridge, id="n", text="A tower fell."), replace(bridge, id="o")]))
    list(
        service.add(
            [replace(bridge, id="n", text="It rained."), replace(bridge, id="p", text="A tower fell.")]
        )
    )
    assert bare_chunks(service) == 0


def test_an_article_under_update_is_found_at_every_moment(service: Service, bridge: RawArticle):
    """Between the old version and the new there must be no moment with neither."""
    list(service.add([replace(bridge, id="b")]))
    stop, misses = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            found = service.search("bridge over the Akerselva", limit=3).passages
            if not any(passage.article.id == "b" for passage in found):
                misses.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(25):
        list(service.add([replace(bridge, id="b", title=f"Bridge falls in Oslo, part {number}")]))
    stop.set()
    reader.join()
    assert misses == []


def test_what_is_added_during_rebuilds_is_found_after_them(service: Service, bridge: RawArticle):
    """A swap between commit and index must not lose what was acknowledged."""
    done = threading.Event()

    def rebuild() -> None:
        while not done.is_set():
            service._generations.build()

    rebuilder = threading.Thread(target=rebuild)
    rebuilder.start()
    for number in range(20):
        text = f"Dam number {number} at Vik held through the spring flood."
        list(service.add([replace(bridge, id=f"dam{number}", text=text)]))
    done.set()
    rebuilder.join()
    service._generations._current.validate()
    assert bare_chunks(service) == 0
    assert service.index().pending == 0


def test_a_failed_write_leaves_neither_catalogue_nor_index_changed(
    service: Service, bridge: RawArticle, monkeypatch: pytest.MonkeyPatch
):
    """Ids that were rolled back are handed out again, and must not find what was there before."""
    list(service.add([bridge]))
    ferry = replace(bridge, text="A ferry sank off Molde.")
    monkeypatch.setattr("index.generation.Generation.add", _divide_by_zero_after(2))
    with pytest.raises(ZeroDivisionError):
        list(service.add([ferry]))
    monkeypatch.undo()
    assert service.index().articles == 1
    list(service.add([replace(bridge, text="A tower fell in Bergen.")]))
    service._generations._current.validate()
    assert not any("ferry" in p.text for p in service.search("Which ferry sank off Molde?").passages)


def _divide_by_zero_after(calls: int) -> Callable[..., None]:
    """Let `Generation.add` work, and fail right after it has."""
    add = Generation.add
    left = iter([ZeroDivisionError] + [None] * calls)

    def failing(self: Generation, chunk_ids: list[int], removed: Sequence[int] = ()) -> None:
        add(self, chunk_ids, removed)
        if (error := next(left)) is not None:
            raise error

    return failing


def test_a_catalogue_that_is_gone_is_not_taken_for_a_new_directory(
    open_service: Callable[..., Service], bridge: RawArticle, tmp_path: Path
):
    """An empty answer must not be given as if all were well."""
    first = open_service()
    list(first.add([bridge]))
    first.close()
    for name in ("catalogue.sqlite3", "catalogue.sqlite3-wal", "catalogue.sqlite3-shm"):
        (tmp_path / "data" / name).unlink(missing_ok=True)
    with pytest.raises(DamagedIndexError, match="restore"):
        open_service()
