"""The page: components of `layout` wired to `handlers`, ready to be mounted.

What belongs to one reader is in `gr.State`; the service is shared, and safe to call from many threads.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import gradio as gr  # noqa: TID253 - app.main imports this package only to serve the page

from app.ui import handlers, layout, render
from app.ui.handlers import Conversation, Followed, Listing, Narrowing
from app.ui.layout import Adding, Shelf, Talk, Work
from app.ui.shipped import shipped
from index.records import RawArticle

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.service import Service

_CONCURRENT = 8  # Gradio's own default is one at a time for each event, all readers together
_UPLOADS_KEPT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What starts and stops jobs."""

    upload: gr.File
    rebuild: gr.Button
    reader: gr.HTML


def _theme() -> gr.themes.Base:
    return gr.themes.Base(
        primary_hue=gr.themes.colors.stone,
        neutral_hue=gr.themes.colors.stone,
        # Gradio serves this font itself; most others it carries hold no Latin letters (6.31).
        font=[gr.themes.LocalFont("Source Sans Pro", (400, 700)), "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Liberation Mono", "monospace"],
    )


MOUNT_OPTIONS: dict[str, Any] = {
    "theme": _theme(),
    # Not as css=, which Gradio rewrites to hold only below its own container: ours speaks of the body too.
    "head": f"<style>{shipped('style.css')}</style>",
    "favicon_path": str(files("app.ui") / "favicon.svg"),
    "footer_links": [],
    "run_history": False,
    "ssr_mode": False,
    "show_error": False,
}


def mount(
    app: "FastAPI", service: "Service", examples: Sequence[str], *, max_upload_mb: int = 64
) -> "FastAPI":
    """Serve the page at `/`; call it after the app's own routes exist, since those then win."""
    page = build_page(service, examples)
    mounted: FastAPI = gr.mount_gradio_app(
        app, page, path="/", max_file_size=f"{max_upload_mb}mb", **MOUNT_OPTIONS
    )
    return mounted


def build_page(service: "Service", examples: Sequence[str]) -> gr.Blocks:
    """Return the chat; `examples` are questions a newcomer can ask by a click."""
    kept_s = (_UPLOADS_KEPT_S, _UPLOADS_KEPT_S)
    page: gr.Blocks
    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True, delete_cache=kept_s) as page:
        with gr.Column(elem_id="shell"):
            status = layout.header()
            with gr.Tabs(elem_id="tabs"):
                with gr.Tab("Ask", elem_id="ask-tab"):
                    talk = layout.talk()
                with gr.Tab("Articles", elem_id="articles-tab"):
                    adding, work, shelf = layout.adding(), layout.work(), layout.shelf()
        reader = gr.HTML(
            shipped("reader.html"),
            js_on_load=shipped("page.js"),
            server_functions=[_reader_function(service)],
            elem_id="reader-host",
            apply_default_css=False,
        )
        refresh = _refresher(service, examples, status, talk, shelf)
        _wire_talk(service, talk, reader, refresh)
        _wire_filters(talk, reader)
        _wire_adding(service, adding, refresh)
        _wire_work(
            service, page, Controls(upload=adding.upload, rebuild=shelf.rebuild, reader=reader), work, refresh
        )
        _wire_shelf(service, shelf, reader, refresh)
        page.load(**refresh)
    page.queue(default_concurrency_limit=_CONCURRENT, api_open=False)
    return page


def _reader_function(service: "Service") -> Callable[[str], str]:
    def read_article(name: str) -> str:
        return handlers.read_article(service, str(name))

    return read_article


def _refresher(
    service: "Service", examples: Sequence[str], status: gr.HTML, talk: Talk, shelf: Shelf
) -> dict[str, Any]:
    """Return the event arguments that draw anew all that depends on which articles there are."""

    def draw(state: Conversation, *listing: Any) -> list[Any]:
        seen = handlers.overview(service)
        turns = render.conversation(state.turns) if state.turns else render.welcome(seen.articles, examples)
        return [
            seen.status,
            turns,
            gr.update(choices=seen.publications),
            gr.update(choices=seen.authors),
            gr.update(choices=[("All", ""), *((name, name) for name in seen.publications)]),
            seen.facts,
            handlers.list_articles(service, Listing.of(*listing)),
        ]

    return {
        "fn": draw,
        "inputs": [talk.state, *shelf.narrowing],
        "outputs": [
            status,
            talk.conversation,
            talk.publications,
            talk.authors,
            shelf.publication,
            shelf.facts,
            shelf.rows,
        ],
        "show_progress": "hidden",
        "api_visibility": "private",
    }


def _wire_talk(service: "Service", talk: Talk, reader: gr.HTML, refresh: dict[str, Any]) -> None:
    def ask(question: str, state: Conversation, *filters: Any) -> Iterator[tuple[str, Conversation, str]]:
        for after, html in handlers.ask(service, question, state, Narrowing.of(*filters)):
            yield "", after, html

    def suggest(
        event: gr.EventData, state: Conversation, *filters: Any
    ) -> Iterator[tuple[str, Conversation, str]]:
        yield from ask(str(event.question), state, *filters)

    asked: dict[str, Any] = {
        "outputs": [talk.question, talk.state, talk.conversation],
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    gr.on(
        [talk.question.submit, talk.ask.click],
        ask,
        inputs=[talk.question, talk.state, *talk.filters],
        **asked,
    )
    reader.suggest(suggest, inputs=[talk.state, *talk.filters], **asked)
    reader.again(Conversation, outputs=talk.state, api_visibility="private").then(**refresh)


def _wire_filters(talk: Talk, reader: gr.HTML) -> None:
    def chips(*filters: Any) -> str:
        narrowing = Narrowing.of(*filters)
        return render.chips(narrowing.filters, narrowing.articles)

    def unfilter(event: gr.EventData, *filters: Any) -> list[Any]:
        left = Narrowing.of(*filters).without(str(event.kind), str(event.value))
        return [
            list(left.publications),
            list(left.authors),
            left.articles,
            left.published_from,
            left.published_to,
        ]

    def only(event: gr.EventData) -> tuple[tuple[str, str]]:
        return ((str(event.id), str(event.title)),)

    private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    gr.on(
        [
            talk.publications.change,
            talk.authors.change,
            talk.articles.change,
            talk.published_from.change,
            talk.published_to.change,
        ],
        chips,
        inputs=talk.filters,
        outputs=talk.chips,
        trigger_mode="always_last",
        **private,
    )
    reader.unfilter(unfilter, inputs=talk.filters, outputs=talk.filters, **private)
    reader.only(only, outputs=talk.articles, **private)


def _wire_adding(service: "Service", adding: Adding, refresh: dict[str, Any]) -> None:
    def add_pasted(title: str, publication: str, published: str, url: str, text: str) -> list[Any]:
        article = RawArticle(
            title=title.strip(),
            publication=publication.strip(),
            published=published.strip(),
            url=url.strip(),
            text=text,
            origin="pasted text",
        )
        kept, html = handlers.add_pasted(service, article)
        return [html, *([gr.skip()] * 5 if not kept else [""] * 5)]

    adding.add.click(
        add_pasted,
        inputs=adding.pasted,
        outputs=[adding.results, *adding.pasted],
        show_progress="minimal",
        api_visibility="private",
    ).then(**refresh)


def _wire_shelf(service: "Service", shelf: Shelf, reader: gr.HTML, refresh: dict[str, Any]) -> None:
    def look(*listing: Any) -> tuple[str, int]:
        return handlers.list_articles(service, replace(Listing.of(*listing), pages=1)), 1

    def more(*listing: Any) -> tuple[str, int]:
        wanted = Listing.of(*listing)
        wanted = replace(wanted, pages=wanted.pages + 1)
        return handlers.list_articles(service, wanted), wanted.pages

    def remove(event: gr.EventData) -> str:
        return handlers.remove(service, str(event.id))

    listed: dict[str, Any] = {
        "inputs": shelf.narrowing,
        "outputs": [shelf.rows, shelf.pages],
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    gr.on(
        [c.change for c in (shelf.q, shelf.publication, shelf.published_from, shelf.published_to)],
        look,
        trigger_mode="always_last",
        **listed,
    )
    reader.more(more, **listed)
    reader.remove(remove, outputs=shelf.said, api_visibility="private").then(**refresh)


def _wire_work(
    service: "Service", page: gr.Blocks, controls: Controls, work: Work, refresh: dict[str, Any]
) -> None:
    def shown(now: Followed) -> list[Any]:
        return [now.html, now.ids, now.ended, gr.Timer(active=now.is_going)]

    def load() -> list[Any]:
        return shown(handlers.under_way(service))

    def look(ids: Sequence[str]) -> list[Any]:
        return shown(handlers.follow(service, ids))

    def upload(paths: list[str], ids: Sequence[str]) -> list[Any]:
        return [*shown(handlers.begin(service, ids, lambda: handlers.upload(service, paths or []))), None]

    def rebuild(ids: Sequence[str]) -> list[Any]:
        return shown(handlers.begin(service, ids, service.rebuild))

    def retry(event: gr.EventData, ids: Sequence[str]) -> list[Any]:
        return shown(handlers.begin(service, ids, lambda: service.retry_job(str(event.id))))

    def cancel(event: gr.EventData, ids: Sequence[str]) -> list[Any]:
        return shown(handlers.begin(service, ids, lambda: service.cancel_job(str(event.id))))

    fills: dict[str, Any] = {"outputs": work.all, "show_progress": "hidden", "api_visibility": "private"}
    page.load(load, **fills)
    work.clock.tick(look, inputs=work.ids, **fills)
    controls.upload.upload(
        upload, inputs=[controls.upload, work.ids], **{**fills, "outputs": [*work.all, controls.upload]}
    )
    controls.rebuild.click(rebuild, inputs=work.ids, **fills)
    controls.reader.retry(retry, inputs=work.ids, **fills)
    controls.reader.cancel(cancel, inputs=work.ids, **fills)
    # Of all that changes with the articles nothing is drawn while a job runs, and all of it after its end.
    work.ended.change(**refresh)
