"""The generation that answers: opened at start, followed by writes, replaced whole by a rebuild.

In: the catalogue. Out: one `Generation` a reader can hold on to. A rebuild writes a new one beside
the old, validates it, and moves one pointer in the catalogue; readers never see a mix or nothing.
The one before is kept, closed and sealed, so that it can be gone back to.
"""

import logging
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from index.chunks import Chunking
from index.cutting import Cutter
from index.database import Database
from index.embeddings import NO_EMBEDDER, Embedder, Embedders
from index.errors import ConflictError, DamagedIndexError, ModelError, NotReadyError
from index.filling import Filling, Progress
from index.generation import Generation
from index.ledger import GenerationRow, Ledger
from index.seal import is_sealed, is_whole, seal, unseal
from index.space import Space, disk_bytes

logger = logging.getLogger(__name__)

# What a chunk takes on disk in a generation, measured; used where there is none to go by.
_BYTES_A_CHUNK = 3_500
# With so many changes to catch up with, going back is no quicker than building anew.
_MOST_CHANGES = 200_000
# No request reads a generation for as long as this.
_READERS_S, _LOOK_S = 60.0, 0.02


class Generations:
    """Holds the current generation; one writer at a time, any number of readers."""

    def __init__(
        self, directory: Path, database: Database, chunking: Chunking, embedders: Embedders, space: Space
    ) -> None:
        self._directory = directory
        self._database = database
        self._chunking = chunking
        self._embedders = embedders
        self._space = space
        self._ledger = Ledger(database)
        self._current: Generation | None = None
        self._replaced: list[Generation] = []
        self._guard = threading.Lock()
        self._writer = threading.RLock()
        self._building = threading.Lock()

    def open(self) -> None:
        """Open the current generation, caught up and validated; build one where there is none.

        A damaged one answers from the catalogue meanwhile, and `wanted` says that it wants a `build`.
        """
        row = self._ledger.current()
        if row is None:
            self.build()
            return
        previous = self._ledger.previous()
        if previous is not None and not is_sealed(self._directory_of(previous)):
            self._give_up(previous)
        self._remove_leftovers()
        directory = self._directory_of(row)
        trusted = is_whole(directory)
        unseal(directory)
        embedder = self._embedders.of(row.embedder, row.setting)
        if (
            embedder is not None
            and embedder is self._embedders.embedder
            and row.setting != self._embedders.setting
        ):
            self._ledger.note_setting(row.number, self._embedders.setting)
        generation = Generation(directory, row, self._database, embedder, trusted=trusted)
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
            reading = self._held().reading()
            held = reading.__enter__()
        try:
            yield held
        finally:
            reading.__exit__(None, None, None)

    @property
    def previous(self) -> str:
        """The id of the generation that can be gone back to, "" when there is none."""
        row = self._ledger.previous()
        return f"g{row.number}" if row else ""

    @property
    def wanted(self) -> Literal["", "repair", "rebuild"]:
        """What the current generation wants: a repair when it is damaged, a rebuild for other settings.

        One that was gone back to is left as it is: the one after it has the settings, and was not wanted.
        """
        with self._guard:
            generation = self._current
        if generation is None:
            return ""
        if generation.damage:
            return "repair"
        fingerprint, _, _ = self._build_with()
        wanted = (self._chunking.fingerprint, fingerprint)
        previous = self._ledger.previous()
        if (generation.row.chunking, generation.row.embedder) == wanted or (
            previous is not None
            and previous.number > generation.row.number
            and (previous.chunking, previous.embedder) == wanted
        ):
            return ""
        return "rebuild"

    @property
    def damage(self) -> str:
        """What is wrong with the current generation, so that it has to be built anew; "" when nothing is."""
        with self._guard:
            return self._current.damage if self._current else ""

    def check_room(self) -> None:
        """Raise what would make adding articles fail: NoSpaceError, ModelError."""
        self._space.check()
        self._check_embedder()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change the catalogue as the one writer: in both it and the current generation, or in neither.

        What is new is in the generation before the commit makes it visible, and what is old leaves it
        only afterwards, so that an article which is updated is found at every moment.
        """
        with self._writer:
            self._check_embedder()
            generation = self._held()
            try:
                with self._database.write():
                    yield
                    generation.run_ahead()
            except BaseException:
                generation.take_back()
                raise
            generation.catch_up()
            self._bound_changes()

    def cutter(self) -> Cutter:
        """Return what cuts and embeds for the current generation."""
        held = self._held()
        return self._cutter(held.row, held.embedder or self._embedders.embedder)

    def build(self, progress: Progress | None = None, *, keep_previous: bool = True) -> None:
        """Write a new generation beside the current one, validate it, and swap.

        Only what has no vector yet is embedded. When it fails the current generation goes on answering
        and the new one's files are removed. Without `keep_previous` no other generation is left afterwards,
        neither the current one nor the one before it. Raises NoSpaceError before anything is written.
        """
        with self._building:
            self._space.check(self._room())
            fingerprint, setting, embedder = self._build_with()
            row = self._ledger.begin(self._chunking.fingerprint, fingerprint, setting)
            # A catalogue that lost commits counts anew, and may name one that is there already.
            shutil.rmtree(self._directory_of(row), ignore_errors=True)
            generation = Generation(self._directory_of(row), row, self._database, embedder, trusted=True)
            cutter = self._cutter(row, embedder)
            try:
                filling = Filling(self._database, generation, cutter)
                filling.fill(progress)
                filling.settle()
                with self._writer:
                    filling.settle()
                    before = self._swap(generation, keep_previous=keep_previous)
            except BaseException:
                generation.release(lambda: self._remove(generation))
                raise
            self._release(before)
            self._remove_leftovers()

    def roll_back(self) -> None:
        """Make the generation before the current one answer again, caught up; the two change places.

        Raises ConflictError when there is none that can be trusted, or a build is under way.
        """
        if not self._building.acquire(blocking=False):
            raise ConflictError("a new generation is being built; wait for that job, then roll back")
        try:
            self._space.check()
            generation = self._reopen_previous()
            filling = Filling(self._database, generation, self._cutter(generation.row, generation.embedder))
            try:
                filling.follow()
                with self._writer:
                    filling.follow()
                    before = self._swap(generation, keep_previous=True)
            except BaseException:
                # It is still the one before, and the catalogue knows what it holds by now.
                self._release(generation)
                raise
            self._release(before)
        finally:
            self._building.release()

    def await_readers(self) -> None:
        """Wait until the replaced generations are closed, and removed unless they are kept.

        Raises ConflictError when somebody reads one for more than a minute.
        """
        deadline = time.monotonic() + _READERS_S
        while self._replaced:
            if time.monotonic() > deadline:
                raise ConflictError("a replaced generation is still being read; try again in a moment")
            time.sleep(_LOOK_S)

    def close(self) -> None:
        """Let go of the files of all generations."""
        for replaced in list(self._replaced):
            replaced.wait()
        with self._guard:
            generation, self._current = self._current, None
        # What is not sealed now is built anew at the next start, and answers exactly until then.
        if generation is not None and self._close(generation):
            self._seal(generation)

    def _held(self) -> Generation:
        if self._current is None:
            raise NotReadyError("the index is not open yet; try again in a moment")
        return self._current

    def _check_embedder(self) -> None:
        """Raise ModelError when nothing is at hand to embed for the current generation, or the next."""
        row = self._held().row
        if row.embedder != NO_EMBEDDER and self._held().embedder is None and self._embedders.embedder is None:
            raise ModelError(
                f"articles cannot be added or removed: the index needs embedder {row.embedder!r}, which is "
                "not at hand; install it again, or set FOOTNOTE_EMBEDDER to one that is"
            )

    def _build_with(self) -> tuple[str, str, Embedder | None]:
        """Return fingerprint, setting and embedder of the next generation.

        Where the wanted one cannot be loaded, the vectors of the current one are kept, and none are added.
        """
        setting, embedder = self._embedders.setting, self._embedders.embedder
        if embedder is not None:
            return embedder.fingerprint, setting, embedder
        row = self._ledger.current()
        if setting == NO_EMBEDDER or row is None:
            return NO_EMBEDDER, NO_EMBEDDER, None
        return row.embedder, row.setting, self._current.embedder if self._current else None

    def _cutter(self, row: GenerationRow, embedder: Embedder | None) -> Cutter:
        return Cutter(self._database, row.chunking, self._chunking, embedder)

    def _room(self) -> int:
        """Return about how many bytes a new generation takes."""
        row = self._ledger.current()
        if row is None:
            return 0
        return max(disk_bytes(self._directory_of(row)), self._ledger.count(row.chunking) * _BYTES_A_CHUNK)

    def _reopen_previous(self) -> Generation:
        for replaced in list(self._replaced):
            replaced.wait()
        row = self._ledger.previous()
        if row is None:
            raise ConflictError(
                "there is no generation to go back to; the next rebuild keeps the one that answers now"
            )
        directory = self._directory_of(row)
        if any(replaced.row.number == row.number for replaced in self._replaced):
            raise ConflictError(f"generation g{row.number} is still being read; try again in a moment")
        if not is_whole(directory):
            self._give_up(row)
            raise ConflictError(
                f"generation g{row.number} cannot be gone back to: its files are not as they were when it "
                "was closed; it has been removed, and a rebuild makes a new one"
            )
        embedder = self._embedders.of(row.embedder, row.setting)
        if embedder is None and row.embedder != NO_EMBEDDER:
            raise ConflictError(
                f"generation g{row.number} cannot be gone back to: its embedder {row.setting or 'minilm'!r} "
                "cannot be loaded; install it again, then roll back"
            )
        unseal(directory)
        return Generation(directory, row, self._database, embedder, trusted=True)

    def _swap(self, generation: Generation, *, keep_previous: bool) -> Generation | None:
        """Validate a generation that holds everything, let it answer, and return the one it replaces.

        The writer calls it, and releases what is returned when it lets others write: that takes a second.
        """
        generation.validate()
        # Only now: the first search makes Chroma write its files anew.
        generation.blank()
        before = self._current
        if before is not None:
            before.catch_up()
        previous = None
        if keep_previous and before is not None and not before.damage:
            previous = before.row.number
        elif keep_previous and (row := self._ledger.previous()) and row.number != generation.row.number:
            # What is damaged is not worth keeping; what was before it may be.
            previous = row.number
        generation.row = self._ledger.promote(generation.row.number, previous)
        with self._guard:
            self._current = generation
            if before is not None:
                self._replaced.append(before)
        return before

    def _release(self, generation: Generation | None) -> None:
        if generation is not None:
            generation.release(lambda: self._finish(generation))

    def _finish(self, generation: Generation) -> None:
        """Close a generation that nobody reads any more; seal it if it is kept, else remove it."""
        closed = self._close(generation)
        try:
            row = self._ledger.previous()
            kept = row is not None and row.number == generation.row.number
            if kept and not (closed and self._seal(generation)):
                self._ledger.give_up(generation.row.number)
                kept = False
            if not kept:
                shutil.rmtree(self._directory_of(generation.row), ignore_errors=True)
            self._ledger.drop_unused()
        except sqlite3.DatabaseError as error:
            logger.warning("what generation %s leaves behind is kept for now: %s", generation.id, error)
        finally:
            with suppress(ValueError):
                self._replaced.remove(generation)

    def _close(self, generation: Generation) -> bool:
        try:
            generation.close()
        except DamagedIndexError as error:
            logger.warning("generation %s could not be closed cleanly: %s", generation.id, error)
            return False
        return not generation.damage

    def _seal(self, generation: Generation) -> bool:
        try:
            seal(self._directory_of(generation.row))
        except OSError as error:
            logger.warning("generation %s could not be sealed: %s", generation.id, error)
            return False
        return True

    def _remove(self, generation: Generation) -> None:
        self._close(generation)
        shutil.rmtree(self._directory_of(generation.row), ignore_errors=True)

    def _bound_changes(self) -> None:
        """Give the previous generation up when too many changes are kept for it."""
        row = self._ledger.previous()
        if row is not None and self._ledger.last_change() - row.applied > _MOST_CHANGES:
            logger.warning("generation g%s is given up: too much has changed since", row.number)
            self._give_up(row)

    def _give_up(self, row: GenerationRow) -> None:
        """Go back to this generation no more, and remove it unless it is read; then its last reader does."""
        self._ledger.give_up(row.number)
        if all(replaced.row.number != row.number for replaced in self._replaced):
            shutil.rmtree(self._directory_of(row), ignore_errors=True)

    def _directory_of(self, row: GenerationRow) -> Path:
        return self._directory / f"g{row.number}"

    def _remove_leftovers(self) -> None:
        """Remove the directories that a crash left behind, or that nothing goes back to any more."""
        rows = [row for row in (self._ledger.current(), self._ledger.previous()) if row is not None]
        kept = {self._directory_of(row) for row in (*rows, *(one.row for one in self._replaced))}
        with suppress(FileNotFoundError):
            for directory in self._directory.iterdir():
                if directory not in kept:
                    shutil.rmtree(directory, ignore_errors=True)
