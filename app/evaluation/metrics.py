"""What the measures are made of: ranks, sets and scores in, figures in 0..1 out; an empty input gives 0.0."""

import math
import re
import string
from collections.abc import Collection, Iterable, Sequence

_MARKS = str.maketrans(dict.fromkeys(string.punctuation + "“”‘’«»…—–", " "))


def mean(values: Iterable[float]) -> float:
    """Return the arithmetic mean."""
    held = list(values)
    return math.fsum(held) / len(held) if held else 0.0


def first_rank(ranked: Sequence[str], gold: Collection[str]) -> int:
    """Return the 1-based rank of the first gold item, 0 when there is none."""
    return next((rank for rank, item in enumerate(ranked, start=1) if item in gold), 0)


def hit(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Return 1.0 when a gold item is among the first k."""
    return float(0 < first_rank(ranked, gold) <= k)


def reciprocal_rank(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Return 1 / rank of the first gold item among the first k, else 0.0."""
    rank = first_rank(ranked, gold)
    return 1 / rank if 0 < rank <= k else 0.0


def recall(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Return the share of the gold items among the first k."""
    wanted = set(gold)
    return len(wanted & set(ranked[:k])) / len(wanted) if wanted else 0.0


def ndcg(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Return the discounted cumulative gain of the first k as a share of the most it could be."""
    gain = math.fsum(1 / math.log2(rank + 1) for rank, item in enumerate(ranked[:k], start=1) if item in gold)
    best = math.fsum(1 / math.log2(rank + 1) for rank in range(1, min(len(gold), k) + 1))
    return gain / best if best else 0.0


def precision_recall_f1(found: Collection[str], gold: Collection[str]) -> tuple[float, float, float]:
    """Compare two sets. Nothing found for nothing wanted is perfect."""
    right = len(set(found) & set(gold))
    precision = right / len(set(found)) if found else float(not gold)
    recall_ = right / len(set(gold)) if gold else 1.0
    total = precision + recall_
    return precision, recall_, 2 * precision * recall_ / total if total else 0.0


def best_precision_recall_f1(
    found: Collection[str], golds: Sequence[Collection[str]]
) -> tuple[float, float, float]:
    """Compare with several acceptable sets; the one with the best F1 counts."""
    return max((precision_recall_f1(found, gold) for gold in golds), key=lambda figures: figures[2])


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Return the chance that a positive scores above a negative, ties as half (Mann-Whitney U)."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks = [0.0] * len(scores)
    at = 0
    while at < len(order):
        end = at
        while end < len(order) and scores[order[end]] == scores[order[at]]:
            end += 1
        for place in order[at:end]:
            ranks[place] = (at + 1 + end) / 2
        at = end
    many = sum(positive)
    few = len(positive) - many
    if not many or not few:
        return 0.0
    total = math.fsum(rank for rank, yes in zip(ranks, positive, strict=True) if yes)
    return (total - many * (many + 1) / 2) / (many * few)


def false_answers_at(scores: Sequence[float], answerable: Sequence[bool], refused: float) -> float:
    """Return the share of unanswerable questions answered where `refused` of the answerable ones are not."""
    yes = sorted(score for score, can in zip(scores, answerable, strict=True) if can)
    no = [score for score, can in zip(scores, answerable, strict=True) if not can]
    if not yes or not no:
        return 0.0
    threshold = yes[int(refused * len(yes))]
    return mean(score >= threshold for score in no)


def reliability(
    probabilities: Sequence[float], happened: Sequence[bool], bins: int
) -> list[tuple[int, float, float]]:
    """Return for each bin of equal width (count, mean probability, share that happened); empty ones are 0."""
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for one in zip(probabilities, happened, strict=True):
        held[min(bins - 1, int(one[0] * bins))].append(one)
    return [(len(cases), mean(p for p, _ in cases), mean(float(so) for _, so in cases)) for cases in held]


def plain(text: str) -> list[str]:
    """Return the words as SQuAD compares answers: no case, articles or punctuation."""
    return re.sub(r"\b(?:a|an|the)\b", " ", text.lower().translate(_MARKS)).split()


def balanced_accuracy(said: Sequence[bool], right: Sequence[bool]) -> float:
    """Return the mean of the shares of positives and of negatives that were said right."""
    yes = [one for one, positive in zip(said, right, strict=True) if positive]
    no = [not one for one, positive in zip(said, right, strict=True) if not positive]
    return (mean(yes) + mean(no)) / 2


def best_threshold(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Return the score from which on "positive" has the best balanced accuracy, the lowest of equals."""
    tried = sorted(set(scores))
    return max(
        tried,
        key=lambda t: (balanced_accuracy([score >= t for score in scores], positive), -t),
        default=0.0,
    )
