"""People's columns have many names; an article keeps what its row says of it, or says what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ArticleError
from index.fields import MAX_FIELD_CHARS, MAX_TEXT_CHARS, raw_article_from_mapping, split_authors
from index.records import RawArticle

TEXT = "The mayor resigned on Friday."


def read(**fields) -> RawArticle:
    return raw_article_from_mapping({"text": TEXT, **fields}, "rows.jsonl:7")


def test_the_kaggle_columns_are_read():
    """The dump that most people bring has an unnamed first column and years as floats."""
    row = {
        "": "0", "id": "17283", "title": "House Republicans Fret", "publication": "New York Times",
        "author": "Carl Hulse", "date": "2016-12-31", "year": "2016.0", "month": "12.0", "url": "",
        "content": TEXT,
    }  # fmt: skip
    assert raw_article_from_mapping(row, "articles1.csv:2") == RawArticle(
        text=TEXT, id="17283", title="House Republicans Fret", publication="New York Times",
        authors=("Carl Hulse",), published="2016-12-31", origin="articles1.csv:2",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["text", "body", "content", "article", "maintext", "articleBody", "Article Text", "full_text", "CONTENT"],
)
def test_the_text_is_found_under_any_of_its_names(name):
    """Case, blanks and signs in a column's name mean nothing."""
    assert raw_article_from_mapping({name: TEXT}, "x:1").text == TEXT


@pytest.mark.parametrize(
    ("name", "field"),
    [("headline", "title"), ("outlet", "publication"), ("siteName", "publication"),
     ("publisher", "publication"),
     ("link", "url"), ("canonical_url", "url"), ("lang", "language"), ("license", "licence"), ("guid", "id"),
     ("article_id", "id"), ("_id", "id"), ("pubDate", "published"), ("datePublished", "published"),
     ("published_at", "published"), ("publish_date", "published")],
)  # fmt: skip
def test_other_fields_are_found_under_their_usual_names(name, field):
    """These are the names that NewsAPI, newspaper3k, news-please, JSON-LD and RSS use."""
    values = {"url": "https://example.org/a", "language": "en", "published": "2016-12-31"}
    value = values.get(field, "Example")
    assert getattr(read(**{name: value}), field) == value


def test_objects_and_lists_that_common_tools_write_are_understood():
    """NewsAPI nests the source, JSON-LD the author, MongoDB the id."""
    article = read(
        source={"id": None, "name": "BBC News"},
        author=[{"@type": "Person", "name": "Ann Lee"}],
        _id={"$oid": "5f1"},
    )
    assert (article.publication, article.authors, article.id) == ("BBC News", ("Ann Lee",), "5f1")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["One.", "", "Two."], "One.\n\nTwo."),
        ([{"text": "One."}, {"sentences": ["Two.", "Three."]}], "One.\n\nTwo. Three."),
    ],
)
def test_paragraphs_are_joined_into_one_text(value, text):
    """Corpora keep paragraphs as lists; a blank line keeps them apart."""
    assert raw_article_from_mapping({"paragraphs": value}, "x:1").text == text
    assert raw_article_from_mapping({"text": value}, "x:1").text == text


def test_sentences_are_joined_by_blanks():
    """A list of sentences is one paragraph."""
    assert raw_article_from_mapping({"sentences": ["One.", "Two."]}, "x:1").text == "One. Two."


def test_an_empty_field_gives_way_to_the_next_name():
    """Tables have both columns, and one of them empty."""
    assert (
        raw_article_from_mapping({"text": "", "content": TEXT, "title": None, "headline": "H"}, "x:1").title
        == "H"
    )
    assert read(title=float("nan")).title == ""


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "no text"),
        ({"text": ""}, "empty"),
        ({"text": " \n "}, "empty"),
        ({"text": []}, "empty"),
        ({"text": None}, "empty"),
        ({"text": "— 123 —"}, "no words"),
        ({"text": 5}, "a number"),
        ({"text": {"a": 1}}, "an object"),
        ({"text": True}, "true or false"),
        ({"text": "a" * (MAX_TEXT_CHARS + 1)}, "5,000,001"),
        ({"text": TEXT, "title": ["a", "b"]}, "title is a list"),
        ({"text": TEXT, "title": "x" * (MAX_FIELD_CHARS + 1)}, "title has 2,001"),
        ({"text": TEXT, "author": 5}, "author"),
        ({"text": TEXT, "authors": [f"A {n}" for n in range(300)]}, "300 authors"),
        ({"text": TEXT, "id": "a b"}, "article id 'a b'"),
        ({"text": [[[[[["deep"]]]]]]}, "a list"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(fields, reason):
    """The message is all the user sees of the row."""
    with pytest.raises(ArticleError, match=reason):
        raw_article_from_mapping(fields, "x:1")


def test_what_is_unsafe_or_unclear_is_left_out_and_the_article_kept():
    """A javascript: address would become a link, and a guid with slashes would break an address."""
    article = read(
        url="javascript:alert(1)", guid="https://example.org/?p=1", date="soon", language="Klingon"
    )
    assert (article.url, article.id, article.published, article.language) == ("", "", "", "")
    assert read(language="en-GB").language == "en"


def test_what_no_database_takes_is_taken_out():
    """JSON can spell half a surrogate pair and a NUL."""
    assert read(text="A\0 b\ud800.", title="T\ud83d\ude00").text == "A b\ufffd."
    assert read(title="T\ud83d\ude00").title == "T😀"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("Ann Lee and Bo Fox", ["Ann Lee", "Bo Fox"]),
        ("by Ann Lee, Bo Fox, and Cy Dee", ["Ann Lee", "Bo Fox", "Cy Dee"]),
        ("Ann Lee; Bo Fox & Cy Dee", ["Ann Lee", "Bo Fox", "Cy Dee"]),
        ("Robert Downey, Jr. and Bo Fox III", ["Robert Downey, Jr.", "Bo Fox III"]),
        ("Cassandra Sand", ["Cassandra Sand"]),
        ("Ann Lee\nBo Fox", ["Ann Lee", "Bo Fox"]),
        (" ", []),
    ],
)
def test_bylines_are_split_into_names(byline, names):
    """Filters go by author, so each name has to stand alone."""
    assert split_authors(byline) == names


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "name", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["text", "content", "paragraphs", "id", "title", "author", "date", "url", "lang", "source", "year"]
)


@given(st.dictionaries(NAMES, JSON))
def test_any_mapping_gives_an_article_or_an_article_error(mapping):
    """The REST interface hands over whatever was posted."""
    try:
        article = raw_article_from_mapping(mapping, "x:1")
    except ArticleError:
        return
    assert article.text.strip()
    assert all(isinstance(name, str) for name in article.authors)
    repr(article).encode()
