"""What RSS and Atom feeds and sitemaps list: their bytes in, entries with absolute web addresses out.

Sources: RSS 2.0 (rssboard.org), RSS 1.0 with the Dublin Core and content modules, RFC 4287 (Atom),
sitemaps.org 0.9 and Google's news extension of it.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from urllib.parse import urldefrag, urljoin

from index.addresses import MAX_URL_CHARS, shorten
from index.dates import parse_published
from index.errors import FetchError
from index.fetching import Fetched
from index.fields import MAX_TEXT_CHARS, split_authors
from index.markup import Document, Element, html_of, mended, opening, text_of_html, xml_text

MAX_FEED_ENTRIES = 1_000
MAX_SITEMAP_ENTRIES = 50_000  # sitemaps.org allows no more in one file
_MAX_LINE_CHARS = 1_000
_MAX_FEED_CHARS = 8 * 2**20
_MAX_MENDED_CHARS = 4 * 2**20
_WEB = re.compile(r"https?://[^\s/?#\\]", re.IGNORECASE)

_ATOM = "http://www.w3.org/2005/Atom"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"
_KINDS: dict[str, Literal["feed", "sitemap", "index"]] = {
    "rss": "feed",
    "RDF": "feed",
    "feed": "feed",
    "urlset": "sitemap",
    "sitemapindex": "index",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that a feed or sitemap lists. `published` and `updated` are ISO 8601, with the zone if given.

    `text` is the article's text if the feed carries it, with an empty line between paragraphs; `summary` is
    what the feed says about it.
    """

    url: str
    title: str = ""
    published: str = ""
    updated: str = ""
    authors: tuple[str, ...] = ()
    summary: str = ""
    text: str = ""
    publication: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The entries of a feed or sitemap in its order, each address once; those of an index are sitemaps.

    `broken` says why it could not be read to its end, "" when it was.
    """

    kind: Literal["feed", "sitemap", "index"]
    entries: tuple[Entry, ...]
    broken: str = ""


def discover(fetched: Fetched) -> Listing | None:
    """Return what a feed or sitemap lists, or None when the body is something else, such as a page.

    What it is shows in its first element; the type a server declares for it is often wrong. Raises FetchError
    for XML of any other kind.
    """
    if fetched.content_type == "application/pdf":
        return None
    text = xml_text(fetched.body, fetched.charset)
    root, broken = opening(text)
    kind = _KINDS.get(root)
    if kind is None:
        if root.lower() != "html" and _is_xml(fetched.content_type):
            found = broken or f"it begins with {root[:40]!r}"
            raise FetchError(
                f"{shorten(fetched.url)} is XML, but no feed or sitemap that can be read: {found}; give the "
                "address of a page or a feed"
            )
        return None
    if kind == "feed" and len(text) > _MAX_FEED_CHARS:
        raise FetchError(
            f"{shorten(fetched.url)} is a feed of {len(text):,} characters, at most "
            f"{_MAX_FEED_CHARS:,} are read"
        )
    listing = _listing(kind, text, fetched.url)
    if listing.broken and kind == "feed" and len(text) <= _MAX_MENDED_CHARS:
        again = _listing(kind, mended(text), fetched.url)
        listing = max(listing, again, key=lambda one: (len(one.entries), not one.broken))
    return listing


def _is_xml(content_type: str) -> bool:
    return content_type.endswith("xml") and "html" not in content_type


def _listing(kind: Literal["feed", "sitemap", "index"], text: str, url: str) -> Listing:
    if kind == "feed":
        document = Document(text, frozenset({"item", "entry"}))
        items = list(islice(document.items(), MAX_FEED_ENTRIES))
        found: Iterable[Entry] = _feed_entries(document.root, items, url)
    else:
        document = Document(text, frozenset({"url", "sitemap"}))
        found = (_sitemap_entry(item, url) for item in islice(document.items(), MAX_SITEMAP_ENTRIES))
    entries: dict[str, Entry] = {}
    for entry in found:
        if (
            entry.url != url
            and entry.url not in entries
            and _WEB.match(entry.url)
            and len(entry.url) <= MAX_URL_CHARS
        ):
            entries[entry.url] = entry
    return Listing(kind=kind, entries=tuple(entries.values()), broken=document.broken)


def _feed_entries(root: Element | None, items: list[Element], url: str) -> Iterator[Entry]:
    if root is None:
        return
    channel = root.child("channel") or root
    base = _joined(url, root.base)
    title = _line(channel.child("title"))
    authors = _authors(channel) if root.name == "feed" else ()
    language = _line(channel.child("language")) or root.language
    for item in items:
        body = item.child("encoded", space=_CONTENT) or item.child("content", space=_ATOM)
        yield Entry(
            url=_link(item, _joined(base, item.base)),
            title=_line(item.child("title")),
            published=_date(item, "pubDate", "published", "issued", "date", "updated", "modified"),
            updated=_date(item, "updated", "modified"),
            authors=_authors(item) or authors,
            summary=_text(item.child("description", "summary")),
            text=_text(body),
            publication=title,
            language=language,
        )


def _link(item: Element, base: str) -> str:
    """Choose the address of the article itself: not of its comments, nor of its sound file."""
    original = item.child("origLink", space=_FEEDBURNER)
    if original is not None:
        return _joined(base, original.text)
    links = [link for link in item.children("link") if link.attributes.get("rel", "alternate") == "alternate"]
    links.sort(key=lambda link: link.attributes.get("type", "text/html") != "text/html")
    for link in links:
        address = link.attributes.get("href", "") or link.text
        if address.strip():
            return _joined(_joined(base, link.base), address)
    identity = item.child("guid", "id")
    if identity is not None and identity.attributes.get("isPermaLink", "true") == "true":
        return identity.text.strip()
    return ""


def _joined(base: str, address: str) -> str:
    """Resolve an address against the one it stands in; what is no address becomes ""."""
    # Feeds indent addresses, and some write &amp;amp; for one ampersand.
    plain = "".join(html.unescape(address[: 2 * MAX_URL_CHARS]).split())
    try:
        return urldefrag(urljoin(base, plain)).url
    except ValueError:
        return ""


def _line(element: Element | None) -> str:
    """Return an element's text on one line; titles are HTML by habit, whatever the standards say."""
    if element is None:
        return ""
    return " ".join(_text(element, 10 * _MAX_LINE_CHARS).split())[:_MAX_LINE_CHARS]


def _text(element: Element | None, longest: int = MAX_TEXT_CHARS) -> str:
    if element is None:
        return ""
    kind = element.attributes.get("type", "html")
    if kind == "xhtml" or (any(isinstance(part, Element) for part in element.parts)):
        return text_of_html(html_of(element)[:longest])
    if kind in {"text", "text/plain"}:
        return element.text[:longest].strip()
    return text_of_html(element.text[:longest])


def _date(item: Element, *names: str) -> str:
    for name in names:
        found = item.child(name)
        if found is not None and (date := parse_published(found.text)):
            return date
    return ""


def _authors(item: Element) -> tuple[str, ...]:
    """Read dc:creator, Atom's author with a name in it, or RSS's "ann@example.org (Ann Lee)"."""
    names: list[str] = []
    for element in item.children("creator", "author"):
        name = element.child("name")
        line = _line(name or element)
        if "@" in line:
            line = line.partition("(")[2].rpartition(")")[0]
        names += split_authors(line)
    return tuple(dict.fromkeys(names))[:50]


def _sitemap_entry(item: Element, url: str) -> Entry:
    location = item.child("loc")
    news = item.child("news") or Element("", "news", {})
    publication = news.child("publication") or Element("", "publication", {})
    return Entry(
        url=_joined(url, location.text) if location and location.text.strip() else "",
        title=_line(news.child("title")),
        published=_date(news, "publication_date"),
        updated=_date(item, "lastmod"),
        publication=_line(publication.child("name")),
        language=_line(publication.child("language")),
    )
