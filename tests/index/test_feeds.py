"""What feeds and sitemaps list: each field from where its format keeps it, and only addresses of the web."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import FetchError
from index.feeds import MAX_FEED_ENTRIES, discover
from index.fetching import Fetched

URL = "https://news.example/feeds/main.xml"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
  xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>The Fjord Times &amp;amp; Co</title><link>https://news.example/</link>
<atom:link href="https://news.example/feed" rel="self"/><language>en-gb</language>
<item>
  <title>The &amp;#8217;bridge&amp;#8217; &lt;i&gt;fell&lt;/i&gt;</title>
  <link>
    /2026/bridge?a=1&amp;b=2#comments
  </link>
  <comments>https://news.example/comments</comments>
  <pubDate>Sun, 22 Nov 2026 12:01:30 +0100</pubDate>
  <dc:creator>Ann Lee and Bo Fox</dc:creator>
  <description>&lt;p&gt;In short.&lt;/p&gt;</description>
  <content:encoded><![CDATA[<p>A bridge&nbsp;fell.</p>
    <script>x()</script><p>Nobody was hurt.</p>]]></content:encoded>
</item>
<item><guid>https://news.example/2</guid><author>cy@news.example (Cy Dee)</author></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example/a/" xml:lang="de">
<title type="html">Blog &lt;b&gt;x&lt;/b&gt;</title><author><name>Ann Lee</name></author>
<entry xml:base="b/"><title type="text">1 &lt; 2</title>
  <link rel="replies" href="replies"/><link rel="enclosure" href="a.mp3"/>
  <link type="application/json" href="x.json"/><link href="article"/>
  <id>urn:1</id><published>2026-11-22T10:00:00+01:00</published><updated>2026-11-22T11:00:00Z</updated>
  <summary>In short.</summary>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
  <p>One &amp; <em>two</em>.</p><p>Three.</p></div></content>
</entry></feed>"""
RSS_1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Old</title></channel>
<item rdf:about="https://old.example/1"><title>T</title><link>https://old.example/1</link>
<dc:date>2026-11-22T10:00+02:00</dc:date></item></rdf:RDF>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://news.example/1 </loc><lastmod>2026-11-22T09:00:00Z</lastmod><news:news>
  <news:publication><news:name>The Fjord Times</news:name><news:language>no</news:language></news:publication>
  <news:publication_date>2026-11-22T08:00:00+01:00</news:publication_date><news:title>Bridge</news:title>
</news:news></url>
<url><loc>https://news.example/2</loc><lastmod>2026-11-21</lastmod></url><url><loc/></url><url/></urlset>"""


def read(text, *, content_type="application/xml", charset="", url=URL):
    body = text if isinstance(text, bytes) else text.encode()
    return discover(Fetched(url=url, status=200, content_type=content_type, charset=charset, body=body))


def feed_of(*items):
    return f"<rss><channel>{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"


def addresses(text):
    return [entry.url for entry in read(text).entries]


def test_rss_gives_every_field():
    """With the zone of the date, the paragraphs of the text, and the address as a browser would follow it."""
    listing = read(RSS)
    first, second = listing.entries
    assert (listing.kind, listing.broken) == ("feed", "")
    assert first.url == "https://news.example/2026/bridge?a=1&b=2"
    assert first.title == "The ’bridge’ fell"
    assert first.published == "2026-11-22T12:01:30+01:00"
    assert first.authors == ("Ann Lee", "Bo Fox")
    assert first.summary == "In short."
    assert first.text == "A bridge fell.\n\nNobody was hurt."
    assert (first.publication, first.language) == ("The Fjord Times & Co", "en-gb")
    assert (second.url, second.authors, second.text) == ("https://news.example/2", ("Cy Dee",), "")


def test_atom_gives_every_field():
    """The link to the article among those to its comments, sound and data; bases within bases."""
    [entry] = read(ATOM).entries
    assert entry.url == "https://blog.example/a/b/article"
    assert (entry.title, entry.publication, entry.language) == ("1 < 2", "Blog x", "de")
    assert (entry.published, entry.updated) == ("2026-11-22T10:00:00+01:00", "2026-11-22T11:00:00+00:00")
    assert entry.authors == ("Ann Lee",)
    assert (entry.summary, entry.text) == ("In short.", "One & two.\n\nThree.")


def test_rss_of_the_first_kind_has_its_items_beside_the_channel():
    """Still served by science publishers."""
    [entry] = read(RSS_1).entries
    assert (entry.url, entry.title, entry.publication) == ("https://old.example/1", "T", "Old")
    assert entry.published == "2026-11-22T10:00:00+02:00"


def test_a_sitemap_gives_what_the_news_extension_adds():
    """For many newspapers the only list of articles that is left."""
    listing = read(SITEMAP)
    first, second = listing.entries
    assert listing.kind == "sitemap"
    assert (first.url, first.title, first.publication) == (
        "https://news.example/1",
        "Bridge",
        "The Fjord Times",
    )
    assert (first.published, first.updated) == ("2026-11-22T08:00:00+01:00", "2026-11-22T09:00:00+00:00")
    assert first.language == "no"
    assert (second.published, second.updated) == ("", "2026-11-21")


def test_an_index_of_sitemaps_is_told_from_a_sitemap():
    """Its entries are lists, not articles."""
    listing = read("<sitemapindex><sitemap><loc>/a.xml.gz</loc></sitemap></sitemapindex>")
    assert listing.kind == "index"
    assert [entry.url for entry in listing.entries] == ["https://news.example/a.xml.gz"]


def test_only_addresses_of_the_web_are_kept_and_each_once():
    """A feed may say javascript:, and the same story stands in it twice."""
    links = [
        "javascript:alert(1)",
        "ftp://a.example/",
        "mailto:a@b.example",
        "file:///etc/passwd",
        "data:,x",
        "",
    ]
    links += ["/1", "https://news.example/1#x", "//news.example/1", "https://", "http://[", "x" * 3_000]
    assert addresses(feed_of(*(f"<link>{link}</link>" for link in links))) == ["https://news.example/1"]
    assert addresses(feed_of("<guid isPermaLink='false'>https://a.example/</guid>", "<title>x</title>")) == []


def test_the_original_address_is_preferred_to_the_counting_one():
    """Feed services put their own redirect in its place."""
    original = (
        '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">https://a.example/1</f:origLink>'
    )
    assert addresses(feed_of(f"<link>https://count.example/x</link>{original}")) == ["https://a.example/1"]


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/octet-stream"])
def test_a_feed_is_known_by_what_it_is(content_type):
    """Servers declare feeds as anything."""
    assert read(RSS, content_type=content_type).kind == "feed"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<!doctype html><html><p>x</html>", "text/html"),
        ('<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "application/xml"),
        ("<html><body/></html>", "application/xhtml+xml"),
        ("just words", "text/plain"),
        ("%PDF-1.7", "application/pdf"),
        ("", "text/html"),
    ],
)
def test_what_is_no_listing_is_left_to_others(body, content_type):
    """A page goes to the reader of pages."""
    assert read(body, content_type=content_type) is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<svg/>", "begins with 'svg'"),
        ("<rss", "unclosed token"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>', "defines entities"),
        (feed_of("<title>" + "x" * 9_000_000 + "</title>"), "at most 8,388,608"),
    ],
)
def test_xml_of_another_kind_is_refused_with_the_reason(body, words):
    """It would be read as a page full of tags."""
    with pytest.raises(FetchError, match=words):
        read(body)


def test_a_broken_feed_gives_what_it_can_and_says_so():
    """Most of what is broken can be mended; the rest keeps the entries before the damage."""
    slip = feed_of("<title>A & B caf&eacute;</title><link>/1?a=1&b=2</link>", "<link>/2</link>")
    listing = read(slip)
    assert [entry.url for entry in listing.entries] == [
        "https://news.example/1?a=1&b=2",
        "https://news.example/2",
    ]
    assert (listing.entries[0].title, listing.broken) == ("A & B café", "")
    torn = read(slip.replace("<link>/2", "<oops>"))
    assert len(torn.entries) == 1
    assert "mismatched tag" in torn.broken


def test_a_feed_without_end_is_cut():
    """No feed lists a thousand articles; what does is a sitemap."""
    assert (
        len(addresses(feed_of(*(f"<link>/{number}</link>" for number in range(3_000))))) == MAX_FEED_ENTRIES
    )


@given(st.text(max_size=60), st.sampled_from(["title", "link", "pubDate", "author", "description", "guid"]))
def test_no_field_breaks_the_reader(value, name):
    """Feeds are written by every program there is."""
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    listing = read(feed_of(f"<{name}>{escaped}</{name}><link>https://a.example/1</link>"))
    assert all(entry.url.startswith("http") for entry in listing.entries)


@settings(max_examples=40)  # guessing an encoding is slow
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(body):
    """Neither behind the beginning of a feed nor instead of it."""
    read(b"<rss><channel><item>" + body, content_type="text/html")
    read(body, content_type="text/html")
