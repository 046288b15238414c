"""Web pages as Footnote reads them: body text against people's, title and date against the page's own.

The body is scored as the source of the set does (scrapinghub/article-extraction-benchmark): runs of four
tokens, precision and recall averaged over the pages, F1 of the averages. trafilatura's own, as it comes,
stands beside. What a page states is found by patterns that share no code with the reader.
"""

import gzip
import html
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean

from index.articles import read_stream
from index.dates import parse_published
from index.errors import InputError
from index.pages import decode_page
from index.records import RawArticle

_FOLDER = "ingest_html"
_TOKEN = re.compile(r"\w+")
_SHINGLE = 4
_JSON_TITLE = re.compile(r'"headline"\s*:\s*("(?:[^"\\]|\\.)*")')
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]*)"')
_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_META_TITLES = ("og:title", "twitter:title")
_META_DATES = (
    "article:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "pubdate",
    "dc.date",
)


@dataclass(frozen=True, slots=True)
class _Page:
    data: bytes
    body: str
    titles: frozenset[str]
    dates: frozenset[str]


def evaluate(directory: Path) -> list[dict[str, object]]:
    """Return the row of `directory/ingest_html`; raise InputError when it is not there.

    `title_found` and `date_found` are shares of the pages that state one; a date counts when its day, in its
    own zone or in UTC, is one of those stated; `date_timed` is the share that kept a time of day.
    """
    from trafilatura import extract

    pages = _pages(directory / _FOLDER)
    read = [_read(page) for page in pages]
    precision, recall = _overlap([one.text if one else "" for one in read], pages)
    own = _overlap([extract(page.data) or "" for page in pages], pages)
    titled = [(one, page) for one, page in zip(read, pages, strict=True) if page.titles]
    dated = [(one, page) for one, page in zip(read, pages, strict=True) if page.dates]
    return [
        {
            "set": _FOLDER,
            "n": len(pages),
            "body_p": round(precision, 4),
            "body_r": round(recall, 4),
            "body_f1": round(_f1(precision, recall), 4),
            "trafilatura_f1": round(_f1(*own), 4),
            "titles_stated": len(titled),
            "title_found": _share([one is not None and _is_title(one.title, page) for one, page in titled]),
            "dates_stated": len(dated),
            "date_found": _share(
                [one is not None and bool(_days(one.published) & page.dates) for one, page in dated]
            ),
            "date_timed": _share([one is not None and "T" in one.published for one, page in dated]),
        }
    ]


def _pages(folder: Path) -> list[_Page]:
    listing = folder / "gold.jsonl"
    if not listing.is_file():
        raise InputError(f"{str(folder)!r} has no gold.jsonl")
    pages: list[_Page] = []
    for line in listing.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        data = gzip.decompress((folder / row["html"]).read_bytes())
        titles, dates = _stated(decode_page(data))
        pages.append(_Page(data=data, body=row["article_body"], titles=titles, dates=dates))
    return pages


def _read(page: _Page) -> RawArticle | None:
    found = list(read_stream(io.BytesIO(page.data), "page.html"))
    return next((one for one in found if isinstance(one, RawArticle)), None)


def _stated(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the plain forms of the titles, and the days, that a page's source states."""
    metas = [_attributes(tag) for tag in _META.findall(source)]
    titles = [_unquoted(quoted) for quoted in _JSON_TITLE.findall(source)[:1]]
    titles += [one["content"] for one in metas if _named(one, _META_TITLES)]
    dates = _JSON_DATE.findall(source)[:1] + [one["content"] for one in metas if _named(one, _META_DATES)]
    return (
        frozenset(filter(None, (_plain(title) for title in titles))),
        frozenset(day for date in dates for day in _days(parse_published(date))),
    )


def _attributes(tag: str) -> dict[str, str]:
    pairs = re.findall(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return {name.lower(): html.unescape(double or single) for name, double, single in pairs}


def _named(attributes: dict[str, str], names: Sequence[str]) -> bool:
    said = {attributes.get(key, "").lower() for key in ("property", "name", "itemprop")}
    return "content" in attributes and bool(said & set(names))


def _unquoted(quoted: str) -> str:
    try:
        return str(json.loads(quoted, strict=False))
    except ValueError:
        return ""


def _is_title(title: str, page: _Page) -> bool:
    """Whether a title is one the page states, or all of it before the outlet's name."""
    plain = _plain(title)
    return any(plain == one or (len(plain) >= 10 and one.startswith(plain)) for one in page.titles)


def _plain(title: str) -> str:
    return " ".join(_TOKEN.findall(html.unescape(html.unescape(title)).casefold()))


def _days(date: str) -> frozenset[str]:
    if not date:
        return frozenset()
    moment = datetime.fromisoformat(date)
    utc = [moment - offset] if (offset := moment.utcoffset()) is not None else []
    return frozenset(one.date().isoformat() for one in [moment, *utc])


def _overlap(texts: Sequence[str], pages: Sequence[_Page]) -> tuple[float, float]:
    """Return precision and recall of four-token runs, averaged over pages."""
    scores: list[tuple[float, float]] = []
    for text, page in zip(texts, pages, strict=True):
        found, gold = _shingles(text), _shingles(page.body)
        right = sum((found & gold).values())
        scores.append((right / found.total() if found else 0.0, right / gold.total() if gold else 1.0))
    return mean(one for one, _ in scores), mean(one for _, one in scores)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    return Counter(
        tuple(tokens[at : at + _SHINGLE]) for at in range(max(1, len(tokens) - _SHINGLE + 1)) if tokens
    )


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _share(facts: Sequence[bool]) -> float:
    return round(sum(facts) / len(facts), 4) if facts else 0.0
