"""Support: does the check tell claims that sentences bear out from others, and does it name the sentences?

WiCE's claims are supported or not (partly counts as not), SummEdits' and QAGS' by their labels. Balanced
accuracy is given at the product's threshold, and at one tuned on half of the articles for the other half.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.evaluation.engine import EngineFactory
from app.evaluation.metrics import auroc, balanced_accuracy, best_precision_recall_f1, best_threshold, mean
from app.evaluation.sets import Row, read
from app.grounding import THRESHOLD, Grounding, Source, verify
from app.main import claim_reader
from index.sentences import split

_FOLDER = "claim_support"
Judge = Callable[[str, Sequence[Source]], Grounding]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A claim of an article, whether it is supported, and what the check said."""

    article: str
    supported: bool
    found: Grounding


def evaluate(directory: Path, build: EngineFactory) -> list[Row]:
    """Return rows for WiCE (verdicts, and the sentences named), SummEdits-News and QAGS."""
    with build(()) as engine:
        judge = partial(verify, embedder=engine.embedder, reader=claim_reader(1))
        return _rows(directory / _FOLDER, judge)


def _rows(folder: Path, judge: Judge) -> list[Row]:
    rows = _wice(list(read(folder / "wice.jsonl.gz")), judge)
    claims = list(read(folder / "summedits_news_claims.jsonl"))
    news = _articles(folder / "summedits_news_articles.jsonl")
    rows.append(_figures("summedits_news", list(_cases(claims, "summary", news, judge))))
    claims = list(read(folder / "qags_claims.jsonl"))
    for source in ("cnndm", "xsum"):
        articles = _articles(folder / f"qags_{source}_articles.jsonl")
        given = [claim for claim in claims if claim["source"] == source]
        rows.append(_figures(f"qags_{source}", list(_cases(given, "claim", articles, judge))))
    return rows


def _articles(path: Path) -> dict[str, list[Source]]:
    return {
        row["id"]: [Source(text=row["text"][s.start : s.end]) for s in split(row["text"])]
        for row in read(path)
    }


def _cases(
    claims: Sequence[Row], field: str, articles: dict[str, list[Source]], judge: Judge
) -> Iterator[_Case]:
    for row in claims:
        found = judge(row[field], articles[row["article_id"]])
        yield _Case(article=row["article_id"], supported=row["supported"], found=found)


def _wice(claims: Sequence[Row], judge: Judge) -> list[Row]:
    cases, given = [], []
    for row in claims:
        found = judge(row["claim"], [Source(text=text) for text in row["sentences"]])
        cases.append(_Case(article=row["id"], supported=row["label"] == "supported", found=found))
        golds = [set(map(str, gold)) for gold in row["gold_sets"] if gold]
        if golds:
            cited = [str(number) for number in found.sentences]
            given.append((row["id"], *best_precision_recall_f1(cited, golds)))
    evidence: Row = {
        "set": f"{_FOLDER}/wice/evidence",
        "n": len(given),
        "precision": mean(one[1] for one in given),
        "recall": mean(one[2] for one in given),
        "f1": mean(one[3] for one in given),
        "f1_tuned_half": mean(one[3] for one in given if _is_tuned(one[0])),
        "f1_other_half": mean(one[3] for one in given if not _is_tuned(one[0])),
    }
    return [_figures("wice", cases), evidence]


def _figures(name: str, cases: Sequence[_Case]) -> Row:
    tuned = [one for one in cases if _is_tuned(one.article)]
    other = [one for one in cases if not _is_tuned(one.article)]
    threshold = best_threshold([one.found.support for one in tuned], [one.supported for one in tuned])
    return {
        "set": f"{_FOLDER}/{name}",
        "n": len(cases),
        "supported": sum(one.supported for one in cases),
        "auroc": auroc([one.found.support for one in cases], [one.supported for one in cases]),
        "balanced_accuracy": _balanced(cases, THRESHOLD),
        "tuned_threshold": threshold,
        "balanced_accuracy_tuned_half": _balanced(tuned, threshold),
        "balanced_accuracy_other_half": _balanced(other, threshold),
        "with_problems_supported": mean(bool(one.found.problems) for one in cases if one.supported),
        "with_problems_unsupported": mean(bool(one.found.problems) for one in cases if not one.supported),
    }


def _balanced(cases: Sequence[_Case], threshold: float) -> float:
    return balanced_accuracy(
        [one.found.support >= threshold for one in cases], [one.supported for one in cases]
    )


def _is_tuned(article: str) -> bool:
    """Split by article, the same way on every machine."""
    return hashlib.sha256(article.encode()).digest()[-1] % 2 == 0
