"""The page's components, laid out; what they do is wired in `page`."""

from dataclasses import dataclass

import gradio as gr  # noqa: TID253 - app.main imports this package only to serve the page

from app.ui.handlers import Conversation
from app.ui.shipped import shipped

_READABLE = [
    ".txt", ".md", ".json", ".jsonl", ".csv", ".html", ".htm", ".pdf", ".docx", ".epub",
    ".eml", ".zip", ".tgz", ".gz",
]  # fmt: skip
_QUESTION_CHARS = 2000
_TICK_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The components of the conversation, and one reader's state of it.

    `articles` holds the (id, title) of the articles that alone are asked.
    """

    conversation: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    chips: gr.HTML
    publications: gr.Dropdown
    authors: gr.Dropdown
    articles: gr.State
    published_from: gr.Textbox
    published_to: gr.Textbox
    state: gr.State

    @property
    def filters(self) -> list[gr.components.Component]:
        """In the order of the fields of `handlers.Narrowing`."""
        return [self.publications, self.authors, self.articles, self.published_from, self.published_to]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """The components that add articles."""

    box: gr.Accordion
    upload: gr.File
    title: gr.Textbox
    publication: gr.Textbox
    published: gr.Textbox
    url: gr.Textbox
    text: gr.Textbox
    add: gr.Button
    results: gr.HTML

    @property
    def pasted(self) -> list[gr.components.Component]:
        return [self.title, self.publication, self.published, self.url, self.text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The components that show jobs: `ids` are those one reader follows, `ended` how many of them have."""

    jobs: gr.HTML
    ids: gr.State
    ended: gr.State
    clock: gr.Timer

    @property
    def all(self) -> list[gr.components.Component]:
        """In the order in which `page` fills them."""
        return [self.jobs, self.ids, self.ended, self.clock]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The components of the article list and of the index."""

    q: gr.Textbox
    publication: gr.Dropdown
    published_from: gr.Textbox
    published_to: gr.Textbox
    pages: gr.State
    said: gr.HTML
    rows: gr.HTML
    facts: gr.HTML
    rebuild: gr.Button

    @property
    def narrowing(self) -> list[gr.components.Component]:
        """In the order of the fields of `handlers.Listing`."""
        return [self.q, self.publication, self.published_from, self.published_to, self.pages]


def markup(elem_id: str, value: str = "") -> gr.HTML:
    """Return a place for our own HTML, without Gradio's styles and click event."""
    return gr.HTML(value, elem_id=elem_id, js_on_load=None, apply_default_css=False)


def header() -> gr.HTML:
    """Lay out the head of the page; return the place of the status line."""
    with gr.Row(elem_id="header"):
        markup("brand", shipped("header.html"))
        return markup("status")


def talk() -> Talk:
    """Lay out the conversation, the question and its filters."""
    conversation = markup("conversation")
    with gr.Column(elem_id="composer"):
        chips = markup("chips")
        with gr.Row(elem_id="ask-row"):
            question = gr.Textbox(
                label="Your question",
                show_label=False,
                placeholder="Ask a question of the articles",
                max_lines=6,
                max_length=_QUESTION_CHARS,
                container=False,
                autofocus=True,
                elem_id="question",
                scale=1,
            )
            ask = gr.Button("Ask", variant="primary", elem_id="ask", min_width=72, scale=0)
        with gr.Accordion("Filters", open=False, elem_id="filters"):
            with gr.Row():
                publications = gr.Dropdown(label="Publication", multiselect=True, min_width=200)
                authors = gr.Dropdown(label="Author", multiselect=True, min_width=200)
            with gr.Row():
                published_from, published_to = _date("Published from"), _date("Published to")
    return Talk(
        conversation=conversation,
        question=question,
        ask=ask,
        chips=chips,
        publications=publications,
        authors=authors,
        articles=gr.State(()),
        published_from=published_from,
        published_to=published_to,
        state=gr.State(Conversation()),
    )


def adding() -> Adding:
    """Lay out the two ways to add articles, and what became of them."""
    with gr.Accordion("Add articles", open=False, elem_id="add") as box:
        with gr.Tabs():
            with gr.Tab("Upload files"):
                upload = gr.File(
                    label="Text, Markdown, HTML, PDF, Word, EPUB, e-mail, JSON, CSV, or a .zip of them",
                    file_count="multiple",
                    file_types=_READABLE,
                    height=140,
                    elem_id="upload",
                )
            with gr.Tab("Paste text", elem_id="paste-tab"):
                with gr.Row():
                    title = gr.Textbox(label="Title", min_width=200)
                    publication = gr.Textbox(label="Publication", min_width=200)
                with gr.Row():
                    published = gr.Textbox(label="Date", placeholder="2016-03-22", min_width=200)
                    url = gr.Textbox(label="Link", placeholder="https://", min_width=200)
                text = gr.Textbox(label="Text", lines=8, max_lines=24, elem_id="pasted-text")
                add = gr.Button("Add this article", variant="primary", elem_id="add-pasted", size="sm")
        results = markup("results")
    return Adding(
        box=box,
        upload=upload,
        title=title,
        publication=publication,
        published=published,
        url=url,
        text=text,
        add=add,
        results=results,
    )


def work() -> Work:
    """Lay out the jobs under way."""
    return Work(
        jobs=markup("jobs"), ids=gr.State(()), ended=gr.State(0), clock=gr.Timer(_TICK_S, active=False)
    )


def shelf() -> Shelf:
    """Lay out the index and the article list."""
    with gr.Accordion("Index", open=False, elem_id="index"):
        facts = markup("facts")
        rebuild = gr.Button("Rebuild the index", elem_id="rebuild", size="sm")
    with gr.Row(elem_id="shelf-filters"):
        q = gr.Textbox(label="Search", placeholder="Words of an article", min_width=170, elem_id="q")
        publication = gr.Dropdown(label="Publication", choices=[("All", "")], value="", min_width=140)
        published_from, published_to = _date("Published from"), _date("Published to")
    said, rows = markup("said"), markup("articles")
    return Shelf(
        q=q,
        publication=publication,
        published_from=published_from,
        published_to=published_to,
        pages=gr.State(1),
        said=said,
        rows=rows,
        facts=facts,
        rebuild=rebuild,
    )


def _date(label: str) -> gr.Textbox:
    # page.js makes it a date input: the browser's own picker beats gr.DateTime on a phone and by keyboard.
    return gr.Textbox(label=label, placeholder="2016-03-22", max_lines=1, min_width=140, elem_classes="date")
