"""Watched feeds: a thread that submits a job for each one that is due, and what such a job does.

A job asks the feed whether it changed and takes in what its new entries lead to, each committed on its own.
"""

import logging
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from app.jobrun import JobRun
from app.jobs import Jobs
from index.addresses import check_url
from index.errors import AddressRefused, FetchError, FootnoteError, NotFoundError
from index.feeds import Entry, Listing, discover
from index.fetching import Fetcher
from index.fields import Refusal
from index.ingest import Added
from index.online import Follower, entries_of, find_feed
from index.records import RawArticle
from index.sources import read_page
from index.watches import Watches
from index.watching import SHORTEST_S, Watch, due, stamp, unseen

logger = logging.getLogger(__name__)

# Other jobs wait while one runs; what is left over comes in the next round, which is then soon.
ENTRIES_A_ROUND = 100
# The latest of a sitemap's entries, beyond which nothing of a feed is looked at or remembered.
ENTRIES_A_FEED = 2_000
_LOOK_S, _PAUSE_S = 60.0, 1.0
# What a failed item of a job belongs to.
_LISTING, _ENTRIES = 0, 1

Add = Callable[[Iterable[RawArticle]], Iterator[Added]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFeed:
    """A watched feed, and how many of the entries it lists were taken."""

    watch: Watch
    entries: int


class Watcher:
    """Watches feeds. `clock` gives seconds since 1970, `draw` a number in 0..1 that spreads the feeds."""

    def __init__(
        self,
        watches: Watches,
        fetcher: Fetcher,
        add: Add,
        *,
        clock: Callable[[], float] = time.time,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._watches, self._fetcher, self._add = watches, fetcher, add
        self._clock, self._draw = clock, draw
        self._wake, self._closing = threading.Event(), False
        self._thread: threading.Thread | None = None
        self._rests: dict[str, float] = {}

    def all(self) -> list[WatchedFeed]:
        """Return the watched feeds, by address."""
        taken = self._watches.taken()
        return [WatchedFeed(watch=one, entries=taken.get(one.url, 0)) for one in self._watches.all()]

    def watch(self, url: str, every_s: int) -> WatchedFeed:
        """Watch the feed at an address, or the one that the page there names, and return it.

        It is fetched to see that it is one. Raises FetchError, and SettingError for an unfit `every_s`.
        """
        watch = Watch(url=_plain(url), every_s=every_s, next_at=self._clock())
        watch = replace(watch, url=_plain(find_feed(watch.url, self._fetcher)))
        self._watches.put(watch)
        self._rests.pop(watch.url, None)
        self._wake.set()
        return next(feed for feed in self.all() if feed.watch.url == watch.url)

    def unwatch(self, url: str) -> None:
        """Watch a feed no longer. Raises NotFoundError."""
        try:
            plain = _plain(url)
        except AddressRefused:
            raise NotFoundError(f"no feed {url[:200]!a} is watched; it is no web address") from None
        self._watches.remove(plain)

    def start(self, jobs: Jobs) -> None:
        """Submit jobs for feeds that are due, at once and from now on, from a thread of its own."""
        self._thread = threading.Thread(target=self._look, args=(jobs,), name="watcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def run(self, run: JobRun) -> None:
        """Do the job: ask the feed that the request names. Raises FootnoteError when that fails."""
        try:
            watch = self._watches.get(str(run.request["url"]))
        except NotFoundError:
            return
        if "retry_of" in run.request and not run.position:
            # What failed before is asked anew like everything that was not taken.
            for source in (_LISTING, _ENTRIES):
                for item in run.failures(source):
                    run.mended(source, item)
        try:
            self._watches.note(self._asked(watch, run))
        except FootnoteError as error:
            answer = error if isinstance(error, FetchError) else FetchError(str(error))
            self._watches.note(
                watch.after_failure(
                    self._clock(),
                    str(error),
                    self._draw(),
                    retry_after_s=answer.retry_after_s,
                    status=answer.status,
                )
            )
            raise

    def _asked(self, watch: Watch, run: JobRun) -> Watch:
        """Take in what is new and return the watch as it is then."""
        fetched = self._fetcher.fetch(watch.url, etag=watch.etag, modified=watch.modified)
        if fetched.not_modified:
            return watch.after_success(self._clock(), fetched.etag, fetched.modified, self._draw())
        listing = discover(fetched)
        if listing is None:
            raise FetchError(f"{watch.url!r} is no feed any more, but a page; remove it, or add it anew")
        entries = self._listed(listing, watch, run)
        listed = [entry.url for entry in entries]
        failing = self._watches.failing(watch.url, listed)
        seen = self._watches.seen(watch.url, listed)
        new = sorted(unseen(entries, seen), key=lambda entry: entry.url in failing)
        is_left = self._take(watch, new[:ENTRIES_A_ROUND], run) or len(new) > ENTRIES_A_ROUND
        self._watches.keep_entries(watch.url, listed)
        # What is left to take would not be listed if the feed said that it has not changed.
        asked = replace(watch, etag="", modified="")
        etag, modified = ("", "") if is_left else (fetched.etag, fetched.modified)
        asked = asked.after_success(self._clock(), etag, modified, self._draw())
        soon = self._clock() + SHORTEST_S
        return replace(asked, next_at=min(asked.next_at, soon)) if len(new) > ENTRIES_A_ROUND else asked

    def _listed(self, listing: Listing, watch: Watch, run: JobRun) -> list[Entry]:
        """Return the entries that count: a feed's in its order, of all others the latest."""
        entries: list[Entry] = []
        for number, found in enumerate(entries_of(listing, watch.url, self._fetcher)):
            if isinstance(found, Entry):
                entries.append(found)
            else:
                run.failed(_LISTING, number, found.origin, found.reason)
        if listing.kind != "feed":
            entries.sort(key=stamp, reverse=True)
        return entries[:ENTRIES_A_FEED]

    def _take(self, watch: Watch, entries: list[Entry], run: JobRun) -> bool:
        """Take in the entries one by one; return whether any that failed is to be tried again."""
        follower = Follower(self._fetcher, read_page)
        # More than nothing where this job gave way to another one before.
        before, counts, is_left = run.job.done, Counter(run.job.counts), False
        run.progress(before, before + len(entries), counts, {"entries": before})
        for done, entry in enumerate(entries, start=before + 1):
            found = follower.article(entry)
            reason = found.reason if isinstance(found, Refusal) else ""
            if isinstance(found, RawArticle):
                [added] = self._add([found])
                reason = added.reason if added.status == "rejected" else ""
                counts[added.status] += 1
            else:
                counts["rejected"] += 1
            if reason:
                run.failed(_ENTRIES, done, entry.url, reason)
            again = self._watches.note_entry(watch.url, entry.url, stamp(entry), failed=bool(reason))
            is_left = is_left or again
            run.progress(done, before + len(entries), counts, {"entries": done})
        return is_left

    def _look(self, jobs: Jobs) -> None:
        while not self._closing:
            self._wake.clear()
            pause_s = _LOOK_S
            try:
                pause_s = self._submit_due(jobs)
            except (FootnoteError, sqlite3.Error) as error:
                logger.warning("watched feeds cannot be looked after now: %s", error)
            self._wake.wait(pause_s)

    def _submit_due(self, jobs: Jobs) -> float:
        """Submit what is due, one at a time; return for how many seconds there is nothing to do."""
        now, watches = self._clock(), self._watches.all()
        # A job that ended without noting how it went is not begun again at once.
        waiting = [watch for watch in due(watches, now) if self._rests.get(watch.url, 0.0) <= now]
        if waiting:
            # Nobody else's job waits for more than one of these.
            if not jobs.under_way("feed"):
                jobs.submit("feed", {"url": waiting[0].url})
                self._rests[waiting[0].url] = now + SHORTEST_S
            return _PAUSE_S
        next_at = min((watch.next_at for watch in watches if watch.next_at > now), default=now + _LOOK_S)
        return min(max(next_at - now, _PAUSE_S), _LOOK_S)


def _plain(url: str) -> str:
    """Return the address in the one form it is kept in; whether its host is asked is the fetcher's to say."""
    return str(check_url(url, allow_private=True))
