"""Figures are read as people write them, and compared as people mean them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quantities import agrees, quantities


def _one(text: str):
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.2 million", 1_200_000, ""),
        ("1,200,000", 1_200_000, ""),
        ("36 , 000", 36_000, ""),
        ("twenty-one", 21, ""),
        ("three hundred and five", 305, ""),
        ("a dozen", 12, ""),
        ("$5bn", 5e9, "dollar"),
        ("US$3 billion", 3e9, "dollar"),
        ("12 dollars", 12, "dollar"),
        ("£2.5m", 2.5e6, "pound"),
        ("40%", 40, "percent"),
        ("40 per cent", 40, "percent"),
        ("forty percent", 40, "percent"),
        ("-5", -5, ""),
        ("−5", -5, ""),
        ("minus five", -5, ""),
        ("five degrees below zero", -5, ""),
        ("-$5 million", -5e6, "dollar"),
        ("½", 0.5, ""),
        ("half of", 0.5, ""),
        ("1¼", 1.25, ""),
        ("two and a half", 2.5, ""),
        ("two and a half million", 2.5e6, ""),
        ("half a million", 5e5, ""),
        ("a quarter of a million", 2.5e5, ""),
        ("a third of", 1 / 3, ""),
        ("one-third", 1 / 3, ""),
        ("three quarters", 0.75, ""),
        ("300 m", 300, ""),
        ("300m people", 3e8, ""),
        ("dozens", 12, ""),
        ("several hundred", 100, ""),
        ("tens of thousands", 10_000, ""),
        ("millions of dollars", 1e6, "dollar"),
    ],
)
def test_a_figure_has_one_value_however_it_is_written(text: str, value: float, unit: str):
    found = _one(text)
    assert (found.value, found.unit) == (pytest.approx(value), unit)
    assert text[found.start : found.end].strip() == found.text


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("1.2 million", "1,200,000"),
        ("1.2 million", "1,234,567"),
        ("about 1,000", "1,042"),
        ("nearly 500", "487"),
        ("more than 300", "312"),
        ("up to 40", "35"),
        ("4 percent", "3.9 percent"),
        ("30", "more than 30"),
        ("second place, 2nd", "2nd"),
        ("half of them", "50 percent"),
        ("one in five adults", "about 20 % of adults"),
        ("90 percent", "nine in 10"),
        ("2 out of every 3 homes", "two out of three homes"),
        ("48 percent", "48%"),
        ("nearly half of them", "48 percent"),
        ("33 percent", "a third of them"),
        ("hundreds", "350"),
        ("hundreds", "several hundred"),
        ("thousands", "tens of thousands"),
        ("more than 100", "hundreds"),
    ],
)
def test_a_source_bears_out_a_figure_it_rounds_to_or_is_hedged_to(claim: str, source: str):
    assert agrees(quantities(claim)[-1], _one(source))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("1.3 million", "1,200,000"),
        ("30", "28"),
        ("about 1,000", "1,300"),
        ("more than 300", "290"),
        ("more than 300", "3,000"),
        ("40%", "$40"),
        ("3rd", "3"),
        ("over 50", "under 50"),
        ("3.9 percent", "4 percent"),
        ("5 percent", "4.5 percent"),
        ("5", "-5"),
        ("-5", "5"),
        ("½", "¼"),
        ("half of them", "a quarter of them"),
        ("one in four adults", "20 percent of adults"),
        ("two thirds", "three quarters"),
        ("hundreds", "dozens"),
        ("hundreds", "thousands"),
        ("hundreds of thousands", "tens of thousands"),
        ("thousands", "hundreds"),
        ("300", "hundreds"),
    ],
)
def test_a_source_does_not_bear_out_another_figure(claim: str, source: str):
    assert not agrees(_one(claim), _one(source))


def test_one_and_second_alone_are_words():
    assert quantities("one of them took a second look, and no one saw the half of it") == []


@pytest.mark.parametrize("text", ["2-5", "COVID-19, 5", "mid-19 5", "2 -5", "737-800", "5 – 3"])
def test_a_hyphen_behind_a_figure_or_a_word_is_no_minus_sign(text: str):
    assert all(one.value > 0 for one in quantities(text))


@pytest.mark.parametrize(
    "text", ["the half of it", "the first half of the year", "at half time", "its poorer half"]
)
def test_which_half_is_no_figure(text: str):
    assert all(one.value != 0.5 for one in quantities(text))


def test_what_happened_in_so_many_days_is_no_part():
    """ "One in three days" is one a day and three days."""
    assert [one.value for one in quantities("ten died in three weeks, seven in ten days, 5 in 2019")] == [
        10, 3, 7, 10, 5, 2019,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["the third quarter", "a third man", "third place"])
def test_a_rank_is_no_part(text: str):
    assert [(one.value, one.is_rank) for one in quantities(text)] == [(3.0, True)]


@given(st.integers(0, 10**12))
def test_a_figure_agrees_with_itself_with_and_without_commas(number: int):
    assert agrees(_one(f"{number:,}"), _one(str(number)))


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str):
    for one in quantities(text):
        assert text[one.start : one.end].strip() == one.text


def test_a_long_run_of_digits_is_read_in_time():
    quantities("1,234" * 20_000 + "9" * 100_000 + " hundred" * 20_000)
