"""What a question says about its source."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.mentions import MOST, Mentions, NamedPublications, period
from index.records import Article

TODAY = date(2022, 6, 16)


@pytest.mark.parametrize(
    ("question", "publication", "expected"),
    [
        ("according to The New York Times", "The New York Times", True),
        ("as CNN reported", "cnn.com", True),
        ("in TechCrunch's report", "TechCrunch", True),
        ("the CNBC article", "Cnbc | World Business News Leader", True),
        ("a story in USA Today", "usatoday.com", False),
        ("how many people died this time?", "People", False),
        ("how many people died this time?", "Time", False),
        ("as Time reported", "Time", True),
        ("anything", "", False),
    ],
)
def test_an_outlet_is_named_by_its_name_its_first_part_or_its_host(question, publication, expected):
    """A word that is also an outlet's name must not pull that outlet up."""
    assert (publication in NamedPublications(question)) is expected


@pytest.mark.parametrize(
    ("question", "published", "expected"),
    [
        ("the report on 2023-11-24", "2023-11-24", True),
        ("published October 4, 2023", "2023-10-04T22:42:00+00:00", True),
        ("published on October 1st", "2023-10-01", True),
        ("on 5 May 2022", "2022-05-05", True),
        ("on the 5th of May", "2019-05-05", True),
        ("published October 4, 2023", "2022-10-04", False),
        ("it may 5 times", "", False),
        ("What opened on SEP 5?", "2016-09-05", True),
        ("What opened on ſep 5?", "2016-09-05", False),
        ("no date", "2023-10-04", False),
        ("published October 4, 2023", "soon", False),
    ],
)
def test_a_day_is_named_with_or_without_its_year(question, published, expected):
    """Questions about one report tell it from another by its date."""
    assert Mentions(question, TODAY).day(published) is expected


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=20))
def test_any_text_may_be_a_question_an_outlet_or_a_date(question, publication, published):
    """All three come from outside."""
    article = Article(id="a", revision=1, text="x", publication=publication, published=published)
    assert 0 <= Mentions(question, TODAY).score(article) <= MOST


@pytest.mark.parametrize(
    ("question", "published", "expected"),
    [
        ("Which park was flooded this week?", "2022-06-14", True),
        ("Which park was flooded this week?", "2022-05-14", False),
        ("Who recently resigned?", "2022-06-05", True),
        ("What did the senate pass on Tuesday?", "2022-06-15T08:00:00+00:00", True),
        ("What is open on Tuesdays?", "2022-06-15", False),
        ("What fell last month?", "2022-05-20", True),
        ("Who won in March?", "2022-03-30", True),
        ("Who won in August?", "2021-08-30", True),
        ("Who won in August?", "2022-08-30", False),
        ("Who won in May 2019?", "2019-06-03", True),
        ("Who has won since March 2021?", "2021-11-02", True),
        ("Who has won since March 2021?", "2021-02-02", False),
        ("Who won in Marseille?", "2022-03-30", False),
        ("Who may march?", "2022-05-30", False),
        ("Who won?", "2022-06-15", False),
    ],
)
def test_a_time_is_counted_from_the_day_of_the_question(question, published, expected):
    """A news question says "this week" and means the week it is asked in."""
    meant = period(question, TODAY)
    assert (meant is not None and date.fromisoformat(published[:10]) in meant) is expected


def test_of_two_reports_the_one_in_the_time_meant_comes_first_and_else_the_newer_one():
    """Last year's storm is not this week's."""
    old, new = (Article(id=d, revision=1, text="x", published=d) for d in ("2021-06-15", "2022-06-15"))
    for question in ("Where was the storm this week?", "Where was the storm?"):
        assert Mentions(question, TODAY).score(new) > Mentions(question, TODAY).score(old)
    assert Mentions("the storm of 2021-06-15", TODAY).score(old) > Mentions("the storm", TODAY).score(new)


@given(
    st.dates() | st.sampled_from([date.min, date.max]),
    st.sampled_from(
        ["today", "this week", "last month", "since May", "in January", "in December", "in December 1999"]
    ),
)
@example(date.max, "in December")
def test_any_day_may_be_today(today, words):
    """The calendar's first and last days have no day before or after them."""
    meant = period(f"What happened {words}?", today)
    assert meant is not None
    assert meant.first <= meant.last or "since" in words or "1999" in words
