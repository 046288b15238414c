"""Raw article text → canonical text: paragraphs parted by one blank line, ready for offsets.

Everything that may change a character happens here, once; every later stage only points into the result.
docs/decisions/0002-cleaning-and-segmentation.md says why each step is there.
"""

import re
import unicodedata
from itertools import pairwise

from index.wrapping import unwrap

_MAX_PASSES = 8

_SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PARAGRAPH_END = re.compile("\u2029")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028]")
# Controls, soft hyphen, Mongolian vowel separator, word joiner and invisible operators, byte order mark,
# interlinear annotation and object replacement, noncharacters: nothing a reader sees or a word needs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\xad\u180e\u2060-\u2064\ufeff\ufff9-\ufffc\ufffe\uffff]"
)
_BLANK = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_BLANKS = re.compile(" {2,}")
_LINE_EDGE = re.compile(" *\n *")
_EMPTY_LINES = re.compile(r"\n{3,}")

# A zero width space parts words in scripts written without blanks; elsewhere it splits one word in two.
_ZERO_WIDTH_SPACE = re.compile(
    "(?<![\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff])\u200b|\u200b(?![\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff])"
)
# Joiners shape Indic and Arabic letters and build emoji; beside Latin, Greek or a blank they do nothing.
_IDLE_JOINER = re.compile(
    "(?:(?<=[\x00-\u058f\u2000-\u206f\u3000-\u303f])|^)[\u200c\u200d]+|[\u200c\u200d]+(?=[\\s\u200b]|$)", re.M
)
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_BIDI_SCOPE = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BIDI_MARK = re.compile("[\u200e\u200f\u061c]")

# NFC would replace these ideographs, which names are written with, by their unified look-alikes.
_COMPATIBILITY_IDEOGRAPHS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")

_STRAY_CLOSING_QUOTE = re.compile(r"(?<=[.,!?…]) ”(?= |$)", re.M)

_TYPICAL_WIDTH = range(45, 101)
_LAST_BEFORE_BREAK = re.compile(r"[.!?:;…][\"'”’)\]]*$")


def clean(text: str) -> str:
    """Return the canonical form of a raw article text; canonical text comes back as it is.

    No word is lost: what changes is broken encoding, unseen characters, blanks, line ends and, where an
    article came in the "All the news" form, its wrapping. `clean(clean(x)) == clean(x)`.
    """
    for _ in range(_MAX_PASSES):
        cleaned = _pass(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def _pass(text: str) -> str:
    text = _mend_encoding(text)
    text = _drop_unseen(text)
    text = _even_blanks(text)
    text = _compose(text)
    text = unwrap(text)
    text = _STRAY_CLOSING_QUOTE.sub("”", text)
    return _join_hard_wrapped(text)


def _mend_encoding(text: str) -> str:
    """Undo mojibake line by line, so that one broken line does not decide about the others."""
    text = _SURROGATE_PAIR.sub(_join_surrogates, text)
    text = _LONE_SURROGATE.sub("\ufffd", text)
    if text.isascii():
        return text
    # Imported here: ftfy costs 0.1 s, and readers of canonical text never need it.
    import ftfy

    return "\n".join(line if line.isascii() else ftfy.fix_encoding(line) for line in text.split("\n"))


def _join_surrogates(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _drop_unseen(text: str) -> str:
    text = _LINE_END.sub("\n", _PARAGRAPH_END.sub("\n\n", text))
    text = _UNSEEN.sub("", text)
    if text.isascii():
        return text
    text = _ZERO_WIDTH_SPACE.sub("", text)
    text = _IDLE_JOINER.sub("", text)
    # A scope opened in one sentence and closed in the next would turn the page around a quoted sentence.
    text = _BIDI_SCOPE.sub("", text)
    return text if _RIGHT_TO_LEFT.search(text) else _BIDI_MARK.sub("", text)


def _even_blanks(text: str) -> str:
    text = _BLANKS.sub(" ", _BLANK.sub(" ", text))
    return _EMPTY_LINES.sub("\n\n", _LINE_EDGE.sub("\n", text)).strip()


def _compose(text: str) -> str:
    if unicodedata.is_normalized("NFC", text):
        return text
    parts = _COMPATIBILITY_IDEOGRAPHS.split(text)
    parts[::2] = [unicodedata.normalize("NFC", part) for part in parts[::2]]
    return "".join(parts)


def _join_hard_wrapped(text: str) -> str:
    """Join lines that were broken only because the next word did not fit; leave all others.

    A wrapped text betrays itself: nearly every line inside its paragraphs is so long that the next
    line's first word would have passed the longest line.
    """
    blocks = [block.split("\n") for block in text.split("\n\n")]
    pairs = [pair for block in blocks for pair in pairwise(block)]
    if len(pairs) < 3:
        return text
    width = max(len(line) for line, _ in pairs if " " in line) if any(" " in line for line, _ in pairs) else 0
    full = [line for line, below in pairs if _is_full(line, below, width)]
    running = [line for line in full if not _LAST_BEFORE_BREAK.search(line)]
    if width not in _TYPICAL_WIDTH or len(full) < 0.7 * len(pairs) or len(running) < 0.6 * len(full):
        return text
    return "\n\n".join(_join_lines(block, width) for block in blocks)


def _is_full(line: str, below: str, width: int) -> bool:
    return len(line) + 1 + len(below.partition(" ")[0]) > width


def _join_lines(lines: list[str], width: int) -> str:
    joined = lines[0]
    for line, below in pairwise(lines):
        if not _is_full(line, below, width):
            joined += "\n" + below
        elif re.search(r"\w-$", line):
            joined += below  # wrapped at its own hyphen: "well-" over "known"
        else:
            joined += " " + below
    return joined
