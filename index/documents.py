"""The readers of formats that need a parser of their own: whole files go to the child process and come back.

`READERS` are what the outside uses, `serve` is what the child runs.
"""

import os
import sys
from functools import partial

from index import books, mail, pages, pdfs, word
from index.aside import Parsed, Parser, answer_requests, aside, limit_memory
from index.errors import ArticleError
from index.fields import Refusal, raw_article_from_mapping
from index.formats import Document, Found, Reader
from index.records import RawArticle

MAX_DOCUMENT_BYTES = 50 * 2**20

_PARSERS: dict[str, Parser] = {
    "HTML": pages.parse,
    "PDF": pdfs.parse,
    "Word": word.parse,
    "EPUB": books.parse,
    "e-mail": mail.parse,
}


def _read(document: Document, kind: str) -> Found:
    try:
        data = document.stream.read(MAX_DOCUMENT_BYTES + 1)
        if len(data) > MAX_DOCUMENT_BYTES:
            raise ArticleError(f"it is over {MAX_DOCUMENT_BYTES // 2**20} MB, too large for one {kind} file")
        found = aside().parse(kind, document.name, data)
    except ArticleError as error:
        yield Refusal(origin=document.origin(1), reason=str(error))
        return
    for fields in found:
        yield _article(fields, document.name)


def _article(fields: Parsed, name: str) -> RawArticle | Refusal:
    part = fields.pop("part", "")
    origin = f"{name}/{part}:1" if part else f"{name}:1"
    refused = fields.pop("refused", "")
    if refused:
        return Refusal(origin=origin, reason=refused)
    try:
        return raw_article_from_mapping(fields, origin)
    except ArticleError as error:
        return Refusal(origin=origin, reason=str(error))


READERS: dict[str, Reader] = {kind: partial(_read, kind=kind) for kind in _PARSERS}


def serve() -> None:
    """Answer parse requests on standard input until it ends."""
    limit_memory()
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not mix with the answers.
    os.dup2(2, 1)
    answer_requests(_PARSERS, sys.stdin.buffer, answers)
