"""Answers, passages and the index's state in words for a terminal."""

from collections.abc import Mapping

from pydantic import ValidationError

from app.answer import Answer, Citation
from app.schemas.requests import AskIn
from app.service import IndexStatus, SearchResult
from index.errors import InputError

_LEAD_CHARS = 80


def asked(question: str, filters: Mapping[str, object]) -> AskIn:
    """Validate a question and its filters as the API does; raise InputError in words."""
    try:
        return AskIn.model_validate({"question": question, "filters": filters})
    except ValidationError as error:
        said = [f"{'.'.join(map(str, e['loc']))}: {e['msg']} (it is {e['input']!r})" for e in error.errors()]
        raise InputError("; ".join(said)) from error


def answer_words(answer: Answer) -> str:
    """Return the answer with its sources below it, or the abstention with what came nearest."""
    if answer.abstention is None:
        return f"{answer.text}\n\n" + "\n".join(_source(c) for c in answer.citations)
    words = [answer.abstention.message]
    if answer.abstention.nearest:
        words += ["", "Nearest sentences, which do not answer it:"]
        words += [f"  {c.quote}\n    {_place(c)}" for c in answer.abstention.nearest]
    return "\n".join(words)


def search_words(found: SearchResult) -> str:
    """Return the passages with their places, best first."""
    if not found.passages:
        return "no passage was found"
    return "\n\n".join(
        f"{p.score:.2f}  {p.article.title or p.article.text[:_LEAD_CHARS]} "
        f"({p.article.id}@{p.article.revision}#{p.first}-{p.last})\n{p.text}"
        for p in found.passages
    )


def status_words(status: IndexStatus) -> str:
    """Return the index's state, a fact a line."""
    return "\n".join(
        [
            f"generation  {status.generation} ({status.state}), built {status.built_at}",
            f"articles    {status.articles:,}",
            f"sentences   {status.sentences:,}",
            f"passages    {status.passages:,}",
            f"embedder    {status.embedder or 'none: searching by terms alone'}",
            f"on disk     {status.bytes / 1e6:,.1f} MB",
        ]
    )


def _source(citation: Citation) -> str:
    return f"[{citation.number}] {_place(citation)}"


def _place(citation: Citation) -> str:
    article = citation.article
    title = article.title or f"{article.text[:_LEAD_CHARS]}…"
    where = [title, article.publication, article.published[:10], f"{citation.sentence}"]
    return " · ".join(part for part in where if part) + f" [{citation.start}:{citation.end}]"
