"""Articles, revisions and sentence spans in SQLite: what was added, and what is live now.

In: cleaned articles with their sentences. Out: articles, listings, and the revision keys that
a set of filters allows. A revision's key is an integer that is never handed out twice.
"""

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.copies import sketch
from index.database import Database
from index.dates import now
from index.errors import NotFoundError
from index.marks import drop_marks, like, put_marks
from index.packing import pack, text_hash, unpack
from index.records import Article, Filters, Sentence, assert_exact

Status = Literal["current", "superseded", "deleted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """One revision as the catalogue holds it; `key` names the revision among all articles'."""

    key: int
    article: Article
    sentences: tuple[Sentence, ...]
    status: Status
    deleted_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the article list; `lead` is the text's beginning."""

    id: str
    revision: int
    title: str
    publication: str
    authors: tuple[str, ...]
    published: str
    modified: str
    url: str
    language: str
    sentences: int
    lead: str


def derived_id(text: str) -> str:
    """Return the id of an article that came without one."""
    return text_hash(text).hex()[:16]


_COLUMNS = (
    "r.key, r.article_id, r.revision, r.live, CAST(r.text AS BLOB), r.text_hash, r.spans, r.title, "
    "r.publication, r.authors, r.published, r.modified, r.url, r.language, r.licence, r.origin, a.deleted_at"
)
_FROM = "FROM revisions r JOIN articles a ON a.id = r.article_id"
_LEAD_CHARS = 200


class Catalogue:
    """Reads and writes articles; every write is inside one transaction of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def article(self, article_id: str, revision: int | None = None) -> StoredArticle:
        """Return a revision, by default the live one; an older or a deleted one only when named."""
        if revision is None:
            row = self._one(f"{_FROM} WHERE r.article_id = ? AND r.live", article_id)
        else:
            row = self._one(f"{_FROM} WHERE r.article_id = ? AND r.revision = ?", article_id, revision)
        if row is None:
            raise NotFoundError(self._missing(article_id, revision))
        return _stored(row)

    def live_key(self, article_id: str) -> int:
        """Return the key of an article's live revision, without reading it. Raises NotFoundError."""
        row = self._database.read().execute(
            "SELECT key FROM revisions WHERE article_id = ? AND live", (article_id,)
        )
        if (found := row.fetchone()) is None:
            raise NotFoundError(self._missing(article_id, None))
        return int(found[0])

    def by_keys(self, keys: Iterable[int]) -> dict[int, StoredArticle]:
        """Return the live revisions among these keys."""
        rows = self._database.read().execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE r.live AND r.key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        return {row[0]: _stored(row) for row in rows}

    def live_copy(self, text: str) -> StoredArticle | None:
        """Return the live article with exactly this text, if there is one."""
        row = self._one(f"{_FROM} WHERE r.live AND r.text_hash = ?", text_hash(text))
        return _stored(row) if row else None

    def live(self, article_id: str) -> StoredArticle | None:
        """Return the live revision of an article, or None when it is unknown or deleted."""
        row = self._one(f"{_FROM} WHERE r.article_id = ? AND r.live", article_id)
        return _stored(row) if row else None

    def like(self, text: str) -> list[StoredArticle]:
        """Return the live articles that are near copies of a text, the likest first."""
        ids = like(self._database.read(), sketch(text))
        return [stored for stored in map(self.live, ids) if stored is not None]

    def next_revision(self, article_id: str) -> int:
        """Return the number a new revision of this article gets; numbers are never used twice."""
        sql = "SELECT revision FROM articles WHERE id = ?"
        row = self._database.read().execute(sql, (article_id,)).fetchone()
        return int(row[0]) + 1 if row else 1

    def put(self, article: Article, sentences: Sequence[Sentence]) -> int:
        """Store a new revision as the live one and return its key; the one before is superseded."""
        assert_exact(article.text, sentences)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO articles (id, revision) VALUES (?, ?) "
                "ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, deleted_at = NULL",
                (article.id, article.revision),
            )
            _retire(connection, article.id)
            outline = sketch(article.text)
            cursor = connection.execute(
                "INSERT INTO revisions (article_id, revision, live, sentences, text, text_hash, spans,"
                " sketch, title, publication, publication_folded, authors, published, modified, url,"
                " language, licence, origin, added_at)"
                " VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    article.id,
                    article.revision,
                    len(sentences),
                    article.text,
                    text_hash(article.text),
                    pack(sentences),
                    outline,
                    *_metadata(article),
                    article.language,
                    article.licence,
                    article.origin,
                    now(),
                ),
            )
            key = cursor.lastrowid
            assert key is not None
            _put_authors(connection, key, article.authors)
            put_marks(connection, key, outline)
            return key

    def put_metadata(self, key: int, article: Article) -> None:
        """Replace what is known about a revision; its text and sentences stay as they are."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE revisions SET title = ?, publication = ?, publication_folded = ?, authors = ?,"
                " published = ?, modified = ?, url = ?, licence = ? WHERE key = ?",
                (*_metadata(article), article.licence, key),
            )
            connection.execute("DELETE FROM revision_authors WHERE revision_key = ?", (key,))
            _put_authors(connection, key, article.authors)

    def delete(self, key: int) -> None:
        """Take an article out of use; its revisions stay readable by address as deleted."""
        with self._database.write() as connection:
            article_id = connection.execute(
                "UPDATE articles SET deleted_at = ?"
                " WHERE id = (SELECT article_id FROM revisions WHERE key = ?) RETURNING id",
                (now(), key),
            ).fetchone()[0]
            _retire(connection, article_id)

    def allowed(self, filters: Filters) -> frozenset[int] | None:
        """Return the keys of the live revisions that pass the filters; None when all do."""
        if not filters:
            return None
        where, values = _filter_clause(filters)
        rows = self._database.read().execute(f"SELECT key FROM revisions r WHERE live AND {where}", values)
        return frozenset(row[0] for row in rows)

    def published_range(self, keys: frozenset[int] | None) -> tuple[str, str] | None:
        """Return the first and the last date among live revisions (of these keys), if any is dated."""
        sql = "SELECT min(published), max(published) FROM revisions WHERE live AND published <> ''"
        values: tuple[str, ...] = ()
        if keys is not None:
            sql += " AND key IN (SELECT value FROM json_each(?))"
            values = (json.dumps(list(keys)),)
        first, last = self._database.read().execute(sql, values).fetchone()
        return (first, last) if first else None

    def has_articles(self, keys: frozenset[int] | None, first: str, last: str) -> bool:
        """Tell whether any live revision (of these keys) is dated between two days (ISO), both included."""
        where, values = _filter_clause(Filters(published_from=first, published_to=last))
        sql = f"SELECT 1 FROM revisions r WHERE live AND {where}"
        if keys is not None:
            sql += " AND key IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(keys)))
        return self._database.read().execute(f"{sql} LIMIT 1", values).fetchone() is not None

    def counts(self) -> tuple[int, int]:
        """Return how many live articles there are, and how many sentences they have."""
        row = self._database.read().execute(
            "SELECT count(*), coalesce(sum(sentences), 0) FROM revisions WHERE live"
        )
        articles, sentences = row.fetchone()
        return articles, sentences

    def publications(self) -> list[str]:
        """Return the names of the live articles' publications, in order."""
        rows = self._database.read().execute(
            "SELECT DISTINCT publication FROM revisions WHERE live AND publication <> '' ORDER BY 1"
        )
        return [row[0] for row in rows]

    def authors(self) -> list[str]:
        """Return the names of the live articles' authors, in order."""
        rows = self._database.read().execute(
            "SELECT DISTINCT author FROM revision_authors JOIN revisions r ON r.key = revision_key"
            " WHERE r.live ORDER BY 1"
        )
        return [row[0] for row in rows]

    def listing(
        self, filters: Filters, *, words: str, after: tuple[str, str] | None, limit: int
    ) -> tuple[list[Listed], int]:
        """Return a page of live articles, newest first, and how many there are in all.

        `words` must all occur in title or text (ASCII letters in any case); `after` is the (published, id) of
        the last article of the page before.
        """
        where, values = _filter_clause(filters)
        for word in words.split():
            where += " AND (r.title LIKE ? ESCAPE '\\' OR r.text LIKE ? ESCAPE '\\')"
            values += [_like(word)] * 2
        connection = self._database.read()
        total = connection.execute(f"SELECT count(*) FROM revisions r WHERE live AND {where}", values)
        page = where
        if after is not None:
            page += " AND (r.published < ? OR (r.published = ? AND r.article_id > ?))"
            values = [*values, after[0], *after]
        rows = connection.execute(
            "SELECT article_id, revision, title, publication, authors, published, modified, url, language,"
            f" sentences, substr(text, 1, {_LEAD_CHARS}) FROM revisions r WHERE live AND {page}"
            " ORDER BY published DESC, article_id LIMIT ?",
            [*values, limit],
        )
        return [_listed(row) for row in rows], int(total.fetchone()[0])

    def _missing(self, article_id: str, revision: int | None) -> str:
        """Say that there is no such article or revision, and when it was purged."""
        sql = "SELECT revision, purged_at, deleted_at FROM articles WHERE id = ?"
        row = self._database.read().execute(sql, (article_id,)).fetchone()
        last, purged_at, deleted_at = row or (0, None, None)
        which = "" if revision is None else f" at revision {revision}"
        if purged_at and (revision <= last if revision else deleted_at):
            return f"article {article_id!r}{which} was purged on {purged_at[:10]}; nothing of it was kept"
        return f"there is no article {article_id!r}{which}; list them with GET /api/articles"

    def _one(self, tail: str, *values: object) -> tuple[object, ...] | None:
        row: tuple[object, ...] | None = (
            self._database.read().execute(f"SELECT {_COLUMNS} {tail}", values).fetchone()
        )
        return row


def _retire(connection: sqlite3.Connection, article_id: str) -> None:
    """Take an article's live revision, if it has one, out of use."""
    rows = connection.execute(
        "UPDATE revisions SET live = 0 WHERE article_id = ? AND live RETURNING key, sketch", (article_id,)
    ).fetchall()
    for key, outline in rows:
        drop_marks(connection, key, outline)


def _filter_clause(filters: Filters) -> tuple[str, list[object]]:
    clauses, values = ["1"], list[object]()
    if filters.publications:
        clauses.append("r.publication_folded IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([_fold(name) for name in filters.publications]))
    if filters.authors:
        clauses.append(
            "r.key IN (SELECT revision_key FROM revision_authors"
            " WHERE author_folded IN (SELECT value FROM json_each(?)))"
        )
        values.append(json.dumps([_fold(name) for name in filters.authors]))
    if filters.article_ids:
        clauses.append("r.article_id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(list(filters.article_ids)))
    if filters.published_from:
        clauses.append("r.published >= ?")
        values.append(filters.published_from)
    if filters.published_to:
        # A bare date takes in the whole day, so compare no more characters than it has.
        clauses.append("r.published <> '' AND substr(r.published, 1, ?) <= ?")
        values += [len(filters.published_to), filters.published_to]
    return " AND ".join(clauses), values


def _metadata(article: Article) -> tuple[str, ...]:
    return (
        article.title,
        article.publication,
        _fold(article.publication),
        json.dumps(article.authors, ensure_ascii=False),
        article.published,
        article.modified,
        article.url,
    )


def _put_authors(connection: sqlite3.Connection, key: int, authors: tuple[str, ...]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO revision_authors (author_folded, author, revision_key) VALUES (?, ?, ?)",
        [(_fold(author), author, key) for author in authors],
    )


def _stored(row: tuple[object, ...]) -> StoredArticle:
    key, article_id, revision, live, content, content_hash, spans, title, publication, authors = row[:10]
    published, modified, url, language, licence, origin, deleted_at = row[10:]
    text, sentences = unpack(f"article {article_id!r}", content, content_hash, spans)
    article = Article(
        id=str(article_id),
        revision=int(str(revision)),
        text=text,
        title=str(title),
        publication=str(publication),
        authors=tuple(json.loads(str(authors))),
        published=str(published),
        modified=str(modified),
        url=str(url),
        language=str(language),
        licence=str(licence),
        origin=str(origin),
    )
    return StoredArticle(
        key=int(str(key)),
        article=article,
        sentences=sentences,
        status=status_of(live, deleted_at),
        deleted_at=str(deleted_at or ""),
    )


def status_of(live: object, deleted_at: object) -> Status:
    """Return how a revision stands, from its own mark and its article's."""
    return "deleted" if deleted_at else "current" if live else "superseded"


def _listed(row: tuple[object, ...]) -> Listed:
    article_id, revision, title, publication, authors = row[:5]
    published, modified, url, language, sentences, lead = row[5:]
    return Listed(
        id=str(article_id),
        revision=int(str(revision)),
        title=str(title),
        publication=str(publication),
        authors=tuple(json.loads(str(authors))),
        published=str(published),
        modified=str(modified),
        url=str(url),
        language=str(language),
        sentences=int(str(sentences)),
        lead=str(lead),
    )


def _fold(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _like(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
