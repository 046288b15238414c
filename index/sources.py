"""A fetched page in, the article on it out."""

from dataclasses import replace
from io import BytesIO

from index.articles import read_stream
from index.errors import ArticleError
from index.fetching import Fetched
from index.records import RawArticle

_ENDINGS = {"application/pdf": ".pdf", "text/plain": ".txt"}


def read_page(page: Fetched) -> RawArticle:
    """Return the article a fetched page or PDF holds; raise ArticleError when it holds none."""
    ending = _ENDINGS.get(page.content_type, ".html")
    found = next(iter(read_stream(BytesIO(page.body), f"page{ending}")), None)
    if not isinstance(found, RawArticle):
        raise ArticleError(found.reason if found else "it holds no article")
    return replace(found, url=found.url or page.url)
