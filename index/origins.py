"""Where each text was found: the same text at several places is one article with several origins."""

from dataclasses import dataclass

from index.database import Database
from index.dates import now
from index.records import Article

_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One place: an outlet, an address, and the file and line (or page) it was read from."""

    publication: str
    url: str
    origin: str
    seen_at: str


class Origins:
    """Notes and lists origins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, article_id: str, found: Article) -> None:
        """Note where an article was found, once a place, for the first hundred places.

        The same file at another line is the same place: lines move whenever a file is written anew.
        """
        with self._database.write() as connection:
            noted = connection.execute(
                "SELECT publication, url, origin FROM origins WHERE article_id = ?", (article_id,)
            ).fetchall()
            places = {(publication, url, file_of(origin)) for publication, url, origin in noted}
            if len(noted) >= _MOST or (found.publication, found.url, file_of(found.origin)) in places:
                return
            connection.execute(
                "INSERT INTO origins (article_id, publication, url, origin, seen_at) VALUES (?, ?, ?, ?, ?)",
                (
                    article_id,
                    found.publication,
                    found.url,
                    found.origin,
                    now(),
                ),
            )

    def of(self, article_id: str) -> list[Origin]:
        """Return the places an article was found at, in the order of finding."""
        rows = self._database.read().execute(
            "SELECT publication, url, origin, seen_at FROM origins WHERE article_id = ?"
            " ORDER BY seen_at, publication, url, origin",
            (article_id,),
        )
        return [
            Origin(publication=publication, url=url, origin=origin, seen_at=seen_at)
            for publication, url, origin, seen_at in rows
        ]


def file_of(origin: str) -> str:
    """Return an origin without its line."""
    name, _, line = origin.rpartition(":")
    return name if line.isdigit() else origin
