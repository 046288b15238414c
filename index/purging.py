"""An article is erased for good: first from the catalogue, then from every file it ever left traces in.

`erase` makes it gone from the next question and notes in the same commit that `finish` is due; `finish`
builds the index anew and rewrites the catalogue's file, and can be done again after a crash.
"""

from collections.abc import Callable
from dataclasses import dataclass

from index.catalogue import Catalogue
from index.database import Database
from index.dates import now
from index.generations import Generations
from index.ledger import Ledger
from index.marks import drop_marks
from index.origins import file_of

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What an article may be named by elsewhere: its id, its addresses, and the files it was read from."""

    article_id: str
    urls: frozenset[str]
    origins: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """All of them, and the names of the files without their lines."""
        return frozenset({self.article_id, *self.urls, *self.origins, *map(file_of, self.origins)})


def unfinished(database: Database) -> list[str]:
    """Return the ids of articles that are erased but may still be found in files."""
    return [row[0] for row in database.read().execute("SELECT article_id FROM purges ORDER BY article_id")]


class Purging:
    """Erases articles. What is erased is on disk until `finish` has run, and in nobody's answer."""

    def __init__(self, database: Database, generations: Generations) -> None:
        self._database = database
        self._generations = generations
        self._catalogue = Catalogue(database)
        self._ledger = Ledger(database)

    def check_known(self, article_id: str) -> None:
        """Raise NotFoundError when there is no such article, or nothing of it any more."""
        if not self._revisions(article_id):
            # Says whether it was purged already.
            self._catalogue.article(article_id)

    def erase(self, article_id: str, forget: Callable[[Traces], None]) -> None:
        """Erase all revisions of an article, live or deleted, and what was found out about it.

        `forget` erases what others keep of it, in the same transaction. The id, the number of the last
        revision and the days of deletion and purge stay. Raises NotFoundError, also for one that is purged.
        """
        with self._generations.changing(), self._database.write() as connection:
            self.check_known(article_id)
            traces = self._traces(article_id)
            for key, outline in self._revisions(article_id):
                self._ledger.drop_chunks(key)
                drop_marks(connection, key, outline)
                connection.execute("DELETE FROM revision_authors WHERE revision_key = ?", (key,))
                connection.execute("DELETE FROM revisions WHERE key = ?", (key,))
            connection.execute("DELETE FROM origins WHERE article_id = ?", (article_id,))
            connection.execute(
                "UPDATE articles SET deleted_at = coalesce(deleted_at, ?1), purged_at = ?1 WHERE id = ?2",
                (now(), article_id),
            )
            connection.execute("INSERT OR IGNORE INTO purges (article_id) VALUES (?)", (article_id,))
            forget(traces)

    def is_unfinished(self) -> bool:
        """Whether something that was erased may still be found in files."""
        return bool(unfinished(self._database))

    def finish(self, progress: Progress | None = None) -> None:
        """Replace every file that may hold something of what was erased before this was called.

        Index files only shrink by being replaced, and SQLite leaves copies of rows it moved within its file.
        """
        erased = unfinished(self._database)
        if not erased:
            return
        self._generations.build(progress, keep_previous=False)
        self._generations.await_readers()
        self._database.rewrite()
        with self._database.write() as connection:
            connection.executemany("DELETE FROM purges WHERE article_id = ?", [(one,) for one in erased])

    def _revisions(self, article_id: str) -> list[tuple[int, bytes]]:
        """Return the key and the sketch of each revision."""
        rows = self._database.read().execute(
            "SELECT key, sketch FROM revisions WHERE article_id = ?", (article_id,)
        )
        return rows.fetchall()

    def _traces(self, article_id: str) -> Traces:
        rows = (
            self._database.read()
            .execute(
                "SELECT url, origin FROM revisions WHERE article_id = ?1"
                " UNION SELECT url, origin FROM origins WHERE article_id = ?1",
                (article_id,),
            )
            .fetchall()
        )
        return Traces(
            article_id=article_id,
            urls=frozenset(url for url, _ in rows if url),
            origins=frozenset(origin for _, origin in rows if origin),
        )
