"""Watched feeds over a real server: what is new is taken in, what failed is tried again, no site pestered."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.jobs import ENDED, Job, Jobs
from app.service import Service
from app.watcher import ENTRIES_A_ROUND, Watcher
from index.database import Database
from index.errors import FetchError, NotFoundError
from index.fetching import Fetcher
from index.watches import MAX_FAILURES, Watches
from index.watching import LONGEST_S, SHORTEST_S
from tests.site import Reply, Site

XML = {"Content-Type": "application/rss+xml"}
NOW = 1_795_000_000.0
EVERY_S = 600


def page(text: str) -> Reply:
    return Reply(f"<html><body><article><p>{text}</p></article></body></html>".encode())


def feed(*paths: str, stamps: dict[str, str] | None = None, **headers: str) -> Reply:
    items = "".join(
        f"<entry><title>{path}</title><link href='{path}'/>"
        f"<updated>{(stamps or {}).get(path, '2026-11-22T10:00:00Z')}</updated></entry>"
        for path in paths
    )
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Times</title>{items}</feed>"
    return Reply(body.encode(), headers=XML | headers)


class Rounds:
    """A watcher whose clock stands still and whose rounds are asked for one by one."""

    def __init__(self, directory: Path, fetcher: Fetcher, service: Service) -> None:
        self.database = Database(directory / "watches.sqlite3")
        self.watches = Watches(self.database)
        self.watcher = Watcher(self.watches, fetcher, service.add, clock=lambda: NOW, draw=lambda: 0.0)
        self.jobs = Jobs(self.database, {"feed": self.watcher.run})
        self.service = service

    def ask(self, url: str) -> Job:
        job = self.jobs.submit("feed", {"url": url})
        self.jobs.wait(job.id)
        return self.jobs.get(job.id)

    def texts(self) -> set[str]:
        return {one.lead for one in self.service.articles(limit=200).articles}


@pytest.fixture
def rounds(tmp_path: Path, hasty: Fetcher, open_service: Callable[..., Service]):
    one = Rounds(tmp_path, hasty, open_service(embedder=None))
    yield one
    one.jobs.close()
    one.database.close()


STORY = (
    "The bridge over the Akerselva fell on Monday, and number {} of the cars on it was blue, the police say."
)


def stories(site: Site, *numbers: int) -> list[str]:
    for number in numbers:
        site.serve(f"/{number}", page(STORY.format(number)))
    return [f"/{number}" for number in numbers]


def test_what_a_feed_lists_is_taken_in_once(rounds: Rounds, site: Site):
    """The same twenty entries all day, and only the new ones are fetched."""
    url = site.serve("/feed", feed(*stories(site, 1, 2)))
    assert rounds.watcher.watch(url, EVERY_S).entries == 0
    job = rounds.ask(url)
    assert (job.state, job.counts, job.done) == ("succeeded", {"added": 2}, 2)
    site.serve("/feed", feed(*stories(site, 3, 1, 2)))
    assert rounds.ask(url).counts == {"added": 1}
    [watched] = rounds.watcher.all()
    assert (watched.entries, watched.watch.error, watched.watch.next_at) == (3, "", NOW + EVERY_S)
    assert site.paths().count("/1") == 1
    assert len(rounds.texts()) == 3


def test_a_feed_that_has_not_changed_says_so_in_one_short_answer(rounds: Rounds, site: Site):
    """Conditional requests are what keeps a publisher's patience."""
    changed = {"ETag": '"1"', "Last-Modified": "Sun, 22 Nov 2026 10:00:00 GMT"}
    url = site.serve("/feed", feed(*stories(site, 1), **changed))
    rounds.watcher.watch(url, EVERY_S)
    rounds.ask(url)
    site.serve("/feed", Reply(b"", 304))
    assert rounds.ask(url).state == "succeeded"
    asked = site.requests[-1][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == tuple(changed.values())
    assert rounds.watcher.all()[0].entries == 1


def test_an_entry_stamped_anew_is_read_again(rounds: Rounds, site: Site):
    """A correction is a new revision."""
    url = site.serve("/feed", feed(*stories(site, 1)))
    rounds.watcher.watch(url, EVERY_S)
    rounds.ask(url)
    site.serve("/1", page(STORY.format(7)))
    site.serve("/feed", feed("/1", stamps={"/1": "2026-11-23T10:00:00Z"}))
    assert sum(rounds.ask(url).counts.values()) == 1
    assert any("number 7" in text for text in rounds.texts())


def test_an_entry_that_failed_is_tried_again_but_not_for_ever(rounds: Rounds, site: Site):
    """A page may be late; a page behind a wall stays there."""
    url = site.serve("/feed", feed(*stories(site, 1), "/2", ETag='"1"'))
    rounds.watcher.watch(url, EVERY_S)
    job = rounds.ask(url)
    assert job.counts == {"added": 1, "rejected": 1}
    assert "/2: " in job.errors[0]
    assert "404" in job.errors[0]
    stories(site, 2)
    assert rounds.ask(url).counts == {"added": 1}
    assert "if-none-match" not in site.requests[-2][1], "a feed that has not changed would list nothing"
    site.serve("/feed", feed("/1", "/2", "/3", ETag='"2"'))
    for _ in range(MAX_FAILURES):
        assert rounds.ask(url).counts == {"rejected": 1}
    assert rounds.ask(url).counts == {}
    assert site.paths().count("/3") == MAX_FAILURES
    rounds.ask(url)
    assert site.requests[-1][1]["if-none-match"] == '"2"'


@pytest.mark.parametrize(
    ("reply", "pause_s"),
    [
        (Reply(b"", 500), EVERY_S),
        (Reply(b"", 410), LONGEST_S / 2),
        (Reply(b"", 429, {"Retry-After": "7200"}), 7200),
        (Reply(b"<html><p>We have moved.</p></html>"), EVERY_S),
        (Reply(b"{}", 200, {"Content-Type": "application/json"}), EVERY_S),
    ],
    ids=["500", "410", "429", "page", "json"],
)
def test_a_feed_in_trouble_is_left_alone_for_longer(rounds: Rounds, site: Site, reply: Reply, pause_s: float):
    """As long as it asked for, or twice as long each time; it says so where feeds are listed."""
    url = site.serve("/feed", feed(*stories(site, 1)))
    rounds.watcher.watch(url, EVERY_S)
    site.serve("/feed", reply)
    job = rounds.ask(url)
    watch = rounds.watches.get(url)
    assert (job.state, watch.failures) == ("failed", 1)
    assert watch.error
    assert list(job.errors) == [watch.error]
    assert watch.next_at - NOW == pytest.approx(pause_s)


def test_a_feed_that_recovers_is_asked_as_before(rounds: Rounds, site: Site):
    """Nothing of the trouble stays."""
    url = site.serve("/feed", feed(*stories(site, 1)))
    rounds.watcher.watch(url, EVERY_S)
    site.serve("/feed", Reply(b"", 404))
    rounds.ask(url)
    site.serve("/feed", feed("/1"))
    rounds.ask(url)
    watch = rounds.watches.get(url)
    assert (watch.failures, watch.error, watch.next_at) == (0, "", NOW + EVERY_S)


def test_a_long_feed_is_taken_in_several_rounds(rounds: Rounds, site: Site):
    """Other jobs wait while one runs, so a round is short, and what is left comes soon."""
    missing = [f"/missing{number}" for number in range(ENTRIES_A_ROUND)]
    url = site.serve("/feed", feed(*missing, *stories(site, 1, 2)))
    rounds.watcher.watch(url, EVERY_S)
    assert rounds.ask(url).counts == {"rejected": ENTRIES_A_ROUND}
    assert rounds.watches.get(url).next_at == NOW + SHORTEST_S
    assert rounds.ask(url).counts == {"added": 2, "rejected": ENTRIES_A_ROUND - 2}, "new ones come first"


def test_what_left_the_feed_is_forgotten(rounds: Rounds, site: Site):
    """A feed that runs for years must not fill the catalogue with addresses."""
    url = site.serve("/feed", feed(*stories(site, 1, 2)))
    rounds.watcher.watch(url, EVERY_S)
    rounds.ask(url)
    site.serve("/feed", feed(*stories(site, 2, 3)))
    rounds.ask(url)
    listed = {f"{site.url}/{number}" for number in (1, 2, 3)}
    assert set(rounds.watches.seen(url, listed)) == {f"{site.url}/2", f"{site.url}/3"}
    assert len(rounds.texts()) == 3


def test_a_feed_does_not_bring_back_what_was_purged(rounds: Rounds, site: Site):
    """It still lists the article for days, and what it is known by must not name it."""
    url = site.serve("/feed", feed(*stories(site, 1, 2)))
    rounds.watcher.watch(url, EVERY_S)
    rounds.ask(url)
    [one] = [listed.id for listed in rounds.service.articles(limit=200).articles if " 1 " in listed.lead]
    rounds.service.purge(one)
    assert rounds.ask(url).counts == {}
    assert len(rounds.texts()) == 1
    noted = rounds.database.read().execute("SELECT * FROM watch_entries").fetchall()
    assert len(noted) == 2
    assert site.url + "/1" not in str(noted)


def test_a_page_leads_to_the_feed_it_names(rounds: Rounds, site: Site):
    """Readers know the address of the page."""
    link = '<link rel="alternate" type="application/rss+xml" href="{}" title="{}">'
    feed_url = site.serve("/feed", feed("/1"))
    one = site.serve("/", Reply(link.format("/feed", "News").encode()))
    assert rounds.watcher.watch(one, EVERY_S).watch.url == feed_url
    two = site.serve("/two", Reply((link.format("/feed", "News") + link.format("/sport", "Sport")).encode()))
    with pytest.raises(FetchError, match=r"several feeds.*/feed' \(News\).*/sport' \(Sport\)"):
        rounds.watcher.watch(two, EVERY_S)
    with pytest.raises(FetchError, match="names none"):
        rounds.watcher.watch(site.serve("/none", page("No feed here.")), EVERY_S)
    with pytest.raises(FetchError, match="that is none"):
        rounds.watcher.watch(site.serve("/lost", Reply(link.format("/none", "").encode())), EVERY_S)
    assert [one.watch.url for one in rounds.watcher.all()] == [feed_url]


def test_a_feed_watched_again_keeps_what_was_taken(rounds: Rounds, site: Site):
    """Adding it again is how its pace is changed, and how it is asked at once."""
    url = site.serve("/feed", feed(*stories(site, 1)))
    rounds.watcher.watch(url, EVERY_S)
    rounds.ask(url)
    again = rounds.watcher.watch(f"{url}#top", 2 * EVERY_S)
    assert (again.entries, again.watch.every_s, again.watch.next_at) == (1, 2 * EVERY_S, NOW)


def test_a_feed_watched_no_longer_is_asked_no_longer(rounds: Rounds, site: Site):
    """A job for it that waited meanwhile does nothing."""
    url = site.serve("/feed", feed(*stories(site, 1)))
    rounds.watcher.watch(url, EVERY_S)
    rounds.watcher.unwatch(url)
    requests = len(site.requests)
    assert rounds.ask(url).state == "succeeded"
    assert len(site.requests) == requests
    for gone in (url, "no address"):
        with pytest.raises(NotFoundError, match="is watched"):
            rounds.watcher.unwatch(gone)


def test_a_retried_round_takes_back_what_failed(rounds: Rounds, site: Site):
    """POST /api/jobs/ID/retry, when the page is there at last."""
    url = site.serve("/feed", feed(*stories(site, 1), "/2"))
    rounds.watcher.watch(url, EVERY_S)
    failed = rounds.ask(url)
    stories(site, 2)
    job = rounds.jobs.retry(failed.id)
    rounds.jobs.wait(job.id)
    job = rounds.jobs.get(job.id)
    assert (job.counts, job.errors) == ({"added": 1}, ())


def test_a_serving_process_asks_by_itself(
    tmp_path: Path, hasty: Fetcher, open_service: Callable[..., Service], site: Site
):
    """One job for each feed that is due, and none for those that are not."""
    rounds = Rounds(tmp_path, hasty, open_service(embedder=None))
    urls = [site.serve(f"/feed{n}", feed(*stories(site, n))) for n in (1, 2)]
    rounds.watcher.watch(urls[0], EVERY_S)
    rounds.watcher.start(rounds.jobs)
    rounds.watcher.watch(urls[1], EVERY_S)
    deadline = time.monotonic() + 20
    while len(rounds.texts()) < 2 or any(job.state not in ENDED for job in rounds.jobs.list()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    rounds.watcher.close()
    rounds.jobs.close()
    assert sorted(rounds.jobs.requests("feed").values(), key=str) == [{"url": url} for url in urls]
    rounds.database.close()
