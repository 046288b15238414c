"""What the service returns beside answers: passages, pages of articles, and the index as it stands."""

from dataclasses import dataclass
from typing import Literal

from app.answer import Citation
from app.grounding import Grounding
from index.catalogue import Listed
from index.records import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Passages, best first, with each one's scores of its sentences by ordinal."""

    generation: str
    passages: tuple[Passage, ...]
    scores: tuple[dict[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """A claim's verdict and the sentences it rests on: those that bear it out best, best first."""

    generation: str
    claim: str
    grounding: Grounding
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """One page of the article list; `next_cursor` is "" on the last."""

    articles: tuple[Listed, ...]
    total: int
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """The index as it stands; `bytes` is what the data directory takes on disk.

    `previous` is the generation that can be gone back to, "" when there is none.
    """

    generation: str
    previous: str
    state: Literal["ready", "building", "repairing", "empty"]
    articles: int
    sentences: int
    passages: int
    embedder: str
    built_at: str
    bytes: int
    pending: int
