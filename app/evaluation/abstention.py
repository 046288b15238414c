"""Abstention: does the judgement tell questions the articles answer from those they do not?

Each row has the AUROC of the probability, the share of unanswerable questions that would be answered if
10 % of the answerable ones were refused, both error rates at the threshold the product has, and the F1 of its
refusals. `reliability` is by fifths of the probability: how many questions, their mean probability, and the
share of them that can be answered.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.abstention import THRESHOLD, judge
from app.evaluation.engine import Engine, EngineFactory
from app.evaluation.metrics import auroc, false_answers_at, mean, precision_recall_f1, reliability
from app.evaluation.sets import news_articles, ours, read, sentence_article, stub_articles
from index.records import Filters, RawArticle

_REFUSED = 0.1
_BINS = 5
_NO_FILTERS = Filters()
_Case = tuple[float, bool]


def evaluate(directory: Path, build: EngineFactory) -> list[dict[str, object]]:
    """Return rows for CLAPNQ and SQuAD 2.0 (passage given), multi_article and news_qa (withheld articles)."""
    folder = directory / "evidence_qa"
    clapnq = list(read(folder / "clapnq.jsonl"))
    squad = list(read(folder / "squad2.jsonl"))
    contexts = [RawArticle(id=row["id"], text=row["context"]) for row in squad]
    return [
        _row(
            "evidence_qa/clapnq/given",
            _given(build, (sentence_article(r, r["title"]) for r in clapnq), clapnq),
        ),
        _row("evidence_qa/squad2/given", _given(build, contexts, squad)),
        _row("multi_article/null", _null(directory / "multi_article", build)),
        _row("news_qa/2022/withheld", _withheld(directory / "news_qa", build)),
    ]


def _given(
    build: EngineFactory, articles: Iterable[RawArticle], rows: Sequence[dict[str, object]]
) -> list[_Case]:
    with build(articles) as engine:
        return [
            (
                _probability(
                    engine, str(row["question"]), Filters(article_ids=(engine.ids[str(row["id"])],))
                ),
                bool(row["answerable"]),
            )
            for row in rows
        ]


def _null(folder: Path, build: EngineFactory) -> list[_Case]:
    with build(stub_articles(folder / "articles.jsonl")) as engine:
        return [
            (_probability(engine, row["question"]), bool(row["evidence"]))
            for row in read(folder / "questions.jsonl")
        ]


def _withheld(folder: Path, build: EngineFactory) -> list[_Case]:
    """Ask each question of all articles, and of all but those that hold its answer."""
    cases = []
    with build(news_articles(folder / "articles_2022.jsonl.gz")) as engine:
        every = {one for one in engine.ids.values() if one}
        for row in read(folder / "questions_2022.jsonl"):
            if row["withhold_ids"]:
                rest = every - ours(row["withhold_ids"], engine.ids)
                cases.append((_probability(engine, row["question"], today=row["date"]), True))
                without = Filters(article_ids=tuple(sorted(rest)))
                cases.append((_probability(engine, row["question"], without, row["date"]), False))
    return cases


def _probability(engine: Engine, question: str, filters: Filters = _NO_FILTERS, today: str = "") -> float:
    ranked = engine.evidence(question, filters, today)
    articles = len(filters.article_ids) or engine.articles
    return judge(question, [one.passage for one in ranked], ranked, articles).probability


def _row(name: str, cases: Sequence[_Case]) -> dict[str, object]:
    scores, answerable = [score for score, _ in cases], [can for _, can in cases]
    refused = [str(at) for at, score in enumerate(scores) if score < THRESHOLD]
    unanswerable = [str(at) for at, can in enumerate(answerable) if not can]
    return {
        "set": name,
        "n": len(cases),
        "answerable": sum(answerable),
        "auroc": auroc(scores, answerable),
        "false_answers_at_10pct_refusals": false_answers_at(scores, answerable, _REFUSED),
        "false_answer_rate": mean(score >= THRESHOLD for score, can in cases if not can),
        "false_refusal_rate": mean(score < THRESHOLD for score, can in cases if can),
        "refusal_f1": precision_recall_f1(refused, unanswerable)[2],
        "reliability": reliability(scores, answerable, _BINS),
    }
