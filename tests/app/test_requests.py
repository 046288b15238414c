"""What a caller sends becomes one form, or is refused with the form that is wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.schemas.requests import FiltersIn


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("2016-05-05", "2016-05-05"),
        ("2016-05-05T00:00:00", "2016-05-05"),
        ("2016-05-05 23:59", "2016-05-05"),
        ("2016-05-05T10:00:00Z", "2016-05-05"),
        ("2016-05-05T10:00:00.5+02:00", "2016-05-05"),
    ],
)
def test_a_date_or_a_moment_is_its_day(sent, day):
    """Both ends are inclusive: a filter from midnight on must keep an article dated that day."""
    filters = FiltersIn(published_from=sent, published_to=sent).record()
    assert (filters.published_from, filters.published_to) == (day, day)


@pytest.mark.parametrize(
    "sent",
    ["", "20160501", "2016-W18-1", "2016-05", "2016", "2016-02-30", "2016-05-05x", "2016-05-05T",
     "2016-05-05T25:00", "20160505T000000", "5 May 2016", "2016-05-05\n", " 2016-05-05", "２０１６-05-05"],
)  # fmt: skip
def test_any_other_form_of_a_date_is_refused(sent):
    """Dates are compared as text, so another form would find nothing and not say so."""
    with pytest.raises(ValidationError, match="YYYY-MM-DD"):
        FiltersIn(published_from=sent)


@given(st.datetimes().map(lambda moment: moment.isoformat()) | st.dates().map(str) | st.text(max_size=30))
def test_a_date_taken_has_ten_characters(sent):
    """So that no end of a range is cut where another is not."""
    try:
        filters = FiltersIn(published_to=sent)
    except ValidationError:
        return
    assert filters.published_to == sent[:10]
