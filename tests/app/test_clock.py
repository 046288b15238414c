"""Times of day are minutes of a day, of which half may not be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import agrees, times


@pytest.mark.parametrize(
    ("text", "minute", "every"),
    [
        ("5 am", 300, 1440),
        ("5 p.m.", 1020, 1440),
        ("5.30pm", 1050, 1440),
        ("17:30", 1050, 1440),
        ("5:30", 330, 720),
        ("12 a.m.", 0, 1440),
        ("12 p.m.", 720, 1440),
        ("noon", 720, 1440),
        ("12 midnight", 0, 1440),
        ("five o'clock", 300, 720),
        ("5 in the evening", 1020, 1440),
    ],
)
def test_a_time_is_the_minute_it_means(text: str, minute: int, every: int):
    (found,) = times(f"It began at {text} in Oslo.")
    assert (found.text, found.minute, found.every) == (text, minute, every)


@pytest.mark.parametrize("text", ["I am 5", "5 amps", "$5 p", "1:05:30", "at 5", "3-2", "5 people at 6"])
def test_other_figures_are_no_times(text: str):
    assert times(text) == []


def test_the_first_hour_of_a_span_may_be_of_either_half_of_the_day():
    assert [(one.minute, one.every) for one in times("from 9 to 11 p.m.")] == [(540, 720), (1380, 1440)]


@pytest.mark.parametrize(
    ("claim", "source", "borne"),
    [
        ("5 p.m.", "17:00", True),
        ("5:30 p.m.", "5:30", True),
        ("about 5 p.m.", "5:20 p.m.", True),
        ("about midnight", "11:45 p.m.", True),
        ("5 p.m.", "5 a.m.", False),
        ("5 p.m.", "5:20 p.m.", False),
        ("noon", "midnight", False),
    ],
)
def test_a_source_bears_out_the_same_time(claim: str, source: str, borne: bool):
    assert agrees(times(claim)[0], times(source)[0]) is borne


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str):
    for one in times(text):
        assert text[one.start : one.end] == one.text
