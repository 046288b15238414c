"""A Word document (.docx) in, one article out: its paragraphs and tables, title and author."""

import io
from collections.abc import Iterator
from typing import Any

from index.aside import Parsed
from index.errors import ArticleError
from index.zips import open_zip, read_member

_MAX_PART_BYTES = 50 * 2**20
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"
# Struck text is no longer the document's; Fallback repeats what a newer Word shows otherwise.
_LEFT_OUT = frozenset({
    f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}footnoteReference",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
})  # fmt: skip
_AS_TEXT = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_MAX_TITLE_CHARS = 200
_MAX_DEPTH = 200

Tree = Any  # an lxml element; lxml has no types


def parse(data: bytes, name: str) -> list[Parsed]:  # noqa: ARG001  # a Parser takes a name
    """Return the document's article; raise ArticleError when it is damaged, no Word file or without text."""
    with open_zip(io.BytesIO(data)) as archive:
        body = xml_of(read_member(archive, "word/document.xml", _MAX_PART_BYTES))
        core = (
            xml_of(read_member(archive, "docProps/core.xml", 2**20))
            if "docProps/core.xml" in archive.namelist()
            else None
        )
    blocks = list(_blocks(body, 0))
    fields: Parsed = (
        {} if core is None else {"title": _property(core, "title"), "authors": _property(core, "creator")}
    )
    if blocks and blocks[0][0] in {"title", "heading1"} and len(blocks[0][1]) <= _MAX_TITLE_CHARS:
        fields["title"] = " ".join(blocks.pop(0)[1].split())
    text = ""
    before = ""
    for kind, block in blocks:
        text += ("\n" if kind == before == "row" else "\n\n") + block
        before = kind
    if not text.strip():
        raise ArticleError("the document holds no text; are its pages pictures?")
    return [{**fields, "text": text.strip()}]


def xml_of(data: bytes) -> Tree:
    """Parse XML without entities, files or network; raise ArticleError when it is broken or hostile."""
    from lxml import etree

    if b"<!ENTITY" in data:
        raise ArticleError(
            "its XML declares entities, which no honest file of this kind does; it is not read"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ArticleError(f"its XML is broken: {error}") from None


def _blocks(node: Tree, depth: int) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of paragraphs and rows of tables in reading order."""
    if depth > _MAX_DEPTH:
        return
    for child in node:
        if child.tag == f"{_W}p":
            text = "".join(_words(child, 0)).strip()
            if text:
                yield _kind(child), text
        elif child.tag == f"{_W}tr":
            cells = [" ".join(text for _, text in _blocks(cell, depth + 1)) for cell in child.iter(f"{_W}tc")]
            if any(cells):
                yield "row", " | ".join(" ".join(cell.split()) for cell in cells)
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            yield from _blocks(child, depth + 1)


def _words(node: Tree, depth: int) -> Iterator[str]:
    for child in node:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _AS_TEXT:
            yield _AS_TEXT[child.tag]
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT and depth < _MAX_DEPTH:
            yield from _words(child, depth + 1)


def _kind(paragraph: Tree) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else str(style.get(f"{_W}val", "")).lower().replace(" ", "")


def _property(core: Tree, name: str) -> str:
    value = " ".join((core.findtext(f"{_DC}{name}") or "").split())
    return value if len(value) <= _MAX_TITLE_CHARS else ""
