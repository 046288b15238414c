"""Passages in, evidence out: every sentence scored against the question, and the few that answer chosen."""

import math
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np

from app.clauses import clauses, in_turn, several
from app.extent import Traits, extent, memberships
from app.spans import answer_spans
from index.embeddings import Embedder, Vectors
from index.lexical import terms
from index.mentions import MOST, Mentions
from index.readers import InContext, QuestionReader
from index.records import Passage, Sentence, text_at

# A sentence's own score is its cosine plus twice its BM25 as a share of the most it could be;
# docs/decisions/0004-retrieval-and-selection.md says what moved these figures on which sets.
_OVERLAP, _TITLE, _SOURCE = 2.0, 0.2, 0.86
# It gains when it holds the kind of thing the question asks for, and loses when it is a heading or a credit.
_KIND, _FRAGMENT = 0.25, -0.2
_LIKENESS = 1.0 + _OVERLAP + _TITLE + _SOURCE * MOST + _KIND
# The cross-encoder reads so many of the likeliest with the question, and what its probability weighs.
_READ, _READING = 12, 1.5
# Where several outlets are asked of it reads more, and what a sentence says of one clause counts.
_READ_OF_SEVERAL, _CLAUSE = 24, 1.0
# An outlet that the question names among several is cited with a sentence this much as good as the best.
_HEARD = 0.5
_K1, _B = 1.2, 0.4
# What only the sentence before says counts this much where this one points back ("The group wanted …").
_CARRIED = 0.2
_POINTS_BACK = re.compile(
    r"^\W*(?:the|he|she|it|they|this|that|these|those|his|her|its|their|such|both|of (?:these|those|them))\b",
    re.IGNORECASE,
)
# The same sentence in two articles, or nearly: share of common terms, who reports it left out.
_SAME = 0.8
_REPORTED = (
    "according add agency confirm news newspaper official paper report say said spokesman spokesperson "
    "spokeswoman state statement tell told AFP AP Associated Press dpa Reuters"
)
_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand "
    "million billion"
)
# Of such sentences the first that was published is cited, if its score is no further behind.
_AS_GOOD = 0.02
# Sorts behind every date.
_UNDATED = "9999"
_EMBEDDED = 24
_SHORT = 5
_END = re.compile(r"[.!?…。！？।][\"'”’»)\]]*\s*$")
_CACHE = 20_000

Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence offered to the answer, from the best passage it stands in.

    `score` is in 0..1, comparable within one question. `similarity` is the cosine with the question
    (0 where it was not embedded), `overlap` its BM25 as a share of the most it could be,
    `coverage` the share of the question's terms, weighed by rarity, that it holds, and `reading` the
    cross-encoder's log odds that it answers (None where it was not read).
    """

    passage: Passage
    sentence: Sentence
    score: float
    similarity: float = 0.0
    overlap: float = 0.0
    coverage: float = 0.0
    reading: float | None = None

    @property
    def text(self) -> str:
        return self.passage.article.text[self.sentence.start : self.sentence.end]

    @property
    def place(self) -> Place:
        """Article, revision and ordinal: no two evidences of one question share it."""
        article = self.passage.article
        return article.id, article.revision, self.sentence.ordinal


class Selector:
    """Scores and chooses sentences; without an embedder by their terms alone. Safe for threads.

    `reader` reads the likeliest sentences together with the question; without one they stay as they are.
    """

    def __init__(self, reader: QuestionReader | None = None) -> None:
        self._reader = reader
        # By the embedder's fingerprint and the text.
        self._vectors: OrderedDict[tuple[str, str], Vectors] = OrderedDict()
        self._guard = threading.Lock()

    def rank(
        self,
        question: str,
        passages: Sequence[Passage],
        embedder: Embedder | None = None,
        *,
        today: date,
    ) -> list[Evidence]:
        """Return every distinct sentence of the passages, best first, ties in the passages' order.

        Where the question names several outlets, theirs come in turn behind the first three. `today` is the
        day of the question.
        """
        held: dict[Place, Evidence] = {}
        for passage in passages:
            for sentence in passage.sentences[passage.first : passage.last + 1]:
                one = Evidence(passage=passage, sentence=sentence, score=0.0)
                held.setdefault(one.place, one)
        found = list(held.values())
        overlaps, coverages = _overlaps(question, found)
        mentions = Mentions(question, today)
        wanted = set(terms(question))
        sources = [
            _SOURCE * mentions.score(one.passage.article)
            + _TITLE * len(wanted & set(terms(one.passage.article.title))) / max(1, len(wanted))
            for one in found
        ]
        forms = [_form(question, one.text) for one in found]
        named = several(question, (one.passage.article.publication for one in found))
        asked = _clause_overlaps(question, found) if named else [0.0] * len(found)
        lexical = [
            _OVERLAP * o + _CLAUSE * clause + source + form
            for o, clause, source, form in zip(overlaps, asked, sources, forms, strict=True)
        ]
        similarities = self._similarities(question, found, lexical, embedder)
        scored = [
            Evidence(
                passage=one.passage,
                sentence=one.sentence,
                score=min(1.0, max(0.0, lexical[i] + similarities[i]) / _LIKENESS),
                similarity=similarities[i],
                overlap=overlaps[i],
                coverage=coverages[i],
            )
            for i, one in enumerate(found)
        ]
        most = _READ_OF_SEVERAL if named else _READ
        ranked = self._read(question, sorted(scored, key=lambda one: -one.score), most)
        return in_turn(ranked, lambda one: one.passage.article.publication, named) if named else ranked

    def choose(self, question: str, ranked: Sequence[Evidence], *, max_claims: int) -> list[Evidence]:
        """Return the sentences of the answer in reading order, the best one's article first.

        How many depends on how much weaker the next one is; a question for one fact takes fewer, and where
        several outlets are named each is heard, if it has something.
        Nearly the same sentence is taken once, from where it was published first.
        """
        if not ranked:
            return []
        words = {one.place: set(terms(one.text)) for one in ranked}
        first = _first_published(ranked[0], ranked, words)
        others = [
            one
            for one in ranked
            # Behind the best one a heading or a credit adds nothing.
            if one is not first and not _is_fragment(one.text) and not _told(words[one.place], [first], words)
        ]
        offered = [first, *others]
        probabilities = memberships(question, _traits(question, offered, ranked, words))
        chosen: list[Evidence] = []
        for at in extent(probabilities, max_claims):
            if not chosen or not _told(words[offered[at].place], chosen, words):
                chosen.append(_first_published(offered[at], others, words) if at else first)
        chosen = _with_each_outlet(question, offered, chosen, words)[:max_claims]
        order = list(dict.fromkeys(one.place[0] for one in chosen))
        return sorted(chosen, key=lambda one: (order.index(one.place[0]), one.sentence.ordinal))

    def _read(self, question: str, likely: Sequence[Evidence], most: int) -> list[Evidence]:
        """Return the sentences in the order they have once the likeliest, at most so many, were read."""
        if self._reader is None or not question.strip():
            return list(likely)
        read = likely[:most]
        logits = self._reader.score(question, [_in_context(one) for one in read]).tolist()
        readings = [*logits, *([None] * (len(likely) - len(read)))]
        scored = [
            replace(one, score=_with_reading(one.score, reading), reading=reading)
            for one, reading in zip(likely, readings, strict=True)
        ]
        return sorted(scored, key=lambda one: -one.score)

    def distinct(self, ranked: Sequence[Evidence], most: int) -> list[Evidence]:
        """Return the first `most` of the sentences that each say something else."""
        words = {one.place: set(terms(one.text)) for one in ranked}
        found: list[Evidence] = []
        for one in ranked:
            if len(found) == most:
                break
            if not _told(words[one.place], found, words):
                found.append(one)
        return found

    def _similarities(
        self,
        question: str,
        found: Sequence[Evidence],
        lexical: Sequence[float],
        embedder: Embedder | None,
    ) -> list[float]:
        """Return each sentence's cosine with the question; of too many only the likeliest are embedded."""
        if embedder is None or not found or not question.strip():
            return [0.0] * len(found)
        likeliest = sorted(
            range(len(found)), key=lambda i: -(lexical[i] + found[i].passage.dense + found[i].passage.score)
        )[:_EMBEDDED]
        vectors = self._embed([found[i].text for i in likeliest], embedder)
        cosines = vectors @ embedder.embed_query(question)
        # The others cannot pass those: they count as the least alike.
        floor = float(cosines.min()) if len(likeliest) < len(found) else 0.0
        known = dict(zip(likeliest, cosines.tolist(), strict=True))
        return [known.get(i, floor) for i in range(len(found))]

    def _embed(self, texts: Sequence[str], embedder: Embedder) -> Vectors:
        keys = [(embedder.fingerprint, text) for text in texts]
        with self._guard:
            known = {key: self._vectors[key] for key in keys if key in self._vectors}
            for key in known:
                self._vectors.move_to_end(key)
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            known.update(zip(missing, embedder.embed_documents([text for _, text in missing]), strict=True))
            with self._guard:
                self._vectors.update((key, known[key]) for key in missing)
                while len(self._vectors) > _CACHE:
                    self._vectors.popitem(last=False)
        return np.stack([known[key] for key in keys])


def _with_reading(score: float, reading: float | None) -> float:
    """Return a score in 0..1 that counts the cross-encoder's log odds."""
    return (score * _LIKENESS + _READING * _probability(reading)) / (_LIKENESS + _READING)


def _probability(reading: float | None) -> float:
    """Return what the cross-encoder's log odds mean; unread is as good as no answer."""
    return 0.0 if reading is None else 1 / (1 + math.exp(-reading))


def _in_context(one: Evidence) -> InContext:
    return InContext(one.text, _text_before(one), one.passage.article.title)


def _text_before(one: Evidence) -> str:
    """Return the sentence before it, "" at the start."""
    return text_at(one.passage.article, one.passage.sentences, one.sentence.ordinal - 1)


def _with_each_outlet(
    question: str, offered: Sequence[Evidence], chosen: list[Evidence], words: Mapping[Place, set[str]]
) -> list[Evidence]:
    """Return the chosen with the best sentence of each outlet that the question names among several.

    One sentence of each outlet stands before further ones.
    """
    named = several(question, (one.passage.article.publication for one in offered))
    if not named:
        return chosen
    heard: dict[str, Evidence] = {}
    for one in chosen:
        heard.setdefault(one.passage.article.publication, one)
    for one in offered:
        outlet = one.passage.article.publication
        is_good = outlet in named - heard.keys() and one.score >= _HEARD * offered[0].score
        if is_good and not _told(words[one.place], [*chosen, *heard.values()], words):
            heard[outlet] = one
    firsts = list(heard.values())
    return [*firsts, *(one for one in chosen if all(one is not first for first in firsts))]


def _traits(
    question: str, offered: Sequence[Evidence], ranked: Sequence[Evidence], words: Mapping[Place, set[str]]
) -> list[Traits]:
    wanted = set(terms(question))
    scores = {one.place: one.score for one in ranked}
    best = offered[0]
    top = max(best.score, 1e-6)
    return [
        Traits(
            score=one.score / top,
            beside=sum(scores.get(place, 0.0) for place in _beside(one)) / top,
            rank=rank,
            coverage=one.coverage,
            new=len(words[one.place] & wanted - words[best.place]) / max(1, len(wanted)),
            words=len(words[one.place]),
            leads=one.sentence.ordinal == 0,
            reading=_probability(one.reading),
        )
        for rank, one in enumerate(offered)
    ]


def _overlaps(question: str, found: Sequence[Evidence]) -> tuple[list[float], list[float]]:
    """Return each sentence's BM25 as a share of the most it could be, and the share of terms it covers.

    Rarity is counted among these sentences: what all candidates say tells none of them apart.
    """
    wanted = list(dict.fromkeys(terms(question)))
    bags = [Counter(terms(one.text)) for one in found]
    sizes = [sum(bag.values()) for bag in bags]
    mean = max(1.0, sum(sizes) / max(1, len(sizes)))
    holders = {term: sum(term in bag for bag in bags) for term in wanted}
    idf = {term: math.log(1 + (len(bags) - n + 0.5) / (n + 0.5)) for term, n in holders.items()}
    total = sum(idf.values()) or 1.0
    overlaps, coverages = [], []
    for one, bag, size in zip(found, bags, sizes, strict=True):
        carried = _said_before(one)
        overlap = 0.0
        for term in wanted:
            own = bag[term] / (bag[term] + _K1 * (1 - _B + _B * size / mean))
            overlap += idf[term] * (own or _CARRIED * (term in carried))
        overlaps.append(overlap / total)
        coverages.append(sum(idf[t] for t in wanted if bag[t]) / total)
    return overlaps, coverages


def _clause_overlaps(question: str, found: Sequence[Evidence]) -> list[float]:
    """Return each sentence's overlap with the clause of the question that it says most of."""
    asked = [_overlaps(clause, found)[0] for clause in clauses(question)]
    return [max(of_one) for of_one in zip(*asked, strict=True)] or [0.0] * len(found)


def _said_before(one: Evidence) -> set[str]:
    """Return the terms of the sentence before it, if it points back at that."""
    return set(terms(_text_before(one))) if _POINTS_BACK.search(one.text) else set()


def _form(question: str, sentence: str) -> float:
    """Return what a sentence's form is worth: it holds the kind of thing asked for, or is a fragment."""
    return _KIND * bool(answer_spans(question, sentence)) + _FRAGMENT * _is_fragment(sentence)


def _is_fragment(sentence: str) -> bool:
    return len(sentence.split()) < _SHORT or _END.search(sentence) is None


def _beside(one: Evidence) -> tuple[Place, Place]:
    article, revision, ordinal = one.place
    return (article, revision, ordinal - 1), (article, revision, ordinal + 1)


def _told(words: set[str], chosen: Sequence[Evidence], known: Mapping[Place, set[str]]) -> bool:
    """Tell whether a sentence says again what a chosen one says."""
    return any(_says_the_same(words, known[one.place]) for one in chosen)


def _says_the_same(words: set[str], others: set[str]) -> bool:
    """Tell whether two sentences are the same but for a word or who reports it; another number is news."""
    if words == others:
        return True
    only, others_only = words - others, others - words
    if _has_number(only) and _has_number(others_only):
        return False
    reported = _terms_of(_REPORTED)
    both = len(words & others - reported)
    return both >= _SAME * max(1, both + len((only | others_only) - reported))


def _has_number(words: set[str]) -> bool:
    numbers = _terms_of(_NUMBERS)
    return any(word[0].isdigit() or word in numbers for word in words)


@cache
def _terms_of(words: str) -> frozenset[str]:
    return frozenset(terms(words))


def _first_published(one: Evidence, offered: Sequence[Evidence], known: Mapping[Place, set[str]]) -> Evidence:
    """Return the same sentence from the article that was published first, among those about as good."""
    same = [
        other
        for other in offered
        if one.score - _AS_GOOD <= other.score <= one.score
        and other.passage.article.published
        and _says_the_same(known[other.place], known[one.place])
    ]
    return min([one, *same], key=lambda other: other.passage.article.published or _UNDATED)
