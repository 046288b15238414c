"""Whatever an article came through, the same rules hold for its fields."""

from dataclasses import replace

import pytest

from app.service import Service
from index.fields import MAX_AUTHORS, MAX_FIELD_CHARS
from index.records import RawArticle


@pytest.mark.parametrize(
    ("given", "kept"),
    [("en-US", "en"), ("EN", "en"), ("nb_NO", "nb"), ("English", "en"), ("", "en"), ("<b>", "en")],
)
def test_a_language_is_an_iso_code_or_detected(service: Service, bridge: RawArticle, given, kept):
    """The splitter goes by it, and a reader's screen reader does."""
    (added,) = service.add([replace(bridge, language=given)])
    assert service.article(added.id).article.language == kept


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "example.org", "https://a b", "/etc"]
)
def test_an_address_that_is_not_of_the_web_is_left_out(service: Service, bridge: RawArticle, url):
    """It becomes a link on a page."""
    (added,) = service.add([replace(bridge, url=url)])
    assert (added.status, service.article(added.id).article.url) == ("added", "")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"authors": tuple(f"Author {i}" for i in range(MAX_AUTHORS + 1))}, "201 authors"),
        ({"authors": ("A" * (MAX_FIELD_CHARS + 1),)}, "author has 2,001 characters"),
        ({"title": "A" * (MAX_FIELD_CHARS + 1)}, "title has 2,001 characters"),
        ({"published": "1604-12-31"}, "from 1605 to 2100"),
        ({"published": "2101-01-01"}, "from 1605 to 2100"),
    ],
)
def test_a_field_beyond_its_bounds_is_refused_with_the_bound(service: Service, bridge, fields, reason):
    """A title cut short or a date left out would be found out much later, if at all."""
    (added,) = service.add([replace(bridge, **fields)])
    assert added.status == "rejected"
    assert reason in added.reason


def test_an_author_given_twice_is_one_author(service: Service, bridge: RawArticle):
    """Feeds name the same one under two names of the field."""
    (added,) = service.add([replace(bridge, authors=("Ola  Nordmann", "Ola Nordmann", " "))])
    assert service.article(added.id).article.authors == ("Ola Nordmann",)
