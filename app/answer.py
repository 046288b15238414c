"""What an answer is made of: claims, their citations, or an abstention with what was searched.

Nothing here is stored twice: quotes are slices of the article, the status follows from the claims.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.links import sentence_link
from index.copies import groups, sketch
from index.records import Address, Article, Filters, Passage, Sentence, text_at

Verdict = Literal["supported", "partial", "unsupported", "contradicted"]
ProblemKind = Literal["number", "name", "date", "negation", "other"]
Mode = Literal["extractive", "generative"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A claim's resolved link to one sentence of one revision of an article.

    `score` is the selector's, in 0..1: how well the sentence fits the question, not a confidence.
    """

    number: int
    article: Article
    sentences: Sequence[Sentence]
    ordinal: int
    score: float

    @property
    def sentence(self) -> str:
        return str(Address(article_id=self.article.id, revision=self.article.revision, ordinal=self.ordinal))

    @property
    def start(self) -> int:
        return self.sentences[self.ordinal].start

    @property
    def end(self) -> int:
        return self.sentences[self.ordinal].end

    @property
    def quote(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def before(self) -> str:
        """The sentence before it, or "" at the article's start."""
        return text_at(self.article, self.sentences, self.ordinal - 1)

    @property
    def after(self) -> str:
        """The sentence after it, or "" at the article's end."""
        return text_at(self.article, self.sentences, self.ordinal + 1)

    @property
    def link(self) -> str:
        """The publisher's page at this sentence (a text fragment), or "" without a usable URL."""
        return sentence_link(self.article.url, self.quote)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Words of a claim that its sources do not bear out, and the words in their place there, or ""."""

    kind: ProblemKind
    claim: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of the answer; `citations` are numbers into the answer's citations.

    `start` and `end` are its span in the answer's text, the marker left out; `answer_spans` are
    the words in it that answer the question, as spans in the answer's text too.
    """

    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    verdict: Verdict
    support: float
    problems: tuple[Problem, ...] = ()
    answer_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A value as a source states it, and the citations that do."""

    value: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Sources that state different values for the same."""

    about: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How much was searched: counts, the filters in force, and the dates the articles span."""

    articles: int
    passages: int
    filters: Filters
    published_range: tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstention:
    """Why there is no answer, and the sentences that came nearest."""

    reason: str
    message: str
    nearest: tuple[Citation, ...]
    searched: Searched


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, the same on every face: claims with citations, or an abstention."""

    answer_id: str
    conversation_id: str
    generation: str
    mode: Mode
    model: str
    prompt_hash: str
    question: str
    standalone_question: str
    text: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    abstention: Abstention | None = None
    disagreements: tuple[Disagreement, ...] = ()
    retrieved: tuple[Passage, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def independent(self) -> int:
        """How many of the cited articles are independent of each other: near copies count once."""
        cited = {citation.article.id: citation.article.text for citation in self.citations}
        return len(groups([sketch(text) for text in cited.values()]) if len(cited) > 1 else cited)

    @property
    def status(self) -> Literal["answered", "abstained"]:
        return "abstained" if self.abstention else "answered"
