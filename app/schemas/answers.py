"""An answer on the wire, drawn from `app.answer`, and the passages of a search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:  # a command that works through a server needs the shapes, not what they are drawn from
    from app.answer import Abstention, Answer, Citation, Claim
    from app.results import CheckResult, SearchResult
    from app.standing import Standing
    from index.catalogue import Listed
    from index.records import Article, Filters, Passage


class Out(BaseModel):
    """What every response shape shares."""

    model_config = ConfigDict(from_attributes=True)


class SourceOut(Out):
    """What is known about the article something is from; null for what is not."""

    title: str | None
    publication: str | None
    authors: list[str]
    published: str | None
    url: str | None


def source_of(article: Article | Listed) -> dict[str, Any]:
    """Return the fields of `SourceOut`. Any: they go into a constructor that validates them."""
    return {
        "title": article.title or None,
        "publication": article.publication or None,
        "authors": list(article.authors),
        "published": article.published or None,
        "url": article.url or None,
    }


class SentenceOut(Out):
    """A sentence's place: text[start:end] is the sentence."""

    ordinal: int
    start: int
    end: int


class ScoredSentenceOut(SentenceOut):
    """A sentence of a passage with how well it fits the question, in 0..1."""

    text: str
    score: float


class ProblemOut(Out):
    """A word of a claim that its source does not bear out."""

    kind: Literal["number", "name", "date", "negation", "other"]
    claim: str
    source: str


class SpanOut(Out):
    """A span of the answer's text."""

    start: int
    end: int


class ClaimOut(Out):
    """One sentence of the answer. `answer_spans` are the words that answer the question."""

    text: str
    start: int
    end: int
    citations: list[int]
    verdict: Literal["supported", "partial", "unsupported", "contradicted"]
    support: float
    problems: list[ProblemOut]
    answer_spans: list[SpanOut]

    @classmethod
    def of(cls, claim: Claim) -> ClaimOut:
        return cls(
            text=claim.text,
            start=claim.start,
            end=claim.end,
            citations=list(claim.citations),
            verdict=claim.verdict,
            support=round(claim.support, 4),
            problems=[ProblemOut.model_validate(problem) for problem in claim.problems],
            answer_spans=[SpanOut(start=start, end=end) for start, end in claim.answer_spans],
        )


class CitationOut(SourceOut):
    """A resolved link from a claim to one sentence: quote == article.text[start:end].

    `current` is the address of the sentence in the live revision, `change` what became of it since.
    """

    number: int
    sentence: str
    article_id: str
    revision: int
    ordinal: int
    start: int
    end: int
    quote: str
    before: str
    after: str
    link: str | None
    score: float
    status: Literal["current", "superseded", "deleted"]
    current: str | None
    change: Literal["same", "changed", "gone"] | None

    @classmethod
    def of(cls, citation: Citation, standing: Standing | None = None) -> CitationOut:
        """Draw a citation; without a standing it is one that was just made."""
        article = citation.article
        return cls(
            number=citation.number,
            sentence=citation.sentence,
            article_id=article.id,
            revision=article.revision,
            ordinal=citation.ordinal,
            start=citation.start,
            end=citation.end,
            quote=citation.quote,
            before=citation.before,
            after=citation.after,
            **source_of(article),
            link=citation.link or None,
            score=round(citation.score, 4),
            status=standing.status if standing else "current",
            current=(standing.current or None) if standing else citation.sentence,
            change=standing.change if standing else None,
        )


class CheckOut(Out):
    """A claim's verdict with the sentences that bear it out, or come nearest; `support` is a probability."""

    generation: str
    claim: str
    verdict: Literal["supported", "partial", "unsupported", "contradicted"]
    support: float
    problems: list[ProblemOut]
    citations: list[CitationOut]

    @classmethod
    def of(cls, checked: CheckResult) -> CheckOut:
        found = checked.grounding
        return cls(
            generation=checked.generation,
            claim=checked.claim,
            verdict=found.verdict,
            support=round(found.support, 4),
            problems=[ProblemOut.model_validate(problem) for problem in found.problems],
            citations=[CitationOut.of(citation) for citation in checked.citations],
        )


class FiltersOut(Out):
    """The filters in force."""

    publications: list[str]
    authors: list[str]
    article_ids: list[str]
    published_from: str | None
    published_to: str | None

    @classmethod
    def of(cls, filters: Filters) -> FiltersOut:
        return cls(
            publications=list(filters.publications),
            authors=list(filters.authors),
            article_ids=list(filters.article_ids),
            published_from=filters.published_from or None,
            published_to=filters.published_to or None,
        )


class SearchedOut(Out):
    """What an abstaining answer searched."""

    articles: int
    passages: int
    filters: FiltersOut
    published_range: list[str] | None


class AbstentionOut(Out):
    """Why there is no answer, in words, and what came nearest."""

    reason: str
    message: str
    nearest: list[CitationOut]
    searched: SearchedOut

    @classmethod
    def of(cls, abstention: Abstention, standings: Mapping[str, Standing]) -> AbstentionOut:
        searched = abstention.searched
        return cls(
            reason=abstention.reason,
            message=abstention.message,
            nearest=[CitationOut.of(one, standings.get(one.sentence)) for one in abstention.nearest],
            searched=SearchedOut(
                articles=searched.articles,
                passages=searched.passages,
                filters=FiltersOut.of(searched.filters),
                published_range=list(searched.published_range) if searched.published_range else None,
            ),
        )


class SideOut(Out):
    """A value as a source states it, and the numbers of the citations that do."""

    value: str
    citations: list[int]


class DisagreementOut(Out):
    """Sources that state different values for the same; each citation has its outlet and date."""

    about: str
    sides: list[SideOut]


class SourcesOut(Out):
    """How many articles and publications are cited; `independent` counts near copies once."""

    articles: int
    publications: int
    independent: int


class RetrievedOut(Out):
    """A passage that was considered."""

    article_id: str
    revision: int
    first: int
    last: int
    score: float


class AnswerOut(Out):
    """The answer, the same on every face; `stale` when a cited sentence was changed or is gone by now."""

    answer_id: str
    conversation_id: str
    generation: str
    mode: Literal["extractive", "generative"]
    model: str | None
    prompt_hash: str
    question: str
    standalone_question: str
    status: Literal["answered", "abstained"]
    text: str
    claims: list[ClaimOut]
    citations: list[CitationOut]
    abstention: AbstentionOut | None
    disagreements: list[DisagreementOut]
    sources: SourcesOut
    retrieved: list[RetrievedOut]
    timings_ms: dict[str, float]
    stale: bool
    notices: list[str]

    @classmethod
    def of(cls, answer: Answer, standings: Mapping[str, Standing] | None = None) -> AnswerOut:
        """Draw an answer; without standings it is one that was just given."""
        from app.standing import notices

        standings = standings or {}
        cited = [citation.article for citation in answer.citations]
        abstention = answer.abstention
        return cls(
            answer_id=answer.answer_id,
            conversation_id=answer.conversation_id,
            generation=answer.generation,
            mode=answer.mode,
            model=answer.model or None,
            prompt_hash=answer.prompt_hash,
            question=answer.question,
            standalone_question=answer.standalone_question,
            status=answer.status,
            text=answer.text,
            claims=[ClaimOut.of(claim) for claim in answer.claims],
            citations=[CitationOut.of(one, standings.get(one.sentence)) for one in answer.citations],
            abstention=AbstentionOut.of(abstention, standings) if abstention else None,
            disagreements=[DisagreementOut.model_validate(one) for one in answer.disagreements],
            sources=SourcesOut(
                articles=len({article.id for article in cited}),
                publications=len({article.publication for article in cited if article.publication}),
                independent=answer.independent,
            ),
            retrieved=[
                RetrievedOut(
                    article_id=p.article.id,
                    revision=p.article.revision,
                    first=p.first,
                    last=p.last,
                    score=round(p.score, 4),
                )
                for p in answer.retrieved
            ],
            timings_ms={name: round(ms, 2) for name, ms in answer.timings_ms.items()},
            stale=any(standings[one.sentence].is_stale for one in answer.citations if standings),
            notices=notices(answer.citations, standings) if standings else [],
        )


class PassageOut(SourceOut):
    """A retrieved chunk: text is article.text[start:end], sentences `first` to `last`."""

    article_id: str
    revision: int
    first: int
    last: int
    start: int
    end: int
    text: str
    score: float
    sentences: list[ScoredSentenceOut]

    @classmethod
    def of(cls, passage: Passage, scores: dict[int, float]) -> PassageOut:
        article = passage.article
        run = passage.sentences[passage.first : passage.last + 1]
        return cls(
            article_id=article.id,
            revision=article.revision,
            **source_of(article),
            first=passage.first,
            last=passage.last,
            start=passage.start,
            end=passage.end,
            text=passage.text,
            score=round(passage.score, 4),
            sentences=[
                ScoredSentenceOut(
                    ordinal=s.ordinal,
                    start=s.start,
                    end=s.end,
                    text=article.text[s.start : s.end],
                    score=round(scores.get(s.ordinal, 0.0), 4),
                )
                for s in run
            ],
        )


class SearchOut(Out):
    """Passages, best first."""

    generation: str
    passages: list[PassageOut]

    @classmethod
    def of(cls, found: SearchResult) -> SearchOut:
        passages = [PassageOut.of(*pair) for pair in zip(found.passages, found.scores, strict=True)]
        return cls(generation=found.generation, passages=passages)
