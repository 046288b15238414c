"""A claim and evidence sentences in, a verdict out: do they bear it out, which of them, and where not.

A claim that is a sentence of its evidence, word for word, is supported by it at once. Any other goes through
the checks of `app.checks`; then a logistic regression weighs what they found, how much is covered, and what
the checker, which reads the claim with its evidence, makes of it.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.answer import Problem, ProblemKind, Verdict
from app.checks import findings
from app.finding import Finding
from app.matching import HELD, Match, Source, match
from index.embeddings import Embedder
from index.readers import ClaimReader

__all__ = ["Grounding", "Source", "features", "verify"]

# What is longer is no sentence: only so much of it is read.
_LONGEST_CHARS = 2_000
_COUNTED, _COUNTED_NAMES = 2, 3
_STRAIGHT = str.maketrans("“”‘’`´", "\"\"''''")
# Behind a digit such a mark is a unit: 6'2 is not 62.
_QUOTES = re.compile(r"(?<!\d)[\"']")
# From here on a claim is supported; a claim with a problem never is.
THRESHOLD = 0.5
_DOUBTED = 0.45
# So much of its wording makes a claim one on the same matter as its source, and so much partly borne out.
_SAME_MATTER, _COVERED = 0.4, 0.5
# Fitted by training/support.py on SummEdits' other domains and on claims made of Wikipedia's sentences.
_WEIGHTS: Mapping[str, float] = {
    "alone": 1.521, "alike": 1.331, "names": -0.087, "number": -1.475, "date": -0.693, "name": -0.878,
    "negation": -1.652, "opposite": -4.755, "bias": -1.46,
}  # fmt: skip
# The same without an embedder.
_BARE: Mapping[str, float] = {
    "alone": 2.129, "alike": 0.0, "names": -0.1, "number": -1.45, "date": -0.741, "name": -0.858,
    "negation": -1.542, "opposite": -6.197, "bias": -0.838,
}  # fmt: skip


# What the checker's log odds add (docs/decisions/0020), the more a single sentence says of the claim; beyond
# a bound they say no more.
_READING, _READING_BIAS, _SURE = 0.35, 0.4, 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """A verdict; `support` is the probability that the claim is borne out, from 0.5 on for "supported" alone.

    `sentences` are the places, in the evidence given, of those that bear it out, best first.
    """

    verdict: Verdict
    support: float
    problems: tuple[Problem, ...] = ()
    sentences: tuple[int, ...] = ()


def verify(
    claim: str,
    evidence: Sequence[Source],
    embedder: Embedder | None,
    reader: ClaimReader | None = None,
) -> Grounding:
    """Say whether the sentences bear the claim out; without a `reader` by the checks alone.

    Their order decides nothing but ties' names, and what the reader reads first.
    """
    for number, source in enumerate(evidence):
        if source.text == claim or _plain(source.text) == _plain(claim):
            return Grounding(verdict="supported", support=1.0, sentences=(number,))
    if not claim.strip() or not any(source.text.strip() for source in evidence):
        return Grounding(verdict="unsupported", support=0.0)
    claim = claim[:_LONGEST_CHARS]
    cut = [Source(text=one.text[:_LONGEST_CHARS], published=one.published) for one in evidence]
    matched = match(claim, cut, _cosines(claim, cut, embedder))
    found = findings(matched)
    reading = reader.score(claim, [one.text for one in cut], matched.ranked) if reader else None
    return _judge(matched, found, _BARE if embedder is None else _WEIGHTS, reading)


def _plain(text: str) -> str:
    return _QUOTES.sub("", " ".join(text.split()).translate(_STRAIGHT))


def _cosines(claim: str, evidence: Sequence[Source], embedder: Embedder | None) -> list[float]:
    if embedder is None:
        return [0.0] * len(evidence)
    vectors = embedder.embed_documents([claim, *(source.text for source in evidence)])
    cosines: list[float] = (vectors[1:] @ vectors[0]).tolist()
    return cosines


def _judge(
    matched: Match, found: Sequence[Finding], weights: Mapping[str, float], reading: float | None
) -> Grounding:
    """Weigh the evidence; with a figure, a date, a name or a denial that it has not, nothing is supported."""
    values = features(matched, found)
    z = weights["bias"] + sum(weights[name] * value for name, value in values.items())
    if reading is not None:
        z += _READING * matched.alone * max(-_SURE, min(_SURE, reading)) + _READING_BIAS
    support = 1 / (1 + math.exp(-z))
    if found:
        support = min(support, _DOUBTED)
    covered = matched.share(matched.held)
    verdict: Verdict = "unsupported"
    if support >= THRESHOLD:
        verdict = "supported"
    elif covered >= _SAME_MATTER and any(one.is_conflict for one in found):
        verdict = "contradicted"
    elif covered >= _COVERED:
        verdict = "partial"
    problems = dict.fromkeys(one.problem for one in found)
    return Grounding(
        verdict=verdict, support=support, problems=tuple(problems), sentences=tuple(matched.chosen)
    )


def features(match: Match, found: Sequence[Finding]) -> dict[str, float]:
    """Return what the regression weighs, by name; training/support.py tried others, which weighed nothing."""
    missing = sum(
        word.kind == "name" and held < HELD for word, held in zip(match.content, match.held, strict=True)
    )

    def count(kind: ProblemKind) -> float:
        return float(min(_COUNTED, sum(one.problem.kind == kind for one in found)))

    return {
        "alone": match.alone,
        "alike": match.cosines[match.chosen[0]],
        "names": float(min(_COUNTED_NAMES, missing)),
        "number": count("number"),
        "date": count("date"),
        "name": count("name"),
        "negation": count("negation"),
        "opposite": count("other"),
    }
