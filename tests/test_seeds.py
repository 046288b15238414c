"""The seeds are a newcomer's first articles and questions: complete, licensed, and answerable as promised."""

import hashlib
import json
from importlib import resources
from pathlib import Path

import pytest

from index.articles import RawArticle
from index.cleaning import clean
from index.records import check_article_id
from index.sentences import split
from tests.reading import read

SEEDS = Path(__file__).parents[1] / "seeds"
MUST_ASK = {
    "How many fighters have Belgians contributed to extremist groups in Syria and Iraq?": True,
    "How many of them are thought to have returned?": True,
    "Who is Matthew Levitt?": True,
    "When was Sharia4Belgium established?": True,
    "What did Sharia4Belgium want?": True,
    "Why are young Belgians drawn to terrorist organizations?": True,
    "Who is the king of Belgium?": False,
    "What is the population of Molenbeek?": False,
}


@pytest.fixture(scope="module")
def articles() -> list[RawArticle]:
    found = list(read([str(SEEDS)]))
    assert all(isinstance(item, RawArticle) for item in found), found
    return found


@pytest.fixture(scope="module")
def questions() -> list[dict]:
    return [json.loads(line) for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_folder_holds_thirteen_articles_and_nothing_else_is_read(articles):
    """README and questions lie in the same folder, and no refusal may greet a newcomer."""
    assert len(articles) == 13
    assert len({article.text for article in articles}) == 13


def test_the_kaggle_article_is_as_it_was_found():
    """Its damage is what the cleaning is for."""
    data = (SEEDS / "000_3669d343690cb781.txt").read_bytes()
    assert (
        hashlib.sha256(data).hexdigest() == "d1823aeb1054b143eb58d613f1c88b3de4709635784167701d49e2ca2f217f45"
    )


def test_every_wikinews_article_carries_what_its_licence_asks_for(articles):
    """CC BY asks for title, source and licence wherever the text goes."""
    wikinews = [article for article in articles if article.publication == "Wikinews"]
    assert len(wikinews) == 12
    for article in wikinews:
        check_article_id(article.id)
        assert article.title
        assert article.title not in article.text.split("\n\n")
        assert article.licence == "CC BY 2.5"
        assert article.url.startswith("https://en.wikinews.org/wiki/")
        assert article.published > "2005-09-25", "older Wikinews texts are under another licence"
        assert article.language == "en"
        assert article.url in (SEEDS / "README.md").read_text(encoding="utf-8")


def test_every_row_carries_its_attribution_line():
    """The file has to stand alone when someone copies it."""
    for line in (SEEDS / "wikinews.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert all(row[field] in row["attribution"] for field in ("title", "url", "published", "license"))


def test_the_questions_hold_those_that_must_be_answered_and_those_that_must_not(questions):
    """They are the bar of the first release, word for word."""
    answerable = {row["question"]: row.get("answerable", True) for row in questions}
    assert len(answerable) == len(questions) >= 20
    assert MUST_ASK.items() <= answerable.items()
    assert sum(not answer for answer in answerable.values()) >= 4
    for row in questions:
        assert bool(row.get("expected")) is answerable[row["question"]]
        assert row.get("follows", row["question"]) in answerable


def test_every_expected_sentence_is_a_sentence_of_one_article(articles, questions):
    """A citation is right when it is this sentence, so it has to be one, exactly."""
    sentences = [
        text[sentence.start : sentence.end]
        for text in (clean(a.text) for a in articles)
        for sentence in split(text)
    ]
    expected = [sentence for row in questions for sentence in row.get("expected", [])]
    assert [
        (sentence, sentences.count(sentence)) for sentence in expected if sentences.count(sentence) != 1
    ] == []


def test_the_seeds_travel_in_the_package():
    """`footnote` finds them where they are installed, not beside a checkout."""
    names = {entry.name for entry in resources.files("seeds").iterdir()}
    assert {"README.md", "questions.jsonl", "wikinews.jsonl", "000_3669d343690cb781.txt"} <= names
