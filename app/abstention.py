"""Ranked evidence in, a judgement out: do the articles answer the question, and if not, why."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.evidence import Evidence
from index.lexical import terms
from index.records import Passage

# The probability from which an answer is given; docs/evaluation.md has the rates it was set for.
THRESHOLD = 0.5

_BIAS, _SIMILARITY, _COVERAGE, _MISSING = -5.0, 8.0, 3.0, -3.0
_CONTEXT = 3
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether to answer, with the calibrated probability that the articles do.

    `reason` is "" when they do, else "no_match", "entity_missing" or "weak_evidence"; `missing`
    are the question's names that the best article does not hold, as the question writes them.
    """

    probability: float
    answerable: bool
    reason: str = ""
    missing: tuple[str, ...] = ()


def judge(question: str, passages: Sequence[Passage], ranked: Sequence[Evidence]) -> Judgement:
    """Judge from the best sentences whether the passages answer the question."""
    if not passages or not ranked:
        return Judgement(probability=0.0, answerable=False, reason="no_match")
    missing = _missing_names(question, ranked)
    best = ranked[0]
    z = (
        _BIAS
        + _SIMILARITY * max(one.similarity for one in ranked[:_CONTEXT])
        + _COVERAGE * best.coverage
        + _MISSING * bool(missing)
    )
    probability = 1 / (1 + math.exp(-z))
    if probability >= THRESHOLD:
        return Judgement(probability=probability, answerable=True)
    reason = "entity_missing" if missing else "weak_evidence"
    return Judgement(probability=probability, answerable=False, reason=reason, missing=missing)


def _missing_names(question: str, ranked: Sequence[Evidence]) -> tuple[str, ...]:
    """Return the names in the question that the article of the best sentence never mentions."""
    article = ranked[0].passage.article
    held = set(terms(f"{article.title} {article.publication} {article.text}"))
    names = [word for word in _WORD.findall(question)[1:] if word[0].isupper() and terms(word)]
    return tuple(dict.fromkeys(name for name in names if not set(terms(name)) & held))
