"""Markdown in, fields and plain text out: marks go, words stay, front matter and first heading are fields."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(?P<fields>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_FIELD_NAME = re.compile(r"[A-Za-z_][\w -]{0,60}")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.*)")
_KEPT_WHOLE = frozenset({"fence", "code_block"})


def fields_of(markdown: str) -> dict[str, object]:
    """Return the article's fields: those of its front matter, `title` from its first heading, and `text`.

    Front matter is read as `name: value` lines, `[a, b]` lists and `- item` lists; of YAML no more is known.
    """
    fields: dict[str, object] = {}
    match = _FRONT_MATTER.match(markdown)
    if match is not None:
        fields = _front_matter(match["fields"])
        markdown = markdown[match.end() :]
    blocks = list(_blocks(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)))
    heading = blocks[0][1] if blocks and blocks[0][0] == "heading" else ""
    if heading and str(fields.setdefault("title", heading)) == heading:
        blocks = blocks[1:]
    fields["text"] = _join(blocks)
    return fields


def _front_matter(lines: str) -> dict[str, object]:
    fields: dict[str, object] = {}
    name = ""
    for line in lines.splitlines():
        item = _ITEM.fullmatch(line)
        before, colon, after = line.partition(":")
        if item is not None and name:
            listed = fields[name]
            fields[name] = [*(listed if isinstance(listed, list) else []), _unquoted(item["value"])]
        elif colon and _FIELD_NAME.fullmatch(before) and (not after or after[0].isspace()):
            name, value = before.strip(), after.strip()
            is_list = value.startswith("[") and value.endswith("]")
            fields[name] = [_unquoted(v) for v in value[1:-1].split(",")] if is_list else _unquoted(value)
    return fields


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of each block in reading order; a list's item begins with its bullet or number."""
    bullets: list[str] = []
    kind, bullet = "paragraph", ""
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            bullets.append("-")
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            bullets.pop()
        elif token.type == "list_item_open":
            bullet = f"{token.info}{token.markup} " if token.info else f"{bullets[-1]} "
        elif token.type in {"heading_open", "paragraph_open", "th_open", "td_open"}:
            kind = token.type.removesuffix("_open")
        elif token.type in _KEPT_WHOLE and token.content.strip():
            yield "paragraph", token.content.strip("\n")
        elif token.type == "inline" and (text := _inline(token.children or ())):
            yield ("item" if bullet else kind), bullet + text
            bullet = ""


def _inline(tokens: Sequence[Token]) -> str:
    """Return the words: a link's text, no image, no tag; a soft line end is a blank."""
    parts: list[str] = []
    for token in tokens:
        if token.type in {"text", "code_inline", "text_special"}:
            parts.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append(" " if token.type == "softbreak" else "\n")
    return "".join(parts).strip()


def _join(blocks: Sequence[tuple[str, str]]) -> str:
    """Join blocks by an empty line, items of a list by a line end, cells of a table by a bar."""
    text = ""
    previous = ""
    for kind, block in blocks:
        tight = {("item", "item"): "\n", ("th", "th"): " | ", ("td", "td"): " | ", ("th", "td"): "\n"}
        text += (tight.get((previous, kind), "\n\n") if text else "") + block
        previous = kind
    return text
