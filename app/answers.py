"""Answers that were given, kept for those who come back to one: the newest 10,000, in the catalogue.

An answer is stored as its own text, and of its sources as addresses and scores alone: quotes, titles and
links are read from the catalogue again. A thread writes them, so that no question waits for the disk; a kill
loses those of the last moment.
"""

import json
import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from app.answer import Abstention, Answer, Citation, Claim, Disagreement, Problem, Searched, Side
from app.antecedents import TURNS, Turn
from index.catalogue import Catalogue, StoredArticle
from index.database import Database
from index.dates import now
from index.errors import FootnoteError, NotFoundError
from index.records import Filters, Passage

logger = logging.getLogger(__name__)

_KEPT = 10_000
_QUEUED = 1_000
# One commit for all answers of this time: a commit costs as much as a few hundred of them.
_GATHER_S = 0.5

_ANSWER_ID = re.compile(r"[0-9a-f]{32}")

Record = dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class _Queued:
    """An answer on its way to the disk; `cited` are the (article id, revision) whose words it may hold."""

    conversation_id: str
    answered_at: str
    answer: str
    cited: frozenset[tuple[str, int]]


class Answers:
    """Keeps answers and gives them back as they were; `check_room` raises when nothing may be written."""

    def __init__(self, database: Database, check_room: Callable[[], None]) -> None:
        self._database = database
        self._check_room = check_room
        self._catalogue = Catalogue(database)
        self._queue: dict[str, _Queued] = {}
        self._changed = threading.Condition()
        self._closing = False
        self._is_losing = False
        self._writer = threading.Thread(target=self._write_until_closed, name="answers", daemon=True)
        self._writer.start()

    def put(self, answer: Answer, turns: Sequence[Turn] = ()) -> None:
        """Keep an answer; never wait for the disk and never fail: what cannot be kept is lost and logged.

        A question that was rewritten by `turns` may hold words of their sources, and goes with those too.
        """
        is_rewritten = answer.standalone_question != answer.question
        carried = frozenset[tuple[str, int]]().union(*(turn.sources for turn in turns if is_rewritten))
        queued = _Queued(
            conversation_id=answer.conversation_id,
            answered_at=now(),
            answer=json.dumps(_record(answer, carried), separators=(",", ":")),
            cited=carried.union((c.article.id, c.article.revision) for c in _citations(answer)),
        )
        with self._changed:
            if len(self._queue) >= _QUEUED:
                self._lose("too many wait for the disk")
                return
            self._queue[answer.answer_id] = queued
            if len(self._queue) == 1:
                self._changed.notify()

    def get(self, answer_id: str) -> Answer:
        """Return an answer as it was given, its sources as the catalogue has them. Raises NotFoundError."""
        with self._changed:
            queued = self._queue.get(answer_id)
        found = (queued.conversation_id, queued.answer) if queued else self._row(answer_id)
        if found is None:
            raise NotFoundError(
                f"there is no answer {answer_id!a}; the newest {_KEPT:,} are kept, and one goes with an "
                "article that it cites when that is purged"
            )
        record = _loaded(found[1])
        if record is None:
            raise NotFoundError(f"answer {answer_id!a} was damaged on the disk and cannot be read again")
        return _Reader(self._catalogue).answer(answer_id, found[0], record)

    def turns(self, conversation_id: str) -> list[Turn]:
        """Return a conversation's last turns, oldest first; none where it is unknown or was purged.

        A turn whose sources are not all live any more has no words but the user's: what was deleted or
        replaced is not to come back by way of the next question.
        """
        if not conversation_id:
            return []
        # Those that are queued first: what the writer takes meanwhile is then in the catalogue.
        with self._changed:
            queued = {
                answer_id: one.answer
                for answer_id, one in self._queue.items()
                if one.conversation_id == conversation_id
            }
        connection = self._database.read()
        stored = connection.execute(
            "SELECT id, CAST(answer AS BLOB) FROM answers WHERE conversation_id = ?"
            " ORDER BY answered_at DESC, rowid DESC LIMIT ?",
            (conversation_id.encode(errors="replace").decode(), TURNS),
        )
        held = {**dict(reversed(stored.fetchall())), **queued}
        records = [_loaded(record) for record in list(held.values())[-TURNS:]]
        return [
            _turn(one, is_live=_all_there(connection, _sources(one), live=True)) for one in records if one
        ]

    def erase(self, article_id: str) -> None:
        """Erase the answers that cite an article; part of the caller's transaction where there is one."""
        with self._database.write() as connection:
            with self._changed:
                for answer_id, queued in list(self._queue.items()):
                    if any(cited == article_id for cited, _ in queued.cited):
                        del self._queue[answer_id]
            connection.execute(
                "DELETE FROM answers WHERE id IN"
                " (SELECT answer_id FROM answer_articles WHERE article_id = ?)",
                (article_id,),
            )

    def close(self) -> None:
        """Write what is queued and stop."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._writer.join()

    def _row(self, answer_id: str) -> tuple[str, bytes] | None:
        # Whatever else stands in an address, such as half of a surrogate pair, no database can be asked for.
        if _ANSWER_ID.fullmatch(answer_id) is None:
            return None
        row: tuple[str, bytes] | None = (
            self._database.read()
            .execute("SELECT conversation_id, CAST(answer AS BLOB) FROM answers WHERE id = ?", (answer_id,))
            .fetchone()
        )
        return row

    def _write_until_closed(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closing)
                if not self._queue:
                    return
                self._changed.wait_for(lambda: self._closing, timeout=_GATHER_S)
                batch = list(self._queue)
            try:
                self._check_room()
                self._write(batch)
                self._is_losing = False
            except (sqlite3.Error, OSError, FootnoteError) as error:
                self._lose(str(error))
            with self._changed:
                for answer_id in batch:
                    self._queue.pop(answer_id, None)

    def _write(self, batch: Sequence[str]) -> None:
        with self._database.write() as connection:
            for answer_id in batch:
                # Read again as the writer: by now it may have been erased, with an article that it cites.
                queued = self._queue.get(answer_id)
                if queued is None or not _all_there(connection, queued.cited):
                    continue
                connection.execute(
                    "INSERT INTO answers (id, conversation_id, answered_at, answer) VALUES (?, ?, ?, ?)",
                    (answer_id, queued.conversation_id, queued.answered_at, queued.answer),
                )
                connection.executemany(
                    "INSERT INTO answer_articles (answer_id, article_id) VALUES (?, ?)",
                    {(answer_id, article_id) for article_id, _ in queued.cited},
                )
            connection.execute(
                "DELETE FROM answers WHERE rowid <= (SELECT max(rowid) FROM answers) - ?", (_KEPT,)
            )

    def _lose(self, reason: str) -> None:
        """Log it once, until answers are kept again: a full disk must not fill the log too."""
        if not self._is_losing:
            logger.warning("answers are not kept for now, asking goes on: %s", reason)
        self._is_losing = True


def garbled_answers(database: Database) -> int:
    """Count the stored answers that the disk has garbled."""
    row = database.read().execute("SELECT count(*) FROM answers WHERE NOT json_valid(answer)")
    return int(row.fetchone()[0])


def _all_there(
    connection: sqlite3.Connection, cited: Iterable[tuple[str, int]], *, live: bool = False
) -> bool:
    """Say whether the revisions are still there, and still `live` ones: one may go meanwhile."""
    row = connection.execute(
        "SELECT count(*) FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM revisions"
        " WHERE article_id = json_extract(value, '$[0]') AND revision = json_extract(value, '$[1]')"
        " AND live >= ?)",
        (json.dumps(list(cited)), live),
    )
    return bool(row.fetchone()[0] == 0)


def _citations(answer: Answer) -> tuple[Citation, ...]:
    return answer.citations + (answer.abstention.nearest if answer.abstention else ())


def _record(answer: Answer, carried: Iterable[tuple[str, int]]) -> Record:
    """Return what the catalogue does not have; a claim is a span of the text, a message the text itself."""
    abstention = answer.abstention
    return {
        "generation": answer.generation,
        "mode": answer.mode,
        "model": answer.model,
        "prompt_hash": answer.prompt_hash,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "carried": sorted(carried),
        "text": answer.text,
        "claims": [
            {name: value for name, value in asdict(claim).items() if name != "text"}
            for claim in answer.claims
        ],
        "citations": [_cited(citation) for citation in answer.citations],
        "disagreements": [asdict(one) for one in answer.disagreements],
        "abstention": abstention
        and {
            "reason": abstention.reason,
            "nearest": [_cited(citation) for citation in abstention.nearest],
            "searched": asdict(abstention.searched),
        },
        "retrieved": [
            [
                p.chunk_id,
                p.article.id,
                p.article.revision,
                p.first,
                p.last,
                *map(float, (p.score, p.dense, p.lexical)),
            ]
            for p in answer.retrieved
        ],
        "timings_ms": answer.timings_ms,
    }


def _loaded(answer: str | bytes) -> Record | None:
    """Return a stored answer's record, None when the disk has garbled it."""
    try:
        record: Record = json.loads(answer)
    except ValueError:
        return None
    return record


def _sources(record: Record) -> frozenset[tuple[str, int]]:
    """Return the (article id, revision) whose words the answer or its question may hold."""
    cited = [(fields[1], fields[2]) for fields in record["citations"]]
    return frozenset(cited + [(article_id, revision) for article_id, revision in record.get("carried", ())])


def _turn(record: Record, *, is_live: bool) -> Turn:
    if not is_live:
        return Turn(question=record["question"], answer="", sources=frozenset())
    return Turn(
        question=record["standalone_question"],
        # An abstention's text speaks of the search, not of the subject.
        answer="" if record["abstention"] else record["text"],
        sources=_sources(record),
    )


def _cited(citation: Citation) -> list[object]:
    article = citation.article
    return [citation.number, article.id, article.revision, citation.ordinal, float(citation.score)]


class _Reader:
    """Makes an answer of a record; each revision is read once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._read: dict[tuple[str, int], StoredArticle] = {}

    def answer(self, answer_id: str, conversation_id: str, record: Record) -> Answer:
        """Return the answer. Raises NotFoundError when it cites what was purged."""
        text, abstention = record["text"], record["abstention"]
        return Answer(
            answer_id=answer_id,
            conversation_id=conversation_id,
            generation=record["generation"],
            mode=record["mode"],
            model=record["model"],
            prompt_hash=record["prompt_hash"],
            question=record["question"],
            standalone_question=record["standalone_question"],
            text=text,
            claims=tuple(_claim(text, claim) for claim in record["claims"]),
            citations=tuple(self._citation(*fields) for fields in record["citations"]),
            abstention=abstention and self._abstention(text, abstention),
            disagreements=tuple(_disagreement(one) for one in record.get("disagreements", ())),
            retrieved=tuple(self._passages(record["retrieved"])),
            timings_ms=record["timings_ms"],
        )

    def _stored(self, article_id: str, revision: int) -> StoredArticle:
        key = article_id, revision
        if key not in self._read:
            self._read[key] = self._catalogue.article(article_id, revision)
        return self._read[key]

    def _citation(self, number: int, article_id: str, revision: int, ordinal: int, score: float) -> Citation:
        stored = self._stored(article_id, revision)
        return Citation(
            number=number, article=stored.article, sentences=stored.sentences, ordinal=ordinal, score=score
        )

    def _abstention(self, message: str, record: Record) -> Abstention:
        searched = record["searched"]
        filters: Record = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in searched["filters"].items()
        }
        between = searched["published_range"]
        return Abstention(
            reason=record["reason"],
            message=message,
            nearest=tuple(self._citation(*fields) for fields in record["nearest"]),
            searched=Searched(
                articles=searched["articles"],
                passages=searched["passages"],
                filters=Filters(**filters),
                published_range=(between[0], between[1]) if between else None,
            ),
        )

    def _passages(self, rows: Sequence[Sequence[Any]]) -> Iterator[Passage]:  # Any: JSON
        """Yield the passages; one whose article was purged is left out, since it was only considered."""
        for chunk_id, article_id, revision, first, last, score, dense, lexical in rows:
            with suppress(NotFoundError):
                stored = self._stored(article_id, revision)
                yield Passage(
                    chunk_id=chunk_id,
                    article=stored.article,
                    sentences=stored.sentences,
                    first=first,
                    last=last,
                    score=score,
                    dense=dense,
                    lexical=lexical,
                )


def _disagreement(record: Record) -> Disagreement:
    sides = [Side(value=side["value"], citations=tuple(side["citations"])) for side in record["sides"]]
    return Disagreement(about=record["about"], sides=tuple(sides))


def _claim(text: str, record: Record) -> Claim:
    return Claim(
        text=text[record["start"] : record["end"]],
        start=record["start"],
        end=record["end"],
        citations=tuple(record["citations"]),
        verdict=record["verdict"],
        support=record["support"],
        problems=tuple(Problem(**problem) for problem in record.get("problems", ())),
        answer_spans=tuple((start, end) for start, end in record["answer_spans"]),
    )
