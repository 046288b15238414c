"""An HTML page in, one article out: trafilatura finds the body, what the page says of itself the fields."""

import re

from index.aside import Parsed
from index.encodings import decode
from index.errors import ArticleError
from index.metadata import metadata_of

MAX_PAGE_BYTES = 10 * 2**20
# A body shorter than this is looked for again, less strictly.
_SHORT_CHARS = 250
# Names that a page may declare; any other codec of Python is no encoding of pages, and some are slow.
_CHARSET = re.compile(
    r"us-ascii|utf-?8|utf-?16(?:le|be)?|iso-?8859-\d+|latin-?1|(?:windows|cp)-?\d+|koi8-[ru]|shift[_-]jis|x-sjis"
    r"|euc-(?:jp|kr)|gb2312|gbk|gb18030|big5|iso-2022-jp|tis-620|macintosh",
    re.IGNORECASE,
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]{1,30})""", re.I
)
# https://encoding.spec.whatwg.org/#names-and-labels: browsers read these names so.
_WHATWG = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252",
           "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "x-sjis": "cp932",
           "shift_jis": "cp932", "euc-kr": "cp949", "macintosh": "mac_roman"}  # fmt: skip
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# A line that only leads to another article.
_POINTER = re.compile(r"(?:- )?(?:read more|read also|also read|see also|related|more)\s*[:|].{0,200}", re.I)


def parse(data: bytes, name: str) -> list[Parsed]:  # noqa: ARG001  # a Parser takes a name
    """Return the page's article; raise ArticleError when it is too large or holds none."""
    if len(data) > MAX_PAGE_BYTES:
        raise ArticleError(
            f"it is over {MAX_PAGE_BYTES // 2**20} MB, too large for one page; save its text as .txt"
        )
    return [article_of(decode_page(data))]


def article_of(html: str) -> Parsed:
    """Return the fields of the article a page holds; raise ArticleError when there is no text of one."""
    from lxml import etree

    tree = tree_of(html)
    fields = {} if tree is None else metadata_of(tree)
    stated = str(fields.pop("articleBody", ""))
    try:
        body = "" if tree is None else _body(html)
    except (etree.LxmlError, RecursionError):
        body = ""
    # trafilatura gives what JSON-LD states without its paragraphs.
    if len(body) < len(stated) / 2 or body.split() == stated.split():
        body = stated
    body = _tidy(body, str(fields.get("title", "")))
    if not body:
        raise ArticleError("no article was found in the page; save its text as .txt or Markdown")
    return {**fields, "text": body}


def text_of(html: str) -> str:
    """Return all visible words of a page that is one text throughout, such as a chapter or a letter."""
    from lxml import etree

    tree = tree_of(html)
    if tree is None:
        return ""
    for node in list(tree.iter("script", "style", "head", "template", "noscript", etree.Comment)):
        if node.getparent() is not None:
            node.drop_tree()
    parts: list[str] = []
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(node.tag, str):
            continue
        if event == "start":
            parts.append(_BREAKS.get(node.tag, ""))
            parts.append(_blanks(node.text))
        else:
            parts.append(_BREAKS.get(node.tag, "") if node.tag != "br" else "")
            parts.append(_blanks(node.tail))
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def tree_of(html: str):  # type: ignore[no-untyped-def]  # noqa: ANN201  # lxml has no types
    """Parse a page, however broken, into an lxml tree; None when there is nothing in it."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    # lxml refuses text that declares its encoding unless it comes as bytes.
    data = html.replace("\0", "").encode("utf-8", "replace")
    parser = HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_pis=True)
    try:
        return document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def decode_page(data: bytes, charset: str = "") -> str:
    """Decode a page: by its mark, as UTF-8, by `charset` (of HTTP or MIME) or by its own declaration.

    A name that is wrong for the bytes counts as none; then the words decide.
    """
    match = _DECLARED.search(data[:4096])
    declared = [charset, match[1].decode() if match else ""]
    if not data.startswith(_MARKS) and not _is_utf8(data):
        for label in declared:
            if _CHARSET.fullmatch(label):
                try:
                    return data.decode(_WHATWG.get(label.lower(), label)).replace("\r\n", "\n")
                except (UnicodeDecodeError, LookupError):
                    continue
    return decode(data)


def _is_utf8(data: bytes) -> bool:
    """Bytes beyond ASCII that are UTF-8 throughout are it, whatever a template declares."""
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _body(html: str) -> str:
    from trafilatura import extract

    body = extract(html, favor_precision=True, include_comments=False) or ""
    if len(body) < _SHORT_CHARS:
        body = max(body, extract(html, include_comments=False) or "", key=len)
    return body


def _tidy(body: str, title: str) -> str:
    """Drop the title where it is said again, and lines that only lead elsewhere; part paragraphs."""
    lines = [line for line in body.split("\n") if line.strip() and not _POINTER.fullmatch(line.strip())]
    if lines and title and lines[0].strip().casefold() == title.strip().casefold():
        lines = lines[1:]
    text = ""
    for before, line in zip(["", *lines], lines, strict=False):
        tight = _is_item(before) and _is_item(line)
        text += ("" if not before else "\n" if tight else "\n\n") + line
    return text


def _is_item(line: str) -> bool:
    return line.startswith(("- ", "|"))


def _blanks(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


_BREAKS = dict.fromkeys(
    ("p", "div", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol",
     "pre", "figure", "figcaption", "dl"), "\n\n",
) | dict.fromkeys(("br", "li", "tr", "dt", "dd"), "\n") | {"td": " ", "th": " "}  # fmt: skip
