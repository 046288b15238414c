"""Text fragments as browsers read them."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.links import sentence_link


def test_a_short_sentence_is_named_whole():
    """Its own punctuation must not be read as the fragment's."""
    link = sentence_link("https://example.org/a?b=1#top", 'Well-known, & "true": 5%.')
    assert link == "https://example.org/a?b=1#:~:text=Well%2Dknown%2C%20%26%20%22true%22%3A%205%25."


def test_a_long_sentence_is_named_by_its_ends():
    """Words that the article lost in between must not break the match."""
    link = sentence_link("https://example.org/a", "one two three four five six seven eight nine ten eleven")
    assert link.endswith("#:~:text=one%20two%20three%20four%20five,seven%20eight%20nine%20ten%20eleven")


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "data:text/html,x", "//example.org", "https://", "http://[bad", "ftp://x.y/z",
            "https://example.org/a b", "https://example.org/\nx"]
)  # fmt: skip
def test_what_is_not_a_web_page_gets_no_link(url: str):
    """A hostile article must not put a script behind our link."""
    assert sentence_link(url, "A sentence.") == ""


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_the_fragment_is_plain_ascii_and_reads_back(sentence: str):
    """In any script."""
    link = sentence_link("https://example.org/", sentence)
    assert link.isascii()
    directive = link.partition("#:~:text=")[2]
    assert not set(directive) & set("-&#\"' ")
    first = unquote(directive.partition(",")[0])
    assert " ".join(sentence.split()).startswith(first)
