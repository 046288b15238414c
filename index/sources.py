"""What a user names in, articles and refusals out: files and folders, or web addresses."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO

from index.articles import read, read_stream
from index.errors import ArticleError
from index.fetching import Fetched, Fetcher
from index.fields import Refusal
from index.online import articles_at
from index.records import RawArticle

_ENDINGS = {"application/pdf": ".pdf", "text/plain": ".txt"}


def read_sources(sources: Sequence[str], fetcher: Fetcher) -> Iterator[RawArticle | Refusal]:
    """Yield the articles of files, folders, globs, "-", pages, feeds and sitemaps, in the order given."""
    for source in sources:
        if source.lower().startswith(("http://", "https://")):
            yield from articles_at(source, fetcher, read_page)
        else:
            yield from read([source])


def read_page(page: Fetched) -> RawArticle:
    """Return the article a fetched page or PDF holds; raise ArticleError when it holds none."""
    ending = _ENDINGS.get(page.content_type, ".html")
    found = next(iter(read_stream(BytesIO(page.body), f"page{ending}")), None)
    if not isinstance(found, RawArticle):
        raise ArticleError(found.reason if found else "it holds no article")
    return replace(found, url=found.url or page.url)
