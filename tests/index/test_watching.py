"""When a watched feed is asked: often enough, never in a rush, and again after any trouble."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SettingError
from index.feeds import Entry
from index.watching import LONGEST_S, SHORTEST_S, Watch, due, unseen

NOW = 1_795_000_000.0
WATCH = Watch(url="https://news.example/feed", every_s=600)
SPREAD = st.floats(0, 1)


def test_a_new_watch_is_due_and_the_longest_overdue_comes_first():
    """Whoever adds a feed wants to see its articles."""
    late = Watch(url="https://late.example/", next_at=NOW - 5)
    later = Watch(url="https://later.example/", next_at=NOW - 9)
    future = Watch(url="https://future.example/", next_at=NOW + 1)
    assert due([late, future, later, WATCH], NOW) == [WATCH, later, late]


def test_a_clock_set_back_does_not_silence_a_feed():
    """A machine that started with the year 2099 has written moments far ahead."""
    assert Watch(url="https://a.example/", next_at=NOW + 10 * 365 * 24 * 3600).is_due(NOW)


def test_a_success_keeps_what_the_next_request_needs():
    """An unchanged feed may come without its etag."""
    first = WATCH.after_failure(NOW, "broke off", 0).after_success(NOW, '"1"', "Sun, 22 Nov 2026", 0)
    assert (first.etag, first.failures, first.error, first.next_at) == ('"1"', 0, "", NOW + 600)
    again = first.after_success(NOW + 600, "", "", 1)
    assert (again.etag, again.modified) == ('"1"', "Sun, 22 Nov 2026")
    assert again.next_at == pytest.approx(NOW + 600 + 660)


def test_failures_are_asked_less_and_less():
    """A feed that is gone for a week is asked daily in the end, and comes back by itself."""
    watch, pauses = WATCH, []
    for _ in range(10):
        watch = watch.after_failure(NOW, "the server answered 500", 1)
        pauses.append(watch.next_at - NOW)
    assert pauses[:4] == [1_200, 2_400, 4_800, 9_600]
    assert pauses[-1] == LONGEST_S
    assert (watch.failures, watch.error) == (10, "the server answered 500")


@given(st.integers(0, 10_000), SPREAD, st.floats(0, 7 * 24 * 3600))
def test_a_pause_is_never_shorter_than_was_asked_for(failures, spread, retry_after_s):
    """By the server or by the user, and never for ever."""
    watch = Watch(url="https://a.example/", every_s=SHORTEST_S, failures=failures)
    watch = watch.after_failure(NOW, "x", spread, retry_after_s=retry_after_s)
    pause = watch.next_at - NOW
    assert max(SHORTEST_S, retry_after_s) <= pause + 1e-3
    assert pause <= max(LONGEST_S, retry_after_s) + 1e-3
    assert not watch.is_due(NOW)


def test_a_feed_that_is_gone_for_good_is_asked_daily():
    """Servers say so by mistake, too."""
    assert WATCH.after_failure(NOW, "gone", 1, status=410).next_at == NOW + LONGEST_S


@pytest.mark.parametrize("every_s", [0, -1, SHORTEST_S - 1, LONGEST_S + 1])
def test_a_watch_too_eager_or_too_lazy_is_refused(every_s):
    """Nobody's server is asked every second."""
    with pytest.raises(SettingError, match=str(SHORTEST_S)):
        Watch(url="https://a.example/", every_s=every_s)


def test_only_new_and_changed_entries_are_fetched():
    """A feed shows the same twenty articles all day."""
    old = Entry(url="https://a.example/1", published="2026-11-22")
    edited = Entry(url="https://a.example/2", published="2026-11-22", updated="2026-11-23")
    undated = Entry(url="https://a.example/3")
    new = Entry(url="https://a.example/4")
    seen = {old.url: "2026-11-22", edited.url: "2026-11-22", undated.url: "2026-11-20"}
    assert unseen([new, old, edited, undated], seen) == [new, edited]
