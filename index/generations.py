"""The generation that answers: opened at start, followed by writes, replaced whole by a rebuild.

In: the catalogue. Out: one `Generation` a reader can hold on to. A rebuild writes a new one beside
the old, validates it, and moves one pointer in the catalogue; readers never see a mix or nothing.
"""

import logging
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue, StoredArticle
from index.chunks import Chunking, chunk, recut
from index.database import Database
from index.embeddings import Embedder
from index.errors import DamagedIndexError, ModelError, NotReadyError, SettingError
from index.generation import NO_EMBEDDER, Generation
from index.ledger import GenerationRow, Ledger, matched_hash
from index.records import Chunk
from index.seal import is_whole, seal, unseal

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

_REVISIONS_A_STEP = 32
# What a word costs in tokens where no embedder is at hand to count them.
_TOKENS_A_WORD = 1.3


class Generations:
    """Holds the current generation; one writer at a time, any number of readers."""

    def __init__(
        self, directory: Path, database: Database, embedder: Embedder | None, chunking: Chunking
    ) -> None:
        self._directory = directory
        self._database = database
        self._embedder = embedder
        self._chunking = chunking
        self._catalogue = Catalogue(database)
        self._ledger = Ledger(database)
        self._current: Generation | None = None
        self._guard = threading.Lock()
        self._writer = threading.RLock()

    @property
    def embedder(self) -> str:
        """The fingerprint new generations are built with."""
        return self._embedder.fingerprint if self._embedder else NO_EMBEDDER

    def open(self, *, lexical_only: bool = False, any_embedder: bool = False) -> None:
        """Open the current generation, caught up and validated; build one where there is none.

        A damaged one answers from the catalogue meanwhile, and `damage` says that it wants a `build`.

        An embedder other than the one it was built with is refused, unless `any_embedder` (a rebuild
        follows). `lexical_only` says that the embedder it wants is missing: it is searched by terms alone.
        """
        row = self._ledger.current()
        if row is None:
            self.build()
            return
        if row.embedder != self.embedder and not (lexical_only or any_embedder):
            raise SettingError(
                f"the index was built with embedder {row.embedder!r} and FOOTNOTE_EMBEDDER now gives "
                f"{self.embedder!r}; run `footnote rebuild`, or set FOOTNOTE_EMBEDDER back"
            )
        self._remove_leftovers(row)
        directory = self._directory_of(row)
        trusted = is_whole(directory)
        unseal(directory)
        generation = Generation(directory, row, self._ledger, self._catalogue, trusted=trusted)
        generation.catch_up()
        if trusted:
            try:
                generation.validate()
            except DamagedIndexError as error:
                generation.distrust(str(error))
        self._current = generation

    @contextmanager
    def reading(self) -> Iterator[Generation]:
        """Hold the current generation for the length of one request."""
        with self._guard:
            generation = self._current
            if generation is None:
                raise NotReadyError("the index is not open yet; try again in a moment")
            reading = generation.reading()
            held = reading.__enter__()
        try:
            yield held
        finally:
            reading.__exit__(None, None, None)

    def check_writable(self) -> None:
        """Raise ModelError when the embedder that the current generation needs is not at hand."""
        row = self._ledger.current()
        if row is not None and row.embedder != self.embedder:
            raise ModelError(
                f"articles cannot be added or removed: the index needs embedder {row.embedder!r}, which is "
                f"not at hand; install it again, or run `footnote rebuild` to build with {self.embedder!r}"
            )

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change the catalogue as the one writer: in both it and the current generation, or in neither.

        What is new is in the generation before the commit makes it visible, and what is old leaves it
        only afterwards, so that an article which is updated is found at every moment.
        """
        with self._writer:
            self.check_writable()
            generation = self._current
            if generation is None:
                raise NotReadyError("the index is not open yet; try again in a moment")
            try:
                with self._database.write():
                    yield
                    generation.run_ahead()
            except BaseException:
                generation.take_back()
                raise
            generation.catch_up()

    @property
    def damage(self) -> str:
        """What is wrong with the current generation, so that it has to be built anew; "" when nothing is."""
        with self._guard:
            return self._current.damage if self._current else ""

    def cut(self, keys: Iterable[int]) -> None:
        """Cut those of the live revisions that have not been, and embed what has no vector yet."""
        wanted = [key for key in keys if not self._ledger.has_chunks(key, self._chunking.fingerprint)]
        chunks = []
        for key, stored in self._catalogue.by_keys(wanted).items():
            cut = self.chunks_of(stored)
            self._ledger.add_chunks(key, self._chunking.fingerprint, cut)
            chunks += cut
        self.keep(self.embed(chunks))

    def chunks_of(self, stored: StoredArticle) -> list[Chunk]:
        """Cut an article the way the current settings say."""
        return chunk(stored.article, stored.sentences, self._chunking, self._count_tokens)

    def embed(self, chunks: Sequence[Chunk]) -> dict[bytes, NDArray[np.float32]]:
        """Embed those of the chunks whose vectors are not kept yet."""
        if self._embedder is None:
            return {}
        texts = {matched_hash(chunk): chunk.matched for chunk in chunks}
        known = self._ledger.embedded(list(texts), self._embedder.fingerprint)
        missing = {h: text for h, text in texts.items() if h not in known}
        if not missing:
            return {}
        return dict(zip(missing, self._embedder.embed_documents(list(missing.values())), strict=True))

    def keep(self, vectors: dict[bytes, NDArray[np.float32]]) -> None:
        """Keep embedded vectors in the catalogue."""
        self._ledger.put_vectors(vectors, self.embedder)

    def build(self, progress: Progress | None = None) -> None:
        """Write a new generation beside the current one, validate it, and swap.

        Only what has no vector yet is embedded. When it fails the current generation goes on answering
        and the new one's files are removed.
        """
        row = self._ledger.begin(self._chunking.fingerprint, self.embedder)
        directory = self._directory_of(row)
        generation = Generation(directory, row, self._ledger, self._catalogue, trusted=True)
        try:
            indexed = self._fill(generation, progress)
            with self._writer:
                with self._database.write():
                    self._settle(generation, indexed)
                    generation.row = self._ledger.promote(row.number)
                    generation.validate()
                with self._guard:
                    before, self._current = self._current, generation
        except BaseException:
            generation.retire()
            raise
        if before is not None:
            before.retire()
        self._remove_leftovers(generation.row)

    def close(self) -> None:
        """Let go of the current generation's files."""
        with self._guard:
            generation, self._current = self._current, None
        if generation is not None:
            generation.close()
            if not generation.damage:
                seal(self._directory_of(generation.row))

    def _fill(self, generation: Generation, progress: Progress | None) -> set[int]:
        """Index all live revisions a few at a time, so that writes may come between; return the chunk ids."""
        total, _ = self._catalogue.counts()
        indexed: set[int] = set()
        after = done = 0
        while keys := self._ledger.live_keys(after, _REVISIONS_A_STEP):
            ids = self._index(generation, keys)
            indexed.update(ids)
            after, done = keys[-1], done + len(keys)
            if progress is not None:
                progress(min(done, total), total)
        return indexed

    def _index(self, generation: Generation, keys: Sequence[int]) -> list[int]:
        with self._database.write():
            self.cut(keys)
        ids = self._ledger.ids_of(frozenset(keys), generation.row.chunking)
        chunks = []
        stored = self._catalogue.by_keys(keys)
        for row in self._ledger.rows(ids):
            if row.revision_key in stored:
                held = stored[row.revision_key]
                chunks.append(recut(held.article, held.sentences, row.first, row.last))
        self.keep(self.embed(chunks))
        generation.add(ids)
        return ids

    def _settle(self, generation: Generation, indexed: set[int]) -> None:
        """Bring in what was written, and take out what was removed, while the generation was filled."""
        uncut = self._ledger.uncut(generation.row.chunking)
        for at in range(0, len(uncut), _REVISIONS_A_STEP):
            indexed.update(self._index(generation, uncut[at : at + _REVISIONS_A_STEP]))
        expected = set(self._ledger.ids(generation.row.chunking))
        generation.add(sorted(expected - indexed), sorted(indexed - expected))

    def _count_tokens(self, texts: Sequence[str]) -> list[int]:
        if self._embedder is not None:
            return self._embedder.count_tokens(texts)
        return [round(len(text.split()) * _TOKENS_A_WORD) for text in texts]

    def _directory_of(self, row: GenerationRow) -> Path:
        return self._directory / f"g{row.number}"

    def _remove_leftovers(self, row: GenerationRow) -> None:
        """Remove the directories of generations that a crash left behind."""
        with suppress(FileNotFoundError):
            for directory in self._directory.iterdir():
                if directory != self._directory_of(row):
                    shutil.rmtree(directory, ignore_errors=True)
