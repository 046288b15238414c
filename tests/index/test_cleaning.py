"""Cleaning happens once, before offsets exist: a word lost here can never be cited, and a change that is not
settled at once would move every offset on the next read."""

import textwrap
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.cleaning import clean

NASTY = st.text(
    alphabet="aB1 .!?\"'’”“‘()-—\n\r\t\xa0\u200b\u200d\u200e\u2028\x00\ufeffe\u0301Ã©â€™\x80\x85เم😀\ud83d",
    max_size=80,
)
WORDS = st.lists(st.text(alphabet="abcdeéß", min_size=1, max_size=9), min_size=1, max_size=60)
# The é stands between letters: beside quotes alone it may be mojibake (in Mac Roman "”é”é" is "ӎӎ").
PARAGRAPHS = st.lists(
    st.lists(st.sampled_from([*"abc XY.,'\"\u2014", "née"]), min_size=1, max_size=40)
    .map("".join)
    .map(str.strip),
    max_size=6,
)


def dump(paragraphs: list[str]) -> str:
    """Do what the Kaggle dump did: print paragraphs as Python prints strings, turn straight quotes curly."""
    printed = [repr(paragraph).replace("\\'", "''") for paragraph in paragraphs]
    return " ".join(printed).replace("'", "’").replace('"', "”")


def words(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).split()


@settings(max_examples=400, deadline=None)
@given(st.one_of(NASTY, st.text(max_size=60), PARAGRAPHS.map(dump)))
@example("’’ ’’’a’’")
@example("’a’ ’b")
def test_cleaning_twice_changes_nothing_more(raw: str):
    """An article added again must be the same article, with the same addresses."""
    assert clean(clean(raw)) == clean(raw)


@settings(max_examples=200, deadline=None)
@given(WORDS, st.sampled_from([" ", "  ", "\xa0", "\t", " \u2009 ", "\n", "\r\n", "\n\n\n", "\u2028"]))
def test_no_word_is_lost_between_blanks_of_any_kind(tokens: list[str], blank: str):
    """Blanks are all that may go."""
    assert clean(blank.join(tokens)).split() == tokens


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=6))
def test_clean_paragraphs_come_back_byte_for_byte(paragraphs: list[str]):
    """A publisher's clean text is quoted as it was published."""
    text = "\n\n".join(paragraphs)
    assert clean(text) == text


@settings(max_examples=300, deadline=None)
@given(PARAGRAPHS)
def test_no_word_of_a_wrapped_article_is_lost(paragraphs: list[str]):
    """The wrapping goes, and nothing with it."""
    raw = dump(paragraphs)
    assert words(clean(raw)) == words(raw)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="abc XY.,'é", min_size=3, max_size=40), min_size=2, max_size=6))
def test_wrapped_paragraphs_come_apart_where_they_were(paragraphs: list[str]):
    """Sentences are split within paragraphs, so a lost paragraph end joins two sentences."""
    written = [" ".join(f"P{paragraph}z".replace("'", "’").split()) for paragraph in paragraphs]
    raw = dump([line.replace("’", "'") for line in written])
    assert clean(raw) == "\n\n".join(written)


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("’’ ’One para.’ ’’", "One para."),
        ("’The US hasn’’t seen it.’ ”It’s the city’s.”", "The US hasn’t seen it.\n\nIt’s the city’s."),
        ("’The group wanted ”a caliph. ”’ ’So it was.’", "The group wanted “a caliph.”\n\nSo it was."),
        (
            "’”We won,” he said. ”We did. ”’ ’He  left  —   at last.’",
            "“We won,” he said. “We did.”\n\nHe left — at last.",
        ),
        ("’All the members’’ ”rights” count.’ ’Next.’", "All the members’ “rights” count.\n\nNext."),
        ("’He named it for the members’’’ ’Next.’", "He named it for the members’\n\nNext."),
        (
            "’She notes, ”  ozone does harm”, and more.’ ’Next.’",
            "She notes, “ozone does harm”, and more.\n\nNext.",
        ),
        ("’First para.’ ’The second was cut o", "First para.\n\nThe second was cut o"),
    ],
)
def test_the_wrapping_is_undone(raw: str, canonical: str):
    """Users' articles come in this form; inner quotes and doubled apostrophes must not end a paragraph."""
    assert clean(raw) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "‘Hello,’ he said. ‘Go.’ “Yes,” she said.",
        "“It’s late.” “It’s not.”",
        "”Hej”, sa han. ”Vi vann.”",
        "”Hej.” ”Vi vann.”",
        "’Hello,’ he said. ’Go.’",
        "’Tis the season, he said. ’Twas nothing.",
        "’Only one.’",
    ],
)
def test_articles_with_curly_quotes_are_not_taken_for_wrapped_ones(text: str):
    """Taking speech for wrapping would cut an article at its quotations."""
    assert clean(text) == text


def test_a_stray_blank_before_a_closing_quote_goes_without_the_wrapping_too():
    """Other publications in the same dump kept their quotes, but not their blanks."""
    raw = "WASHINGTON  —   They might win. “We did,  ” he said. “It is over. ”"
    assert clean(raw) == "WASHINGTON — They might win. “We did,” he said. “It is over.”"


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("donâ€™t panic, schÃ¶n", "don’t panic, schön"),
        ("clean “quotes” and café", "clean “quotes” and café"),
        ("Ã©tÃ©\n“right”", "été\n“right”"),
        ("cafe\u0301", "café"),
        ("神 and \ufa19", "神 and \ufa19"),
        ("a\x00b\x07c\u00add\u200be\ufefff", "abcdef"),
        ("\ud83d\ude00 \ud800", "😀 \ufffd"),
        ("one\u2029two\x0bthree\u2028four\rfive", "one\n\ntwo\nthree\nfour\nfive"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧 x\u200dy", "👩\u200d👧 xy"),
        ("ភាសា\u200bខ្មែរ", "ភាសា\u200bខ្មែរ"),
        ("\u2066@name\u2069 \u200ethe end", "@name the end"),
        ("שלום\u200f!", "שלום\u200f!"),
        ("\u202eabc\u202c", "abc"),
        (" \n \n ", ""),
    ],
)
def test_what_is_broken_or_unseen_goes_and_what_a_script_needs_stays(raw: str, canonical: str):
    """Invisible characters defeat search; joiners and marks of other scripts are spelling."""
    assert clean(raw) == canonical


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aeo\u0301\u0308\u0327가\u1100\u1161Å", max_size=30))
def test_composed_and_decomposed_letters_become_the_same_text(text: str):
    """The same word typed on two systems must be the same word to search and to citations."""
    assert clean(unicodedata.normalize("NFD", text)) == clean(text)


LONG = (
    "The council voted on Tuesday to approve the new budget after a debate of nine hours, officials said, "
    "and the mayor, who had long opposed it, signed the well-known bill at once. Nobody objected."
)


@pytest.mark.parametrize("width", [60, 72, 80])
def test_hard_wrapped_paragraphs_are_joined(width: int):
    """A sentence must not end where a line of 72 characters did."""
    assert clean("\n\n".join([textwrap.fill(LONG, width)] * 3)) == "\n\n".join([LONG] * 3)


def test_a_short_last_line_keeps_hard_wrapped_paragraphs_apart():
    """Without blank lines, a line with room for the next word is the end of its paragraph."""
    assert clean("\n".join([textwrap.fill(LONG, 72)] * 3)) == "\n".join([LONG] * 3)


@pytest.mark.parametrize(
    "text",
    [
        "Roses are red,\nViolets are blue,\nSugar is sweet,\nAnd so are you.",
        "\n".join(f"{number}. {'word ' * (number + 8)}end" for number in range(1, 9)),
        "\n".join([LONG] * 5),
        "A headline\nBy A Name\nLONDON - A first line.\nA second one.",
    ],
)
def test_lines_that_are_meant_stay_lines(text: str):
    """Joining the lines of a list or a poem would make one sentence of many."""
    assert clean(text) == text
