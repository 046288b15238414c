"""Which sentences are cited, against those people marked; macro-averaged over questions.

"Given" restricts the search to the question's article; the sentences are those the selector chooses,
whether or not the product would abstain, and the row "answered" counts an abstention as citing nothing.
"""

from collections.abc import Sequence
from pathlib import Path

from app.evaluation.engine import Engine, EngineFactory
from app.evaluation.metrics import best_precision_recall_f1, hit, mean, recall
from app.evaluation.sets import GoldSentences, ranked_articles, read, sentence_article
from app.evidence import Selector
from index.records import Filters

_CLAIMS = 5


def evaluate(directory: Path, build: EngineFactory) -> list[dict[str, object]]:
    """Return rows for MultiRC (article given, and open) and CLAPNQ (passage given)."""
    folder = directory / "evidence_qa"
    return _multirc(folder, build) + _clapnq(folder, build)


def _multirc(folder: Path, build: EngineFactory) -> list[dict[str, object]]:
    articles = list(read(folder / "multirc_articles.jsonl"))
    questions = list(read(folder / "multirc_questions.jsonl"))
    golds = [[{f"{q['article_id']}#{i}" for i in q["evidence"]}] for q in questions]
    texts = [q["question"] for q in questions]
    with build(sentence_article(row) for row in articles) as engine:
        mapped = GoldSentences(articles, engine.ids)
        owners = [engine.ids[q["article_id"]] for q in questions]
        rows = _given("evidence_qa/multirc", engine, mapped, texts, owners, golds)
        found = [engine.evidence(text) for text in texts]
        ranked = [mapped.cited(one[: 2 * _CLAIMS]) for one in found]
        rows.append(
            {
                "set": "evidence_qa/multirc/open",
                "n": len(texts),
                "recall10": mean(
                    recall(names, gold[0], 10) for names, gold in zip(ranked, golds, strict=True)
                ),
                "article_hits5": mean(
                    hit(ranked_articles(e.passage.article.id for e in one), {owner}, 5)
                    for one, owner in zip(found, owners, strict=True)
                ),
            }
        )
    return rows


def _clapnq(folder: Path, build: EngineFactory) -> list[dict[str, object]]:
    passages = list(read(folder / "clapnq.jsonl"))
    asked = [row for row in passages if row["answerable"] and all(r["evidence"] for r in row["references"])]
    golds = [[{f"{row['id']}#{i}" for i in r["evidence"]} for r in row["references"]] for row in asked]
    with build(sentence_article(row, row["title"]) for row in passages) as engine:
        mapped = GoldSentences(passages, engine.ids)
        owners = [engine.ids[row["id"]] for row in asked]
        texts = [str(row["question"]) for row in asked]
        return _given("evidence_qa/clapnq", engine, mapped, texts, owners, golds)


def _given(
    name: str,
    engine: Engine,
    mapped: GoldSentences,
    questions: Sequence[str],
    owners: Sequence[str],
    golds: Sequence[Sequence[set[str]]],
) -> list[dict[str, object]]:
    chosen, answered = [], []
    for question, owner, gold in zip(questions, owners, golds, strict=True):
        given = Filters(article_ids=(owner,))
        ranked = engine.evidence(question, given)
        cited = mapped.cited(Selector().choose(question, ranked, max_claims=_CLAIMS))
        chosen.append(best_precision_recall_f1(cited, gold))
        answer = engine.answer(question, given, max_claims=_CLAIMS)
        said = {citation.ordinal for citation in answer.citations}
        kept = mapped.cited([one for one in ranked if one.sentence.ordinal in said])
        answered.append(best_precision_recall_f1(kept, gold))
    return [
        {"set": f"{name}/given", **_figures(chosen)},
        {"set": f"{name}/given/answered", **_figures(answered)},
    ]


def _figures(rows: Sequence[tuple[float, float, float]]) -> dict[str, object]:
    return {
        "n": len(rows),
        "precision": mean(row[0] for row in rows),
        "recall": mean(row[1] for row in rows),
        "f1": mean(row[2] for row in rows),
    }
