"""Follow-up questions: is the right passage found once a question is rewritten, beside the question as asked?

Each turn of a conversation is rewritten in its order, with the turns before it as the product has them.
The rules were tuned on the half of the conversations that `_half` calls "tune"; "rest" is the other.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.antecedents import Turn
from app.conversation import standalone
from app.evaluation.engine import Engine, EngineFactory
from app.evaluation.metrics import hit, mean, ndcg, plain, recall, reciprocal_rank
from app.evaluation.sets import Row, ours, ranked_articles, read
from index.records import RawArticle

_PASSAGES = 50
_LONGEST = 2000  # characters, the most that may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A follow-up; `human` is its rewrite by a person, "" where there is none."""

    conversation: str
    question: str
    rewritten: str
    human: str
    gold: tuple[str, ...]


def evaluate(directory: Path, build: EngineFactory) -> list[dict[str, object]]:
    """Return rows for MTRAG-UN and CAsT 2022, each as asked and rewritten, and for CAsT's rewriting."""
    folder = directory / "followup"
    tasks = [
        _case(row, row["conversation_id"], row["gold_passage_ids"])
        for row in read(folder / "mtrag_un_tasks.jsonl")
    ]
    turns = [
        _case(row, row["topic"], [row["gold_passage_id"]] if row.get("gold_passage_id") else [])
        for row in read(folder / "cast_turns.jsonl")
    ]
    rows: list[dict[str, object]] = []
    with build(_passages(folder / "mtrag_un_passages.jsonl.gz")) as engine:
        rows += _searched("mtrag_un", engine, [case for case in tasks if case.gold], _recalls)
    with build(_passages(folder / "cast_passages.jsonl")) as engine:
        rows += _searched("cast2022", engine, [case for case in turns if case.gold], _hits)
    return rows + list(_compared(turns))


def _case(row: Row, conversation: str, gold: Sequence[str]) -> _Case:
    held: list[Turn] = []
    for message in row["history"]:
        if message["role"] == "user":
            held.append(Turn(question=standalone(message["text"], held)))
        elif held:
            held[-1] = Turn(question=held[-1].question, answer=message["text"])
    return _Case(
        conversation=conversation,
        question=row["question"],
        rewritten=standalone(row["question"], held),
        human=row.get("manual_rewrite", ""),
        gold=tuple(gold),
    )


def _passages(path: Path) -> list[RawArticle]:
    return [RawArticle(id=row["id"], text=row["text"], title=row.get("title") or "") for row in read(path)]


def _searched(
    name: str, engine: Engine, cases: Sequence[_Case], figures: Callable[..., dict[str, object]]
) -> Iterator[dict[str, object]]:
    """Yield a row for each way to ask and each part of the conversations."""
    asked = {"as_asked": [c.question for c in cases], "rewritten": [c.rewritten for c in cases]}
    if any(case.human for case in cases):
        asked["human"] = [case.human for case in cases]
    golds = [ours(case.gold, engine.ids) for case in cases]
    for way, questions in asked.items():
        ranked = [
            ranked_articles(p.article.id for p in engine.search(q[:_LONGEST], limit=_PASSAGES))
            for q in questions
        ]
        for part, chosen in _parts(cases):
            pairs = [(ranked[i], golds[i]) for i in chosen]
            yield {"set": f"followup/{name}/{way}/{part}", "n": len(pairs), **figures(pairs)}


def _recalls(pairs: Sequence[tuple[list[str], set[str]]]) -> dict[str, object]:
    return {
        "recall5": mean(recall(found, gold, 5) for found, gold in pairs),
        "ndcg5": mean(ndcg(found, gold, 5) for found, gold in pairs),
        "recall10": mean(recall(found, gold, 10) for found, gold in pairs),
    }


def _hits(pairs: Sequence[tuple[list[str], set[str]]]) -> dict[str, object]:
    return {
        "hits1": mean(hit(found, gold, 1) for found, gold in pairs),
        "hits5": mean(hit(found, gold, 5) for found, gold in pairs),
        "mrr10": mean(reciprocal_rank(found, gold, 10) for found, gold in pairs),
    }


def _compared(cases: Sequence[_Case]) -> Iterator[dict[str, object]]:
    """Yield how near the questions are to a person's rewrites, in words."""
    asked = {"as_asked": [c.question for c in cases], "rewritten": [c.rewritten for c in cases]}
    for way, questions in asked.items():
        for part, chosen in _parts(cases):
            pairs = [(plain(questions[i]), plain(cases[i].human)) for i in chosen]
            yield {
                "set": f"followup/cast/rewriting/{way}/{part}",
                "n": len(pairs),
                "token_f1": mean(_token_f1(one, other) for one, other in pairs),
                "exact": mean(one == other for one, other in pairs),
                "unchanged": mean(questions[i] == cases[i].question for i in chosen),
            }


def _parts(cases: Sequence[_Case]) -> Iterator[tuple[str, list[int]]]:
    yield "all", list(range(len(cases)))
    for part in ("tune", "rest"):
        yield part, [i for i, case in enumerate(cases) if _half(case.conversation) == part]


def _half(conversation: str) -> Literal["tune", "rest"]:
    return "rest" if int(hashlib.sha256(conversation.encode()).hexdigest(), 16) % 2 else "tune"


def _token_f1(one: Sequence[str], other: Sequence[str]) -> float:
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other)) if common else float(not one and not other)
