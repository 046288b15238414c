"""Scored sentences in, how many of them an answer needs out.

Each sentence gets the probability that people would have marked it as evidence, and the answer takes as many
as promise the best F1: one for a plain fact, several where several are about as good.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

# Asks for a person, a place, a time or a figure.
_FACT = re.compile(
    r"\b(?:who|whom|whose|when|where|which|how (?:many|much|old|long|far|tall|big|high|often)"
    r"|what (?:year|date|day|month|time|percentage|percent|number|country|city|state|name|age))\b",
    re.IGNORECASE,
)
# A logistic regression on half of the articles of MultiRC and CLAPNQ: docs/decisions/0016, 0018 and 0019.
_BIAS = 0.932
_WEIGHTS = (0.72, -0.92, 0.155, -0.271, 0.886, 1.344, 0.582, -0.564, -0.345, 1.09, 1.509)
# A sentence too many costs more than one too few.
_CAUTION = 1.15
# Further ones hardly ever belong to an answer.
_LOOKED_AT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What speaks for a sentence: shares in 0..1 unless said otherwise.

    `score` and `beside` (its two neighbours' sum) are shares of the best sentence's score; `rank` counts
    from 0; `coverage` is its share of the question's terms, by rarity; `new` that of those the best lacks;
    `reading` the cross-encoder's probability, 0.0 for one that it has not read.
    """

    score: float
    beside: float
    rank: int
    coverage: float
    new: float
    words: int
    leads: bool
    reading: float


def memberships(question: str, traits: Sequence[Traits]) -> list[float]:
    """Return the probability of each sentence, best first, that the answer needs it."""
    fact = _FACT.search(question) is not None
    candidates = math.log(min(len(traits), _LOOKED_AT) or 1)
    found = []
    for one in traits[:_LOOKED_AT]:
        rank = math.log1p(one.rank)
        values = (
            one.score, rank, fact, fact * rank, one.beside, one.coverage, one.new, candidates,
            math.log1p(one.words), one.leads, one.reading,
        )  # fmt: skip
        z = _BIAS + sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True))
        found.append(1 / (1 + math.exp(-z)))
    return found


def extent(probabilities: Sequence[float], most: int) -> list[int]:
    """Return the positions of the sentences, likeliest first, that promise the best F1: 1 to `most`.

    The F1 that k sentences promise is about 2 * (their probabilities) / (k + all probabilities): Lewis,
    "Evaluating and optimizing autonomous text classification systems", SIGIR 1995.
    """
    order = sorted(range(len(probabilities)), key=lambda at: -probabilities[at])
    every, taken, best, size = sum(probabilities), 0.0, 0.0, 1
    for k, at in enumerate(order[:most], start=1):
        taken += probabilities[at]
        promised = 2 * taken / (_CAUTION * k + every)
        if promised > best:
            best, size = promised, k
    return order[:size]
