"""The line from raw article to generation: clean, split, cut, embed, commit, index.

What a call returns as added is committed, can be asked about, and survives a power cut.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from index.catalogue import Catalogue, StoredArticle, derived_id
from index.chunks import header
from index.cleaning import clean
from index.database import Database
from index.dates import FIRST_YEAR, LAST_YEAR, parse_published
from index.errors import ArticleError, InputError
from index.fields import MAX_TEXT_CHARS, check_authors, check_line, language_code, web_url
from index.generations import Generations
from index.history import History
from index.identity import is_revision
from index.language import detect
from index.ledger import Ledger
from index.origins import Origins
from index.records import Article, RawArticle, Sentence, check_article_id
from index.sentences import split

BATCH_ARTICLES = 64
BATCH_CHARS = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of one raw article; `reason` says why it was rejected, or what it is a copy of."""

    id: str
    revision: int
    status: Literal["added", "updated", "unchanged", "rejected"]
    reason: str = ""
    origin: str = ""


Note = Callable[[Sequence[Added]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A cleaned and split article whose id and revision are not settled yet."""

    article: Article
    sentences: tuple[Sentence, ...]


class Ingest:
    """The one writer of articles."""

    def __init__(self, database: Database, generations: Generations) -> None:
        self._generations = generations
        self._catalogue = Catalogue(database)
        self._history = History(database)
        self._ledger = Ledger(database)
        self._origins = Origins(database)

    def add(self, articles: Iterable[RawArticle], note: Note | None = None) -> Iterator[Added]:
        """Add articles, a batch at a time, and yield what became of each, in order.

        A batch is committed and searchable when its first result is yielded. `note` is called with each
        batch's results before that: what it writes to the catalogue is committed with the batch.
        """
        for batch in _batches(articles):
            yield from self._add_batch(batch, note)

    def remove(self, article_id: str) -> None:
        """Delete an article: gone from the very next question. Raises NotFoundError."""
        with self._generations.changing():
            # Not read: an article that is damaged has to be removable too.
            key = self._catalogue.live_key(article_id)
            self._ledger.drop_chunks(key)
            self._catalogue.delete(key)

    def _add_batch(self, batch: Sequence[RawArticle], note: Note | None) -> list[Added]:
        self._generations.check_room()
        prepared = [_prepare(raw) for raw in batch]
        # Beforehand and not as the writer, so that nobody waits for it.
        self._embed([p for p in prepared if isinstance(p, _Prepared)])
        with self._generations.changing():
            touched: list[int] = []
            results = [self._write(p, touched) if isinstance(p, _Prepared) else p for p in prepared]
            # Whatever the first embedding could not foresee is embedded here: usually nothing.
            self._generations.cutter().cut(touched)
            if note is not None:
                note(results)
        return results

    def _embed(self, prepared: Sequence[_Prepared]) -> None:
        """Embed what is new of a batch in one go, so that texts of like length run together."""
        cutter = self._generations.cutter()
        chunks = []
        for one in prepared:
            known = self._catalogue.live_copy(one.article.text)
            if known is None or not (
                header(known.article) == header(one.article) or _is_elsewhere(known.article, one.article)
            ):
                stored = StoredArticle(key=0, article=one.article, sentences=one.sentences, status="current")
                chunks += cutter.chunks_of(stored)
        cutter.keep(cutter.embed(chunks))

    def _write(self, prepared: _Prepared, touched: list[int]) -> Added:
        """Store what is new, and note the revisions that have to be cut again."""
        article = prepared.article
        copy = self._catalogue.live_copy(article.text)
        live = self._known(article, copy)
        if copy is not None and (live is None or _is_elsewhere(copy.article, article)):
            reason = f"the same text as article {copy.article.id}"
            result = _result(copy.article, "unchanged", reason, article)
        elif live is not None and live.article.text == article.text:
            result = self._describe(live, article, touched)
        elif live is not None and not article.id and self._history.holds(live.article.id, article.text):
            reason = f"an earlier revision of article {live.article.id}"
            result = _result(live.article, "unchanged", reason, article)
        else:
            result = self._revise(live, prepared, touched)
        self._origins.note(result.id, article)
        return result

    def _known(self, article: Article, copy: StoredArticle | None) -> StoredArticle | None:
        """Return the live article that this one is, by its id, or else by its text and what describes it."""
        if article.id or copy is not None:
            return self._catalogue.live(article.id) if article.id else copy
        if live := self._catalogue.live(derived_id(article.text)):
            return live
        near = self._catalogue.like(article.text)
        return next((one for one in near if is_revision(one.article, article)), None)

    def _describe(self, live: StoredArticle, article: Article, touched: list[int]) -> Added:
        """Take over what is newly known about an article whose text has not changed."""
        described = _with_metadata(live.article, article, live.article)
        if described == live.article:
            return _result(live.article, "unchanged", "", article)
        self._catalogue.put_metadata(live.key, described)
        if header(described) != header(live.article) or described.authors != live.article.authors:
            self._ledger.drop_chunks(live.key)
            touched.append(live.key)
        return _result(described, "updated", "", article)

    def _revise(self, live: StoredArticle | None, prepared: _Prepared, touched: list[int]) -> Added:
        """Store a text that this article did not have before, as its next revision."""
        article_id = live.article.id if live else prepared.article.id or derived_id(prepared.article.text)
        article = replace(prepared.article, id=article_id, revision=self._catalogue.next_revision(article_id))
        if live is not None:
            # When the text before was last changed says nothing of this one.
            article = _with_metadata(article, article, replace(live.article, modified=""))
            self._ledger.drop_chunks(live.key)
        touched.append(self._catalogue.put(article, prepared.sentences))
        return _result(article, "updated" if live else "added", "", article)


def _prepare(raw: RawArticle) -> "_Prepared | Added":
    try:
        return _cleaned(raw)
    except InputError as error:
        return Added(id=raw.id, revision=0, status="rejected", reason=str(error), origin=raw.origin)


def _cleaned(raw: RawArticle) -> _Prepared:
    if raw.id:
        check_article_id(raw.id)
    if len(raw.text) > MAX_TEXT_CHARS:
        raise ArticleError(
            f"the text has {len(raw.text):,} characters, more than the {MAX_TEXT_CHARS:,} one article may "
            "have; split it into several"
        )
    text = clean(raw.text)
    if not any(c.isalnum() for c in text):
        raise ArticleError("the text is empty; give an article with words in it")
    published = parse_published(raw.published) if raw.published else ""
    if raw.published and not published:
        raise ArticleError(
            f"published {raw.published[:80]!r} is not a date from {FIRST_YEAR} to {LAST_YEAR}; "
            "give it as 2026-11-22"
        )
    language = language_code(_line(raw.language, "language")) or detect(text)
    article = Article(
        id=raw.id,
        revision=0,
        text=text,
        title=_line(raw.title, "title"),
        publication=_line(raw.publication, "publication"),
        authors=check_authors(line for name in raw.authors if (line := _line(name, "author"))),
        published=published,
        # Of less use than the date of publication, so an odd one costs no article.
        modified=parse_published(raw.modified),
        url=web_url(_line(raw.url, "url")),
        language=language,
        licence=_line(raw.licence, "licence"),
        origin=raw.origin,
    )
    return _Prepared(article=article, sentences=split(text, language))


def _line(value: str, field: str) -> str:
    """One cleaned line of metadata; raises ArticleError when it is too long."""
    return check_line(" ".join(clean(value).split()), field)


def _is_elsewhere(known: Article, given: Article) -> bool:
    """Tell whether a text that came without an id was found at another place than the known article."""
    if given.id:
        return False
    pairs = ((known.publication, given.publication), (known.url, given.url))
    return any(one and other and one != other for one, other in pairs)


def _with_metadata(article: Article, *sources: Article) -> Article:
    """Return the article with each field of metadata from the first source that has it."""
    found = {
        name: next((value for source in sources if (value := getattr(source, name))), getattr(article, name))
        for name in ("title", "publication", "authors", "published", "modified", "url", "licence")
    }
    return replace(article, **found)


def _result(
    article: Article, status: Literal["added", "updated", "unchanged"], reason: str, given: Article
) -> Added:
    return Added(id=article.id, revision=article.revision, status=status, reason=reason, origin=given.origin)


def _batches(articles: Iterable[RawArticle]) -> Iterator[list[RawArticle]]:
    """Group articles so that a batch is neither many nor long."""
    source = iter(articles)
    while batch := list(islice(source, 1)):
        chars = len(batch[0].text)
        while len(batch) < BATCH_ARTICLES and chars < BATCH_CHARS:
            following = next(source, None)
            if following is None:
                break
            batch.append(following)
            chars += len(following.text)
        yield batch
