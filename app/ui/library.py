"""Stored articles, the index and its jobs to HTML; escaping and phrases are those of `render`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from app.ui.render import byline, counted, day, escape, heading, page_link
from index.records import Article, Sentence

if TYPE_CHECKING:
    from app.jobs import Job
    from app.results import IndexStatus
    from app.standing import Standing
    from index.catalogue import Listed, StoredArticle
    from index.ingest import Added

_STANDING = {
    "superseded": "This is an earlier revision; the article has changed since. Changed sentences are "
    "underlined, removed ones are struck through.",
    "deleted": "This article has been deleted; it is kept only so that old citations can be checked.",
}
_STATUSES = ("added", "updated", "unchanged", "rejected")
_FIRST_ERRORS, _SHOWN_ERRORS = 3, 200
_MEGABYTE = 1_000_000


def reader(stored: "StoredArticle", standings: Sequence["Standing"] = ()) -> str:
    """Return an article to read, each sentence an element that page.js can mark and scroll to.

    `standings` say of each sentence of an earlier revision what became of it.
    """
    article = stored.article
    title = heading(article.title, article.text)
    note = _STANDING.get(stored.status, "")
    now = next((one.current.rpartition("#")[0] for one in standings if one.current), "")
    newest = f' <button type="button" data-open="{escape(now)}">Read it as it is now</button>' if now else ""
    standing = f'<p class="standing">{note}{newest}</p>' if note else ""
    link = page_link(article.url, "Read at the publisher")
    only = (
        f'<button type="button" class="quiet" data-only="{escape(article.id)}" data-title="{escape(title)}">'
        "Ask only this article</button>"
    )
    place = byline(article.publication, day(article.published))
    return (
        f'<header class="masthead"><p class="byline">{place}</p>'
        f'<h2 id="reader-title" dir="auto">{escape(title)}</h2>'
        f'<p class="byline">{byline(", ".join(article.authors), article.licence)}</p>'
        f'<p class="actions">{link}{only if stored.status == "current" else ""}</p>'
        f"{standing}</header>"
        f'<div class="text"{_language(article)}>'
        f"{_paragraphs(article.text, stored.sentences, standings)}</div>"
    )


def unreadable(message: str) -> str:
    """Return what the reader shows in place of an article it cannot open."""
    return (
        '<header class="masthead"><h2 id="reader-title">This article cannot be opened</h2></header>'
        f'<p class="problem" dir="auto">{escape(message)}</p>'
    )


def _language(article: Article) -> str:
    return f' lang="{escape(article.language)}"' if article.language else ""


def _paragraphs(text: str, sentences: Sequence[Sentence], standings: Sequence["Standing"]) -> str:
    """Return the whole text; a line break between two sentences starts a new paragraph."""
    paragraphs: list[str] = []
    line: list[str] = []
    at = 0
    for sentence, standing in zip_longest(sentences, standings):
        gap = text[at : sentence.start]
        if "\n" in gap and line:
            paragraphs.append("".join(line))
            line = []
        line.append(escape(gap.strip("\n") if "\n" in gap else gap))
        words = escape(text[sentence.start : sentence.end])
        line.append(f'<span class="s{_became(standing)} data-ordinal="{sentence.ordinal}">{words}</span>')
        at = sentence.end
    line.append(escape(text[at:]))
    paragraphs.append("".join(line))
    return "".join(f'<p dir="auto">{paragraph}</p>' for paragraph in paragraphs)


def _became(standing: "Standing | None") -> str:
    """Return the end of a sentence's classes, and what it reads now."""
    match standing and standing.change:
        case "changed":
            assert standing is not None
            return f' changed" data-now="{escape(standing.text)}"'
        case "gone":
            return ' gone"'
    return '"'


def listing(articles: Sequence["Listed"], total: int, *, more: bool, narrowed: bool) -> str:
    """Return the rows of the article list; `narrowed` tells "none here" from "none found"."""
    if not articles:
        words = "No article matches." if narrowed else "There are no articles yet. Add some above."
        return f'<p class="none" role="status">{words}</p>'
    shown = (
        counted(total, "article") if len(articles) == total else f"{len(articles):,} of {total:,} articles"
    )
    rows = "".join(_row(article) for article in articles)
    again = '<p><button type="button" class="quiet more" data-more>Show more</button></p>' if more else ""
    return f'<p class="count" role="status">{shown}</p><ul class="articles">{rows}</ul>{again}'


def _row(article: "Listed") -> str:
    title = heading(article.title, article.lead)
    authors = ", ".join(article.authors)
    about = byline(
        article.publication, day(article.published), authors, counted(article.sentences, "sentence")
    )
    return (
        '<li><div><button type="button" class="title" '
        f'data-open="{escape(f"{article.id}@{article.revision}")}" dir="auto">{escape(title)}</button>'
        f'<p class="byline">{about}</p></div>'
        f'<button type="button" class="quiet danger" data-remove="{escape(article.id)}" '
        f'data-title="{escape(title)}" aria-label="{escape(f"Delete “{title}”")}">Delete</button></li>'
    )


def added(results: Sequence["Added"], refusals: Sequence[tuple[str, str]] = ()) -> str:
    """Return what became of each article offered; `refusals` are (where, why) of what was not even one."""
    rows = [(r.status, r.origin or r.id, r.reason) for r in results]
    rows += [("rejected", where, why) for where, why in refusals]
    if not rows:
        return notice("Nothing was found in there to add.", problem=True)
    counts = Counter(status for status, _, _ in rows)
    summary = _counts(counts)
    body = "".join(
        f'<tr><td><span class="badge {escape(status)}">{escape(status)}</span></td>'
        f'<td dir="auto">{escape(what)}</td><td dir="auto">{escape(why)}</td></tr>'
        # What went wrong is what a reader looks for, and a thousand rows of "added" would bury it.
        for status, what, why in sorted(rows, key=lambda row: row[0] != "rejected")[:200]
    )
    return (
        f'<p class="count" role="status">{escape(summary)}.</p>'
        '<table class="results"><thead><tr><th scope="col">Result</th><th scope="col">Article</th>'
        f'<th scope="col">Reason</th></tr></thead><tbody>{body}</tbody></table>'
    )


def notice(message: str, *, problem: bool = False) -> str:
    """Return one line that says what was done or why it was not."""
    kind = 'class="problem" role="alert"' if problem else 'class="done" role="status"'
    return f'<p {kind} dir="auto">{escape(message)}</p>'


def status_line(status: "IndexStatus") -> str:
    """Return the index in half a line, for the head of the page."""
    if status.state == "empty" or not status.articles:
        return '<p class="status"><span class="light empty"></span>no articles yet</p>'
    words = counted(status.articles, "article")
    doing = "" if status.state == "ready" else f", {status.state}"
    return f'<p class="status"><span class="light {escape(status.state)}"></span>{words}{escape(doing)}</p>'


def status_table(status: "IndexStatus") -> str:
    """Return all that is known of the index."""
    facts = [
        ("State", status.state),
        ("Generation", status.generation or "none yet"),
        ("Articles", f"{status.articles:,}"),
        ("Sentences", f"{status.sentences:,}"),
        ("Passages", f"{status.passages:,}"),
        ("Embedder", status.embedder or "none: words only"),
        ("Built", f"{day(status.built_at)}, {status.built_at[11:16]}" if status.built_at else ""),
        ("On disk", f"{status.bytes / _MEGABYTE:,.1f} MB" if status.bytes else ""),
        ("Waiting", f"{status.pending:,}" if status.pending else ""),
    ]
    items = "".join(
        f"<div><dt>{name}</dt><dd>{escape(str(value))}</dd></div>" for name, value in facts if value
    )
    return f'<dl class="facts">{items}</dl>'


def job(job: "Job") -> str:
    """Return a job's progress, or how it ended, and what went wrong in it."""
    if job.finished_at:
        return f'<div class="job">{_ended(job)}{_reasons(job, _SHOWN_ERRORS)}</div>'
    about = "about " if job.kind == "import" else ""
    amount = "waiting for its turn" if job.state == "queued" else "starting"
    if job.total:
        amount = f"{job.done:,} of {about}{job.total:,}"
    left = f", {_duration(job.eta_s)} left" if job.eta_s else ""
    counts = f" So far {_counts(job.counts)}." if job.counts else ""
    stalled = " It has not moved for ten minutes; cancel it if it hangs." if job.stalled else ""
    value = f' value="{job.done}" max="{job.total}"' if job.total else ""
    return (
        f'<div class="job"><progress aria-label="Progress of the {escape(job.kind)}"{value}></progress>'
        f"<p>{escape(job.kind.capitalize())}: {amount}{left}.{counts}{stalled}</p>"
        f'<button type="button" class="quiet" data-cancel="{escape(job.id)}">'
        f"Cancel the {escape(job.kind)}</button>"
        f"{_reasons(job, _FIRST_ERRORS)}</div>"
    )


def _ended(job: "Job") -> str:
    words = f"The {job.kind} {'was cancelled' if job.state == 'cancelled' else job.state}"
    said = "; ".join(one for one in (job.error, _counts(job.counts)) if one)
    again = ""
    if job.kind == "import" and (job.failures_total or job.state != "succeeded"):
        what = "what was refused" if job.state == "succeeded" else "the rest"
        again = f'<button type="button" class="quiet" data-retry="{escape(job.id)}">Try {what} again</button>'
    return notice(f"{words}: {said}." if said else f"{words}.", problem=job.state == "failed") + again


def _reasons(job: "Job", shown: int) -> str:
    """Return the errors of a job as a list; more than a screen of them helps nobody."""
    reasons = job.errors[bool(job.error) :][:shown]
    if not reasons:
        return ""
    rows = "".join(f'<li dir="auto">{escape(reason)}</li>' for reason in reasons)
    more = job.failures_total - len(reasons)
    rest = f"<li>and {more:,} more</li>" if more else ""
    return f'<ul class="reasons">{rows}{rest}</ul>'


def _counts(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{counts[s]:,} {s}" for s in _STATUSES if counts.get(s))


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60):,} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"
