"""Dates decide what a filter lets through, so a wrong day is worse than none."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import parse_published


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2016-12-31", "2016-12-31"),
        ("2016-12-31 00:00:00", "2016-12-31"),
        ("20161231", "2016-12-31"),
        ("2016/12/31", "2016-12-31"),
        ("2016/1/2", "2016-01-02"),
        ("31/12/2016", "2016-12-31"),
        ("12/31/2016", "2016-12-31"),
        ("31.12.2016", "2016-12-31"),
        ("03.04.2016", "2016-04-03"),
        ("05/05/2016", "2016-05-05"),
        ("Dec. 31, 2016", "2016-12-31"),
        ("Sept. 5, 2016", "2016-09-05"),
        ("December 31 2016", "2016-12-31"),
        ("Saturday, December 31, 2016", "2016-12-31"),
        ("Published: December 31st, 2016", "2016-12-31"),
        ("Dec 31, 2016 at 3:15 pm ET", "2016-12-31"),
        ("31 December 2016", "2016-12-31"),
        ("31-Dec-2016", "2016-12-31"),
        ("1st of May 2016", "2016-05-01"),
        ("2016-12-31T10:00:00Z", "2016-12-31T10:00:00+00:00"),
        ("2016-12-31T10:00:00.123+02:00", "2016-12-31T10:00:00+02:00"),
        ("2016-12-31 10:00:00 UTC", "2016-12-31T10:00:00+00:00"),
        ("2016-12-31 10:00:00 +0100", "2016-12-31T10:00:00+01:00"),
        ("2016-12-31 10:00:00", "2016-12-31T10:00:00"),
        ("Sat, 31 Dec 2016 10:00:00 GMT", "2016-12-31T10:00:00+00:00"),
        ("31 Dec 2016 10:00:00 -0500", "2016-12-31T10:00:00-05:00"),
        ("1483178400", "2016-12-31T10:00:00+00:00"),
        ("1483178400000", "2016-12-31T10:00:00+00:00"),
    ],
)
def test_dates_are_read_in_every_form_news_has_them(written, iso):
    """Each form was met in a dump, a feed or a dateline."""
    assert parse_published(written) == iso


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "2016", "2016-12", "May 2016", "March 24", "03/04/2016", "2016-02-30", "Feb. 31, 2016",
     "32/13/2016", "0001-01-01", "9999-12-31", "nan", "x" * 5000, "99999999999999999999",
     "Mon, 99 Foo 2016 10:00", "ſep 5, 2016", "5 ſept 2016"],
)  # fmt: skip
def test_no_day_is_guessed(written):
    """An unreadable or ambiguous date is empty: the article is kept and a date filter leaves it out."""
    assert parse_published(written) == ""


def test_month_and_year_columns_settle_what_a_date_leaves_open():
    """The Kaggle dump has both columns, printed as floats."""
    assert parse_published("03/04/2016", year="2016.0", month="3.0") == "2016-03-04"
    assert parse_published("03/04/2016", year="2016.0", month="4.0") == "2016-04-03"
    assert parse_published("March 24", year="2016") == "2016-03-24"
    assert parse_published("", year="2016", month="3") == ""


@given(st.dates(min_value=date(1700, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_survives_being_written_out(day):
    """Month names and orders are tables of our own; each entry is met here."""
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%B %d, %Y", "%b. %d, %Y", "%A, %B %d, %Y", "%d %B %Y"):
        assert parse_published(day.strftime(form)) == day.isoformat()


@given(st.text(max_size=60), st.text(max_size=6), st.text(max_size=6))
def test_any_text_gives_an_iso_date_or_nothing(value, year, month):
    """The catalogue compares dates as text, so nothing else may come out."""
    assert re.fullmatch(
        r"(\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d([+-]\d\d:\d\d(:\d\d)?)?)?)?", parse_published(value, year, month)
    )
