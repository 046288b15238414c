"""The measure of pages is only worth something if it counts as its source does and looks for itself."""

import gzip
import json

import pytest

from app.evaluation.pages import evaluate
from index.errors import InputError

BODY = [
    "The mayor of Ghent resigned on Friday after her coalition lost its majority in the council.",
    "No successor was named, and officials said that a vote would be held before the end of the month.",
    "Residents who had gathered outside the town hall called for an early election, witnesses said.",
]


def write(folder, head, gold):
    paragraphs = "".join(f"<p>{line}</p>" for line in BODY)
    page = f"<html><head>{head}</head><body><article>{paragraphs}</article></body></html>"
    (folder / "ingest_html" / "html").mkdir(parents=True)
    (folder / "ingest_html" / "html" / "a.html.gz").write_bytes(gzip.compress(page.encode()))
    row = {"id": "a", "url": "https://example.org", "html": "html/a.html.gz", "article_body": gold}
    (folder / "ingest_html" / "gold.jsonl").write_text(json.dumps(row) + "\n")


def test_a_page_read_right_scores_one(tmp_path):
    """Body, title and day are each compared with what people and the page say."""
    head = '<meta property="og:title" content="Mayor resigns">'
    head += '<meta name="pubdate" content="2016-03-24T23:00:00-05:00">'
    write(tmp_path, head, "\n".join(BODY))
    [row] = evaluate(tmp_path)
    assert (row["body_p"], row["body_r"], row["body_f1"], row["trafilatura_f1"]) == (1, 1, 1, 1)
    assert (row["titles_stated"], row["title_found"], row["dates_stated"], row["date_found"]) == (1, 1, 1, 1)


def test_what_is_missing_costs_recall(tmp_path):
    """Half the gold text is twice the words that were found."""
    write(tmp_path, "", "\n".join(BODY) + " and so on" * 100)
    [row] = evaluate(tmp_path)
    assert row["body_p"] == 1
    assert float(row["body_r"]) < 0.5
    assert row["titles_stated"] == 0


def test_a_folder_without_the_set_is_refused(tmp_path):
    """A measure of nothing would be a zero somebody believes."""
    with pytest.raises(InputError, match="gold"):
        evaluate(tmp_path)
