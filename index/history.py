"""An article's revisions, one after the other."""

from dataclasses import dataclass

from index.catalogue import Status, status_of
from index.database import Database
from index.packing import text_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision of an article in its history; `added_at` is an ISO 8601 time."""

    revision: int
    added_at: str
    status: Status


class History:
    """Reads what articles were before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def revisions(self, article_id: str) -> list[Revision]:
        """Return an article's revisions, oldest first."""
        rows = self._database.read().execute(
            "SELECT r.revision, r.added_at, r.live, a.deleted_at"
            " FROM revisions r JOIN articles a ON a.id = r.article_id WHERE r.article_id = ? ORDER BY 1",
            (article_id,),
        )
        return [
            Revision(revision=revision, added_at=added_at, status=status_of(live, deleted_at))
            for revision, added_at, live, deleted_at in rows
        ]

    def holds(self, article_id: str, text: str) -> bool:
        """Say whether a revision of this article has exactly this text."""
        row = self._database.read().execute(
            "SELECT 1 FROM revisions WHERE article_id = ? AND text_hash = ?", (article_id, text_hash(text))
        )
        return row.fetchone() is not None
