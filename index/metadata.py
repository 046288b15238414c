"""What a web page says of its article: JSON-LD first, then meta and itemprop, then what the page shows.

https://schema.org/Article, https://ogp.me and the habits of news sites are the sources of the names.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from index.dates import parse_published
from index.fields import split_authors

_MAX_LINE_CHARS = 1_000
_MAX_NAMES = 50
_MAX_NODES = 2_000
_MAX_JSON_CHARS = 2_000_000

_ARTICLE = re.compile(r"(?:\w*Article|\w*Posting|Report|Review|\w*NewsArticle)")
_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time",
    "datepublished", "parsely-pub-date", "sailthru.date", "dc.date", "dc.date.issued", "dcterms.date",
    "dcterms.created", "pubdate", "publishdate", "publish-date", "publish_date", "pub_date", "og:pubdate",
    "publication_date", "cxenseparse:recs:publishtime", "date", "rnews:datepublished", "article.published",
    "datecreated", "analyticsattributes.articledate",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "article:modified", "og:updated_time", "datemodified", "dcterms.modified",
    "last-modified", "lastmod", "article.updated", "revision_date",
)  # fmt: skip
_TITLE = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "headline", "title")
_PUBLICATION = ("og:site_name", "application-name", "dc.publisher", "publisher")
_AUTHORS = (
    "article:author",
    "author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "byl",
    "dcterms.creator",
)
# JavaScript prints "Tue Nov 19 2019 03:05:46 GMT+0000 (UTC)".
_JAVASCRIPT = re.compile(
    r"\w{3} (?P<month>\w{3}) (?P<day>\d\d) (?P<year>\d{4}) (?P<time>\d\d:\d\d:\d\d) GMT(?P<zone>[+-]\d{4})?.*"
)
_SUFFIX = re.compile(r"\s+[|–—·:»-]\s+([^|–—·»]{2,60})$")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2}|[a-z]{3})[/-](\d{1,2})(?:[/-]|$)")
_SHOWN = re.compile(r"publish|posted|entry-date|post-date|article-date|timestamp|dateline", re.IGNORECASE)

Tree = Any  # an lxml element; lxml has no types
Values = dict[str, list[str]]


def metadata_of(tree: Tree) -> dict[str, Any]:  # Any: fields as index.fields reads them
    """Return the fields the page states, each a line, with `articleBody` where JSON-LD has the text too.

    What is nowhere stated is left out; a date is in ISO 8601, with its zone where any source gives it.
    """
    article = _article_node(_json_ld(tree))
    metas = _metas(tree)
    publication = _first([_name(article.get("publisher")), *_under(metas, _PUBLICATION)]).lstrip("@")
    url = _url(tree, article, metas)
    fields: dict[str, Any] = {
        "title": _title(tree, article, metas, publication),
        "publication": publication,
        "authors": _authors(tree, article, metas),
        "published": _published(tree, article, metas, url),
        "modified": _best_date([_text(article.get("dateModified")), *_under(metas, _MODIFIED)]),
        "url": url,
        "articleBody": _plain(article.get("articleBody")),
    }
    return {name: value for name, value in fields.items() if value}


def _json_ld(tree: Tree) -> list[Mapping[str, Any]]:
    """Return every object of the page's JSON-LD, those of a @graph or a list one by one."""
    found: list[Mapping[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        text = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*$", "", script.text)
        try:
            value = json.loads(text[:_MAX_JSON_CHARS].strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        waiting = [value]
        while waiting and len(found) < _MAX_NODES:
            one = waiting.pop(0)
            if isinstance(one, list):
                waiting = one[:_MAX_NODES] + waiting
            elif isinstance(one, dict):
                found.append(one)
                waiting += [one[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in one]
    return found


def _article_node(nodes: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the first object that is an article, else the first that is dated, else nothing."""
    dated: Mapping[str, Any] = {}
    for node in nodes:
        types = node.get("@type")
        names = types if isinstance(types, list) else [types]
        if any(isinstance(name, str) and _ARTICLE.fullmatch(name) for name in names):
            return node
        if not dated and "datePublished" in node:
            dated = node
    return dated


def _metas(tree: Tree) -> Values:
    """Return contents by lower-case name, property or itemprop, in page order."""
    found: Values = {}
    for meta in tree.iter("meta"):
        content = _line(meta.get("content") or "")
        for key in ("property", "name", "itemprop"):
            for name in (meta.get(key) or "").lower().split():
                if content:
                    found.setdefault(name, []).append(content)
    return found


def _under(metas: Values, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from metas.get(name, ())


def _title(tree: Tree, article: Mapping[str, Any], metas: Values, publication: str) -> str:
    headings = [_line(node.text_content()) for node in tree.iter("h1")]
    heads = [_line(node.text_content()) for node in tree.iter("title")]
    host = urlsplit(next(_under(metas, ("og:url",)), "")).hostname or ""
    candidates = [
        _without_outlet(title, publication, host)
        for title in (_plain_line(article.get("headline")), *_under(metas, _TITLE), *headings, *heads)
    ]
    title = _first(candidates)
    # schema.org once allowed 110 characters, so headlines are cut there.
    stem = re.sub(r"\s*(?:…|\.\.\.)$", "", title)
    if stem != title or len(title) >= 105:
        return next(
            (one for one in candidates if len(one) > len(stem) and one.startswith(stem) and one != title),
            title,
        )
    return title


def _without_outlet(title: str, publication: str, host: str) -> str:
    """Take off " | The Example Times" where that is the outlet's name or address."""
    match = _SUFFIX.search(title)
    if match is None:
        return title
    said, outlet = _letters(match[1]), _letters(publication)
    is_outlet = bool(said) and (
        said == outlet or (len(said) > 3 and (said in _letters(host) or said in outlet))
    )
    return title[: match.start()] if is_outlet else title


def _letters(text: str) -> str:
    return re.sub(r"\W+|^the\b", "", text.casefold())


def _authors(tree: Tree, article: Mapping[str, Any], metas: Values) -> list[str]:
    stated = article.get("author") or article.get("creator")
    people = stated if isinstance(stated, list) else [stated]
    sources = [
        [_name(person) for person in people[:_MAX_NAMES]],
        *([content] for content in _under(metas, _AUTHORS)),
        [
            _line(node.text_content())
            for node in tree.xpath('//*[@rel="author" or @itemprop="author"]')[:_MAX_NAMES]
        ],
    ]
    for lines in sources:
        names = [name for line in lines for name in split_authors(line) if _is_name(name)]
        if names:
            return list(dict.fromkeys(names))[:_MAX_NAMES]
    return []


def _is_name(text: str) -> bool:
    """Whether it may be a person or a desk: no address, and no clause out of a biography."""
    is_clause = text[:1].islower() and text.count(" ") > 1
    return len(text) <= 80 and not is_clause and not re.search(r"://|@|^[\W\d]*$", text)


def _published(tree: Tree, article: Mapping[str, Any], metas: Values, url: str) -> str:
    stated = [_text(article.get("datePublished")), *_under(metas, _PUBLISHED)]
    stated += [
        node.get("datetime") or node.get("content") or node.text_content()
        for node in tree.xpath('//*[@itemprop="datePublished" and not(self::meta)]')[:_MAX_NAMES]
    ]
    stated.append(_text(article.get("dateCreated")))
    return _best_date(stated) or _best_date(_shown(tree)) or _day_in_address(url)


def _shown(tree: Tree) -> list[str]:
    """Return the times of <time> elements that are called the publication's, or the only one there is."""
    times = [node for node in tree.iter("time") if node.get("datetime")]
    called = [
        node.get("datetime")
        for node in times
        if node.get("pubdate") is not None
        or _SHOWN.search(f"{node.get('class')} {node.getparent().get('class')}")
    ]
    every = list(dict.fromkeys(node.get("datetime") for node in times))
    return called or (every if len(every) == 1 else [])


def _day_in_address(url: str) -> str:
    """News sites put the day of publication into an article's address: /2019/nov/19/."""
    match = _IN_ADDRESS.search(urlsplit(url).path)
    if match is None:
        return ""
    year, month, day = match.groups()
    return _date(f"{day} {month} {year}" if month.isalpha() else f"{year}/{month}/{day}")


def _best_date(values: Iterable[str]) -> str:
    """Return the first date; or of those of its day or the next to it, the first with a time and a zone."""
    dates = [date for value in values if (date := _date(value))]
    if not dates or _has_zone(dates[0]):
        return dates[0] if dates else ""
    same_day = [date for date in dates if date[:10] == dates[0][:10]]
    return next((date for date in same_day if _has_zone(date)), max(same_day[:1] + same_day, key=len))


def _date(value: str) -> str:
    text = _line(html.unescape(value))
    if match := _JAVASCRIPT.fullmatch(text):
        text = f"{match['day']} {match['month']} {match['year']} {match['time']} {match['zone'] or '+0000'}"
    date = parse_published(text)
    # A server without a clock says year 1 or 1970.
    return "" if date.startswith("1970-01-01") else date


def _has_zone(date: str) -> bool:
    return re.search(r"T.*[+-]\d\d:\d\d$", date) is not None


def _url(tree: Tree, article: Mapping[str, Any], metas: Values) -> str:
    links = [
        node.get("href") or ""
        for node in tree.iter("link")
        if "canonical" in (node.get("rel") or "").lower().split()
    ]
    main = article.get("mainEntityOfPage")
    main = main.get("@id") if isinstance(main, dict) else main
    stated = [*links, *_under(metas, ("og:url", "twitter:url")), _text(article.get("url")), _text(main)]
    return next((url.strip() for url in stated if _is_web(url.strip())), "")


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= _MAX_LINE_CHARS


def _name(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return _plain_line(value.get("name") if isinstance(value, dict) else value)


def _first(lines: Iterable[str]) -> str:
    return next(filter(None, lines), "")


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def _plain(value: Any) -> str:
    """Return text of JSON-LD, in which some sites leave tags and entities."""
    text = html.unescape(html.unescape(_text(value)))
    text = re.sub(r"</?(?:p|div|br|li|h\d)\b[^<>]*>", "\n", text)
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"<[^<>]{1,500}>", "", text)).strip()


def _plain_line(value: Any) -> str:
    return _line(_plain(value))


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_LINE_CHARS else ""
