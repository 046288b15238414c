"""A measure that flatters is worse than none: these figures are worked out by hand."""

import gzip
import json
from pathlib import Path

import pytest

from app.evaluation.run import run
from app.evaluation.segmentation import evaluate
from app.settings import Settings
from index.errors import InputError


def write(directory: Path, name: str, rows: list[dict[str, object]]) -> None:
    folder = directory / "segmentation"
    folder.mkdir(exist_ok=True)
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)


def spans(text: str, sentences: list[str]) -> list[list[int]]:
    return [[text.index(one), text.index(one) + len(one)] for one in sentences]


def row_of(rows: list[dict[str, object]], name: str) -> dict[str, object]:
    return next(row for row in rows if row["set"] == f"segmentation/{name}")


def test_a_perfect_split_scores_one(tmp_path: Path):
    """Strings as gold are found in order, so a sentence that occurs twice counts twice."""
    write(tmp_path, "golden_rules_en.jsonl", [{"text": "No. No. Yes!", "sentences": ["No.", "No.", "Yes!"]}])
    [row] = evaluate(tmp_path)
    assert row == {
        "set": "segmentation/golden_rules_en",
        "n": 3,
        "span_p": 1.0,
        "span_r": 1.0,
        "span_f1": 1.0,
        "boundary_f1": 1.0,
        "offsets_exact": 1.0,
    }


def test_a_missed_boundary_costs_both_of_its_sentences(tmp_path: Path):
    """Spans are scored whole: of three gold sentences one is found, among two."""
    text = "He saw that; she left. It rained."
    gold = spans(text, ["He saw that;", "she left.", "It rained."])
    write(tmp_path, "ewt.jsonl.gz", [{"paragraphs": [{"text": text, "sentences": gold}]}])
    row = row_of(evaluate(tmp_path), "ewt")
    assert (row["n"], row["span_p"], row["span_r"], row["span_f1"]) == (3, 0.5, 0.3333, 0.4)
    # Ends inside the text: gold has two, one was found and is right.
    assert row["boundary_f1"] == 0.6667


def test_quotation_marks_at_the_ends_of_a_span_do_not_count(tmp_path: Path):
    """Corpora differ in which sentence a quotation mark belongs to; readers do not mind."""
    text = "“We won.” He left."
    write(tmp_path, "gum_other.jsonl.gz", [{"paragraphs": [{"text": text, "sentences": [[1, 8], [10, 18]]}]}])
    assert row_of(evaluate(tmp_path), "gum_other")["span_f1"] == 1.0


def test_the_damaged_form_is_measured_in_the_text_as_it_came(tmp_path: Path):
    """The way from canonical text back to raw text goes through what cleaning took away."""
    text = "’’ ’He   hasn’’t   left. She said ”no.  ”’ ’It ended  —   at last.’"
    gold = spans(text, ["He   hasn’’t   left.", "She said ”no.", "It ended  —   at last."])
    write(tmp_path, "gum_news_allthenews_style.jsonl", [{"text": text, "sentences": gold}])
    row = row_of(evaluate(tmp_path), "gum_news_allthenews_style")
    assert (row["n"], row["span_f1"], row["offsets_exact"]) == (3, 1.0, 1.0)


def test_news_is_measured_by_paragraph_and_as_whole_articles(tmp_path: Path):
    """The second is the way of the product; they must agree."""
    paragraphs = [
        {"text": "A headline without a stop", "sentences": [[0, 25]]},
        {"text": "It rained. It stopped.", "sentences": [[0, 10], [11, 22]]},
    ]
    write(tmp_path, "gum_news.jsonl", [{"id": "x", "paragraphs": paragraphs}])
    rows = evaluate(tmp_path)
    assert [row["span_f1"] for row in rows] == [1.0, 1.0]
    assert {row["n"] for row in rows} == {3}


def test_a_folder_without_sets_says_what_it_should_hold(tmp_path: Path):
    """The caller gave the wrong folder more often than an empty one."""
    with pytest.raises(InputError, match=r"gum_news\.jsonl"):
        evaluate(tmp_path)


def test_rows_are_added_to_those_that_were_measured_before(tmp_path: Path):
    write(tmp_path, "golden_rules_en.jsonl", [{"text": "No. Yes!", "sentences": ["No.", "Yes!"]}])
    settings = Settings(data=tmp_path / "data", embedder="none")
    output = tmp_path / "results" / "rows.jsonl"
    for _ in range(2):
        run(tmp_path, settings, ["segmentation"], output)
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [(row["measure"], row["span_f1"]) for row in rows] == [("segmentation", 1.0)] * 2
