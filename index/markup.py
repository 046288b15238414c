"""XML as feeds and sitemaps have it, mended where it is broken, and the text of a piece of HTML.

Everything here takes time and memory in proportion to its input, whatever the input: entities that a document
defines are refused (billion laughs, XXE), nesting and the number of elements at hand are bounded.
"""

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from xml.parsers import expat

from index.encodings import SAMPLE_BYTES, decode, detect, is_wide

_MAX_DEPTH = 100
_MAX_ELEMENTS = 20_000
# expat 2.5 begins a token anew with every step, so steps are few; what a document is lies in its first chars.
_STEP_CHARS = 2**20
_START_CHARS = 2**16
_XML = "http://www.w3.org/XML/1998/namespace"

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,200}\?>")
_DECLARED = re.compile(rb"<\?xml[^>]{0,150}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_CHARSET = re.compile(
    r"ascii|utf-(?:8|16|32)|iso8859|cp\d|koi8|gb|big5|euc_|shift_jis|iso2022_jp|mac-|tis-620|hz"
)
# XML 1.0, 2.2: these cannot stand in a document, not even as a reference.
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
_REFERENCE = re.compile(
    r"&(#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);|[A-Za-z][A-Za-z0-9]{1,31};)?"
)
_XML_NAMES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})

_TAG = re.compile(r"/?([A-Za-z][A-Za-z0-9]*)")
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
        "pre", "section", "table", "td", "th", "tr", "ul",
    )
)  # fmt: skip
_SILENT = frozenset({"script", "style", "template", "iframe", "noscript", "svg"})


@dataclass(slots=True)
class Element:
    """An XML element: `space` is its namespace, `parts` its text and elements in their order."""

    space: str
    name: str
    attributes: dict[str, str]
    parts: list["str | Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, without that of the elements in it."""
        return "".join(part for part in self.parts if isinstance(part, str))

    def children(self, *names: str, space: str | None = None) -> Iterator["Element"]:
        """Yield the elements directly in it that have one of the names, in the order of the document."""
        for part in self.parts:
            if isinstance(part, Element) and part.name in names and space in (None, part.space):
                yield part

    def child(self, *names: str, space: str | None = None) -> "Element | None":
        """Return the first such element under the first name that has one."""
        return next((found for name in names for found in self.children(name, space=space)), None)

    @property
    def base(self) -> str:
        return self.attributes.get(f"{_XML} base", "")

    @property
    def language(self) -> str:
        return self.attributes.get(f"{_XML} lang", "")


class _Stop(Exception):
    """What was found is reason enough to read no further."""


class Document:
    """Reads a document once: `items` yields the elements of some names, `root` is left with all else.

    After that `broken` says why reading stopped early, and is "" when the document was read to its end.
    """

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.root: Element | None = None
        self.broken = ""
        self._text, self._names = text, names
        self._stack: list[Element] = []
        self._done: list[Element] = []
        self._item_depth = 0
        self._held = self._held_before_item = 0

    def items(self) -> Iterator[Element]:
        """Yield each element that has one of the names, when it is complete."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        try:
            for at in range(0, len(self._text), _STEP_CHARS):
                parser.Parse(self._text[at : at + _STEP_CHARS], False)
                yield from self._taken()
            parser.Parse("", True)
        except (expat.ExpatError, _Stop) as error:
            self.broken = str(error)
        yield from self._taken()

    def _taken(self) -> list[Element]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        element = Element(space=space, name=local, attributes=attributes)
        self._held += 1
        if len(self._stack) >= _MAX_DEPTH or self._held > _MAX_ELEMENTS:
            raise _Stop("its elements are nested too deeply or too many")
        if self.root is None:
            self.root = element
        elif local in self._names and not self._item_depth:
            self._item_depth = len(self._stack)
            self._held_before_item = self._held - 1
        else:
            self._stack[-1].parts.append(element)
        self._stack.append(element)

    def _end(self, _name: str) -> None:
        element = self._stack.pop()
        if self._item_depth and len(self._stack) == self._item_depth:
            self._item_depth = 0
            self._held = self._held_before_item
            self._done.append(element)

    def _characters(self, text: str) -> None:
        if self._item_depth or len(self._stack) > 1:
            self._stack[-1].parts.append(text)

    def _entity(self, *_: object) -> None:
        raise _Stop("it defines entities, which no feed needs and some use to fill the memory")


def charset_named(name: str) -> str:
    """Return Python's name for a charset of the web, or "": Python knows others, such as idna."""
    try:
        known = codecs.lookup(name).name if name.isascii() and name else ""
    except (LookupError, ValueError):
        return ""
    return known if _CHARSET.match(known) else ""


def xml_text(body: bytes, charset: str = "") -> str:
    """Decode an XML document, without declaration and forbidden characters.

    A mark or valid UTF-8 outweighs `charset`, which a server may add without looking; then comes what the
    document declares. Both matter for encodings that look like ASCII, too.
    """
    declared = match[1].decode("ascii") if (match := _DECLARED.match(body[:200].lstrip())) else ""
    said = charset_named(charset) or charset_named(declared)
    sample = body[:SAMPLE_BYTES]
    text = ""
    if b"\0" not in sample or not is_wide(detect(sample)):
        for encoding in [said, "utf-8-sig"] if said.startswith("iso2022") else ["utf-8-sig", said]:
            try:
                text = body.decode(encoding)
            except (UnicodeError, LookupError):
                continue
            break
    text = (text or decode(body)).translate(_FORBIDDEN).lstrip()
    declaration = _DECLARATION.match(text)
    return text[declaration.end() :].lstrip() if declaration else text


def opening(text: str) -> tuple[str, str]:
    """Return the name of the first element without its prefix, or "" and why the text is not read as XML."""
    document = Document(text[:_START_CHARS], frozenset())
    for _ in document.items():
        pass
    return (document.root.name, "") if document.root else ("", document.broken)


def mended(text: str) -> str:
    """Return the document with HTML's named characters put in and lone ampersands as XML wants them."""
    pieces = text.split("<![CDATA[")
    for number, piece in enumerate(pieces):
        inside, end, outside = piece.partition("]]>") if number else ("", "", piece)
        pieces[number] = inside + end + _REFERENCE.sub(_as_xml, outside)
    return "<![CDATA[".join(pieces)


def _as_xml(match: re.Match[str]) -> str:
    name = match[1] or ""
    if name.startswith("#") or name in _XML_NAMES:
        return match[0]
    return html.escape(html5.get(name, match[0]))


def text_of_html(source: str) -> str:
    """Return the text of a piece of HTML, an empty line where a block ends, without scripts and the like.

    Splits at "<" and goes through once: html.parser takes quadratic time for some broken input.
    """
    text: list[str] = []
    silent, is_comment = "", False
    first, *rest = source.split("<")
    text.append(first)
    for piece in rest:
        if is_comment or piece.startswith("!--"):
            _, end, after = piece.partition("-->")
            is_comment = not end
            text.append("" if silent else after)
            continue
        match = _TAG.match(piece)
        name = match[1].lower() if match else ""
        if silent and not (piece.startswith("/") and name == silent):
            continue
        inside, end, after = piece.partition(">")
        if not end or not (name or inside.startswith(("!", "?"))):
            text.append("" if silent or name else "<" + piece)
            continue
        silent = name if name in _SILENT and not inside.startswith("/") and not inside.endswith("/") else ""
        text.append(("\n\n" if name in _BLOCKS else "") + ("" if silent else after))
    lines = (
        " ".join(line.split()) for line in html.unescape("".join(text)).replace("\xa0", " ").split("\n\n")
    )
    return "\n\n".join(line for line in lines if line)


def html_of(element: Element) -> str:
    """Write the elements in an element as HTML, for `text_of_html`."""
    parts = (
        html.escape(part, quote=False)
        if isinstance(part, str)
        else f"<{part.name}>{html_of(part)}</{part.name}>"
        for part in element.parts
    )
    return "".join(parts)
