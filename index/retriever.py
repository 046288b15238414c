"""A question in, passages out, best first: terms and vectors, and what the question says about its source."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embeddings import Embedder
from index.mentions import MOST, Mentions
from index.records import Passage, StoredChunk

# How deep each side is read before they are mixed.
_POOL = 100
# The mix, each part in 0..1: see docs/decisions/0004-retrieval-and-selection.md for what moved it.
_LEXICAL, _DENSE = 1.0, 1.0


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


class Retriever:
    """Ranks passages for a question; where the snapshot has no embedder by their terms alone."""

    def retrieve(
        self,
        snapshot: Snapshot,
        question: str,
        *,
        today: date,
        allowed: Collection[int] | None,
        limit: int,
    ) -> list[Passage]:
        """Return up to `limit` live passages, best first, ties by chunk id; `allowed` are article keys.

        `today` is the day of the question: what "this week" means is counted from it.
        """
        pool = max(_POOL, 2 * limit)
        lexical = dict(snapshot.lexical(question, pool, allowed))
        dense: dict[int, float] = {}
        if snapshot.embedder is not None and question.strip():
            dense = dict(snapshot.dense(snapshot.embedder.embed_query(question), pool, allowed))
        stored = snapshot.passages(list(dict.fromkeys([*lexical, *dense])))
        mentions = Mentions(question, today)
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
                    mentions.score(chunk.article),
                ),
                dense=dense.get(chunk_id, 0.0),
                lexical=lexical.get(chunk_id, 0.0),
            )
            for chunk_id, chunk in stored.items()
        ]
        return sorted(passages, key=lambda p: (-p.score, p.chunk_id))[:limit]


def _mix(lexical: float, dense: float, source: float) -> float:
    return (_LEXICAL * lexical + _DENSE * dense + source) / (_LEXICAL + _DENSE + MOST)
