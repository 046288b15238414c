"""Terms and BM25: anything a person types is a bag of words, and nothing that was deleted comes back."""

import os
import string
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DamagedIndexError
from index.lexical import LexicalDocument, LexicalIndex, terms


def document(chunk_id: int, body: str, article_key: int = 0, **fields: str) -> LexicalDocument:
    given = {"title": "", "publication": "", "published": "", "authors": "", **fields}
    return LexicalDocument(chunk_id=chunk_id, article_key=article_key or chunk_id, body=body, **given)


@pytest.fixture
def lexical(tmp_path):
    index = LexicalIndex.open(tmp_path / "terms")
    yield index
    index.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Senate's votes were counted", ["senat", "vote", "count"]),
        ("isn’t can't won't it's we're", []),
        ("U.S. and US policy, not us", ["us.", "us.", "polici"]),
        ("10,000 or 1,234,567.5 people", ["10000", "1234567.5", "peopl"]),
        ("Café in Malmö", ["cafe", "malmo"]),
        ("東京都", ["東京", "京都"]),
        ("北京 2008", ["北京", "2008"]),
        ("हिन्दी समाचार", ["हिन्दी", "समाचार"]),
        ("Путин сказал", ["путин", "сказал"]),
        ("e-mail 2023-11-24", ["e", "mail", "2023", "11", "24"]),
        ("", []),
        ("who is that?", []),
    ],
)
def test_terms_are_what_people_search_by(text, expected):
    """A question and a text have to come to the same terms, in any script."""
    assert terms(text) == expected


@given(st.text(max_size=200))
def test_terms_never_fail_and_never_hold_a_blank(text):
    """They are joined by blanks in the index, so a blank inside would split a term."""
    assert all(term and term.split() == [term] for term in terms(text))


def test_the_chunk_that_says_it_comes_first(lexical):
    """The plainest promise of a search."""
    lexical.apply(
        [document(1, "A bridge fell in Oslo."), document(2, "A bridge was built."), document(3, "Rain.")], []
    )
    assert [chunk_id for chunk_id, _ in lexical.search("Which bridges fell?", 10, None)] == [1, 2]


def test_equal_scores_are_in_the_order_of_ids(lexical):
    """The same question has to give the same answer every time."""
    lexical.apply([document(i, "the same words") for i in (5, 3, 9, 1)], [])
    assert [chunk_id for chunk_id, _ in lexical.search("same words", 10, None)] == [1, 3, 5, 9]


def test_title_publication_month_and_author_are_matched(lexical):
    """People ask for "the Verge piece of November 2023"."""
    lexical.apply(
        [
            document(1, "x", title="Chargers compared", publication="The Verge", published="2023-11-24"),
            document(2, "x", authors="Ben Taub"),
            document(3, "x"),
        ],
        [],
    )
    for question, expected in (("chargers", 1), ("verge", 1), ("November 2023", 1), ("Taub", 2)):
        assert [chunk_id for chunk_id, _ in lexical.search(question, 10, None)] == [expected]


def test_a_chunk_gains_from_what_the_rest_of_its_article_says(lexical):
    """A long article says a name once; its other chunks are about that person all the same."""
    lexical.apply([document(1, "Levitt spoke in Brussels.", 7), document(2, "The numbers are high.", 7)], [])
    lexical.apply([document(3, "The numbers are high.", 8)], [])
    assert next(chunk_id for chunk_id, _ in lexical.search("Levitt high numbers", 10, None)) == 2


@pytest.mark.parametrize("question", ["", "   ", "who is it?", "…", "\x00", "-"])
def test_a_question_without_a_term_finds_nothing(lexical, question):
    """Stop words alone would return the whole index."""
    lexical.apply([document(1, "who is it")], [])
    assert lexical.search(question, 10, None) == []


@settings(max_examples=60, deadline=None)
@given(question=st.text(alphabet=string.printable, max_size=60))
def test_no_question_is_read_as_query_syntax(tmp_path_factory, question):
    """Quotes, colons and brackets are characters, not operators: no error, and no operator's effect."""
    index = _shared(tmp_path_factory)
    plain = " ".join(terms(question))
    assert {i for i, _ in index.search(question, 5, None)} == {i for i, _ in index.search(plain, 5, None)}


_OPENED: list[LexicalIndex] = []


def _shared(tmp_path_factory) -> LexicalIndex:
    if not _OPENED:
        index = LexicalIndex.open(tmp_path_factory.mktemp("shared"))
        index.apply([document(1, "title body NOT and or a b c 1 2 3"), document(2, "d e f")], [])
        _OPENED.append(index)
    return _OPENED[0]


def test_applying_twice_changes_nothing(lexical):
    """A crash between index and catalogue makes the same change come again."""
    for _ in range(2):
        lexical.apply([document(1, "old words"), document(2, "kept")], [])
    lexical.apply([document(1, "new words")], [2, 99])
    lexical.apply([document(1, "new words")], [2, 99])
    assert lexical.count() == 1
    assert [i for i, _ in lexical.search("new words", 10, None)] == [1]
    assert lexical.search("old kept", 10, None) == []


def test_what_is_allowed_is_all_that_is_found(lexical):
    """A filter that leaks shows one customer's articles to another."""
    lexical.apply([document(i, "same words", article_key=i % 3 + 1) for i in range(1, 31)], [])
    found = lexical.search("same words", 50, {2})
    assert {i % 3 + 1 for i, _ in found} == {2}
    assert len(found) == 10
    assert lexical.search("same words", 50, set()) == []


def test_lines_without_blanks_and_endless_words_are_not_remembered():
    """No two articles share a line; keeping them once took 14 kB each for as long as the process ran."""
    terms("warm 暖")
    tracemalloc.start()
    try:
        for i in range(300):
            terms(chr(0x4E00 + i) * 1000 + "x" * 5000 + str(i))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 100_000


def test_a_wide_filter_gives_what_a_narrow_one_gives(lexical):
    """Past 2,000 keys the unwanted are taken out of the hits instead; nobody may notice."""
    lexical.apply([document(i, "same words", article_key=i) for i in range(1, 41)], [])
    wide = {3, 5} | set(range(1000, 4000))
    assert [i for i, _ in lexical.search("same words", 1, wide)] == [3]
    assert lexical.search("same words", 9, wide) == lexical.search("same words", 9, {3, 5})


def test_what_was_written_is_there_after_opening_again(tmp_path):
    """Durable on return."""
    index = LexicalIndex.open(tmp_path)
    index.apply([document(1, "durable words")], [])
    index.close()
    again = LexicalIndex.open(tmp_path)
    assert again.count() == 1
    assert [i for i, _ in again.search("durable", 1, None)] == [1]


@pytest.mark.parametrize("damage", ["garbage", "", '{"segments": []}'])
def test_a_damaged_index_says_which_directory_it_is(tmp_path: Path, damage):
    """It is rebuilt from the catalogue, by whoever catches this error and no other."""
    index = LexicalIndex.open(tmp_path)
    index.apply([document(1, "words")], [])
    index.close()
    (tmp_path / "meta.json").write_text(damage)
    with pytest.raises(DamagedIndexError, match=f"{tmp_path} cannot be read"):
        LexicalIndex.open(tmp_path)


def test_a_file_that_is_cut_short_while_it_is_open_is_said(tmp_path: Path):
    """The lost part reads as zeros, and other chunks would be found without a word."""
    index = LexicalIndex.open(tmp_path)
    index.apply([document(n, f"Notice {n} tells of matter q{n}x.") for n in range(200)], [])
    assert index.search("q7x", 1, None)[0][0] == 7
    for path in tmp_path.glob("*.term"):
        os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(DamagedIndexError, match="cut short"):
        index.search("q7x", 1, None)
