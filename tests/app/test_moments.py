"""Dates are seen from the day of their article."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.moments import agrees, moments

PUBLISHED = "2016-03-24"  # a Thursday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on 22 March 2016", "2016-03-22", "2016-03-22"),
        ("on March 22", "2016-03-22", "2016-03-22"),
        ("on Tuesday", "2016-03-22", "2016-03-22"),
        ("last Tuesday", "2016-03-22", "2016-03-22"),
        ("next Monday", "2016-03-28", "2016-03-28"),
        ("yesterday", "2016-03-23", "2016-03-23"),
        ("last week", "2016-03-14", "2016-03-20"),
        ("last month", "2016-02-01", "2016-02-29"),
        ("last year", "2015-01-01", "2015-12-31"),
        ("in December", "2015-12-01", "2015-12-31"),
        ("in March 2014", "2014-03-01", "2014-03-31"),
        ("since 1999", "1999-01-01", "1999-12-31"),
        ("on 2016-03-22", "2016-03-22", "2016-03-22"),
    ],
)
def test_a_date_is_the_days_it_means(text: str, first: str, last: str):
    (found,) = moments(text, PUBLISHED)
    assert (found.first, found.last) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("claim", "source", "published", "borne"),
    [
        ("22 March 2016", "on Tuesday", PUBLISHED, True),
        ("in March", "on Tuesday", PUBLISHED, True),
        ("23 March 2016", "on Tuesday", PUBLISHED, False),
        ("22 March", "in March", PUBLISHED, False),
        ("March 22, 2016", "22 March", "", True),
        ("March 23, 2016", "22 March", "", False),
        ("on Tuesday", "on Tuesday", "", True),
        ("on Tuesday", "on Wednesday", "", False),
        ("in 2015", "in 2016", "", False),
    ],
)
def test_a_source_bears_out_a_date_that_holds_its_own(claim: str, source: str, published: str, borne: bool):
    ours, theirs = moments(claim, published), moments(source, published)
    assert agrees(ours[0], theirs[0]) is borne


def test_a_verb_is_no_month():
    assert moments("they may march on", PUBLISHED) == []


@pytest.mark.parametrize("text", ["31 February 2016", "99 March", "in 9999", "0000-00-00", "next year"])
@pytest.mark.parametrize("published", ["", "9999-12-31", "0001-01-01", "not a date"])
def test_a_day_that_is_none_is_read_without_days(text: str, published: str):
    for one in moments(text, published):
        assert (one.first is None) == (one.last is None)


@given(st.text(max_size=200), st.dates())
def test_any_text_can_be_read(text: str, published: date):
    for one in moments(text, published.isoformat()):
        assert text[one.start : one.end] == one.text
