"""Bytes in, lines of text out: finds a stream's encoding and decodes it line by line, in bounded memory."""

import codecs
import re
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from typing import IO, BinaryIO, Protocol

from charset_normalizer import from_bytes

# How much of a stream is looked at to settle its encoding and its format.
SAMPLE_BYTES = 256 * 1024

# Longest marks first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})
# Guesses that differ from cp1252 in a few letters only. charset-normalizer takes one of them for cp1252 where
# the text is short or Nordic ("señor", "säger"), so they need a reason in the text (see _is_western).
_LATIN = re.compile(
    r"(latin|iso8859)_?(1|2|3|4|9|10|13|14|15|16)?$|cp(437|775|85\d|86\d|1250|1252|1254|1257|500)$|mac_|hp_"
)
_MARK_IN_WORD = re.compile(r"(?<=[^\W\d_])[³¹¿¼¾¸ª¥£](?=[^\W\d_])")


class Readable(Protocol):
    """What a source of bytes must be able to do."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none only at the end."""
        ...


class _Joined(RawIOBase):
    """A stream with the bytes already read put back; CR becomes LF where lines end in CR only."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head, self._rest = head, rest
        self._ends_in_cr = b"\r" in head and b"\n" not in head and b"\0" not in head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # Buffer is 3.12
        chunk = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        if self._ends_in_cr:
            chunk = chunk.replace(b"\r", b"\n")
        buffer[: len(chunk)] = chunk
        return len(chunk)


def peek(stream: Readable) -> tuple[bytes, BinaryIO]:
    """Return the stream's first SAMPLE_BYTES (fewer at its end) and a stream that still begins with them."""
    head = b""
    while len(head) < SAMPLE_BYTES and (chunk := stream.read(SAMPLE_BYTES - len(head))):
        head += chunk
    return head, BufferedReader(_Joined(head, stream), buffer_size=SAMPLE_BYTES)


def is_wide(encoding: str) -> bool:
    """Whether the encoding spells ASCII with NULs between."""
    return encoding in _WIDE


def detect(sample: bytes) -> str:
    """Name the encoding of text that begins with `sample`: by its mark, as UTF-8, by NULs, or by likelihood.

    Text that is mostly UTF-8 with a stray byte of another encoding counts as UTF-8.
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    wide = _unmarked_wide(sample)
    if wide:
        return wide
    good, bad = _utf8_runs(sample)
    if good >= bad:
        return "utf-8"
    best = from_bytes(sample).best()
    guess = "cp1252" if best is None else best.encoding
    is_latin = _LATIN.match(guess) is not None or _is_mostly_ascii(sample)
    return "cp1252" if is_latin and _is_western(sample) else guess


def decode_lines(stream: IO[bytes], encoding: str, longest_bytes: int) -> Iterator[str | None]:
    """Yield the stream's lines with their ends, without mark and NULs; None for a line over `longest_bytes`.

    A line that is not of that encoding is read as cp1252, so one stray byte spoils no other line.
    """
    if encoding in _WIDE:
        yield from _wide_lines(stream, encoding, longest_bytes)
        return
    first = True
    while line := stream.readline(longest_bytes + 1):
        if len(line) > longest_bytes:
            while line and not line.endswith(b"\n"):
                line = stream.readline(longest_bytes)
            yield None
        else:
            yield _decode(line.removeprefix(codecs.BOM_UTF8) if first else line, encoding)
        first = False


def decode(data: bytes) -> str:
    """Decode one whole text, each line as `decode_lines` does, with LF for every line end."""
    encoding = detect(data[:SAMPLE_BYTES])
    if encoding in _WIDE:
        text = data.decode(encoding, "replace").removeprefix("\ufeff").replace("\0", "")
    else:
        lines = data.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)
        text = "".join(_decode(line, encoding) for line in lines)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(line: bytes, encoding: str) -> str:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        text = line.decode("cp1252", "replace")
    return text.replace("\0", "")


def _wide_lines(stream: IO[bytes], encoding: str, longest_bytes: int) -> Iterator[str | None]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest, skipping, first = "", False, True
    while chunk := stream.read(SAMPLE_BYTES):
        text = decoder.decode(chunk).replace("\0", "")
        *lines, rest = (rest + (text.removeprefix("\ufeff") if first else text)).split("\n")
        first = False
        for line in lines:
            yield None if skipping else line + "\n"
            skipping = False
        if len(rest) > longest_bytes:
            rest, skipping = "", True
    rest += decoder.decode(b"", final=True)
    if rest or skipping:
        yield None if skipping else rest


def _unmarked_wide(sample: bytes) -> str:
    """UTF-16 of mostly Latin text has a NUL in every second place."""
    pairs = len(sample) // 2
    even, odd = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    if pairs >= 4 and odd > 0.6 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if pairs >= 4 and even > 0.6 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return ""


def _utf8_runs(sample: bytes) -> tuple[int, int]:
    """Count the runs of non-ASCII bytes that are UTF-8 and those that are not; the last may be cut short."""
    good = bad = 0
    for run in re.finditer(rb"[\x80-\xff]+", sample):
        try:
            codecs.getincrementaldecoder("utf-8")().decode(run[0], final=run.end() < len(sample))
            good += 1
        except UnicodeDecodeError:
            bad += 1
    return good, bad


def _is_mostly_ascii(sample: bytes) -> bool:
    """Only Latin letters are written so; in Cyrillic or Chinese every letter is beyond ASCII."""
    return len(re.findall(rb"[\x80-\xff]", sample)) < 0.25 * len(re.findall(rb"[A-Za-z\x80-\xff]", sample))


def _is_western(sample: bytes) -> bool:
    """Whether cp1252 gives words: no sign inside one, as in Polish, and no ø near ì, š or ž, as in Czech."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return _MARK_IN_WORD.search(text) is None and not ("ø" in text and re.search("[ìšž]", text))
