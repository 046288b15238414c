"""From an address to articles, over a real server: pages, feeds, sitemaps, and all that goes wrong there."""

import re

import pytest

from index.errors import ArticleError
from index.fetching import Fetcher
from index.fields import Refusal
from index.online import pages_at
from index.records import RawArticle

XML = {"Content-Type": "application/xml"}
WHOLE = "A bridge over the Akerselva fell on Monday. " * 20


def articles_at(url, fetcher, read_page, **options):
    return [read() for _, read in pages_at(url, fetcher, read_page, **options)]


def read_page(page):
    """The simplest reader of pages: the first paragraph is the article."""
    match = re.search(rb"<p>(.*?)</p>", page.body)
    if match is None:
        raise ArticleError("no article was found on the page")
    return RawArticle(text=match[1].decode(page.charset or "utf-8"), published="2026-11-22")


@pytest.fixture
def visit(site, hasty):
    def visit(path, **options):
        return articles_at(site.url + path, hasty, read_page, **options)

    return visit


def page(text):
    return f"<html><body><p>{text}</p></body></html>".encode()


def feed(*paths, extra=""):
    items = "".join(
        f"<item><title>Title of {path}</title><link>{path}</link><author>Ann Lee</author>"
        f"<pubDate>Sun, 22 Nov 2026 10:00:00 +0100</pubDate>{extra}</item>"
        for path in paths
    )
    return f"<rss><channel><title>Times</title><language>en-gb</language>{items}</channel></rss>".encode()


def reasons(found):
    return [(one.origin.rpartition("/")[2], one.reason) for one in found if isinstance(one, Refusal)]


def texts(found):
    return [one.text for one in found if isinstance(one, RawArticle)]


def test_a_page_is_one_article(site, visit, reply):
    """Its origin is what the user gave, its address where it was found."""
    site.serve("/old", reply(status=301, headers={"Location": "/new"}))
    site.serve("/new", reply(page("A bridge fell.")))
    [article] = visit("/old")
    assert (article.text, article.origin, article.url) == (
        "A bridge fell.",
        site.url + "/old",
        site.url + "/new",
    )
    assert "/robots.txt" not in site.paths()


def test_a_feed_is_followed_to_its_articles(site, visit, reply):
    """What a page does not say of itself, the feed does: title, byline, time of day, outlet."""
    site.serve("/feed", reply(feed("/1", "/2"), headers=XML))
    site.serve("/1", reply(page("One.")))
    site.serve("/2", reply(page("Two.")))
    first, second = visit("/feed")
    assert (first.text, second.text) == ("One.", "Two.")
    assert (first.title, first.authors, first.publication) == ("Title of /1", ("Ann Lee",), "Times")
    assert (first.published, first.language) == ("2026-11-22T10:00:00+01:00", "en")
    assert first.origin == site.url + "/1"
    assert site.paths() == ["/feed", "/robots.txt", "/1", "/2"]


def test_one_broken_page_does_not_spoil_the_rest(site, visit, reply):
    """Each refusal names its page and the reason."""
    site.serve("/feed", reply(feed("/1", "/gone", "/empty", "/image", "/feed2", "/2"), headers=XML))
    site.serve("/1", reply(page("One.")))
    site.serve("/2", reply(page("Two.")))
    site.serve("/empty", reply(b"<html></html>"))
    site.serve("/image", reply(b"", headers={"Content-Type": "image/png"}))
    site.serve("/feed2", reply(feed("/3"), headers=XML))
    found = visit("/feed")
    assert texts(found) == ["One.", "Two."]
    (gone, why), (empty, why_empty), (image, why_image), (other, why_other) = reasons(found)
    assert (gone, empty, image, other) == ("gone", "empty", "image", "feed2")
    assert "404" in why
    assert "no article" in why_empty
    assert "image/png" in why_image
    assert "list of articles" in why_other


def test_the_text_in_the_feed_stands_in_for_a_page_that_cannot_be_had(site, visit, reply):
    """The publisher sent it out itself; but a teaser is no article."""
    full = f"<description>Short.</description><content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{WHOLE}</content:encoded>"
    site.serve("/feed", reply(feed("/paid", extra=full), headers=XML))
    site.serve("/paid", reply(b"", 402))
    [article] = visit("/feed")
    assert article.text == WHOLE.strip()
    assert (article.title, article.url) == ("Title of /paid", site.url + "/paid")
    for teaser in ("Short.", WHOLE + "Read more", WHOLE + "[…]"):
        cut = full.replace(WHOLE, teaser)
        site.serve("/feed", reply(feed("/paid", extra=cut), headers=XML))
        assert "402" in reasons(visit("/feed"))[0][1]


def test_what_robots_txt_does_not_allow_is_not_followed(site, visit, reply):
    """A feed's links are followed by a program, not by a person."""
    site.serve(
        "/robots.txt", reply(b"User-agent: *\nDisallow: /private", headers={"Content-Type": "text/plain"})
    )
    site.serve("/feed", reply(feed("/private/1", "/2"), headers=XML))
    site.serve("/2", reply(page("Two.")))
    found = visit("/feed")
    assert texts(found) == ["Two."]
    assert "robots.txt" in reasons(found)[0][1]
    assert "/private/1" not in site.paths()


def test_a_site_that_keeps_failing_is_left_alone(site, visit, reply):
    """Three attempts at each of a thousand pages would look like an attack."""
    site.serve("/feed", reply(feed(*(f"/{number}" for number in range(10))), headers=XML))
    for number in range(10):
        site.serve(f"/{number}", reply(b"", 500))
    found = visit("/feed")
    assert len(found) == 10
    assert len(site.requests) == 2 + 3 * 3
    assert "failed 3 times in a row" in found[-1].reason


def test_a_limit_is_kept_and_said(site, visit, reply):
    """What is left out must not look as if it were in."""
    site.serve("/feed", reply(feed("/1", "/2", "/3"), headers=XML))
    for number in (1, 2, 3):
        site.serve(f"/{number}", reply(page("Text.")))
    found = visit("/feed", limit=2)
    assert len(texts(found)) == 2
    assert "more than 2 articles" in reasons(found)[-1][1]
    assert "/3" not in site.paths()
    assert reasons(visit("/feed", limit=3)) == []


def test_an_index_of_sitemaps_is_followed_latest_first(site, visit, reply):
    """The archive of a newspaper begins in another century; today's news stands at its end."""
    index = "".join(
        f"<sitemap><loc>/{name}.xml</loc><lastmod>{date}</lastmod></sitemap>"
        for name, date in (("old", "2001-01-01"), ("new", "2026-11-22"), ("lost", "1999-01-01"))
    )
    site.serve("/index.xml", reply(f"<sitemapindex>{index}</sitemapindex>".encode(), headers=XML))
    for name, paths in (("old", "12"), ("new", "32")):
        urls = "".join(f"<url><loc>/{path}</loc></url>" for path in paths)
        site.serve(f"/{name}.xml", reply(f"<urlset>{urls}</urlset>".encode(), headers=XML))
    for number in (1, 2, 3):
        site.serve(f"/{number}", reply(page(f"Text {number}.")))
    found = visit("/index.xml")
    assert texts(found) == ["Text 3.", "Text 2.", "Text 1."]
    assert [name for name, _ in reasons(found)] == ["lost.xml"]


def test_indexes_do_not_nest(site, visit, reply):
    """An index that names itself would never end."""
    body = b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>"
    site.serve("/index.xml", reply(body, headers=XML))
    site.serve("/a.xml", reply(body, headers=XML))
    assert "no sitemap" in reasons(visit("/index.xml"))[0][1]
    assert site.paths() == ["/index.xml", "/a.xml"]


def test_a_damaged_or_empty_list_says_so(site, visit, reply):
    """Half a feed is used, and named half."""
    site.serve("/feed", reply(feed("/1").replace(b"</channel></rss>", b"<item><oops"), headers=XML))
    site.serve("/1", reply(page("One.")))
    found = visit("/feed")
    assert texts(found) == ["One."]
    assert "only in part" in reasons(found)[0][1]
    site.serve("/empty", reply(b"<rss><channel/></rss>", headers=XML))
    assert "lists no web address" in reasons(visit("/empty"))[0][1]


def test_an_address_that_cannot_be_fetched_is_one_refusal(site, hasty):
    """With the address as it was given."""
    for url in ("file:///etc/passwd", site.url + "/nothing", "not an address", "http://127.0.0.1:1/"):
        [refusal] = articles_at(url, hasty, read_page)
        assert isinstance(refusal, Refusal)
        assert refusal.origin == url


def test_a_feed_of_the_web_cannot_lead_inwards(site, monkeypatch, reply):
    """A public feed lists addresses of the machine that reads it."""
    listed = [
        f"http://127.0.0.1:{site.port}/secret",
        "http://[::1]/",
        "http://2130706433/",
        "http://10.0.0.1/",
    ]
    listed += ["http://inside.example/", "http://a:b@news.example/", "http://news.example\\@127.0.0.1/"]
    site.serve("/feed", reply(feed(*listed), headers=XML))
    import socket

    connect, resolve = (
        socket.create_connection,
        {"news.example": "93.184.215.14", "inside.example": "10.0.0.1"},
    )

    def create_connection(address, *args, **kwargs):
        assert address == ("93.184.215.14", 80)
        return connect(("127.0.0.1", site.port), *args, **kwargs)

    def answer(host, port, type):
        return [(socket.AF_INET, type, 6, "", (resolve.get(host, host), port))]

    monkeypatch.setattr(socket, "create_connection", create_connection)
    found = articles_at("http://news.example/feed", Fetcher(resolve=answer), read_page)
    assert texts(found) == []
    assert len(found) >= 6
    assert site.paths() == ["/feed"]
