"""The body of an HTTP response: its type is checked before it is read, its size while it is unpacked."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from email.message import Message

import httpx

from index.addresses import shorten
from index.errors import FetchError
from index.markup import charset_named

ACCEPTED = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, "
    "text/xml;q=0.9, application/pdf;q=0.8, text/plain;q=0.7, */*;q=0.1"
)
_TYPES = re.compile(
    r"text/(?:html|xml|plain)|application/(?:(?:[\w.-]+\+)?xml|pdf|(?:x-)?gzip)|application/x-(?:rss|atom)"
)
# A server that does not know what it sends says one of these; then the first bytes tell.
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})
_GZIP = b"\x1f\x8b"
_STEP_BYTES = 64 * 1024
# A gzip file may be several in a row; more than this is made to keep us busy.
_MAX_MEMBERS = 1_000


def read_body(url: str, fields: httpx.Headers, chunks: Iterable[bytes], max_bytes: int) -> bytes:
    """Return the whole body, unpacked; raise FetchError when it is of an unwanted type or over `max_bytes`.

    Reads no further than the limit, packed or unpacked, whatever the response says of itself.
    """
    declared = _declared(fields)
    if declared not in _UNSAID and _TYPES.fullmatch(declared) is None:
        raise _unwanted(url, declared)
    length = fields.get("content-length", "")
    if length.isdigit() and int(length[:20]) > max_bytes:
        raise _too_large(url, max_bytes)
    encoding = fields.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise FetchError(
            f"{shorten(url)} cannot be read: it came packed as {encoding[:40]!r}, which was not asked for"
        )
    sent = _bounded(url, chunks, max_bytes)
    body = _joined(url, _unpacked(url, sent) if encoding.endswith("gzip") else sent, max_bytes)
    if body.startswith(_GZIP):  # a file such as sitemap.xml.gz
        steps = (body[at : at + _STEP_BYTES] for at in range(0, len(body), _STEP_BYTES))
        body = _joined(url, _unpacked(url, steps), max_bytes)
    return body


def type_of(url: str, fields: httpx.Headers, body: bytes) -> str:
    """Return the body's type: as declared, or as its first bytes show where the declaration says nothing."""
    declared = _declared(fields)
    if declared not in _UNSAID and not declared.endswith("gzip"):
        return declared
    head = body[:512].removeprefix(codecs.BOM_UTF8).replace(b"\0", b"").lstrip()
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"<?xml"):
        return "application/xml"
    if head.lstrip(b"\xff\xfe").startswith(b"<"):
        return "text/html"
    raise _unwanted(url, declared or "of no known type")


def charset_of(fields: httpx.Headers) -> str:
    """Return the charset that the Content-Type header names, "" when it names none that is known."""
    message = Message()
    message["Content-Type"] = fields.get("content-type", "")[:200]
    return charset_named(str(message.get_content_charset("")))


def _declared(fields: httpx.Headers) -> str:
    return str(fields.get("content-type", ""))[:200].partition(";")[0].strip().lower()


def _bounded(url: str, chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > max_bytes:
            raise _too_large(url, max_bytes)
        yield chunk


def _joined(url: str, chunks: Iterable[bytes], max_bytes: int) -> bytes:
    return b"".join(_bounded(url, chunks, max_bytes))


def _unpacked(url: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip step by step, so that a bomb is noticed after the first bytes over the limit."""
    member, members, is_begun = zlib.decompressobj(zlib.MAX_WBITS | 16), 1, False
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                if member.eof:
                    if not rest.startswith(_GZIP[:1]):  # padding after the last member, as tar writes it
                        return
                    member, members = zlib.decompressobj(zlib.MAX_WBITS | 16), members + 1
                if members > _MAX_MEMBERS:
                    raise gzip.BadGzipFile("it has too many parts")
                is_begun = True
                yield member.decompress(rest, _STEP_BYTES)
                rest = member.unused_data if member.eof else member.unconsumed_tail
        while is_begun and not member.eof:
            more = member.decompress(b"", _STEP_BYTES)
            if not more:
                raise gzip.BadGzipFile("it ends too early")
            yield more
    except (zlib.error, gzip.BadGzipFile) as error:
        raise FetchError(
            f"{shorten(url)} cannot be unpacked: {error}; try again later", is_temporary=True
        ) from error


def _too_large(url: str, max_bytes: int) -> FetchError:
    return FetchError(
        f"{shorten(url)} is over {max_bytes:,} bytes, the most that is fetched; save it as a file"
    )


def _unwanted(url: str, kind: str) -> FetchError:
    return FetchError(
        f"{shorten(url)} is {kind[:80]!r}; give the address of a web page, a PDF, a feed or a sitemap"
    )
