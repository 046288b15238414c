"""One build of the retrieval index: a Tantivy and a Chroma directory that hold the same chunks.

A generation is derived: all it holds is read from the catalogue, and applying a change twice does
nothing. It counts its readers, so that a replaced one is closed after the last has let go.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue, StoredArticle
from index.database import Database
from index.embeddings import NO_EMBEDDER, Embedder
from index.errors import DamagedIndexError, NotReadyError
from index.exact import ExactVectors
from index.ledger import ChunkRow, GenerationRow, Ledger
from index.lexical import LexicalDocument, LexicalIndex
from index.records import StoredChunk, assert_exact
from index.vectors import VectorIndex

logger = logging.getLogger(__name__)

# Up to this many allowed chunks exact dot products are quicker, and miss nothing.
_EXACT_LIMIT = 20_000
_OVERFETCH = 5
_BATCH = 1000
_SAMPLE = 20
_NEAREST = 10
_SAME_TEXT = 0.99


class Generation:
    """One open generation; searches see what was applied before they began.

    `embedder` is what it was built with, and what questions to it are embedded with; None when it was built
    without one, or that one is not at hand: it is searched by terms alone then.
    """

    def __init__(
        self,
        directory: Path,
        row: GenerationRow,
        database: Database,
        embedder: Embedder | None,
        *,
        trusted: bool,
    ) -> None:
        """Open the generation's directory, created when new.

        One that is not trusted answers by exact search over the catalogue's vectors, and its Chroma
        files are never opened: damaged ones can end the process. Its terms are used if they are whole.
        """
        self.row = row
        self.embedder = embedder
        self.damage = "" if trusted else "it was not closed cleanly, or its files have changed since"
        self._directory = directory
        self._ledger = Ledger(database)
        self._catalogue = Catalogue(database)
        self._readers = 0
        self._finish: Callable[[], None] | None = None
        self._finishing: threading.Thread | None = None
        self._ahead: list[int] = []
        self._ahead_in: VectorIndex | ExactVectors | None = None
        self._terms_behind = False
        self._guard = threading.Lock()
        self._directory.mkdir(parents=True, exist_ok=True)
        self._lexical: LexicalIndex | None = None
        self._vectors: VectorIndex | ExactVectors | None = None
        self._broken: VectorIndex | None = None
        with self._noting_damage():
            self._lexical = LexicalIndex.open(self._directory / "terms", check=not trusted)
        if row.embedder != NO_EMBEDDER:
            self._vectors = ExactVectors(self._ledger, row.chunking, row.embedder)
            with self._noting_damage():
                if trusted:
                    self._vectors = VectorIndex(self._directory / "vectors")

    @property
    def id(self) -> str:
        return f"g{self.row.number}"

    def lexical(self, question: str, limit: int, allowed: Collection[int] | None) -> list[tuple[int, float]]:
        """Return chunk ids with BM25 scores, best first; `allowed` are revision keys."""
        if self._lexical is not None:
            with self._noting_damage():
                return self._lexical.search(question, limit, allowed)
            # What it would find from now on cannot be told from what it should find.
            self._lexical = None
        self.check_answers()
        return []

    @property
    def answers(self) -> bool:
        """Whether questions can be answered, as `check_answers` has it."""
        return self._lexical is not None

    def check_answers(self) -> None:
        """Raise NotReadyError while the terms cannot be searched.

        Vectors alone find what is alike: asked about case 6 they answer from case 59, as if all were well.
        """
        if not self.answers:
            raise NotReadyError(
                f"the terms of generation {self.id} are damaged, and vectors alone would give wrong answers; "
                "it is being built anew, try again in a moment"
            )

    def dense(
        self, vector: NDArray[np.float32], limit: int, allowed: Collection[int] | None
    ) -> list[tuple[int, float]]:
        """Return chunk ids with cosine similarities, best first; `allowed` are revision keys."""
        if self._vectors is None:
            return []
        if allowed is None:
            return self._nearest(vector, limit)
        keys = frozenset(allowed)
        if self._ledger.count(self.row.chunking, keys) > _EXACT_LIMIT:
            found = dict(self._nearest(vector, limit * _OVERFETCH))
            kept = {row.id for row in self._ledger.rows(list(found)) if row.revision_key in keys}
            return [(i, score) for i, score in found.items() if i in kept][:limit]
        ids = self._ledger.ids_of(keys, self.row.chunking)
        found_ids, matrix = self._ledger.vectors_of(ids, self.row.embedder)
        if not found_ids:
            return []
        scores = matrix @ vector
        order = np.argsort(-scores, kind="stable")[:limit]
        return [(found_ids[i], float(scores[i])) for i in order]

    def passages(self, chunk_ids: Sequence[int]) -> dict[int, StoredChunk]:
        """Return the chunks that are still live among these ids."""
        rows = self._ledger.rows(chunk_ids)
        articles = self._catalogue.by_keys({row.revision_key for row in rows})
        return {
            row.id: StoredChunk(
                chunk_id=row.id,
                article=articles[row.revision_key].article,
                sentences=articles[row.revision_key].sentences,
                first=row.first,
                last=row.last,
            )
            for row in rows
            if row.revision_key in articles
        }

    def add(self, chunk_ids: Sequence[int], removed: Sequence[int] = ()) -> None:
        """Apply chunks that came (those of them that still exist) and chunks that went; durable on return."""
        gone = list(removed)
        batches = _by_revision(self._ledger.rows(chunk_ids), self.row.chunking)
        for rows in batches or ([[]] if gone else []):
            articles = self._catalogue.by_keys({row.revision_key for row in rows})
            live = [row for row in rows if row.revision_key in articles]
            with self._noting_damage():
                if self._lexical is not None:
                    self._terms_behind = True
                    self._lexical.apply((_document(row, articles) for row in live), gone)
                    self._terms_behind = False
            if self._vectors is not None:
                vectors = self._vectors
                ids, matrix = self._ledger.vectors_of([row.id for row in live], self.row.embedder)
                with self._noting_damage():
                    vectors.apply(ids, matrix, gone)
                if self._vectors is not vectors:
                    self._vectors.apply(ids, matrix, gone)
            gone = []

    def run_ahead(self) -> None:
        """Apply what is about to be committed as new; nobody sees it before the commit.

        Raises DamagedIndexError when it could not be found afterwards: exact search takes the place of a
        damaged Chroma, but nothing that of the terms where there are no vectors.
        """
        self._ahead = [c.chunk_id for c in self._ledger.changes_after(self.row.applied) if c.added]
        self.add(self._ahead)
        self._ahead_in = self._vectors
        if self._ahead and self.embedder is None and (self._lexical is None or self._terms_behind):
            raise DamagedIndexError(
                f"nothing can be added to generation {self.id}, whose terms cannot be written "
                f"({self.damage}); it is being built anew, try again in a moment"
            )

    def take_back(self) -> None:
        """Undo `run_ahead`: it was not committed after all, and its ids will be handed out again."""
        ahead, self._ahead = self._ahead, []
        self.add([], ahead)

    def catch_up(self) -> None:
        """Apply the changes the catalogue has noted since this generation last did."""
        changes = self._ledger.changes_after(self.row.applied)
        # A reader may have found Chroma damaged since, and what took its place does not hold them.
        ahead = set(self._ahead) if self._ahead_in is self._vectors else set()
        self._ahead, self._ahead_in = [], None
        if not changes:
            return
        self.add(
            [change.chunk_id for change in changes if change.added and change.chunk_id not in ahead],
            [change.chunk_id for change in changes if not change.added],
        )
        self._ledger.applied(self.row.number, changes[-1].seq)
        self.row = replace(self.row, applied=changes[-1].seq)

    def _nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        assert self._vectors is not None
        with self._noting_damage():
            return self._vectors.search(vector, limit)
        # Chroma failed just now, and exact search has taken its place.
        return self._vectors.search(vector, limit)

    @contextmanager
    def _noting_damage(self) -> Iterator[None]:
        """Go on without what turns out to be damaged: terms are left out, vectors are searched exactly."""
        try:
            yield
        except DamagedIndexError as error:
            self.distrust(str(error))

    def distrust(self, damage: str) -> None:
        """Note the damage, and search vectors exactly from now on."""
        logger.warning("generation %s is to be built anew: %s", self.id, damage)
        self.damage = self.damage or damage
        if isinstance(self._vectors, VectorIndex):
            self._broken = self._vectors
            self._vectors = ExactVectors(self._ledger, self.row.chunking, self.row.embedder)

    def validate(self) -> None:
        """Raise DamagedIndexError unless counts agree, and a sample of chunks is found and sliced exactly."""
        if self.damage:
            raise DamagedIndexError(f"generation {self.id}: {self.damage}")
        expected = self._ledger.ids(self.row.chunking)
        assert self._lexical is not None
        held = {"terms": self._lexical.count()}
        if self._vectors is not None:
            held["vectors"] = self._vectors.count()
        for name, count in held.items():
            if count != len(expected):
                raise DamagedIndexError(
                    f"generation {self.id} has {count} chunks in its {name}, the catalogue has "
                    f"{len(expected)}"
                )
        sample = expected[:: max(1, len(expected) // _SAMPLE)][:_SAMPLE]
        for chunk in self.passages(sample).values():
            assert_exact(chunk.article.text, chunk.sentences)
        self._find_by_own_vector(sample)

    def _find_by_own_vector(self, chunk_ids: Sequence[int]) -> None:
        if self._vectors is None:
            return
        ids, matrix = self._ledger.vectors_of(chunk_ids, self.row.embedder)
        for chunk_id, vector in zip(ids, matrix, strict=True):
            nearest = self._vectors.search(vector, _NEAREST)
            found = chunk_id in dict(nearest)
            # Others with the same text may stand in its place; ones less like it may not.
            if not found and (not nearest or nearest[-1][1] < _SAME_TEXT):
                raise DamagedIndexError(
                    f"generation {self.id} does not find chunk {chunk_id} by its own vector"
                )

    @contextmanager
    def reading(self) -> Iterator["Generation"]:
        """Keep the generation open for one reader."""
        with self._guard:
            if self._finish is not None:
                raise DamagedIndexError(f"generation {self.id} is closed")
            self._readers += 1
        try:
            yield self
        finally:
            with self._guard:
                self._readers -= 1
                if self._finish is not None and self._readers == 0:
                    # Not in the reader's own time: closing may take a second.
                    self._finishing = threading.Thread(target=self._finish, name=f"close-{self.id}")
                    self._finishing.start()

    def release(self, finish: Callable[[], None]) -> None:
        """Call `finish` as soon as the last reader has let go; nobody begins to read any more."""
        with self._guard:
            self._finish = finish
            idle = self._readers == 0
        if idle:
            finish()

    def wait(self) -> None:
        """Wait for what the last reader began on letting go."""
        with self._guard:
            finishing = self._finishing
        if finishing is not None:
            finishing.join()

    def blank(self) -> None:
        """Rid the files of what else this process had in memory; before anybody reads the generation."""
        if isinstance(self._vectors, VectorIndex):
            self._vectors.blank()

    def close(self) -> None:
        """Let go of the generation's files and leave them in place; raise DamagedIndexError."""
        try:
            if self._lexical is not None:
                self._lexical.close()
        finally:
            for vectors in (self._vectors, self._broken):
                if vectors is not None:
                    vectors.close()


def _by_revision(rows: Sequence[ChunkRow], chunking: str) -> list[list[ChunkRow]]:
    """Group chunks of one chunking into batches that no article is split between."""
    batches: list[list[ChunkRow]] = []
    wanted = (row for row in rows if row.chunking == chunking)
    for _, group in groupby(wanted, key=lambda row: row.revision_key):
        article = list(group)
        if not batches or len(batches[-1]) + len(article) > _BATCH:
            batches.append([])
        batches[-1] += article
    return batches


def _document(row: ChunkRow, articles: Mapping[int, StoredArticle]) -> LexicalDocument:
    stored = articles[row.revision_key]
    start, end = stored.sentences[row.first].start, stored.sentences[row.last].end
    return LexicalDocument(
        chunk_id=row.id,
        article_key=row.revision_key,
        body=stored.article.text[start:end],
        title=stored.article.title,
        publication=stored.article.publication,
        published=stored.article.published,
        authors=", ".join(stored.article.authors),
    )
