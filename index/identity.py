"""Whether an article that came without an id is a known one, changed: near copies in, yes or no out.

An id needs no guess: it is the word of whoever gave it.
"""

from urllib.parse import urlsplit

from index.records import Article

# What is shorter than this share of the known text is a teaser, and must not stand in for the article.
_SHORTEST = 0.5


def is_revision(known: Article, given: Article) -> bool:
    """Tell whether two near copies are one article at two times: one page, one file or one headline.

    A headline is the same at one outlet on one day; two pages are two articles, whatever they are called.
    docs/decisions/0009-imports-revisions-generations.md says what this was measured on.
    """
    if len(given.text) < _SHORTEST * len(known.text):
        return False
    pages = _page(known.url), _page(given.url)
    if all(pages):
        return pages[0] == pages[1]
    if known.origin and known.origin == given.origin:
        return True
    days = {day for day in (known.published[:10], given.published[:10]) if day}
    headlines = {(one.title.casefold(), one.publication.casefold()) for one in (known, given)}
    return bool(known.title) and len(headlines) == 1 and len(days) < 2


def _page(url: str) -> str:
    """Return an address without what does not tell pages apart; "" for a site's front page, or none."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    return f"{host}{path}?{parts.query}" if host and (path or parts.query) else ""
