"""A question in, passages out, best first: terms and vectors, and what the question says about its source."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embeddings import Embedder
from index.lexical import terms
from index.records import Article, Passage, StoredChunk

# How deep each side is read before they are mixed.
_POOL = 100
# The mix, each part in 0..1: see docs/decisions/0004-retrieval-and-selection.md for what moved it.
_LEXICAL, _DENSE, _PUBLICATION, _DATE = 1.0, 1.0, 0.3, 0.4

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
# ASCII, or the long s of "ſep" would be an s in any case of it, and no month.
_MONTH = r"(?a:(?P<month>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?)"
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(rf"(?i)\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?(?!\d)"),
    re.compile(
        rf"(?i)\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?(?!\d)"
    ),
)
_HOST = re.compile(
    r"(?:www\.)?([\w-]+(?:\.[\w-]+)*?)\.(?:com|org|net|edu|gov|info|co\.[a-z]{2}|com\.[a-z]{2}|[a-z]{2})"
)
_CAPITAL = re.compile(r"\b[A-Z]\w*")
_SECTION = re.compile(r"\s[|–—-]\s|:\s")


class Snapshot(Protocol):
    """One unchanging view of the index, for the length of one question.

    `embedder` is what questions to it are embedded with; None when it is searched by terms alone.
    """

    @property
    def embedder(self) -> Embedder | None: ...

    def lexical(self, question: str, limit: int, allowed: Collection[int] | None) -> list[tuple[int, float]]:
        """Return chunk ids with BM25 scores, best first."""
        ...

    def dense(
        self, vector: NDArray[np.float32], limit: int, allowed: Collection[int] | None
    ) -> list[tuple[int, float]]:
        """Return chunk ids with cosine similarities, best first."""
        ...

    def passages(self, chunk_ids: Sequence[int]) -> dict[int, StoredChunk]:
        """Return those of the chunks that are live."""
        ...


class Mentions:
    """The outlets and days a question names: "the report from 'The Verge' on 2023-11-24"."""

    def __init__(self, question: str) -> None:
        self._words = _padded(question)
        # "Time" and "People" are outlets, "time" and "people" are not.
        self._capitals = _padded(" ".join(_CAPITAL.findall(question)))
        self._days = _days(question)

    def fit(self, article: Article) -> float:
        """Return 0..1: how well the article's publication and date are those the question names."""
        return (
            _PUBLICATION * self.publication(article.publication) + _DATE * self.day(article.published)
        ) / (_PUBLICATION + _DATE)

    def publication(self, name: str) -> bool:
        """Tell whether the question names the outlet, by its name, its first part, or its host."""
        return any(
            words in (self._words if words.count(" ") > 2 else self._capitals) for words in _names(name)
        )

    def day(self, published: str) -> bool:
        """Tell whether the question names the day (ISO); a question may leave out the year."""
        try:
            day = date.fromisoformat(published[:10])
        except ValueError:
            return False
        return (day.year, day.month, day.day) in self._days or (0, day.month, day.day) in self._days


class Retriever:
    """Ranks passages for a question; where the snapshot has no embedder by their terms alone."""

    def retrieve(
        self, snapshot: Snapshot, question: str, *, allowed: Collection[int] | None, limit: int
    ) -> list[Passage]:
        """Return up to `limit` live passages, best first, ties by chunk id; `allowed` are article keys."""
        pool = max(_POOL, 2 * limit)
        lexical = dict(snapshot.lexical(question, pool, allowed))
        dense: dict[int, float] = {}
        if snapshot.embedder is not None and question.strip():
            dense = dict(snapshot.dense(snapshot.embedder.embed_query(question), pool, allowed))
        stored = snapshot.passages(list(dict.fromkeys([*lexical, *dense])))
        mentions = Mentions(question)
        best_lexical = max(lexical.values(), default=1.0)
        best_dense = max(dense.values(), default=1.0)
        # What only the terms found is no more alike than the last that the vectors found.
        floor = min(dense.values(), default=0.0)
        passages = [
            Passage(
                chunk_id=chunk_id,
                article=chunk.article,
                sentences=chunk.sentences,
                first=chunk.first,
                last=chunk.last,
                score=_mix(
                    lexical.get(chunk_id, 0.0) / best_lexical,
                    max(0.0, dense.get(chunk_id, floor)) / max(best_dense, 1e-6),
                    mentions.fit(chunk.article),
                ),
                dense=dense.get(chunk_id, 0.0),
                lexical=lexical.get(chunk_id, 0.0),
            )
            for chunk_id, chunk in stored.items()
        ]
        return sorted(passages, key=lambda p: (-p.score, p.chunk_id))[:limit]


def _mix(lexical: float, dense: float, source: float) -> float:
    weights = (_LEXICAL, _DENSE, _PUBLICATION + _DATE)
    return sum(w * x for w, x in zip(weights, (lexical, dense, source), strict=True)) / sum(weights)


def _padded(text: str) -> str:
    """Return the terms between blanks, so that a run of words can be looked for as a whole."""
    return f" {' '.join(terms(text))} "


def _names(publication: str) -> set[str]:
    """Return the ways a question may name an outlet, padded; "usatoday.com" is "usatoday"."""
    host = _HOST.fullmatch(publication.strip().lower())
    spoken = host[1] if host else publication
    names = {_padded(publication), _padded(spoken), _padded(_SECTION.split(spoken, maxsplit=1)[0])}
    return {name for name in names if name.strip()}


def _days(question: str) -> set[tuple[int, int, int]]:
    """Return the (year or 0, month, day) a question names."""
    found = set()
    for pattern in _DATES:
        for match in pattern.finditer(question):
            parts = match.groupdict()
            month = int(parts["number"]) if parts.get("number") else _MONTHS[parts["month"][:3].lower()]
            found.add((int(parts["year"] or 0), month, int(parts["day"])))
    return found
