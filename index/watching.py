"""When a watched feed is asked next, and which of its entries are new: rules without storage or clock.

Moments are seconds since 1970. A `spread` is a number drawn from 0..1 by the caller, so that feeds added
together are not asked together for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.errors import SettingError

if TYPE_CHECKING:
    from index.feeds import Entry

SHORTEST_S = 300
DEFAULT_S = 1_800
LONGEST_S = 24 * 3600
_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One watched feed or sitemap; a new one is due at once.

    `failures` counts those in a row, and `error` is the last one, "" after a success. `etag` and `modified`
    are what the server gave for the next conditional request.
    """

    url: str
    every_s: int = DEFAULT_S
    etag: str = ""
    modified: str = ""
    next_at: float = 0.0
    failures: int = 0
    error: str = ""

    def __post_init__(self) -> None:
        if not SHORTEST_S <= self.every_s <= LONGEST_S:
            raise SettingError(
                f"{self.url!r} cannot be watched every {self.every_s} s; give {SHORTEST_S} to {LONGEST_S} s"
            )

    def is_due(self, now: float) -> bool:
        """Whether to ask now; also when the clock was set back by more than any pause."""
        return self.next_at <= now or self.next_at > now + 8 * LONGEST_S

    def after_success(self, now: float, etag: str, modified: str, spread: float) -> Watch:
        """Return the watch after an answer, changed or not; an answer that names no etag keeps the old one.

        The pause is `every_s`, up to a tenth more.
        """
        return replace(
            self,
            etag=etag or self.etag,
            modified=modified or self.modified,
            next_at=now + self.every_s * (1 + 0.1 * spread),
            failures=0,
            error="",
        )

    def after_failure(
        self, now: float, error: str, spread: float, *, retry_after_s: float = 0.0, status: int = 0
    ) -> Watch:
        """Return the watch after a failure: each in a row doubles the pause, up to a day; half is chance.

        It is never shorter than the server asked for, nor than `every_s`. What is gone for good is asked
        once a day.
        """
        doubled = LONGEST_S if status == _GONE else self.every_s * 2.0 ** min(self.failures + 1, 16)
        pause = max(min(doubled, LONGEST_S) * (0.5 + 0.5 * spread), self.every_s, retry_after_s)
        return replace(self, next_at=now + pause, failures=self.failures + 1, error=error)


def due(watches: Iterable[Watch], now: float) -> list[Watch]:
    """Return the watches to ask now, the longest overdue first."""
    return sorted((watch for watch in watches if watch.is_due(now)), key=lambda watch: watch.next_at)


def stamp(entry: Entry) -> str:
    """Return when an entry was updated or published, "" where the feed does not say."""
    return entry.updated or entry.published


def unseen(entries: Iterable[Entry], seen: Mapping[str, str]) -> list[Entry]:
    """Return the entries that are new, or stamped anew, in their order; `seen` maps addresses to stamps."""
    return [entry for entry in entries if entry.url not in seen or stamp(entry) not in ("", seen[entry.url])]
