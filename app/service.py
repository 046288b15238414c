"""The one door to Footnote: every face (chat, REST, command line) calls this and nothing behind it."""

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from app.answer import Answer, Searched
from app.answerer import Answerer, Question
from app.answers import Answers
from app.conversation import standalone
from app.evidence import Evidence
from app.imports import Imports
from app.jobs import Job, JobRun, Jobs
from app.purge import Purge, finish
from app.results import ArticlePage, CheckResult, IndexStatus, SearchResult
from app.standing import Standing, standings, standings_of
from app.upkeep import Upkeep
from app.watcher import Watcher
from index.catalogue import Catalogue, Listed, StoredArticle
from index.database import Database
from index.embeddings import NO_EMBEDDER
from index.errors import InputError, NotFoundError
from index.fetching import Fetcher
from index.generations import Generations
from index.history import History, Revision
from index.ingest import Added, Ingest, Note
from index.ledger import Ledger
from index.lock import DirectoryLock
from index.marks import near_copies
from index.origins import Origin, Origins
from index.purging import Purging
from index.records import Address, Filters, RawArticle
from index.space import Space, disk_bytes
from index.watches import Watches

_NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the service is put together from; `app.main` does it."""

    directory: Path
    lock: DirectoryLock
    database: Database
    generations: Generations
    answerer: Answerer
    fetcher: Fetcher
    space: Space
    max_claims: int


class Service:
    """Answers, searches, adds and removes; safe to call from many threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._generations = parts.generations
        self._answerer = parts.answerer
        self._catalogue = Catalogue(parts.database)
        self._history = History(parts.database)
        self._answers = Answers(parts.database, parts.generations.check_room)
        self._ledger = Ledger(parts.database)
        self._origins = Origins(parts.database)
        self._ingest = Ingest(parts.database, parts.generations)
        self.feeds = Watcher(Watches(parts.database), parts.fetcher, self.add)
        purging = Purging(parts.database, parts.generations)
        self._jobs = Jobs(
            parts.database,
            {
                "rebuild": self._build,
                "repair": self._build,
                "purge": partial(finish, purging),
                "import": lambda run: self.imports.run(run),
                "feed": self.feeds.run,
            },
        )
        self._upkeep = Upkeep(parts.generations, self._jobs)
        self.imports = Imports(parts.directory / "imports", self._jobs, self.add, parts.fetcher, parts.space)
        self._purge = Purge(purging, self._answers, self._jobs, self.imports)

    def ask(
        self,
        question: str,
        *,
        filters: Filters = _NO_FILTERS,
        mode: Literal["auto", "extractive", "generative"] = "auto",
        max_claims: int | None = None,
        conversation_id: str = "",
        today: date | None = None,
    ) -> Answer:
        """Answer a question, or what it means behind its conversation's turns, or abstain.

        `today` is the day that "this week" is counted from: the day it is, unless given.
        """
        if mode == "generative":
            raise InputError(
                "mode 'generative' needs a language model and none is configured; "
                "ask with 'extractive' or 'auto'"
            )
        turns = self._answers.turns(conversation_id)
        with self._generations.reading() as generation:
            allowed = self._catalogue.allowed(filters)
            articles = self._catalogue.counts()[0] if allowed is None else len(allowed)
            asked = Question(
                asked=question,
                text=standalone(question, turns),
                today=today or date.today(),
                filters=filters,
                allowed=allowed,
                articles=articles,
                searched=partial(self._searched, generation.row.chunking, filters, allowed, articles),
                has_articles=partial(self._catalogue.has_articles, allowed),
                max_claims=max_claims or self._parts.max_claims,
                conversation_id=conversation_id,
            )
            answer = self._answerer.answer(generation, generation.id, asked)
        self._answers.put(answer, turns)
        return answer

    def answer(self, answer_id: str) -> tuple[Answer, dict[str, Standing]]:
        """Return an answer that was given, and how each sentence it shows stands now, by its address."""
        answer = self._answers.get(answer_id)
        nearest = answer.abstention.nearest if answer.abstention else ()
        return answer, standings(self._catalogue, (*answer.citations, *nearest))

    def search(
        self,
        question: str,
        *,
        filters: Filters = _NO_FILTERS,
        limit: int = 10,
        today: date | None = None,
    ) -> SearchResult:
        """Return the passages for a question, best first, and how their sentences fit it."""
        with self._generations.reading() as generation:
            allowed = self._catalogue.allowed(filters)
            day = today or date.today()
            passages = self._answerer.passages(generation, question, day, allowed, limit)
            ranked = self._answerer.rank(generation, question, day, passages)
        scores = {one.place: one.score for one in ranked}
        return SearchResult(
            generation=generation.id,
            passages=tuple(passages),
            scores=tuple(
                {
                    ordinal: scores.get((p.article.id, p.article.revision, ordinal), 0.0)
                    for ordinal in range(p.first, p.last + 1)
                }
                for p in passages
            ),
        )

    def evidence(
        self, question: str, *, filters: Filters = _NO_FILTERS, today: date | None = None
    ) -> list[Evidence]:
        """Return the sentences an answer would be chosen from, best first."""
        with self._generations.reading() as generation:
            allowed = self._catalogue.allowed(filters)
            return self._answerer.evidence(generation, question, today or date.today(), allowed)

    def check(self, claim: str, *, filters: Filters = _NO_FILTERS, today: date | None = None) -> CheckResult:
        """Say whether the articles that pass the filters bear a claim out, and which sentences do."""
        with self._generations.reading() as generation:
            allowed = self._catalogue.allowed(filters)
            found, citations = self._answerer.check(generation, claim, today or date.today(), allowed)
        return CheckResult(generation=generation.id, claim=claim, grounding=found, citations=citations)

    def add(self, articles: Iterable[RawArticle], note: Note | None = None) -> Iterator[Added]:
        """Add articles and yield what became of each, in order; each can be asked about by then.

        What `note` writes to the catalogue about a batch's results is committed with the batch.
        """
        yield from self._ingest.add(articles, note)
        self._upkeep.look()

    def remove(self, article_id: str) -> None:
        """Delete an article: gone from the very next question. Raises NotFoundError."""
        _check_text(article_id)
        self._ingest.remove(article_id)
        self._upkeep.look()

    def purge(self, article_id: str) -> Job:
        """Erase an article, live or deleted, for good; the job cleans the files.

        Raises NotFoundError, and ConflictError while an import is queued or running.
        """
        _check_text(article_id)
        return self._purge.purge(article_id)

    def article(self, article_id: str, revision: int | None = None) -> StoredArticle:
        """Return an article with its sentences, an older revision when it is named."""
        _check_text(article_id)
        return self._catalogue.article(article_id, revision)

    def revisions(self, article_id: str) -> list[Revision]:
        """Return an article's revisions, oldest first."""
        _check_text(article_id)
        return self._history.revisions(article_id)

    def origins(self, article_id: str) -> list[Origin]:
        """Return the places where an article's text was found, in the order of finding."""
        return self._origins.of(article_id)

    def copies(self, stored: StoredArticle) -> list[str]:
        """Return the ids of the articles that are near copies of this one, the likest first."""
        return near_copies(self._parts.database.read(), stored.key)

    def sentence(self, address: str) -> tuple[StoredArticle, int, Standing]:
        """Return the article revision and the ordinal that an address names, and how it stands now."""
        _check_text(address)
        parsed = Address.parse(address)
        stored = self._catalogue.article(parsed.article_id, parsed.revision)
        if parsed.ordinal >= len(stored.sentences):
            raise NotFoundError(
                f"{address!r} names no sentence: that revision has sentences 0 to {len(stored.sentences) - 1}"
            )
        return stored, parsed.ordinal, standings_of(self._catalogue, stored, [parsed.ordinal])[parsed.ordinal]

    def standing(self, stored: StoredArticle) -> list[Standing]:
        """Return how each sentence of a revision stands now, in order."""
        every = standings_of(self._catalogue, stored, range(len(stored.sentences)))
        return [every[ordinal] for ordinal in range(len(stored.sentences))]

    def articles(
        self, *, q: str = "", filters: Filters = _NO_FILTERS, cursor: str = "", limit: int = 50
    ) -> ArticlePage:
        """Return a page of the articles that hold the words of `q`, newest first."""
        page, total = self._catalogue.listing(filters, words=q, after=_after(cursor), limit=limit + 1)
        more = len(page) > limit
        last = page[limit - 1] if more else None
        return ArticlePage(
            articles=tuple(page[:limit]), total=total, next_cursor=_cursor(last) if last else ""
        )

    def publications(self) -> list[str]:
        """Return the publications' names, in order."""
        return self._catalogue.publications()

    def authors(self) -> list[str]:
        """Return the authors' names, in order."""
        return self._catalogue.authors()

    @property
    def instance(self) -> str:
        """What tells this service from any other, before and after it."""
        return self._parts.lock.instance

    def generation(self) -> str:
        """Return the id of the generation that answers."""
        with self._generations.reading() as generation:
            return generation.id

    def ready(self) -> tuple[str, str]:
        """Return the generation that answers and the fingerprint of what embeds questions to it, "" for none.

        Raises NotReadyError when it cannot answer.
        """
        self._upkeep.look()
        with self._generations.reading() as generation:
            generation.check_answers()
            return generation.id, generation.embedder.fingerprint if generation.embedder else ""

    def index(self) -> IndexStatus:
        """Return the index as it stands; it measures the data directory, so it is not for hot paths."""
        self._upkeep.look()
        with self._generations.reading() as generation:
            row = generation.row
        articles, sentences = self._catalogue.counts()
        building = (job := self._jobs.running()) is not None and job.kind == "rebuild"
        state: Literal["ready", "building", "repairing", "empty"] = "ready" if articles else "empty"
        if building or generation.damage:
            state = "building" if building else "repairing"
        return IndexStatus(
            generation=generation.id,
            state=state,
            articles=articles,
            sentences=sentences,
            passages=self._ledger.count(row.chunking),
            previous=self._generations.previous,
            embedder="" if row.embedder == NO_EMBEDDER else row.embedder,
            built_at=row.built_at,
            bytes=disk_bytes(self._parts.directory),
            pending=len(self._ledger.changes_after(row.applied)),
        )

    def rebuild(self) -> Job:
        """Start building a new generation; the current one answers until it is replaced."""
        return self._jobs.submit("rebuild")

    def roll_back(self) -> IndexStatus:
        """Go back to the generation before this one, caught up. Raises ConflictError when there is none."""
        self._generations.roll_back()
        return self.index()

    def make_ready(self, *, whole: bool = False) -> None:
        """Build first what a process that does not stay needs to answer; with `whole` any damaged index."""
        self._upkeep.make_ready(whole=whole)

    def mend(self) -> None:
        """Build a damaged generation anew, finish what was purged, and wait. Raises DamagedIndexError."""
        self._upkeep.mend()
        self._purge.resume()
        self._jobs.wait()

    def _build(self, run: JobRun) -> None:
        self._generations.build(run.progress)

    def job(self, job_id: str) -> Job:
        """Return a job as it stands. Raises NotFoundError."""
        return self._jobs.get(job_id)

    def jobs(self) -> list[Job]:
        """Return all remembered jobs, newest first."""
        return self._jobs.list()

    def peek_job(self, job_id: str) -> Job:
        """Return a job from memory, without its errors. Raises NotFoundError."""
        return self._jobs.peek(job_id)

    def cancel_job(self, job_id: str) -> Job:
        """Cancel a job. Raises NotFoundError, and ConflictError when it has ended."""
        return self._jobs.cancel(job_id)

    def retry_job(self, job_id: str) -> Job:
        """Queue what a job did not do. Raises NotFoundError, and ConflictError when that is nothing."""
        self.imports.check_retry(job_id)
        return self._jobs.retry(job_id)

    def resume(self) -> None:
        """Go on with what was under way when the last process ended, and with feeds; keep the index up.

        For a process that stays: whoever asks one question does not wait for a rebuild.
        """
        self._purge.resume()
        self._jobs.resume()
        self.feeds.start(self._jobs)
        self._upkeep.start()

    def wait(self) -> None:
        """Wait until no job is queued or running."""
        self._jobs.wait()

    def close(self) -> None:
        """Stop the running job where it can go on later, and let go of the data directory."""
        with ExitStack() as closing:
            closing.callback(self._parts.lock.close)
            closing.callback(self._parts.database.close)
            closing.callback(self._generations.close)
            closing.callback(self._answers.close)
            closing.callback(self._jobs.close)
            closing.callback(self.feeds.close)

    def _searched(
        self, chunking: str, filters: Filters, allowed: frozenset[int] | None, articles: int
    ) -> Searched:
        return Searched(
            articles=articles,
            passages=self._ledger.count(chunking, allowed),
            filters=filters,
            published_range=self._catalogue.published_range(allowed),
        )


def _check_text(name: str) -> None:
    """Raise NotFoundError for what no article can be called: half of a surrogate pair."""
    if any("\ud800" <= c <= "\udfff" for c in name):
        raise NotFoundError(f"there is no article {name!a}; its name is not valid Unicode")


def _cursor(last: Listed) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.published, last.id]).encode()).decode()


def _after(cursor: str) -> tuple[str, str] | None:
    if not cursor:
        return None
    try:
        published, article_id = json.loads(base64.urlsafe_b64decode(cursor.encode()).decode())
        return published.encode().decode(), article_id.encode().decode()
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"cursor {cursor[:80]!r} cannot be used; give back the next_cursor of the page before"
        ) from error
