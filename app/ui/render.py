"""Answers to HTML: pure functions, nothing of Gradio, nothing of the server.

Everything that comes from an article, a question or a file passes through `escape` here or in a
sibling module: what returns is inert whatever the article says.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape as _escape

from app.answer import Abstention, Answer, Citation, Claim, Disagreement, Searched, Span
from app.links import sentence_link
from index.records import Article, Filters

_LEAD_CHARS = 72
_TAIL_CHARS = 24


def escape(text: str) -> str:
    """Return the text as HTML that shows it, safe in an element and in a quoted attribute."""
    return _escape(text, quote=True)


def heading(title: str, text: str) -> str:
    """Return the title, or the first words of the text when there is none."""
    words = " ".join((title or text[: 4 * _LEAD_CHARS]).split())
    if title or len(words) <= _LEAD_CHARS:
        return words or "Untitled article"
    return f"{words[:_LEAD_CHARS].rsplit(' ', 1)[0]}…"


def day(published: str) -> str:
    """Return an ISO date or date-time as "22 March 2016"; any other text as it stands."""
    try:
        moment = date.fromisoformat(published[:10])
    except ValueError:
        return published
    return f"{moment.day} {moment:%B %Y}"


def byline(*parts: str) -> str:
    """Return the parts that are not empty, escaped, with a middle dot between them."""
    return " · ".join(f"<bdi>{escape(part)}</bdi>" for part in parts if part)


def page_link(url: str, label: str) -> str:
    """Return a link to a publisher's page, or "" unless the URL is http(s)."""
    # The rule for what may be linked is that of app.links; no second one here.
    return anchor(url, label) if sentence_link(url, "x") else ""


def anchor(url: str, label: str) -> str:
    """Return a link that opens elsewhere and tells the other side nothing; "" without a URL."""
    if not url:
        return ""
    return (
        f'<a class="out" href="{escape(url)}" target="_blank" rel="noopener noreferrer">'
        f'{escape(label)}<span aria-hidden="true"> ↗</span></a>'
    )


def conversation(turns: Iterable[str]) -> str:
    """Return the turns as one log that a screen reader follows."""
    return (
        f'<div class="log" role="log" aria-live="polite" aria-label="Conversation">{"".join(turns)}</div>'
        '<p class="again"><button type="button" class="quiet" data-again>New conversation</button></p>'
    )


def turn(answer: Answer) -> str:
    """Return one question with its answer or abstention.

    Its citations travel in `data-citations`, which page.js reads: the page shows what the
    `Answer` says, never what it can read back from the text on the screen.
    """
    body = _abstention(answer.abstention) if answer.abstention else _answered(answer)
    citations = answer.abstention.nearest if answer.abstention else answer.citations
    data = json.dumps([_citation_data(c) for c in citations], ensure_ascii=False)
    return (
        f'<article class="turn {answer.status}" data-citations="{escape(data)}">'
        f"{_question(answer.question)}{_searched_for(answer)}{body}</article>"
    )


def pending(question: str) -> str:
    """Return a turn whose answer is being looked for."""
    return (
        f'<article class="turn pending" aria-busy="true">{_question(question)}'
        '<p class="searching">Searching the articles<span aria-hidden="true" class="dots"></span></p>'
        "</article>"
    )


def failed(question: str, message: str) -> str:
    """Return a turn that could not be answered, with the reason in plain words."""
    return (
        f'<article class="turn failed">{_question(question)}'
        f'<p class="problem" role="alert" dir="auto">{escape(message)}</p></article>'
    )


def welcome(articles: int, examples: Sequence[str]) -> str:
    """Return what stands where the conversation will be: examples, or how to add articles."""
    if not articles:
        return (
            '<section class="welcome"><h2>Nothing to read yet</h2>'
            "<p>There are no articles here, so there is nothing to answer from. Add a few, as files or "
            "pasted text, and they can be asked about at once.</p>"
            '<p><button type="button" class="primary" data-go="articles">Add articles</button></p></section>'
        )
    suggestions = "".join(
        f'<li><button type="button" data-suggest="{escape(q)}" dir="auto">{escape(q)}</button></li>'
        for q in examples
    )
    listed = (
        f'<h3 id="try">Try one of these</h3><ul class="examples" aria-labelledby="try">{suggestions}</ul>'
    )
    return (
        '<section class="welcome"><h2>Ask the articles.</h2>'
        "<p>Every sentence of an answer is taken word for word from an article, and its number opens the "
        "article at that sentence. When the articles do not say, you are told so.</p>"
        f"{listed if suggestions else ''}</section>"
    )


def chips(filters: Filters, articles: Sequence[tuple[str, str]]) -> str:
    """Return the filters in force as buttons that lift them; "" when none is.

    `articles` are (id, title) of the articles in `filters.article_ids`.
    """
    if not filters:
        return ""
    found = [
        *(("publication", name, name) for name in filters.publications),
        *(("author", name, f"by {name}") for name in filters.authors),
        *(("article", key, title) for key, title in articles),
    ]
    if filters.published_from:
        found.append(("from", "", f"from {day(filters.published_from)}"))
    if filters.published_to:
        found.append(("to", "", f"to {day(filters.published_to)}"))
    buttons = "".join(
        f'<li><button type="button" class="chip" data-unfilter="{kind}" data-value="{escape(value)}" '
        f'aria-label="Remove filter: {escape(label)}"><bdi>{escape(label)}</bdi>'
        '<span aria-hidden="true"> ×</span></button></li>'
        for kind, value, label in found
    )
    clear = '<li><button type="button" class="chip clear" data-unfilter="all">Clear all</button></li>'
    return f'<ul class="chips" aria-label="Active filters">{buttons}{clear if len(found) > 1 else ""}</ul>'


def filters_in_words(filters: Filters) -> str:
    """Return the filters as a phrase, "" when all articles were searched."""
    parts = []
    if filters.publications:
        parts.append("in " + " or ".join(filters.publications))
    if filters.authors:
        parts.append("by " + " or ".join(filters.authors))
    if filters.article_ids:
        n = len(filters.article_ids)
        parts.append("one chosen article" if n == 1 else f"{n} chosen articles")
    if filters.published_from:
        parts.append(f"from {day(filters.published_from)}")
    if filters.published_to:
        parts.append(f"to {day(filters.published_to)}")
    return ", ".join(parts)


def counted(n: int, noun: str) -> str:
    """Return "1 article", "1,204 articles"."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def marked(text: str, start: int, end: int, spans: Sequence[Span]) -> str:
    """Return text[start:end] escaped, with the parts inside `spans` (offsets into text) marked."""
    pieces, at = [], start
    for first, last in sorted(spans):
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        pieces.append(f"{escape(text[at:first])}<mark>{escape(text[first:last])}</mark>")
        at = last
    return "".join(pieces) + escape(text[at:end])


def _question(question: str) -> str:
    return f'<h2 class="question" dir="auto">{escape(question)}</h2>'


def _searched_for(answer: Answer) -> str:
    """Return what was searched for a follow-up, "" where that is what was asked."""
    if answer.standalone_question == answer.question:
        return ""
    return f'<p class="rewritten" dir="auto">Searched: <bdi>{escape(answer.standalone_question)}</bdi></p>'


def _answered(answer: Answer) -> str:
    titles = {c.number: heading(c.article.title, c.article.text) for c in answer.citations}
    claims = "".join(_claim(answer.text, claim, titles) for claim in answer.claims)
    articles = {(c.article.id, c.article.revision) for c in answer.citations}
    manner = "Word for word" if answer.mode == "extractive" else f"Written by {answer.model or 'a model'}"
    total = answer.timings_ms.get("total", 0.0)
    took = f"{total:,.0f} ms" if total else ""
    made = f"{manner} from {counted(len(articles), 'article')}"
    return (
        f'<div class="answer">{claims}</div>{_disagreements(answer)}{_sources(answer.citations)}'
        f'<p class="meta">{byline(made, took)}</p>'
    )


def _claim(text: str, claim: Claim, titles: dict[int, str]) -> str:
    tail = _tail(text, claim)
    words = marked(text, claim.start, tail, claim.answer_spans)
    last = marked(text, tail, claim.end, claim.answer_spans)
    numbers = "".join(reference(n, titles.get(n, "")) for n in claim.citations)
    doubt = "" if claim.verdict == "supported" else f' <span class="doubt">{escape(claim.verdict)}</span>'
    return f'<p class="claim" dir="auto">{words}<span class="tail">{last}{numbers}</span>{doubt}</p>'


def _disagreements(answer: Answer) -> str:
    """Return what the sources state differently, side by side with outlet and date."""
    return "".join(_disagreement(one, answer.citations) for one in answer.disagreements)


def _disagreement(disagreement: Disagreement, citations: Sequence[Citation]) -> str:
    cited = {one.number: one for one in citations}
    sides = "".join(
        f'<li><p class="value" dir="auto">{escape(side.value)}{reference(n, cited[n].article.title)}</p>'
        f'<p class="byline">{byline(cited[n].article.publication, day(cited[n].article.published))}</p></li>'
        for side in disagreement.sides
        for n in side.citations
    )
    return (
        f'<section class="differ"><h3>The sources differ on <bdi>{escape(disagreement.about)}</bdi></h3>'
        f'<ul class="sides">{sides}</ul></section>'
    )


def _tail(text: str, claim: Claim) -> int:
    """Return where the end of a claim begins that stays on one line with its numbers."""
    tail = text.rfind(" ", claim.start, claim.end) + 1
    tail = min([tail, *(start for start, end in claim.answer_spans if start < tail < end)])
    # A script without blanks has no last word, and a long one would leave the line before it half empty.
    return tail if claim.start < tail and claim.end - tail <= _TAIL_CHARS else claim.end


def reference(number: int, title: str) -> str:
    """Return the number of a citation as the button that opens its article."""
    label = escape(f"Citation {number}: open {title!r} at this sentence" if title else f"Citation {number}")
    return f'<button type="button" class="ref" data-n="{number}" aria-label="{label}">{number}</button>'


def _sources(citations: Sequence[Citation]) -> str:
    by_article: dict[tuple[str, int], list[Citation]] = {}
    for citation in citations:
        by_article.setdefault((citation.article.id, citation.article.revision), []).append(citation)
    cards = "".join(_source(group) for group in by_article.values())
    return f'<ul class="sources" aria-label="Sources">{cards}</ul>' if cards else ""


def _source(citations: Sequence[Citation]) -> str:
    first = citations[0]
    article = first.article
    title = heading(article.title, article.text)
    numbers = "".join(reference(c.number, title) for c in citations)
    about = byline(article.publication, day(article.published))
    return (
        f'<li class="source"><span class="refs">{numbers}</span><div>'
        f'<button type="button" class="title" data-n="{first.number}" dir="auto">{escape(title)}</button>'
        f'<p class="byline">{about}{_beside(about, anchor(first.link, "publisher"))}</p></div></li>'
    )


def _beside(left: str, right: str) -> str:
    return f" · {right}" if left and right else right


def _abstention(abstention: Abstention) -> str:
    nearest = "".join(_nearest(citation) for citation in abstention.nearest)
    listed = (
        '<h4>Nearest sentences <span class="aside">not an answer</span></h4>'
        f'<ol class="nearest">{nearest}</ol>'
        if nearest
        else ""
    )
    # Every message of prompts/abstention.j2 opens with what a reader must not miss.
    verdict, _, why = abstention.message.partition(". ")
    return (
        f'<section class="abstention"><h3 dir="auto">{escape(verdict.rstrip("."))}.</h3>'
        f'<p dir="auto">{escape(why)}</p>'
        f'<p class="searched">{_searched(abstention.searched)}</p>{listed}</section>'
    )


def _searched(searched: Searched) -> str:
    what = f"Searched {counted(searched.articles, 'article')} ({counted(searched.passages, 'passage')})"
    words = filters_in_words(searched.filters)
    span = ""
    if searched.published_range:
        first, last = (day(d) for d in searched.published_range)
        span = f", published {first}" if first == last else f", published {first} to {last}"
    return escape(f"{what}{span}{f'; filtered: {words}' if words else ''}.")


def _nearest(citation: Citation) -> str:
    article = citation.article
    title = heading(article.title, article.text)
    return (
        f'<li>{reference(citation.number, title)}<div><blockquote dir="auto">{escape(citation.quote)}'
        f'</blockquote><p class="byline">{byline(title, article.publication, day(article.published))}</p>'
        "</div></li>"
    )


def _citation_data(citation: Citation) -> dict[str, object]:
    article = citation.article
    return {
        "n": citation.number,
        "article": f"{article.id}@{article.revision}",
        "ordinal": citation.ordinal,
        "address": citation.sentence,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "copy": _copy_text(citation, article),
    }


def _copy_text(citation: Citation, article: Article) -> str:
    """Return the citation as plain text: quote, where it stands, and where it can be read again."""
    where = [heading(article.title, article.text), article.publication, day(article.published)]
    described = ", ".join(part for part in where if part)
    link = f"{citation.link}\n" if citation.link else ""
    return f"“{citation.quote}”\n{described}\n{link}[{citation.sentence}]"
