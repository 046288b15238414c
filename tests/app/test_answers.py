"""Answers that are kept: given back as they were, never in the way of a question, gone when they must be."""

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.answer import Answer
from app.answers import Answers
from app.doctor import examine
from app.schemas.answers import AnswerOut
from app.service import Service
from index.backup import CATALOGUE
from index.database import Database
from index.errors import NoSpaceError, NotFoundError
from index.records import Filters, RawArticle

QUESTIONS = [
    json.loads(line)["question"]
    for line in (Path(__file__).parents[2] / "seeds" / "questions.jsonl").read_text("utf-8").splitlines()
]
COST = "What will repairs of the bridge cost?"


@pytest.fixture
def catalogue(service: Service, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The service's catalogue, through a connection of the test's own."""
    connection = sqlite3.connect(tmp_path / "data" / CATALOGUE, isolation_level=None)
    yield connection
    connection.close()


@pytest.fixture
def asked(service: Service, bridge: RawArticle) -> Answer:
    """An answer that cites the article "b"."""
    list(service.add([replace(bridge, id="b")]))
    answer = service.ask(COST)
    assert answer.citations
    return answer


def until_written(connection: sqlite3.Connection, answer: Answer) -> None:
    for _ in range(200):
        if connection.execute("SELECT 1 FROM answers WHERE id = ?", (answer.answer_id,)).fetchone():
            return
        time.sleep(0.05)
    pytest.fail("the answer was never written")


def test_an_answer_comes_back_as_it_was_given(seeded: Service):
    """Also an abstention, with its filters; before and after it is on the disk."""
    filters = Filters(publications=("Wikinews",), published_from="2000-01-01")
    given = [seeded.ask(question) for question in QUESTIONS]
    given += [seeded.ask("Who is the king of Belgium?", filters=filters, conversation_id="c1")]
    assert {answer.status for answer in given} == {"answered", "abstained"}
    for _ in range(2):
        for answer in given:
            stored, standings = seeded.answer(answer.answer_id)
            assert stored == answer
            assert AnswerOut.of(stored, standings) == AnswerOut.of(answer)
        time.sleep(0.8)  # until the writer has been


def test_answers_outlive_the_process(open_service: Callable[..., Service], bridge: RawArticle):
    """What is queued when the service closes is written."""
    first = open_service()
    list(first.add([bridge]))
    answer = first.ask(COST)
    first.close()
    assert open_service().answer(answer.answer_id)[0] == answer


def test_no_quote_is_stored_but_in_the_answers_own_text(catalogue: sqlite3.Connection, asked: Answer):
    """A purge has to find every copy of a text; the fewer there are, the better."""
    until_written(catalogue, asked)
    (stored,) = catalogue.execute("SELECT answer FROM answers").fetchone()
    assert all(stored.count(json.dumps(c.quote)[1:-1]) == 1 for c in asked.citations)
    assert "Bridge falls in Oslo" not in stored


def test_a_question_waits_for_no_writer_and_its_answer_can_be_read_at_once(
    service: Service, catalogue: sqlite3.Connection, asked: Answer
):
    """An import holds the catalogue for seconds; readers go on."""
    until_written(catalogue, asked)
    catalogue.execute("BEGIN IMMEDIATE")
    began = time.perf_counter()
    answer = service.ask(COST)
    assert service.answer(answer.answer_id)[0] == answer
    assert time.perf_counter() - began < 5
    catalogue.execute("ROLLBACK")
    until_written(catalogue, answer)


def test_a_failing_disk_costs_the_answers_and_not_the_asking(
    service: Service, catalogue: sqlite3.Connection, asked: Answer, caplog: pytest.LogCaptureFixture
):
    """Said once, not with every question; and when the disk is well again, answers are kept again."""
    until_written(catalogue, asked)
    catalogue.execute(
        "CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT raise(ABORT, 'disk full'); END"
    )
    with caplog.at_level(logging.WARNING, logger="app.answers"):
        for _ in range(2):
            lost = service.ask(COST)
            assert lost.citations == asked.citations
            for _ in range(100):
                try:
                    service.answer(lost.answer_id)
                except NotFoundError:
                    break
                time.sleep(0.05)
            else:
                pytest.fail("the answer was not given up")
    assert [record.getMessage() for record in caplog.records] == [
        "answers are not kept for now, asking goes on: disk full"
    ]
    catalogue.execute("DROP TRIGGER full")
    until_written(catalogue, service.ask(COST))


def test_nothing_is_written_while_the_disk_has_no_room(asked: Answer, tmp_path: Path):
    """The last of the disk is for closing cleanly."""

    def check_room() -> None:
        raise NoSpaceError("no room")

    database = Database(tmp_path / "data" / CATALOGUE)
    answers = Answers(database, check_room)
    answers.put(replace(asked, answer_id="3" * 32))
    answers.close()
    with pytest.raises(NotFoundError):
        answers.get("3" * 32)
    database.close()


def test_the_newest_ten_thousand_are_kept(service: Service, catalogue: sqlite3.Connection, asked: Answer):
    """Answers of years must not fill a disk."""
    until_written(catalogue, asked)
    catalogue.execute("BEGIN")
    catalogue.executemany(
        "INSERT INTO answers VALUES (?, '', '', '{}')", [(f"{n:032x}",) for n in range(9_999)]
    )
    catalogue.execute("COMMIT")
    assert service.answer(asked.answer_id)
    newest = service.ask(COST)
    until_written(catalogue, newest)
    assert catalogue.execute("SELECT count(*) FROM answers").fetchone() == (10_000,)
    with pytest.raises(NotFoundError, match="newest 10,000"):
        service.answer(asked.answer_id)
    assert catalogue.execute("SELECT count(DISTINCT answer_id) FROM answer_articles").fetchone() == (1,)


@pytest.mark.parametrize("written", [True, False])
def test_erasing_an_article_takes_the_answers_that_cite_it(
    service: Service, catalogue: sqlite3.Connection, asked: Answer, tmp_path: Path, written: bool
):
    """Their text is the article's; one that still waits for the disk must not be written afterwards."""
    until_written(catalogue, asked)
    database = Database(tmp_path / "data" / CATALOGUE)
    answers = Answers(database, lambda: None)
    list(service.add([RawArticle(id="lom", text="The dam at Lom held.")]))
    mine, other = replace(asked, answer_id="1" * 32), service.ask(COST, filters=Filters(article_ids=("lom",)))
    answers.put(mine)
    if written:
        until_written(catalogue, mine)
    answers.erase("b")
    answers.close()
    database.close()
    for answer in (mine, asked):
        with pytest.raises(NotFoundError, match="purged"):
            service.answer(answer.answer_id)
    assert service.answer(other.answer_id)[0].status == "abstained"
    assert catalogue.execute("SELECT count(*) FROM answer_articles WHERE article_id = 'b'").fetchone() == (0,)


def test_an_answer_is_not_kept_when_what_it_cites_was_purged_meanwhile(
    service: Service, catalogue: sqlite3.Connection, asked: Answer
):
    """A purge that comes between the answer and its writing has already erased what there was."""
    until_written(catalogue, asked)
    gone = replace(asked.citations[0], article=replace(asked.citations[0].article, id="purged"))
    database = Database(Path(catalogue.execute("PRAGMA database_list").fetchone()[2]))
    answers = Answers(database, lambda: None)
    answers.put(replace(asked, answer_id="2" * 32, citations=(gone,)))
    answers.close()
    database.close()
    with pytest.raises(NotFoundError, match="purged"):
        service.answer("2" * 32)


def test_what_names_no_answer_is_not_found(service: Service):
    """404, whatever it is."""
    for unknown in ("0" * 32, "nobody", "", "\ud800"):
        with pytest.raises(NotFoundError, match="no answer"):
            service.answer(unknown)


def test_a_conversation_survives_a_restart(open_service: Callable[..., Service], bridge: RawArticle):
    """Who comes back the next day goes on where they stopped."""
    first = open_service()
    list(first.add([bridge]))
    first.ask("Who said that repairs of the bridge will cost 40 million kroner?", conversation_id="c")
    first.close()
    again = open_service().ask("Where is she mayor?", conversation_id="c")
    assert again.standalone_question == "Where is Kari Holm mayor?"


def test_the_last_turns_are_there_before_and_after_they_are_written(
    service: Service, catalogue: sqlite3.Connection, bridge: RawArticle
):
    """In the order of asking, each once, whether they wait for the disk or not."""
    list(service.add([bridge]))
    asked = [f"What did the mayor of Oslo say about bridge number {n}?" for n in range(6)]
    database = Database(Path(catalogue.execute("PRAGMA database_list").fetchone()[2]))
    answers = Answers(database, lambda: None)
    for n, question in enumerate(asked):
        given = replace(service.ask(question), answer_id=f"{n:032x}", conversation_id="c")
        answers.put(given)
        assert answers.turns("c")[-1].question == question
    assert [turn.question for turn in answers.turns("c")] == asked[-4:]
    answers.close()
    assert [turn.question for turn in answers.turns("c")] == asked[-4:]
    assert answers.turns("another") == answers.turns("") == answers.turns("\udc80") == []
    database.close()


def test_an_abstention_is_a_turn_without_an_answer(service: Service, bridge: RawArticle):
    """Its text speaks of the search, and a follow-up must not take that for the subject."""
    list(service.add([bridge]))
    refused = service.ask("Who is the king of Belgium?", conversation_id="c")
    assert refused.abstention
    assert (
        service.ask("How old is he?", conversation_id="c").standalone_question
        == "How old is the king of Belgium?"
    )


def test_a_purged_article_takes_along_what_was_asked_in_its_words(service: Service, bridge: RawArticle):
    """A name that a rewrite took from its answer is a word of it, also two questions later."""
    list(service.add([replace(bridge, id="b")]))
    service.ask("Who said that repairs of the bridge will cost 40 million kroner?", conversation_id="c")
    nowhere = Filters(published_to="1999-01-01")
    carried = [
        service.ask(question, filters=nowhere, conversation_id="c")
        for question in ("How old is she?", "Why?")
    ]
    assert all("Kari Holm" in answer.standalone_question and not answer.citations for answer in carried)
    service.purge("b")
    for answer in carried:
        with pytest.raises(NotFoundError):
            service.answer(answer.answer_id)
    assert service.ask("How old is she?", conversation_id="c").standalone_question == "How old is she?"


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_the_words_of_what_is_gone_do_not_come_back_by_a_follow_up(
    service: Service, bridge: RawArticle, how: str
):
    """An answer's names are its source's: once that is gone, no question is rewritten with them."""
    list(service.add([replace(bridge, id="b")]))
    service.ask("Who said that repairs of the bridge will cost 40 million kroner?", conversation_id="c")
    assert "Kari Holm" in service.ask("How old is she?", conversation_id="c").standalone_question
    if how == "removed":
        service.remove("b")
    else:
        list(
            service.add(
                [replace(bridge, id="b", text="The bridge of Oslo stays closed until May, it is said.")]
            )
        )
    for question in ("How old is she?", "Where does she live?"):
        assert "Holm" not in service.ask(question, conversation_id="c").standalone_question


@pytest.mark.parametrize("noise", ["{", '{"text": \x00', b"\xff\xfe{}"])
def test_an_answer_that_the_disk_garbled_is_said_to_be_and_its_conversation_goes_on(
    open_service: Callable[..., Service], tmp_path: Path, bridge: RawArticle, noise: str | bytes
):
    """Nothing rests on it: no question fails for it, and the doctor names it."""
    service = open_service()
    list(service.add([bridge]))
    answer = service.ask("Who said that repairs of the bridge will cost 40 million?", conversation_id="c")
    service.close()
    with closing(sqlite3.connect(tmp_path / "data" / CATALOGUE)) as connection:
        connection.execute("UPDATE answers SET answer = CAST(? AS TEXT)", (noise,))
        connection.commit()
    assert [one.state for one in examine(tmp_path / "data") if one.what == "answers"] == ["warning"]
    again = open_service()
    with pytest.raises(NotFoundError, match="damaged on the disk"):
        again.answer(answer.answer_id)
    assert again.ask("How old is she?", conversation_id="c").standalone_question == "How old is she?"
