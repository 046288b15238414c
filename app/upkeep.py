"""Builds in the background what the index wants: anew where it is damaged, or the settings have changed."""

import logging
import sqlite3
import time
from contextlib import suppress

from app.jobs import Job, Jobs
from index.errors import ConflictError, DamagedIndexError, NotFoundError
from index.generations import Generations

logger = logging.getLogger(__name__)

# Between two tries, and after each that failed twice as long.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 600.0


class Upkeep:
    """Looks after one index. Nothing is built before `start`: that is for a process that stays."""

    def __init__(self, generations: Generations, jobs: Jobs) -> None:
        self._generations = generations
        self._jobs = jobs
        self._started = False
        self._job: Job | None = None
        self._next = 0.0
        self._pause_s = _FIRST_PAUSE_S

    def start(self) -> None:
        """Begin to look after the index."""
        self._started = True
        self.look()

    def look(self) -> None:
        """Queue a build if one is wanted and none was tried a moment ago; call it often."""
        wanted = self._generations.wanted if self._started else ""
        if not wanted:
            self._pause_s = _FIRST_PAUSE_S
            return
        if time.monotonic() < self._next:
            return
        if wanted == "rebuild" and self._was_cancelled():
            return
        # Another job that replaces the generation does it too.
        with suppress(ConflictError, sqlite3.DatabaseError):
            self._job = self._jobs.submit(wanted, first=wanted == "repair")
            self._next = time.monotonic() + self._pause_s
            self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)

    def mend(self) -> None:
        """Build a damaged generation anew and wait for it. Raises DamagedIndexError when that fails."""
        if not self._generations.damage:
            return
        job = self._jobs.submit("repair", first=True)
        self._jobs.wait(job.id)
        if self._generations.damage:
            why = self._jobs.peek(job.id).error or self._generations.damage
            raise DamagedIndexError(f"the index could not be mended: {why}")

    def make_ready(self, *, whole: bool = False) -> None:
        """Build a generation that cannot answer anew, and wait; with `whole` any that is damaged.

        What stands in the way is left to be said where it matters: an article can still be removed.
        """
        with self._generations.reading() as generation:
            is_wanted = whole or not generation.answers
        try:
            if is_wanted:
                self.mend()
        except DamagedIndexError as error:
            logger.warning("%s", error)

    def _was_cancelled(self) -> bool:
        """Say whether somebody did not want the last build."""
        if self._job is not None:
            with suppress(NotFoundError):
                self._job = self._jobs.peek(self._job.id)
        return self._job is not None and self._job.state == "cancelled"
