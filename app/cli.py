"""The `footnote` command: every verb calls a client of the service and prints words, or JSON with --json."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from app import __version__, feeds
from app.settings import Settings, load_settings
from app.terminal import AsJson, Data, client_of, print_json, say, service_of, settings_of
from index.errors import FootnoteError

cli = typer.Typer(
    help="Ask questions about news articles; every sentence of an answer points at its source sentence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(feeds.commands, name="feeds")

Publications = Annotated[
    list[str] | None, typer.Option("--publication", help="Only this publication; may be given again.")
]
Authors = Annotated[list[str] | None, typer.Option("--author", help="Only this author; may be given again.")]
ArticleIds = Annotated[list[str] | None, typer.Option("--article", help="Only this article id; may repeat.")]
From = Annotated[str | None, typer.Option("--from", help="Published on or after this ISO date.")]
To = Annotated[str | None, typer.Option("--to", help="Published on or before this ISO date.")]
Today = Annotated[str | None, typer.Option(help="The ISO date that “this week” is counted from.")]


def main() -> None:
    """Run the command line; a known error is one line on standard error and exit status 1."""
    try:
        cli()
    except FootnoteError as error:
        sys.stderr.write(f"footnote: {error}\n")
        sys.exit(1)
    except sqlite3.DatabaseError as error:
        sys.stderr.write(f"footnote: the catalogue cannot be used ({error}); run `footnote doctor`\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@cli.command()
def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 picks a free one and prints it (8000).")] = None,
) -> None:
    """Serve the chat, the REST API and its docs until stopped."""
    from app.main import check_address, create_app, listen, open_service, run_server

    settings = settings_of(data=data, host=host, port=port)
    check_address(settings)
    with listen(settings) as (sock, url):
        service = open_service(settings, purpose=f"footnote serve at {url}", url=url)
        app = create_app(service, settings)
        typer.echo(f"Footnote is at {url} (Ctrl+C stops it)")
        sys.stdout.flush()
        run_server(app, sock, settings.log_level)


@cli.command()
def add(
    sources: Annotated[
        list[str], typer.Argument(help="Files, folders, globs, web addresses, or - for standard input.")
    ],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add articles; what was there already is left as it is. Fails when any was refused."""
    from app.intake import take_in

    with client_of(data, "footnote add") as client:
        report = take_in(client, sources)
    if as_json:
        print_json(report.wire())
    else:
        for line in report.problems():
            typer.echo(line, err=True)
        typer.echo(report.summary())
    if report.errors_total:
        raise typer.Exit(1)


@cli.command()
def remove(
    ids: Annotated[list[str], typer.Argument(help="Article ids.")],
    purge: Annotated[
        bool, typer.Option("--purge", help="Erase them for good, in every file; also deleted ones.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Delete articles; they are gone from the very next question."""
    from app.intake import follow
    from index.records import check_article_id

    for article_id in ids:
        check_article_id(article_id)
    with client_of(data, "footnote remove") as client:
        if not purge:
            for article_id in ids:
                client.remove(article_id)
            say({"removed": ids}, f"{len(ids)} removed", as_json=as_json)
            return
        jobs = [follow(client, one, "purging") for one in [client.purge(article_id) for article_id in ids]]
    failures = [error for job in jobs for error in job.errors]
    words = f"{len(ids)} purged; backups that were made before still hold them, and are yours to delete"
    say(
        {"purged": ids, "errors": failures},
        f"gone from every answer, not yet from every file: {'; '.join(failures)}" if failures else words,
        as_json=as_json,
    )
    if any(job.state != "succeeded" for job in jobs):
        raise typer.Exit(1)


@cli.command()
def rebuild(data: Data = None, as_json: AsJson = False) -> None:
    """Build the index anew from the catalogue; only what has no vector yet is embedded."""
    from app.intake import follow

    with client_of(data, "footnote rebuild") as client:
        job = follow(client, client.rebuild(), "rebuilding")
        generation = client.index().generation
    say(
        job.model_dump(),
        f"{job.state}: generation {generation}" if job.state == "succeeded" else "; ".join(job.errors),
        as_json=as_json,
    )
    if job.state != "succeeded":
        raise typer.Exit(1)


@cli.command()
def rollback(data: Data = None, as_json: AsJson = False) -> None:
    """Go back to the generation before the last rebuild; once more goes forward again."""
    with client_of(data, "footnote rollback") as client:
        found = client.roll_back()
    say(found.model_dump(), f"generation {found.generation} answers", as_json=as_json)


@cli.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question.")],
    data: Data = None,
    as_json: AsJson = False,
    max_claims: Annotated[int | None, typer.Option(min=1, max=12, help="Most sentences wanted.")] = None,
    conversation: Annotated[
        str | None, typer.Option(help="Follow up on the answers given under this id.")
    ] = None,
    publications: Publications = None,
    authors: Authors = None,
    articles: ArticleIds = None,
    published_from: From = None,
    published_to: To = None,
    today: Today = None,
) -> None:
    """Answer a question with source sentences, or say that the articles do not say."""
    from app.report import answer_words, checked
    from app.schemas.requests import AskIn

    filters = _filters(publications, authors, articles, published_from, published_to)
    given = {"question": question, "conversation_id": conversation, "max_claims": max_claims, "today": today}
    asked = checked(AskIn, {**given, "filters": filters})
    with client_of(data, "footnote ask") as client:
        answer = client.ask(asked)
    say(answer.model_dump(), answer_words(answer), as_json=as_json)


@cli.command()
def check(
    claim: Annotated[str, typer.Argument(help="The claim, a sentence.")],
    data: Data = None,
    as_json: AsJson = False,
    publications: Publications = None,
    authors: Authors = None,
    articles: ArticleIds = None,
    published_from: From = None,
    published_to: To = None,
) -> None:
    """Say whether the articles bear a claim out, which words they do not, and what it rests on."""
    from app.report import check_words, checked
    from app.schemas.requests import CheckIn

    filters = _filters(publications, authors, articles, published_from, published_to)
    asked = checked(CheckIn, {"claim": claim, "filters": filters})
    with client_of(data, "footnote check") as client:
        found = client.check(asked)
    say(found.model_dump(), check_words(found), as_json=as_json)


@cli.command()
def search(
    question: Annotated[str, typer.Argument(help="The question.")],
    data: Data = None,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, max=50, help="Most passages wanted.")] = 10,
    publications: Publications = None,
    authors: Authors = None,
    articles: ArticleIds = None,
    published_from: From = None,
    published_to: To = None,
    today: Today = None,
) -> None:
    """List the passages for a question, best first."""
    from app.report import checked, search_words
    from app.schemas.requests import SearchIn

    filters = _filters(publications, authors, articles, published_from, published_to)
    asked = checked(SearchIn, {"question": question, "filters": filters, "limit": limit, "today": today})
    with client_of(data, "footnote search") as client:
        found = client.search(asked)
    say(found.model_dump(), search_words(found), as_json=as_json)


@cli.command()
def status(data: Data = None, as_json: AsJson = False) -> None:
    """Say what the index holds."""
    from app.report import status_words

    with client_of(data, "footnote status") as client:
        found = client.index()
    say(found.model_dump(), status_words(found), as_json=as_json)


@cli.command()
def doctor(
    data: Data = None,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what the catalogue can mend.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say in words what is wrong with the data directory. Fails when something is."""
    from dataclasses import asdict

    from app.doctor import clear_away, examine
    from app.main import load_embedder_or_none
    from index.errors import ModelError
    from index.lock import DirectoryLock

    loaded = settings_of(data=data)
    with closing(DirectoryLock(loaded.data, "footnote doctor")):
        found = list(examine(loaded.data))
    if repair and any(one.mended_by == "repair" for one in found):
        if loaded.embedder != "none" and load_embedder_or_none(loaded) is None:
            raise ModelError(
                f"the embedder {loaded.embedder!r} cannot be loaded, so nothing was changed: mend that, "
                "or repair with FOOTNOTE_EMBEDDER=none, which searches by words alone"
            )
        with closing(DirectoryLock(loaded.data, "footnote doctor --repair")):
            clear_away(loaded.data)
        with service_of(data, "footnote doctor --repair") as service:
            service.mend()
        with closing(DirectoryLock(loaded.data, "footnote doctor")):
            found = list(examine(loaded.data))
    advice = {"repair": "run `footnote doctor --repair`", "restore": "run `footnote restore FILE`"}
    words = [
        f"{one.state:8} {one.what}: {one.detail}"
        + (f" ({advice[one.mended_by]})" if one.mended_by in advice else "")
        for one in found
    ]
    say([asdict(one) for one in found], "\n".join(words), as_json=as_json)
    if any(one.state == "problem" for one in found):
        raise typer.Exit(1)


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Copy all articles into one file; a running server goes on meanwhile."""
    from index.backup import back_up

    size = back_up(settings_of(data=data).data, file)
    say({"file": str(file), "bytes": size}, f"{file}: {size / 1e6:,.1f} MB", as_json=as_json)


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `footnote backup` wrote.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup into a new data directory and build its index; nothing is embedded again."""
    from index.backup import restore as put_back
    from index.lock import DirectoryLock

    loaded = settings_of(data=data)
    with closing(DirectoryLock(loaded.data, "footnote restore")):
        put_back(file, loaded.data)
    with service_of(data, "footnote restore") as service:
        service.mend()
        articles = service.index().articles
    say({"articles": articles}, f"{articles:,} articles restored", as_json=as_json)


@cli.command()
def settings(data: Data = None, as_json: AsJson = False) -> None:
    """List every setting, its environment variable and its value."""
    loaded = load_settings(data=data)
    rows = [
        (f"FOOTNOTE_{name.upper()}", str(getattr(loaded, name)), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    listed = {name: {"value": value, "description": description} for name, value, description in rows}
    words = "\n".join(f"{name}={value}\n    {description}" for name, value, description in rows)
    say(listed, words, as_json=as_json)


@cli.command(name="eval")
def evaluate(
    directory: Annotated[Path, typer.Argument(help="The folder with the evaluation sets.")],
    sets: Annotated[list[str] | None, typer.Option("--set", help="Only this measure; may repeat.")] = None,
    output: Annotated[Path | None, typer.Option(help="Also add the rows to this .jsonl file.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Measure segmentation, retrieval, evidence, answers, abstention and more on evaluation sets."""
    from app.evaluation.run import run, table

    rows = run(directory, settings_of(data=data), sets or [], output)
    say(rows, table(rows), as_json=as_json)


@cli.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"footnote {__version__}")
        raise typer.Exit


def _filters(
    publications: list[str] | None,
    authors: list[str] | None,
    articles: list[str] | None,
    published_from: str | None,
    published_to: str | None,
) -> dict[str, object]:
    return {
        "publications": publications or [],
        "authors": authors or [],
        "article_ids": articles or [],
        "published_from": published_from,
        "published_to": published_to,
    }


if __name__ == "__main__":
    main()
