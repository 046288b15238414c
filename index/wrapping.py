"""The "All the news" form undone: one line of quoted paragraphs → paragraphs.

The Kaggle dump printed each article as Python prints a list of strings, and then turned every straight
quote into a closing curly one. So a paragraph stands in ’…’ with its own apostrophes doubled (’’), or in
”…” when it holds apostrophes and no double quotes; an image left an empty ’’. That grammar is read here.
"""

import re
from dataclasses import dataclass

_OPENING = re.compile("[’”]")
_EMPTY = re.compile(r"(?:’’|””)(?=\s|$)")
_QUOTES = re.compile("’+")
_CLOSES = re.compile(r"\s+(?=[’”])|\s*$")
_LONE_APOSTROPHE = re.compile("(?<!’)’(?!’)")
_DOUBLE_QUOTE = re.compile("”")

_SPACED_QUOTE = re.compile("( ?)”( ?)")

_MIN_REGULAR_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class _Paragraph:
    wrapper: str
    content: str

    @property
    def is_regular(self) -> bool:
        """Whether Python would have chosen this wrapper for this content."""
        if self.wrapper == "”":
            return "’" in self.content and "”" not in self.content
        return _LONE_APOSTROPHE.search(self.content) is None


def unwrap(text: str) -> str:
    """Return the paragraphs parted by blank lines, or the text itself when it is not of this form."""
    if text[:1] not in ("’", "”"):
        return text
    paragraphs = _parse(text)
    if not _is_wrapped(paragraphs):
        return text
    return "\n\n".join(filter(None, (_restore(paragraph) for paragraph in paragraphs)))


def _is_wrapped(paragraphs: list[_Paragraph]) -> bool:
    filled = [paragraph for paragraph in paragraphs if paragraph.content.strip()]
    regular = [paragraph for paragraph in filled if paragraph.is_regular]
    return len(paragraphs) >= 2 and len(filled) >= 1 and len(regular) >= _MIN_REGULAR_SHARE * len(filled)


def _parse(text: str) -> list[_Paragraph]:
    """Read paragraph after paragraph; [] when something stands where one should open."""
    paragraphs: list[_Paragraph] = []
    at = 0
    while at < len(text):
        if not _OPENING.match(text, at):
            return []
        empty = _EMPTY.match(text, at)
        if empty:
            paragraphs.append(_Paragraph(text[at], ""))
            end = empty.end()
        else:
            close = _closing(text, at + 1, text[at])
            paragraphs.append(_Paragraph(text[at], text[at + 1 : close]))
            end = close + 1
        gap = _CLOSES.match(text, end)
        at = gap.end() if gap else end
    return paragraphs


def _closing(text: str, start: int, wrapper: str) -> int:
    """Return where the wrapper closes, or the end of a text that was cut off before it did."""
    pattern = _QUOTES if wrapper == "’" else _DOUBLE_QUOTE
    for run in pattern.finditer(text, start):
        # Doubled apostrophes belong to the content, so a closing one makes the run odd.
        if len(run[0]) % 2 == 1 and _CLOSES.match(text, run.end()):
            return run.end() - 1
    return len(text)


def _restore(paragraph: _Paragraph) -> str:
    content = paragraph.content.replace("’’", "’") if paragraph.wrapper == "’" else paragraph.content
    return _turn_quotes(content.strip())


def _turn_quotes(content: str) -> str:
    """Make every other double quote an opening one, and close up blanks inside the pair.

    Blanks decide where they can; where there are blanks on both sides, or on none, the quote before decides.
    """
    pieces: list[str] = []
    at, is_open = 0, False
    for quote in _SPACED_QUOTE.finditer(content):
        before = content[quote.start() - 1 : quote.start()]
        after = content[quote.end() : quote.end() + 1]
        blank_before = bool(quote[1]) or before in ("", "(", "[", "—", "“")
        blank_after = bool(quote[2]) or after in ("", ".", ",", ";", ":", "!", "?", ")", "]", "—")
        is_open = not is_open if blank_before == blank_after else blank_before
        pieces.append(content[at : quote.start()])
        pieces.append(f"{quote[1]}“" if is_open else f"”{quote[2]}")
        at = quote.end()
    return "".join([*pieces, content[at:]])
