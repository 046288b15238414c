"""An e-mail (.eml) in, one article out: its text, subject, sender and date; what is attached is named."""

from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr

from index.aside import Parsed
from index.errors import ArticleError
from index.pages import article_of, decode_page, text_of

_MAX_LINE_CHARS = 1_000
_MAX_ATTACHMENTS = 50


def parse(data: bytes, name: str) -> list[Parsed]:  # noqa: ARG001  # a Parser takes a name
    """Return the letter's article and a refusal for each attachment; raise ArticleError without text."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    assert isinstance(message, EmailMessage)
    sender, _ = parseaddr(_header(message, "From"))
    # Newsletters come from an outlet, letters from a person (RFC 2369, RFC 2919).
    is_list = "List-Unsubscribe" in message or "List-Id" in message
    article: Parsed = {
        "title": _header(message, "Subject"),
        "publication" if is_list else "authors": sender,
        "published": _header(message, "Date"),
        "text": _text(message),
    }
    return [article, *_attachments(message)]


def _text(message: EmailMessage) -> str:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    text = "" if plain is None else _decoded(plain)
    # Newsletters are made in HTML; their plain part is often one line that says so.
    if html is not None and len(text) < 200:
        page = _decoded(html)
        try:
            text = max(text, str(article_of(page)["text"]), key=len)
        except ArticleError:
            text = max(text, text_of(page), key=len)
    if not text.strip():
        raise ArticleError("the e-mail has no text")
    # RFC 3676: "-- " alone on a line begins the signature.
    return text.partition("\n-- \n")[0] or text


def _decoded(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        raise ArticleError("its text is damaged")
    return decode_page(data, part.get_content_charset() or "")


def _attachments(message: EmailMessage) -> list[Parsed]:
    names = [part.get_filename() for part in message.iter_attachments()][:_MAX_ATTACHMENTS]
    return [
        {
            "part": name[:200],
            "refused": "it is attached to an e-mail; save it as a file of its own to have it read",
        }
        for name in names
        if name
    ]


def _header(message: EmailMessage, name: str) -> str:
    try:
        line = " ".join(str(message.get(name, "")).split())
    except (MessageError, ValueError, IndexError, AttributeError):  # the stdlib's parser of broken headers
        return ""
    return line if len(line) <= _MAX_LINE_CHARS else ""
