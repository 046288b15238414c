"""Retrieval through the product: are the right articles, and the right sentences, among the first?

news_qa: an article's rank is its best passage's. multi_article: 2 to 4 sentences of as many articles
are needed; sentences rank as the selector ranks them over the passages, open corpus.
"""

from collections.abc import Sequence
from pathlib import Path

from app.evaluation.engine import EngineFactory
from app.evaluation.metrics import hit, mean, recall, reciprocal_rank
from app.evaluation.sets import GoldSentences, Row, news_articles, ours, ranked_articles, read, stub_articles

_PASSAGES = 50


def evaluate(directory: Path, build: EngineFactory) -> list[dict[str, object]]:
    """Return a row a set: news_qa 2022 and 2023 by gold and by answer-bearing articles, multi_article."""
    rows: list[dict[str, object]] = []
    for year in (2022, 2023):
        rows += _news(directory / "news_qa", year, build)
    return rows + _multi_article(directory / "multi_article", build)


def _news(folder: Path, year: int, build: EngineFactory) -> list[dict[str, object]]:
    questions = list(read(folder / f"questions_{year}.jsonl"))
    with build(news_articles(folder / f"articles_{year}.jsonl.gz")) as engine:
        ranked = [
            ranked_articles(
                p.article.id for p in engine.search(q["question"], limit=_PASSAGES, today=q["date"])
            )
            for q in questions
        ]
        ids = engine.ids
    rows = []
    for name, field in (("gold", "gold_ids"), ("answer", "answer_ids")):
        golds = [ours(q[field] or (), ids) for q in questions]
        if any(golds):
            rows.append({"set": f"news_qa/{year}/{name}", **_articles(ranked, golds)})
    return rows


def _articles(ranked: Sequence[list[str]], golds: Sequence[set[str]]) -> dict[str, object]:
    pairs = [(found, gold) for found, gold in zip(ranked, golds, strict=True) if gold]
    return {
        "n": len(pairs),
        "hits1": mean(hit(found, gold, 1) for found, gold in pairs),
        "hits5": mean(hit(found, gold, 5) for found, gold in pairs),
        "hits10": mean(hit(found, gold, 10) for found, gold in pairs),
        "mrr10": mean(reciprocal_rank(found, gold, 10) for found, gold in pairs),
    }


def _multi_article(folder: Path, build: EngineFactory) -> list[dict[str, object]]:
    questions = [q for q in read(folder / "questions.jsonl") if q["evidence"]]
    stubs = list(read(folder / "articles.jsonl"))
    with build(stub_articles(folder / "articles.jsonl")) as engine:
        mapped = GoldSentences(stubs, engine.ids)
        names = _names(stubs)
        articles, sentences = [], []
        for question in questions:
            passages = engine.search(question["question"], limit=_PASSAGES)
            gold = ours({one["article_id"] for one in question["evidence"]}, engine.ids)
            articles.append((ranked_articles(p.article.id for p in passages), gold))
            found = mapped.cited(engine.evidence(question["question"])[:_PASSAGES])
            sentences.append((found, {names[e["article_id"], e["sentence"]] for e in question["evidence"]}))
    return [
        {"set": "multi_article/article", **_all_needed(articles)},
        {"set": "multi_article/sentence", **_all_needed(sentences)},
    ]


def _names(stubs: Sequence[Row]) -> dict[tuple[str, str], str]:
    return {
        (stub["id"], sentence): f"{stub['id']}#{at}"
        for stub in stubs
        for at, sentence in enumerate(stub["sentences"])
    }


def _all_needed(pairs: Sequence[tuple[list[str], set[str]]]) -> dict[str, object]:
    return {
        "n": len(pairs),
        "hits4": mean(hit(found, gold, 4) for found, gold in pairs),
        "recall10": mean(recall(found, gold, 10) for found, gold in pairs),
        "all_found10": mean(recall(found, gold, 10) == 1.0 for found, gold in pairs),
        "mrr10": mean(reciprocal_rank(found, gold, 10) for found, gold in pairs),
    }
