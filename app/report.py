"""Answers, passages and the index's state, as the wire has them, in words for a terminal."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app.schemas.answers import AnswerOut, CheckOut, CitationOut, SearchOut
from app.schemas.library import FeedOut, IndexOut
from index.errors import InputError

_In = TypeVar("_In", bound=BaseModel)


def checked(shape: type[_In], fields: Mapping[str, object]) -> _In:
    """Validate what a command was given as the API does; raise InputError in words."""
    try:
        return shape.model_validate(fields)
    except ValidationError as error:
        said = [f"{'.'.join(map(str, e['loc']))}: {e['msg']} (it is {e['input']!r})" for e in error.errors()]
        raise InputError("; ".join(said)) from error


def answer_words(answer: AnswerOut) -> str:
    """Return the answer with its sources below it, or the abstention with what came nearest.

    What was searched stands above it where that is not what was asked.
    """
    words = (
        []
        if answer.standalone_question == answer.question
        else [f"Searched: {answer.standalone_question}", ""]
    )
    if answer.abstention is None:
        sources = [f"[{c.number}] {_place(c)}" for c in answer.citations]
        return "\n".join([*words, answer.text, *_differing(answer), "", *sources])
    words += [answer.abstention.message]
    if answer.abstention.nearest:
        words += ["", "Nearest sentences, which do not answer it:"]
        words += [f"  {c.quote}\n    {_place(c)}" for c in answer.abstention.nearest]
    return "\n".join(words)


def _differing(answer: AnswerOut) -> list[str]:
    """Return a line for each disagreement: every side with its outlet and date."""
    cited = {one.number: one for one in answer.citations}
    lines = []
    for one in answer.disagreements:
        sides = [
            f"{side.value} ({', '.join(filter(None, (cited[n].publication, cited[n].published)))}) [{n}]"
            for side in one.sides
            for n in side.citations
        ]
        lines += ["", f"The sources differ on {one.about}: {' / '.join(sides)}"]
    return lines


def check_words(checked: CheckOut) -> str:
    """Return the verdict, the words that differ, and the sentences it rests on."""
    words = [f"{checked.verdict} ({checked.support:.2f})"]
    words += [
        f"  {one.kind}: {one.claim!r}"
        + (f", the source has {one.source!r}" if one.source else " is not in the source")
        for one in checked.problems
    ]
    for one in checked.citations:
        words += ["", f"[{one.number}] {one.quote}", f"    {_place(one)}"]
    return "\n".join(words)


def search_words(found: SearchOut) -> str:
    """Return the passages with their places, best first."""
    if not found.passages:
        return "no passage was found"
    return "\n\n".join(
        f"{p.score:.2f}  {p.title or 'untitled'} ({p.article_id}@{p.revision}#{p.first}-{p.last})\n{p.text}"
        for p in found.passages
    )


def status_words(status: IndexOut) -> str:
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


def feed_words(feed: FeedOut) -> str:
    """Return a watched feed in a line, and in a second one what went wrong when it was asked last."""
    words = (
        f"{feed.url}  every {feed.every_s / 60:g} min, next {feed.next_at}, {feed.entries:,} entries taken"
    )
    return f"{words}\n    failed {feed.failures} times: {feed.error}" if feed.error else words


def _place(citation: CitationOut) -> str:
    published = (citation.published or "")[:10]
    where = [citation.title or "untitled", citation.publication, published, citation.sentence]
    return " · ".join(part for part in where if part) + f" [{citation.start}:{citation.end}]"
