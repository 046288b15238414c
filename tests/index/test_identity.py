"""Which near copies are one article at two times."""

import pytest

from index.identity import is_revision
from index.records import Article

PAGE = "https://example.org/news/bridge"


def article(text: str = "x" * 1000, **fields: str) -> Article:
    return Article(**{"id": "", "revision": 1, "text": text, **fields})


@pytest.mark.parametrize(
    ("known", "given", "same"),
    [
        ({"url": PAGE}, {"url": PAGE}, True),
        ({"url": PAGE}, {"url": "http://www.example.org/news/bridge/#top", "title": "Other"}, True),
        ({"url": PAGE, "title": "A"}, {"url": PAGE + "-2", "title": "A"}, False),
        ({"url": PAGE + "?id=1"}, {"url": PAGE + "?id=2"}, False),
        ({"url": "https://example.org/"}, {"url": "https://example.org/"}, False),
        ({"url": "https://[bad"}, {"url": "https://[bad"}, False),
        ({"origin": "a.txt"}, {"origin": "a.txt"}, True),
        ({"origin": "a.csv:3"}, {"origin": "a.csv:4"}, False),
        ({"title": "Bridge falls", "publication": "P"}, {"title": "Bridge Falls", "publication": "P"}, True),
        ({"title": "A", "published": "2026-03-02"}, {"title": "A", "published": "2026-03-02T10:00Z"}, True),
        ({"title": "A", "published": "2026-03-02"}, {"title": "A", "published": "2026-03-09"}, False),
        ({"title": "A", "published": "2026-03-02"}, {"title": "A"}, True),
        ({"title": "A", "publication": "P"}, {"title": "A", "publication": "Q"}, False),
        ({}, {}, False),
        ({"url": PAGE}, {"url": PAGE, "text": "x" * 400}, False),
        ({"url": PAGE, "text": "x" * 400}, {"url": PAGE}, True),
    ],
)  # fmt: skip
def test_one_page_one_file_or_one_headline_is_one_article(known: dict, given: dict, same: bool):
    """Too lax, and one takes another's place; too strict, and an error is told beside its correction."""
    assert is_revision(article(**known), article(**given)) == same
