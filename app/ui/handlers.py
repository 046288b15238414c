"""What the chat does when something is pressed: plain values in, HTML and plain values out.

Nothing here keeps state: what belongs to one reader arrives and leaves as an argument.
An error never leaves as an exception, only as words; what we did not foresee is logged.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.jobs import ENDED
from app.ui import library, render
from index.errors import FootnoteError, InputError, NotFoundError
from index.records import Filters, RawArticle

if TYPE_CHECKING:
    from app.jobs import Job
    from app.service import Service
    from index.catalogue import Listed

logger = logging.getLogger(__name__)

_TURNS_KEPT = 40  # each turn travels again with the next one, so a day-long page must not grow for ever
_PAGE = 50
_FOLLOWED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One reader's conversation: its id (from the first answer) and its turns as HTML."""

    id: str = ""
    turns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """The filters a reader has set; `articles` are (id, title)."""

    publications: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    articles: tuple[tuple[str, str], ...] = ()
    published_from: str = ""
    published_to: str = ""

    @classmethod
    def of(
        cls,
        publications: Sequence[str] | None,
        authors: Sequence[str] | None,
        articles: Sequence[tuple[str, str]],
        published_from: str | None,
        published_to: str | None,
    ) -> "Narrowing":
        """Take the values as the page's components give them, None for what is empty."""
        return cls(
            publications=tuple(publications or ()),
            authors=tuple(authors or ()),
            articles=tuple((key, title) for key, title in articles),
            published_from=published_from or "",
            published_to=published_to or "",
        )

    @property
    def filters(self) -> Filters:
        return Filters(
            publications=self.publications,
            authors=self.authors,
            article_ids=tuple(key for key, _ in self.articles),
            published_from=self.published_from,
            published_to=self.published_to,
        )

    def without(self, kind: str, value: str) -> "Narrowing":
        """Return it with one filter lifted; "all" lifts every one."""
        match kind:
            case "publication":
                return replace(self, publications=tuple(p for p in self.publications if p != value))
            case "author":
                return replace(self, authors=tuple(a for a in self.authors if a != value))
            case "article":
                return replace(self, articles=tuple(a for a in self.articles if a[0] != value))
            case "from":
                return replace(self, published_from="")
            case "to":
                return replace(self, published_to="")
        return Narrowing()


def ask(
    service: "Service", question: str, conversation: Conversation, narrowing: Narrowing
) -> Iterator[tuple[Conversation, str]]:
    """Yield the conversation with the question in it, then with its answer."""
    # A browser can send half of a surrogate pair, and no page that holds one can be sent back.
    question = question.encode(errors="replace").decode().strip()
    if not question:
        return
    yield conversation, render.conversation([*conversation.turns, render.pending(question)])
    conversation_id = conversation.id
    try:
        answer = service.ask(question, filters=narrowing.filters, conversation_id=conversation_id)
        turn, conversation_id = render.turn(answer), answer.conversation_id
    except Exception as error:
        turn = render.failed(question, in_words(error))
    turns = (*conversation.turns, turn)[-_TURNS_KEPT:]
    yield Conversation(id=conversation_id, turns=turns), render.conversation(turns)


def read_article(service: "Service", name: str) -> str:
    """Return the article ARTICLE@REVISION as HTML, or why it cannot be read."""
    article_id, _, revision = name.rpartition("@")
    try:
        stored = service.article(article_id, int(revision))
        return library.reader(stored, service.standing(stored) if stored.status == "superseded" else ())
    except Exception as error:
        return library.unreadable(in_words(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The article list as one reader narrowed it, and how many pages of it are open."""

    q: str = ""
    publication: str = ""
    published_from: str = ""
    published_to: str = ""
    pages: int = 1

    @classmethod
    def of(
        cls,
        q: str | None,
        publication: str | None,
        published_from: str | None,
        published_to: str | None,
        pages: int,
    ) -> "Listing":
        """Take the values as the page's components give them, None for what is empty."""
        return cls(
            q=(q or "").strip(),
            publication=publication or "",
            published_from=published_from or "",
            published_to=published_to or "",
            pages=pages,
        )

    @property
    def filters(self) -> Filters:
        return Filters(
            publications=(self.publication,) if self.publication else (),
            published_from=self.published_from,
            published_to=self.published_to,
        )


def list_articles(service: "Service", wanted: Listing) -> str:
    """Return the article list, all opened pages of it."""
    rows: list[Listed] = []
    cursor, total = "", 0
    try:
        for _ in range(wanted.pages):
            page = service.articles(q=wanted.q, filters=wanted.filters, cursor=cursor, limit=_PAGE)
            rows += page.articles
            cursor, total = page.next_cursor, page.total
            if not cursor:
                break
    except Exception as error:
        return library.notice(in_words(error), problem=True)
    return library.listing(rows, total, more=bool(cursor), narrowed=bool(wanted.q or wanted.filters))


def add_pasted(service: "Service", article: RawArticle) -> tuple[bool, str]:
    """Add one pasted article; return whether it is kept, and what became of it."""
    try:
        if not article.text.strip():
            raise InputError("there is no text to add; paste the article's text")
        results = list(service.add([article]))
    except Exception as error:
        return False, library.notice(in_words(error), problem=True)
    return all(result.status != "rejected" for result in results), library.added(results)


def remove(service: "Service", article_id: str) -> str:
    """Delete an article; return one line that says so, or why not."""
    try:
        service.remove(article_id)
    except Exception as error:
        return library.notice(in_words(error), problem=True)
    return library.notice("Deleted. It is gone from the very next question.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The jobs that one reader sees, as HTML; `ended` of them have."""

    ids: tuple[str, ...] = ()
    html: str = ""
    ended: int = 0

    @property
    def is_going(self) -> bool:
        return self.ended < len(self.ids)


def follow(service: "Service", ids: Sequence[str]) -> Followed:
    """Return the jobs as they stand; one that is forgotten is left out."""
    jobs = _known(service, ids)
    return Followed(
        ids=tuple(job.id for job in jobs),
        html="".join(library.job(job) for job in jobs),
        ended=sum(job.state in ENDED for job in jobs),
    )


def under_way(service: "Service") -> Followed:
    """Return the jobs that were under way before the page was opened, those of feeds left out."""
    jobs = [job for job in service.jobs() if job.state not in ENDED and job.kind != "feed"]
    return follow(service, [job.id for job in reversed(jobs)][:_FOLLOWED])


def begin(service: "Service", ids: Sequence[str], start: Callable[[], "Job"]) -> Followed:
    """Start a job; return it with those of the others that have not ended."""
    try:
        started = start()
    except Exception as error:
        now = follow(service, ids)
        return replace(now, html=library.notice(in_words(error), problem=True) + now.html)
    going = [job.id for job in _known(service, ids) if job.state not in ENDED and job.id != started.id]
    return follow(service, [*going, started.id])


def _known(service: "Service", ids: Sequence[str]) -> "list[Job]":
    jobs = []
    for job_id in ids:
        with suppress(NotFoundError):
            jobs.append(service.job(job_id))
    return jobs


def upload(service: "Service", paths: Sequence[str]) -> "Job":
    """Start the import of uploaded files. Raises as the service does."""
    with service.imports.receiving() as upload:
        for path in map(Path, paths):
            with path.open("rb") as file:
                upload.take(path.name, file)
        return service.imports.start_upload(upload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the page shows of the index, and the names that can be filtered by."""

    articles: int = 0
    status: str = ""
    facts: str = ""
    publications: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


def overview(service: "Service") -> Overview:
    """Return how the index stands now."""
    try:
        now = service.index()
        return Overview(
            articles=now.articles,
            status=library.status_line(now),
            facts=library.status_table(now),
            publications=tuple(service.publications()),
            authors=tuple(service.authors()),
        )
    except Exception as error:
        return Overview(facts=library.notice(in_words(error), problem=True))


def in_words(error: Exception) -> str:
    """Return what to tell a reader about an error; log it when it is none of ours."""
    if isinstance(error, FootnoteError):
        message = str(error)
        return f"{message[:1].upper()}{message[1:]}{'' if message.endswith(('.', '!', '?')) else '.'}"
    logger.error("the chat could not do what was asked", exc_info=error)
    return "Something went wrong here, and it is not your doing. It has been logged; please try again."
