"""The feeds that a web page names for itself: `<link rel="alternate" type="application/rss+xml" href=…>`.

Source: WHATWG HTML, 4.6.7.1, and https://www.rssboard.org/rss-autodiscovery.
"""

import html
import re
from urllib.parse import urldefrag, urljoin

from index.addresses import MAX_URL_CHARS
from index.markup import xml_text

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
# Heads are short, and what names feeds stands in them.
_HEAD_CHARS = 2**20
_TAG_CHARS = 5_000
_MAX_FEEDS = 20
_TITLE_CHARS = 100
_NAME = re.compile(r"(?:link|base)(?=[\s/])", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([a-z-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)


def feeds_named(body: bytes, charset: str, url: str) -> dict[str, str]:
    """Return the absolute addresses of the feeds a page names, each with its title, in their order."""
    found: dict[str, str] = {}
    base = url
    for piece in xml_text(body, charset)[:_HEAD_CHARS].split("<")[1:]:
        if _NAME.match(piece) is None:
            continue
        attributes = {
            match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "").strip()
            for match in _ATTRIBUTE.finditer(piece[:_TAG_CHARS].partition(">")[0])
        }
        address = _joined(base, attributes.get("href", ""))
        if piece[:4].lower() == "base":
            base = address or base
        elif address and _is_feed(attributes) and len(found) < _MAX_FEEDS:
            found.setdefault(address, " ".join(attributes.get("title", "").split())[:_TITLE_CHARS])
    return found


def _is_feed(attributes: dict[str, str]) -> bool:
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    return "alternate" in attributes.get("rel", "").lower().split() and kind in _TYPES


def _joined(base: str, address: str) -> str:
    try:
        joined = urldefrag(urljoin(base, address)).url if address else ""
    except ValueError:
        return ""
    return (
        joined if joined.lower().startswith(("http://", "https://")) and len(joined) <= MAX_URL_CHARS else ""
    )
