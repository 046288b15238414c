"""The catalogue → a generation's files: all that is live, and then what was written meanwhile."""

from collections.abc import Callable

from index.catalogue import Catalogue
from index.cutting import Cutter
from index.database import Database
from index.generation import Generation
from index.ledger import Ledger

Progress = Callable[[int, int], None]

_REVISIONS_A_STEP = 32
# What was written meanwhile is brought in so often at most before a round is left to the writer itself,
# or until a round had no more chunks than this.
_ROUNDS = 5
_LITTLE = 256


class Filling:
    """Brings one generation up to what the catalogue holds; nobody reads it yet."""

    def __init__(self, database: Database, generation: Generation, cutter: Cutter) -> None:
        self._catalogue = Catalogue(database)
        self._ledger = Ledger(database)
        self._generation = generation
        self._cutter = cutter
        self._chunking = generation.row.chunking
        self._held: set[int] = set()

    def fill(self, progress: Progress | None = None) -> None:
        """Index all live revisions in a new generation, a few at a time, so that writes may come between."""
        total, _ = self._catalogue.counts()
        after = done = 0
        while keys := self._ledger.live_keys(after, _REVISIONS_A_STEP):
            self._cutter.cut(keys)
            ids = self._ledger.ids_of(frozenset(keys), self._chunking)
            self._cutter.supply(ids)
            self._generation.add(ids)
            self._held.update(ids)
            after, done = keys[-1], done + len(keys)
            if progress is not None:
                progress(min(done, total), total)

    def settle(self) -> None:
        """Bring in what was written, and take out what was removed, while the generation was filled.

        When the one writer calls it, it holds everything afterwards.
        """
        for _ in range(_ROUNDS):
            self._cutter.cut_all()
            expected = set(self._ledger.ids(self._chunking))
            new, gone = sorted(expected - self._held), sorted(self._held - expected)
            self._cutter.supply(new)
            self._generation.add(new, gone)
            self._held = expected
            if len(new) + len(gone) < _LITTLE:
                return

    def follow(self) -> None:
        """Bring a generation that was put aside up to what the catalogue holds, by the changes since."""
        self._cutter.cut_all()
        changes = self._ledger.changes_after(self._generation.row.applied)
        self._cutter.supply([change.chunk_id for change in changes if change.added])
        self._generation.catch_up()
