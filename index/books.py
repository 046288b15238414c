"""An EPUB in, an article for each of its chapters out: news comes as such books with an article a chapter."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from index.aside import Parsed
from index.errors import ArticleError
from index.pages import decode_page, text_of, tree_of
from index.word import xml_of
from index.zips import open_zip, read_member

_MAX_PART_BYTES = 10 * 2**20
_MAX_BOOK_BYTES = 100 * 2**20
_MAX_CHAPTERS = 5_000
# Covers, dedications and lists of contents are no articles.
_MIN_CHAPTER_CHARS = 200
_MAX_TITLE_CHARS = 300
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DAY = re.compile(r"\d{4}-\d\d-\d\d.*")
_PAGES = frozenset({"application/xhtml+xml", "text/html"})

Tree = Any  # an lxml element; lxml has no types


def parse(data: bytes, name: str) -> list[Parsed]:  # noqa: ARG001  # a Parser takes a name
    """Return the book's chapters in reading order; raise ArticleError when it is damaged, locked or empty."""
    with open_zip(io.BytesIO(data)) as archive:
        if "META-INF/encryption.xml" in archive.namelist() and b"xmlenc#aes" in read_member(
            archive, "META-INF/encryption.xml", _MAX_PART_BYTES
        ):
            raise ArticleError("it is encrypted; it can be read only where its lock is off")
        container = xml_of(read_member(archive, "META-INF/container.xml", _MAX_PART_BYTES))
        root = container.find(f".//{_CONTAINER}rootfile")
        path = "" if root is None else root.get("full-path", "")
        package = xml_of(read_member(archive, path, _MAX_PART_BYTES))
        shared = _shared(package)
        chapters = [{**shared, **chapter} for chapter in _chapters(archive, package, posixpath.dirname(path))]
    if not chapters:
        raise ArticleError("the book holds no chapter with text")
    return chapters


def _shared(package: Tree) -> Parsed:
    """Return what the book says of all its chapters: its title is where they were published."""
    title = _line(package.findtext(f".//{_DC}title"))
    authors = [_line(node.text) for node in package.iter(f"{_DC}creator")][:50]
    stated = [_line(node.text) for node in package.iter(f"{_DC}date")]
    day = next((day for day in stated if _DAY.fullmatch(day)), "")
    return {"publication": title, "authors": [one for one in authors if one], "published": day}


def _chapters(archive: zipfile.ZipFile, package: Tree, folder: str) -> Iterator[Parsed]:
    items = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
    left = _MAX_BOOK_BYTES
    for reference in list(package.iter(f"{_OPF}itemref"))[:_MAX_CHAPTERS]:
        item = items.get(reference.get("idref"))
        if (
            item is None
            or item.get("media-type") not in _PAGES
            or "nav" in item.get("properties", "").split()
        ):
            continue
        part = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        try:
            data = read_member(archive, part, min(left, _MAX_PART_BYTES))
        except ArticleError as error:
            yield {"part": part, "refused": str(error)}
            continue
        left -= len(data)
        html = decode_page(data)
        text, title = text_of(html), _heading(html)
        if title and text.startswith(title):
            text = text[len(title) :].strip()
        if len(text) >= _MIN_CHAPTER_CHARS:
            yield {"part": part, "title": title, "text": text}


def _heading(html: str) -> str:
    tree = tree_of(html)
    nodes = [] if tree is None else [*tree.iter("h1"), *tree.iter("h2"), *tree.iter("title")]
    return next((title for node in nodes if (title := _line(node.text_content()))), "")


def _line(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= _MAX_TITLE_CHARS else ""
