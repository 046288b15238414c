"""Gold sentences are found in our articles although our splitter cuts elsewhere; the figures rest on that."""

import gzip
import json

from app.evaluation.sets import GoldSentences, ours, ranked_articles, read, sentence_article
from app.evidence import Evidence
from index.records import Article, Passage, Sentence

FILE = {"id": "theirs", "sentences": ["It rained.", '"Stay home," he said.', "They did.", "They did."]}
TEXT = "It rained. “Stay home,” he said. They did. They did."


def cite(*spans: tuple[int, int]) -> list[str]:
    """Cite our sentences, cut at these places."""
    article = Article(id="ours", revision=1, text=TEXT)
    sentences = tuple(Sentence(ordinal=i, start=a, end=b) for i, (a, b) in enumerate(spans))
    passage = Passage(
        chunk_id=0, article=article, sentences=sentences, first=0, last=len(spans) - 1, score=1.0
    )
    gold = GoldSentences([FILE], {"theirs": "ours"})
    return gold.cited([Evidence(passage=passage, sentence=one, score=1.0) for one in sentences])


def test_a_sentence_cut_as_in_the_file_is_that_sentence():
    """Quotation marks may differ, and the same sentence may stand twice."""
    assert cite((0, 10)) == ["theirs#0"]
    assert cite((11, 32), (0, 10)) == ["theirs#1", "theirs#0"]
    assert cite((43, 52)) == ["theirs#3"]


def test_one_of_ours_may_be_several_of_theirs_and_the_other_way_round():
    """Half a sentence cites nothing whole, so it counts for the one it is part of."""
    assert cite((0, 42)) == ["theirs#0", "theirs#1", "theirs#2"]
    assert cite((11, 17)) == ["theirs#1"]
    assert cite((11, 17), (18, 32)) == ["theirs#1"]


def test_articles_and_ids_are_mapped_in_order():
    """The same text twice is one article of ours, and a refused one is found by nobody."""
    assert ranked_articles(["b", "a", "b"]) == ["b", "a"]
    assert ours(["x", "y", "z"], {"x": "1", "y": "1", "z": ""}) == {"1", "z"}
    assert sentence_article(FILE).text.startswith("It rained. ")


def test_both_kinds_of_file_are_read(tmp_path):
    """Some sets are packed."""
    line = json.dumps({"id": "é"}, ensure_ascii=False) + "\n"
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    assert list(read(tmp_path / "a.jsonl")) == list(read(tmp_path / "a.jsonl.gz")) == [{"id": "é"}]
