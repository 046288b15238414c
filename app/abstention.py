"""Ranked evidence in, a judgement out: do the articles answer the question, and if not, why."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.evidence import Evidence
from app.moments import moments
from app.spans import answer_spans, asks_for_fact
from index.lexical import terms
from index.mentions import NamedPublications
from index.records import Article, Passage

# From here on an answer is given: of the answerable questions of the public evaluation halves 2 to 9 % are
# refused, set by set; docs/evaluation.md has the rates, and how often what is given a probability is so.
THRESHOLD = 0.36

# What speaks for an answer, weighed; docs/decisions/0017, 0018 and 0019 say what it was fitted on.
_BIAS, _LIKENESS, _SECOND, _COVERAGE, _SCORE, _READING = -1.94, 1.106, 0.353, 0.635, 4.011, 0.094
# The same without an embedder: rare terms in the best sentence stand in for likeness.
_BARE_BIAS, _BARE_RARE, _BARE_COVERAGE = -1.147, 0.444, 0.888
_KIND_LACKING, _NAME_LACKING = -0.118, -0.471
# Among ten times as many articles one is likelier alike by chance: so much the log odds fall (decision 0022).
_BY_CHANCE = 0.1
# For each outlet that the question names and that one of the best sentences comes from, two at most.
_SOURCE_NAMED, _SOURCES = 0.2, 2
# Log odds of the cross-encoder beyond this say no more.
_SURE = 6.0
# How many of the best sentences are looked at for likeness and names, and for the kind of thing asked.
_LOOKED_AT, _KIND_IN = 5, 3
# No passage repeats all the wording of a long question: so many of its terms are as good as all.
_ENOUGH = 7
_WHOLE_SENTENCE = 5  # words; a heading alone is often alike to a question that names its subject
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether to answer, with the calibrated probability that the articles do.

    `reason` is "" when they do, else "no_match", "entity_missing" or "weak_evidence"; `missing`
    are the question's names that the best articles do not hold, as the question writes them, and `mentioned`
    those that they do.
    """

    probability: float
    answerable: bool
    reason: str = ""
    missing: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()


def judge(question: str, passages: Sequence[Passage], ranked: Sequence[Evidence], articles: int) -> Judgement:
    """Judge from the best sentences, found in so many `articles`, whether they answer the question."""
    if not passages or not ranked:
        return Judgement(probability=0.0, answerable=False, reason="no_match")
    names = _names(question)
    best = _articles(ranked[:_LOOKED_AT])
    missing = _missing(names, best)
    named_sources = len(_named_sources(question, best))
    z = (
        # Who names an outlet looks among its articles alone.
        _support(question, ranked, 1 if named_sources else articles)
        + _KIND_LACKING * _lacks_kind(question, ranked[:_KIND_IN])
        + _NAME_LACKING * len(missing) / max(1, len(names))
        + _SOURCE_NAMED * min(_SOURCES, named_sources)
    )
    probability = 1 / (1 + math.exp(-z))
    if probability >= THRESHOLD:
        return Judgement(probability=probability, answerable=True)
    return Judgement(
        probability=probability,
        answerable=False,
        reason="entity_missing" if missing else "weak_evidence",
        missing=_as_written(question, missing),
        mentioned=_standing(_as_written(question, [n for n in names if n not in missing]), best),
    )


def _support(question: str, ranked: Sequence[Evidence], articles: int) -> float:
    """Return how far likeness and wording speak for an answer, on the scale of log odds."""
    covered = _covered(question, ranked[0])
    whole = [one for one in ranked if len(one.text.split()) >= _WHOLE_SENTENCE]
    alike = sorted((one.similarity for one in whole[:_LOOKED_AT]), reverse=True)
    if not any(alike):
        return _BARE_BIAS + _BARE_RARE * ranked[0].coverage + _BARE_COVERAGE * covered
    best, second = (*alike, 0.0)[:2]
    likeness = _LIKENESS * best + _SECOND * (best + second) / 2
    reading = max((one.reading for one in ranked if one.reading is not None), default=0.0)
    read = _SCORE * ranked[0].score + _READING * max(-_SURE, min(_SURE, reading))
    by_chance = _BY_CHANCE * math.log10(max(1, articles))
    return _BIAS + likeness + _COVERAGE * covered + read - by_chance


def _covered(question: str, best: Evidence) -> float:
    """Return the share of the question's terms in the best sentence, its neighbours and its title."""
    wanted = set(terms(question))
    article, at = best.passage.article, best.sentence.ordinal
    near = best.passage.sentences[max(0, at - 1) : at + 2]
    text = article.text[near[0].start : near[-1].end]
    held = wanted & set(terms(f"{article.title} {article.publication} {text}"))
    return min(1.0, len(held) / max(1, min(_ENOUGH, len(wanted))))


def _lacks_kind(question: str, ranked: Sequence[Evidence]) -> bool:
    """Tell whether a known kind of fact is asked for and none of the sentences holds one."""
    return asks_for_fact(question) and not any(answer_spans(question, one.text) for one in ranked)


def _names(question: str) -> tuple[str, ...]:
    """Return the words the question writes with a capital, its first word and dates left out."""
    if question.isupper():
        return ()
    dates = moments(question)
    words = [
        match[0]
        for match in list(_WORD.finditer(question))[1:]
        if not any(day.start <= match.start() < day.end for day in dates)
    ]
    return tuple(dict.fromkeys(word for word in words if word[0].isupper() and terms(word)))


def _as_written(question: str, words: Sequence[str]) -> tuple[str, ...]:
    """Return the names that these words make, those side by side in the question as one."""
    any_word = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    found = re.finditer(rf"(?<!\w)(?:{any_word})(?: (?:{any_word}))*(?!\w)", question) if words else ()
    return tuple(dict.fromkeys(match[0] for match in found))


def _articles(ranked: Sequence[Evidence]) -> list[Article]:
    """Return the articles of these sentences, each once."""
    return list({one.place[:2]: one.passage.article for one in ranked}.values())


def _named_sources(question: str, articles: Sequence[Article]) -> set[str]:
    """Return the outlets of these articles that the question names."""
    named = NamedPublications(question)
    return {article.publication for article in articles if article.publication in named}


def _standing(names: Sequence[str], articles: Sequence[Article]) -> tuple[str, ...]:
    """Return the names that stand so in one of the articles: "Ola Berg" is not Ola and a Berg."""
    return tuple(name for name in names if any(name in article.text for article in articles))


def _missing(names: Sequence[str], articles: Sequence[Article]) -> tuple[str, ...]:
    """Return the names that none of the articles mentions."""
    if not names:
        return ()
    held = {
        term
        for article in articles
        for term in terms(f"{article.title} {article.publication} {' '.join(article.authors)} {article.text}")
    }
    return tuple(name for name in names if not set(terms(name)) & held)
