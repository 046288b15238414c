"""Noun phrases without a tagger: good enough to say what a question is about."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.phrases import phrases, singular, substance


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("When did the Humber bridge open?", ["Humber bridge"]),
        ("What were the effects of the strike on hospitals?", ["effects of the strike", "hospitals"]),
        ("How much does the repair cost?", ["repair"]),
        ("What is the cost of the repair?", ["cost of the repair"]),
        ("how does climate change affect coral reefs", ["climate change", "coral reefs"]),
        ("Who founded the Red Cross and when?", ["Red Cross"]),
        ("Who leads the Bank of Norway?", ["Bank of Norway"]),
        ("How did she win?", []),
        ("Was the treaty signed?", ["treaty"]),
        ("Why was Ahmed arrested?", ["Ahmed"]),
    ],
)
def test_the_phrases_of_a_question(text: str, expected: list[str]):
    """Verbs and grammar are none, and what "of" joins is one."""
    assert [one.text for one in phrases(text)] == expected


def test_what_a_phrase_is_about():
    """A generic head says nothing of the topic."""
    (effects,) = phrases("the effects of climate change")
    assert effects.core().text == "climate change"
    (origins,) = phrases("the union's origins")
    assert origins.core().text == "union"


def test_names_persons_and_plurals_are_told_apart():
    """A pronoun agrees with what it stands for."""
    kari, ferries = phrases("Did Kari Holm close the ferries?")
    assert (kari.is_name, kari.is_person, kari.is_plural) == (True, True, False)
    assert (ferries.is_name, ferries.is_person, ferries.is_plural) == (False, False, True)
    assert [singular(word) for word in ("cities", "buses", "news", "bridge")] == [
        "city",
        "buse",
        "new",
        "bridge",
    ]


def test_substance_is_what_names_something():
    """How much of it a question has tells whether it can stand alone."""
    assert substance("What happened next?") == []
    assert substance("How did the other parties respond?") == ["parties"]


@given(st.text(max_size=300))
def test_a_phrase_is_a_slice_of_its_text(text: str):
    """Whatever the text; offsets are computed once."""
    found = phrases(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
