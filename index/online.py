"""A web address in, articles and refusals out: of a page, or of all that a feed or sitemap lists.

What the user names is fetched; what a listing names is followed only as far as the site's robots.txt allows.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from index.addresses import check_url, shorten
from index.alternates import feeds_named
from index.errors import AddressRefused, FetchError, InputError
from index.feeds import Entry, Listing, discover
from index.fetching import Fetched, Fetcher
from index.fields import Refusal
from index.records import RawArticle
from index.robots import Robots

# Reads the article on a page (or in a PDF, by its content type), or raises ArticleError.
ReadPage = Callable[[Fetched], RawArticle]

MAX_ARTICLES = 1_000
_MAX_SITEMAPS = 50
# After so many failures in a row that may pass, a site is left alone for the rest of the import.
_MAX_FAILURES = 3
# Shorter texts in a feed are teasers.
_WHOLE_CHARS = 500
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|read more|continue reading)\W*$", re.IGNORECASE)


def pages_at(
    url: str, fetcher: Fetcher, read_page: ReadPage, *, limit: int = MAX_ARTICLES
) -> Iterator[tuple[str, Callable[[], RawArticle | Refusal]]]:
    """Yield the page at an address, or the first `limit` entries that a feed or sitemap there lists.

    With each address comes what fetches and reads its article: one broken page is a refusal and the rest goes
    on. `origin` is the address as given or listed.
    """
    try:
        fetched = fetcher.fetch(url)
        listing = discover(fetched)
    except InputError as error:
        refusal = Refusal(origin=url, reason=str(error))
        yield url, lambda: refusal
        return
    if listing is None:
        yield url, lambda: _read(Entry(url=url), fetched, read_page)
        return
    follower = Follower(fetcher, read_page)
    entries = entries_of(listing, url, fetcher)
    for entry in islice(entries, limit):
        if isinstance(entry, Refusal):
            yield url, partial(_as_it_is, entry)
        else:
            yield entry.url, partial(follower.article, entry)
    if next(entries, None) is not None:
        left_out = Refusal(origin=url, reason=f"it lists more than {limit:,} articles; the rest was left out")
        yield url, lambda: left_out


def _as_it_is(refusal: Refusal) -> Refusal:
    return refusal


def find_feed(url: str, fetcher: Fetcher) -> str:
    """Return the address if a feed or sitemap is there, or that of the one feed which the page there names.

    Raises FetchError, with the choice where a page names several.
    """
    fetched = fetcher.fetch(url)
    if discover(fetched) is not None:
        return url
    named = feeds_named(fetched.body, fetched.charset, fetched.url)
    if not named:
        raise FetchError(
            f"{shorten(url)} is no feed or sitemap, and names none; look for the address of its feed"
        )
    if len(named) > 1:
        choice = ", ".join(
            f"{shorten(one)} ({title})" if title else shorten(one) for one, title in named.items()
        )
        raise FetchError(f"{shorten(url)} is a page that names several feeds; give one of them: {choice}")
    [found] = named
    if discover(fetcher.fetch(found)) is None:
        raise FetchError(
            f"{shorten(url)} is a page that names the feed {shorten(found)}, but that is none; give another"
        )
    return found


def entries_of(listing: Listing, url: str, fetcher: Fetcher) -> Iterator[Entry | Refusal]:
    """Yield a listing's entries, each address once; for an index, those of its sitemaps, the latest first."""
    if listing.broken:
        taken = f"its first {len(listing.entries):,} entries are taken"
        yield Refusal(origin=url, reason=f"it could be read only in part ({listing.broken}); {taken}")
    if not listing.entries:
        yield Refusal(origin=url, reason=f"the {listing.kind} lists no web address")
    if listing.kind != "index":
        yield from listing.entries
        return
    seen: set[str] = set()
    latest = sorted(listing.entries, key=lambda entry: entry.updated, reverse=True)
    for sitemap in latest[:_MAX_SITEMAPS]:
        for entry in _entries_in(sitemap.url, fetcher):
            if isinstance(entry, Refusal) or entry.url not in seen:
                seen.add(entry.url if isinstance(entry, Entry) else "")
                yield entry
    if len(latest) > _MAX_SITEMAPS:
        left = len(latest) - _MAX_SITEMAPS
        yield Refusal(
            origin=url,
            reason=f"{left:,} of its sitemaps, the oldest, were left out; add them by their addresses",
        )


def _entries_in(url: str, fetcher: Fetcher) -> Iterator[Entry | Refusal]:
    try:
        listing = discover(fetcher.fetch(url))
    except FetchError as error:
        yield Refusal(origin=url, reason=str(error))
        return
    if listing is None or listing.kind == "index":
        yield Refusal(origin=url, reason="an index of sitemaps names it, but it is no sitemap")
        return
    yield from entries_of(listing, url, fetcher)


class Follower:
    """Fetches the entries of listings one by one, and leaves a site alone that fails again and again."""

    def __init__(self, fetcher: Fetcher, read_page: ReadPage) -> None:
        self._fetcher, self._read_page = fetcher, read_page
        self._robots = Robots(fetcher)
        self._failures: dict[str, int] = {}

    def article(self, entry: Entry) -> RawArticle | Refusal:
        """Return the article on the entry's page, or the one in the feed where the page cannot be had."""
        try:
            return _read(entry, self._fetch(entry.url), self._read_page)
        except InputError as error:
            return _from_feed(entry) or Refusal(origin=entry.url, reason=str(error))

    def _fetch(self, url: str) -> Fetched:
        # Its form only: whether private addresses are asked is the fetcher's to say.
        host = check_url(url, allow_private=True).host
        if self._failures.get(host, 0) >= _MAX_FAILURES:
            raise FetchError(
                f"it was not tried: {host!r} failed {_MAX_FAILURES} times in a row; try again later"
            )
        if not self._robots.allow(url):
            raise AddressRefused(f"it was not followed: the robots.txt of {host!r} does not allow it")
        try:
            fetched = self._fetcher.fetch(url)
        except FetchError as error:
            self._failures[host] = self._failures.get(host, 0) + 1 if error.is_temporary else 0
            raise
        self._failures[host] = 0
        if discover(fetched) is not None:
            raise FetchError("it is a list of articles, not an article; add it by its own address")
        return fetched


def _read(entry: Entry, fetched: Fetched, read_page: ReadPage) -> RawArticle | Refusal:
    """Read a page; what it does not say of itself is filled in from the entry."""
    try:
        article = read_page(fetched)
    except InputError as error:
        return _from_feed(entry) or Refusal(origin=entry.url, reason=str(error))
    # A page often gives the day only, and the feed the time of day as well.
    published = article.published if not entry.published.startswith(article.published) else entry.published
    return replace(
        article,
        title=article.title or entry.title,
        published=published,
        authors=article.authors or entry.authors,
        publication=article.publication or entry.publication,
        language=article.language or _language(entry),
        url=article.url or fetched.url,
        origin=entry.url,
    )


def _from_feed(entry: Entry) -> RawArticle | None:
    """Make an article of the text in the feed, if that is a whole one."""
    if len(entry.text) < _WHOLE_CHARS or _CUT_OFF.search(entry.text[-40:]):
        return None
    return RawArticle(
        text=entry.text,
        title=entry.title,
        publication=entry.publication,
        authors=entry.authors,
        published=entry.published,
        url=entry.url,
        language=_language(entry),
        origin=entry.url,
    )


def _language(entry: Entry) -> str:
    match = re.match(r"([a-z]{2})(?:[-_]|$)", entry.language.lower())
    return match[1] if match else ""
