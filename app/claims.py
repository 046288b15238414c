"""What the answer step wrote → claims with citations: the one place where each is checked before it is shown.

Promise 4 of every answer is kept here: a claim that its cited sentences contradict or do not support is
dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answer import Citation, Claim
from app.evidence import Evidence
from app.grounding import Grounding, Source, verify
from app.spans import answer_spans
from index.embeddings import Embedder
from index.readers import ClaimReader

_SHOWN = ("supported", "partial")
_ARTICLES = 5
_CLEAREST = ("unsupported", "partial", "contradicted", "supported")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A sentence for the answer and the numbers of the citations it is to rest on."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An answer's text, its claims, and the citations they use, numbered from 1 in the order of use."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]


def quote(citations: Sequence[Citation]) -> list[Draft]:
    """Return each cited sentence as it stands."""
    return [Draft(text=one.quote, citations=(one.number,)) for one in citations]


def check(
    question: str,
    drafts: Sequence[Draft],
    citations: Sequence[Citation],
    embedder: Embedder | None,
    reader: ClaimReader | None = None,
) -> Checked:
    """Verify each draft against the sentences it cites, and put together what may be shown."""
    offered = {citation.number: citation for citation in citations}
    kept: list[tuple[Draft, Grounding]] = []
    for draft in drafts:
        cited = [offered[number] for number in draft.citations if number in offered]
        grounding = verify(draft.text, [_source(one) for one in cited], embedder, reader)
        if grounding.verdict in _SHOWN:
            kept.append((replace(draft, citations=tuple(one.number for one in cited)), grounding))
    used = dict.fromkeys(number for draft, _ in kept for number in draft.citations)
    numbers = {old: new for new, old in enumerate(used, start=1)}
    claims, text = _compose(question, kept, numbers)
    return Checked(
        text=text,
        claims=claims,
        citations=tuple(replace(offered[old], number=new) for old, new in numbers.items()),
    )


def check_against(
    claim: str, ranked: Sequence[Evidence], embedder: Embedder | None, reader: ClaimReader | None = None
) -> tuple[Grounding, list[Evidence]]:
    """Verify a claim against each of the best articles by itself; return the clearest verdict.

    The sentences it rests on come with it. Two articles may each have half of a claim that neither makes.
    """
    by_article: dict[str, list[Evidence]] = {}
    for one in ranked:
        by_article.setdefault(one.passage.article.id, []).append(one)
    best = Grounding(verdict="unsupported", support=0.0)
    rests_on: list[Evidence] = []
    for sentences in list(by_article.values())[:_ARTICLES]:
        sources = [Source(text=one.text, published=one.passage.article.published) for one in sentences]
        found = verify(claim, sources, embedder, reader)
        if not rests_on or _clarity(found) > _clarity(best):
            best, rests_on = found, [sentences[number] for number in found.sentences]
    return best, rests_on


def _clarity(grounding: Grounding) -> tuple[int, float]:
    return _CLEAREST.index(grounding.verdict), grounding.support


def _source(citation: Citation) -> Source:
    return Source(text=citation.quote, published=citation.article.published)


def _compose(
    question: str, kept: Sequence[tuple[Draft, Grounding]], numbers: dict[int, int]
) -> tuple[tuple[Claim, ...], str]:
    """Write the answer's text, each claim with its markers behind it, and where each claim stands in it."""
    claims, text = [], ""
    for draft, grounding in kept:
        start = len(text) + 1 if text else 0
        end = start + len(draft.text)
        cited = tuple(numbers[number] for number in draft.citations)
        text += f"{' ' if text else ''}{draft.text} {''.join(f'[{number}]' for number in cited)}"
        claims.append(
            Claim(
                text=draft.text,
                start=start,
                end=end,
                citations=cited,
                verdict=grounding.verdict,
                support=grounding.support,
                problems=grounding.problems,
                answer_spans=tuple((start + a, start + b) for a, b in answer_spans(question, draft.text)),
            )
        )
    return tuple(claims), text
