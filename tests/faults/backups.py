"""Backups taken of a server that is written to and killed: each is whole, and as new as when it began."""

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from serving import Server, footnote, wrong_citations

# One in so many is restored and served, which takes as long as a rebuild.
_RESTORED_EVERY = 4


class Backups:
    """Takes backups of a data directory into one file, again and again."""

    def __init__(self, data: Path, file: Path) -> None:
        self._data, self._file = data, file
        # What was acknowledged before the backup in the file began.
        self._texts: dict[str, str] = {}
        self._deleted: set[str] = set()
        self._is_new = False
        self.count = self.restored = 0

    def take(self, texts: Mapping[str, str], deleted: Collection[str], write: Callable[[], None]) -> None:
        """Run `footnote backup` and write meanwhile; a writer that fails ends it, or leaves it alone."""
        before, gone = dict(texts), set(deleted)
        command = [sys.executable, "-m", "app.cli", "backup", str(self._file), "--data", str(self._data)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while process.poll() is None:
                write()
                time.sleep(0.01)
        finally:
            if process.poll() is None and random.random() < 0.5:
                process.kill()
            if process.wait() == 0:
                self._texts, self._deleted, self._is_new = before, gone, True
                self.count += 1

    def wrong(self, now: Mapping[str, str]) -> list[str]:
        """Return what is wrong with the last backup; `now` is what is acknowledged by now."""
        if not self._file.exists():
            return ["a backup that was taken is gone"] if self.count else []
        uri = f"{self._file.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True)
        try:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            held = dict(connection.execute("SELECT article_id, text FROM revisions WHERE live"))
        except sqlite3.DatabaseError as error:
            return [f"the backup cannot be read: {error}"]
        finally:
            connection.close()
        wrong = [] if said == "ok" else [f"the backup is damaged: {said}"]
        for one, text in self._texts.items():
            if held.get(one) != text and now.get(one) == text:
                wrong.append(f"{one} is missing in the backup, or has another text there")
        if self._is_new:
            self._is_new = False
            # Only now: what was added again while the backup ran is in it, and may be deleted later.
            gone = self._deleted & set(held) - set(now)
            wrong += [f"{one} is in the backup, and was deleted before" for one in gone]
            if self.count > _RESTORED_EVERY * self.restored:
                wrong += self._restore(held)
        return wrong

    def _restore(self, held: Mapping[str, str]) -> list[str]:
        """Restore into a new directory and serve it: it has what the file holds, and answers."""
        self.restored += 1
        fresh = self._file.with_name("restored")
        shutil.rmtree(fresh, ignore_errors=True)
        done = footnote(fresh, "restore", str(self._file))
        if done.returncode:
            return [f"the backup is not restored: {done.stderr.strip()}"]
        server = Server(fresh)
        try:
            wrong = [] if set(server.ids()) == set(held) else ["the restored directory lists other articles"]
            for one in random.sample(sorted(held), min(20, len(held))):
                if server.text(one) != held[one]:
                    wrong.append(f"{one} was not restored")
            asked = next((text for one, text in held.items() if one.startswith("a")), "")
            if asked:
                answer = server.call("POST", "/api/ask", {"question": f"What says: {asked[:200]}?"})
                wrong += list(wrong_citations(answer, held))
        finally:
            server.stop()
            shutil.rmtree(fresh, ignore_errors=True)
        return wrong
