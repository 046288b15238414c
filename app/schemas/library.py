"""Articles, sentences, the index and jobs on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from app.schemas.answers import CitationOut, Out, SentenceOut, SourceOut, source_of

if TYPE_CHECKING:  # as in app.schemas.answers
    from app.jobs import Job
    from app.results import IndexStatus
    from app.standing import Standing
    from app.watcher import WatchedFeed
    from index.catalogue import Listed, StoredArticle
    from index.history import Revision
    from index.ingest import Added
    from index.origins import Origin
    from index.records import Sentence


class AddedOut(Out):
    """What became of one article of a call."""

    id: str | None
    revision: int | None
    status: Literal["added", "updated", "unchanged", "rejected"]
    reason: str | None

    @classmethod
    def of(cls, added: Added) -> AddedOut:
        return cls(
            id=added.id or None,
            revision=added.revision or None,
            status=added.status,
            reason=added.reason or None,
        )


class ArticlesAddedOut(Out):
    """What became of each article, in order."""

    generation: str
    results: list[AddedOut]


class ListedOut(SourceOut):
    """One article of the list; `lead` is the beginning of its text."""

    id: str
    revision: int
    modified: str | None
    language: str | None
    sentences: int
    lead: str

    @classmethod
    def of(cls, listed: Listed) -> ListedOut:
        return cls(
            id=listed.id,
            revision=listed.revision,
            **source_of(listed),
            modified=listed.modified or None,
            language=listed.language or None,
            sentences=listed.sentences,
            lead=listed.lead,
        )


class ArticleListOut(Out):
    """A page of articles, newest first; give `next_cursor` back to get the next page."""

    articles: list[ListedOut]
    total: int
    next_cursor: str | None


class OriginOut(Out):
    """A place where an article's text was found; null for what is not known of it."""

    publication: str | None
    url: str | None
    origin: str | None
    seen_at: str


class RevisionOut(Out):
    """One revision in an article's history."""

    revision: int
    added_at: str
    status: Literal["current", "superseded", "deleted"]


class ArticleOut(SourceOut):
    """One revision of an article, whole, with where it was found and the ids of its near copies."""

    id: str
    revision: int
    modified: str | None
    language: str | None
    licence: str | None
    status: Literal["current", "superseded", "deleted"]
    text: str
    sentences: list[SentenceOut]
    revisions: list[RevisionOut]
    origins: list[OriginOut]
    copies: list[str]

    @classmethod
    def of(
        cls,
        stored: StoredArticle,
        revisions: Sequence[Revision],
        origins: Sequence[Origin],
        copies: Sequence[str],
    ) -> ArticleOut:
        article = stored.article
        return cls(
            id=article.id,
            revision=article.revision,
            **source_of(article),
            modified=article.modified or None,
            language=article.language or None,
            licence=article.licence or None,
            status=stored.status,
            text=article.text,
            sentences=[_sentence(s) for s in stored.sentences],
            revisions=[RevisionOut.model_validate(one) for one in revisions],
            origins=[
                OriginOut(
                    publication=one.publication or None,
                    url=one.url or None,
                    origin=one.origin or None,
                    seen_at=one.seen_at,
                )
                for one in origins
            ],
            copies=list(copies),
        )


class SentenceViewOut(SourceOut):
    """A sentence by its address, with its neighbours, where it is from, and what became of it since.

    `current` is its address in the live revision and `current_text` its words there, null where it is gone.
    """

    sentence: str
    article_id: str
    revision: int
    ordinal: int
    start: int
    end: int
    text: str
    before: str
    after: str
    status: Literal["current", "superseded", "deleted"]
    current: str | None
    change: Literal["same", "changed", "gone"] | None
    current_text: str | None
    link: str | None

    @classmethod
    def of(cls, stored: StoredArticle, ordinal: int, standing: Standing) -> SentenceViewOut:
        from app.answer import Citation

        cited = CitationOut.of(
            Citation(
                number=1, article=stored.article, sentences=stored.sentences, ordinal=ordinal, score=1.0
            ),
            standing,
        )
        fields = cited.model_dump(exclude={"number", "quote", "score"})
        return cls(**fields, text=cited.quote, current_text=standing.text or None)


class IndexOut(Out):
    """The index as it stands; `previous` is the generation that a roll-back goes to."""

    generation: str
    previous: str | None
    state: Literal["ready", "building", "repairing", "empty"]
    articles: int
    sentences: int
    passages: int
    embedder: str | None
    built_at: str | None
    bytes: int
    pending: int

    @classmethod
    def of(cls, status: IndexStatus) -> IndexOut:
        fields = asdict(status)
        return cls(
            **{
                **fields,
                "previous": status.previous or None,
                "embedder": status.embedder or None,
                "built_at": status.built_at or None,
            }
        )


class FeedOut(Out):
    """A watched feed: `entries` it lists were taken; asking it failed `failures` times in a row."""

    url: str
    every_s: int
    next_at: str
    failures: int
    error: str | None
    entries: int

    @classmethod
    def of(cls, feed: WatchedFeed) -> FeedOut:
        watch = feed.watch
        return cls(
            url=watch.url,
            every_s=watch.every_s,
            next_at=datetime.fromtimestamp(watch.next_at, UTC).isoformat(timespec="seconds"),
            failures=watch.failures,
            error=watch.error or None,
            entries=feed.entries,
        )


class FeedsOut(Out):
    """All watched feeds, by address."""

    feeds: list[FeedOut]


class HealthOut(Out):
    """Whether the service is well; `search` says whether meaning or terms alone are searched.

    `instance` is drawn at each start, and stands in the data directory's lock too.
    """

    status: Literal["ok"]
    instance: str | None = None
    generation: str | None = None
    search: Literal["hybrid", "lexical"] | None = None
    detail: str | None = None

    @classmethod
    def of(cls, generation: str, embedder: str) -> HealthOut:
        if embedder:
            return cls(status="ok", generation=generation, search="hybrid")
        return cls(
            status="ok",
            generation=generation,
            search="lexical",
            detail="no embedding model is at hand, so articles are found by their words alone",
        )


class JobOut(Out):
    """A job as it stands; `errors` are the first 1,000 (20 in a list of jobs) of `errors_total`."""

    id: str
    kind: str
    state: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    done: int
    total: int
    rate: float | None
    eta_s: float | None
    errors: list[str]
    errors_total: int
    counts: dict[str, int]
    stalled: bool
    created_at: str
    finished_at: str | None

    @classmethod
    def of(cls, job: Job) -> JobOut:
        return cls.model_validate(job)


class JobStartedOut(Out):
    """The job that was started."""

    job_id: str


class JobsOut(Out):
    """All remembered jobs, newest first."""

    jobs: list[JobOut]


def _sentence(sentence: Sentence) -> SentenceOut:
    return SentenceOut(ordinal=sentence.ordinal, start=sentence.start, end=sentence.end)
