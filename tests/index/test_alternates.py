"""A page names its feeds in many ways of writing HTML; everything else in it is none."""

import pytest

from index.alternates import feeds_named

URL = "https://news.example/world/today"
RSS = 'type="application/rss+xml"'


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (f'<link rel="alternate" {RSS} href="/feed">', {"https://news.example/feed": ""}),
        (
            f'<LINK REL="Alternate" {RSS} TITLE="All &amp; more" HREF="feed"/>',
            {"https://news.example/world/feed": "All & more"},
        ),
        (
            "<link rel=alternate type=application/atom+xml href=//b.example/a?x=1&amp;y=2>",
            {"https://b.example/a?x=1&y=2": ""},
        ),
        (
            f"<base href='https://c.example/d/'><link rel='alternate' {RSS} href='e'>",
            {"https://c.example/d/e": ""},
        ),
        (f'<link {RSS} href="/1#top" rel="alternate home">', {"https://news.example/1": ""}),
        (f'<link rel="stylesheet" {RSS} href="/feed">', {}),
        ('<link rel="alternate" type="text/html" hreflang="fr" href="/fr">', {}),
        (f'<link rel="alternate" {RSS}>', {}),
        (f'<link rel="alternate" {RSS} href="javascript:alert(1)">', {}),
        (f'<link rel="alternate" {RSS} href="http://[::1">', {}),
        (f'<links rel="alternate" {RSS} href="/feed">', {}),
        ("<p>A bridge fell.", {}),
        ("", {}),
    ],
)
def test_a_page_names_its_feeds(page: str, found: dict[str, str]):
    """Readers paste the address of the page they know, not that of its feed."""
    assert feeds_named(page.encode(), "utf-8", URL) == found


def test_many_feeds_are_listed_in_order_and_bounded():
    """A page with a feed for each of its authors."""
    page = "".join(f'<link rel="alternate" {RSS} href="/{number}" title="{number}">' for number in range(100))
    found = feeds_named(page.encode(), "", URL)
    assert list(found)[:2] == ["https://news.example/0", "https://news.example/1"]
    assert len(found) == 20


def test_a_hostile_page_takes_no_time():
    """Attributes without an end made patterns like these take quadratic time."""
    for page in (
        "<link " + 'a="' * 300_000,
        "<link " * 200_000,
        "<link " + "a " * 500_000,
        "<link a" + " " * 10**6,
    ):
        assert feeds_named(page.encode(), "", URL) == {}
