"""Where a sentence may end, and whether it does: proposals and the rules that judge them.

A proposal is a run of terminators with the quotes and brackets that close after it. Each rule answers
True (cut), False (join) or None (no opinion); the first answer counts. Rules look at a bounded window, so
the whole is linear in the text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from index import abbreviations as words

_WINDOW = 60
_QUOTE_WINDOW = 1_000
# "At 5 a.m. Mr. Smith went": a time before any verb.
_SHORT_HEAD = 25

# CJK, Arabic and Urdu, Devanagari, Armenian, Ethiopic, Myanmar, Khmer, Tibetan, Sinhala, Mongolian.
_UNSPACED = "。！？｡．؟۔।॥։።፧፨။។៕༎༏෴᠃᠉"
_SPACED = ".!?…‼⁇⁈⁉‽"
_QUOTES = "\"'”’“‘»«›‹」』〉》"
_CLOSERS = _QUOTES + ")]}）】］｝〕\u200e\u200f\u061c"
_REFERENCE = r"\s?\[(?:\d{1,3}|[a-z]|[a-z ]{0,20}needed)\]"
_SMILEY = r"\s[:;]-?[()DP](?=\s)"
_PROPOSAL = re.compile(
    r"(?P<mark>"
    r"(?<=\s)\.(?: \.)+"  # . . .
    r"|\.\s(?:\.\.\.|…)(?=\s)"  # a stop and what was left out after it
    rf"|[{re.escape(_UNSPACED + _SPACED)}]+"
    r"|(?<=[\u0370-\u03ff\u1f00-\u1fff]);"  # the Greek question mark
    rf")(?P<closers>[{re.escape(_CLOSERS)}]*(?:\s[»”](?=\s))?(?:{_REFERENCE})*(?:{_SMILEY})?)(?P<blank>\s*)"
)
_GLUED = re.compile(r"(?!(?:Com|Org|Net)\b)(?P<word>[A-Z][a-z]*)(?:[’'][a-z]+)?,?\s")
_LOOSE_QUOTE = re.compile(r"\"\s+")
_NEXT_WORD = re.compile(r"[\"'“‘«„‚»(\[¿¡]*(?P<word>[^\W_](?:[\w&]|[.'’-](?=\w))*)")
_OPENS_QUOTE = re.compile(r"[\"“«„「『]|[‘'](?=[^\W\d_])")
_OPENERS = "([{\"'“‘«„‚—–-¿¡•⁃‣▪●◦"

_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_HALF_DAY = re.compile(r"[ap]\.?m", re.I)
_TIME_FIRST = re.compile(r"(?:At|On|By|Around|About|Before|After|From|Until|Since|Between)\b")
_ENUMERATOR = re.compile(r"[•⁃‣▪●◦*–-]?\s*\(?(?:\d{1,3}|[^\W\d_]|[ivx]{1,4}|[IVX]{1,4})")
_CITATION = re.compile(r"\([^().\n]{1,40}\)\s?[.,;:]")
_SAID = re.compile(
    r"(?:[A-Z][\w.’'-]*\s){1,4}(?:said|says|asked|asks|replied|added|cried|shouted|wrote|exclaimed|tweeted|wondered|yelled)"
    r"(?:[.,:;]|\s(?:in|on|at|to|of|as|when|after|during|reporters|him|her|them|me)\b)"
)
_SPACED_ELLIPSIS = re.compile(r"\.(?: \.){2,}\s")
_ZIP_CODE = re.compile(r"\d{5}\b")
_CAMEL = re.compile(r"[a-z]+[A-Z]")


@dataclass(frozen=True)
class Proposal:
    """A place where the sentence that began at `start` may end: before `text[next_start:]`."""

    text: str
    start: int
    mark_start: int
    mark: str
    closers: str
    next_start: int
    language: str

    @property
    def is_stop(self) -> bool:
        return self.mark == "."

    @cached_property
    def before(self) -> str:
        """The word that carries the mark, without what opens before it."""
        window = self.text[max(self.start, self.mark_start - _WINDOW) : self.mark_start]
        return re.split(r"[\s/—]", window)[-1].lstrip(_OPENERS)

    @cached_property
    def key(self) -> str:
        """The word as the lists have it; of "D-Calif" the last part."""
        return re.split("[-–]", self.before.lower())[-1]

    @property
    def next_char(self) -> str:
        return self.text[self.next_start]

    @cached_property
    def after(self) -> str:
        """The next word, "" when something else follows."""
        match = _NEXT_WORD.match(self.text, self.next_start, self.next_start + _WINDOW)
        return match["word"] if match else ""

    @cached_property
    def is_started(self) -> bool:
        """Whether what follows could only open a sentence: a function word, a label, a quotation."""
        match = _NEXT_WORD.match(self.text, self.next_start, self.next_start + _WINDOW)
        if match is None:
            return False
        return (
            match["word"].lower().replace("’", "'") in words.STARTERS
            or (match["word"].lower() in words.LABELS and self.text[match.end() : match.end() + 1] == ":")
            or _OPENS_QUOTE.match(self.text, self.next_start) is not None
        )


def boundaries(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences of the line `text[start:end]` end, and where the next one starts."""
    line_start = start
    for match in _PROPOSAL.finditer(text, start, end):
        is_parted = bool(match["blank"]) or match["mark"][-1] in _UNSPACED or _is_glued(text, match)
        if match.end() >= end or not is_parted:
            continue
        sentence_end, next_start = match.end("closers"), match.end()
        loose = _LOOSE_QUOTE.match(text, next_start, end)
        if loose and _is_quote_open(text, line_start, match.start()):
            sentence_end, next_start = next_start + 1, loose.end()
        proposal = Proposal(
            text=text,
            start=start,
            mark_start=match.start(),
            mark=match["mark"],
            closers=match["closers"],
            next_start=next_start,
            language=language,
        )
        if next_start < end and _is_boundary(proposal):
            yield sentence_end, next_start
            start = next_start


def _is_glued(text: str, match: re.Match[str]) -> bool:
    """Whether only the blank is missing, as in "He left.She stayed", and it is no "Node.js" or "U.S.Army"."""
    words_before = text[max(0, match.start() - _WINDOW) : match.start()].split()
    before = words_before[-1].lstrip(_OPENERS) if words_before else ""
    glued = _GLUED.match(text, match.end())
    if glued is None or len(before) < 3 or not before.isalpha():
        return False
    return before.islower() or glued["word"].lower() in words.STARTERS


def _is_quote_open(text: str, start: int, end: int) -> bool:
    return text.count('"', max(start, end - _QUOTE_WINDOW), end) % 2 == 1


def _is_boundary(proposal: Proposal) -> bool:
    return next(verdict for rule in _RULES if (verdict := rule(proposal)) is not None)


def _after_unspaced_mark(proposal: Proposal) -> bool | None:
    if proposal.mark[-1] not in _UNSPACED:
        return None
    # Japanese goes on with a particle after a quotation: 「…。」と述べた.
    return (
        not (proposal.closers and "\u3041" <= proposal.next_char <= "\u309f")
        and proposal.next_char not in "、，,;:；："
    )


def _before_lower_case(proposal: Proposal) -> bool | None:
    """Join, unless the stop can only be a full one: words go missing at the head of sentences."""
    opened = proposal.text[proposal.next_start : proposal.next_start + 2].lstrip("[")
    if not opened[:1].islower() or _CAMEL.match(proposal.after):
        return None
    # Other languages have abbreviations of any length that the lists do not know.
    if proposal.language not in ("", "en"):
        return False
    is_item = proposal.text[proposal.next_start + 1 : proposal.next_start + 2] == ")"
    if proposal.closers or is_item or proposal.mark not in (".", "?", "!"):
        return False
    before = proposal.before
    if proposal.mark != ".":
        return before.islower()
    is_number = len(before) > 3 and before.isdigit()
    is_word = before in words.SHORT_WORDS or (
        before.isalpha() and len(before) > (3 if before.islower() else 6)
    )
    return is_number or (is_word and proposal.key not in words.SHORTENED)


def _before_punctuation(proposal: Proposal) -> bool | None:
    if proposal.next_char in ",;:)]}.?!…%&/=+":
        return False
    # A dash goes on, but in a dialogue set with dashes it opens the next turn.
    if proposal.next_char in "-–—":
        return proposal.text[proposal.start] in "-–—"
    return None


def _before_citation(proposal: Proposal) -> bool | None:
    """Join "stairways." (Smith 55)."""
    if _CITATION.match(proposal.text, proposal.next_start, proposal.next_start + _WINDOW):
        return False
    return None


def _after_bracketed_mark(proposal: Proposal) -> bool | None:
    """Join "(!)", "(?)": a remark on the word before."""
    is_remark = proposal.text[proposal.mark_start - 1 : proposal.mark_start] == "(" and proposal.mark in "?!"
    return False if is_remark else None


def _after_exclaiming_name(proposal: Proposal) -> bool | None:
    is_name = proposal.mark == "!" and not proposal.closers and proposal.key in words.EXCLAIMING_NAMES
    return False if is_name and not proposal.is_started else None


def _before_attribution(proposal: Proposal) -> bool | None:
    """Join "Why?" John Smith asked."""
    if proposal.closers and proposal.mark[-1] in "?!" and _SAID.match(proposal.text, proposal.next_start):
        return False
    return None


def _after_ellipsis(proposal: Proposal) -> bool | None:
    if "…" not in proposal.mark and proposal.mark.count(".") < 2:
        return None
    head = proposal.text[proposal.start : min(proposal.mark_start, proposal.start + _WINDOW)]
    if not any(char.isalnum() for char in head):
        return False  # the sentence opens with it
    is_apart = proposal.text[proposal.mark_start - 1].isspace()
    if is_apart and proposal.mark.count(".") == 3 and re.split("['’]", proposal.after)[0] == "I":
        return False
    return None


def _before_spaced_ellipsis(proposal: Proposal) -> bool | None:
    if proposal.is_stop and _SPACED_ELLIPSIS.match(proposal.text, proposal.next_start):
        return True
    return None


def _after_enumerator(proposal: Proposal) -> bool | None:
    head = proposal.text[proposal.start : min(proposal.mark_start, proposal.start + _WINDOW)]
    return False if proposal.is_stop and _ENUMERATOR.fullmatch(head) else None


def _after_title(proposal: Proposal) -> bool | None:
    is_title = proposal.is_stop and proposal.before[:1].isupper() and proposal.key in words.TITLES
    return False if is_title else None


def _after_number_word(proposal: Proposal) -> bool | None:
    if not proposal.is_stop:
        return None
    is_dated = proposal.key in words.DATED and proposal.before[:1].isupper()
    if proposal.next_char.isdigit() and (is_dated or proposal.key in words.NUMBERED):
        return False
    return None


def _after_half_day(proposal: Proposal) -> bool | None:
    if not proposal.is_stop or not _HALF_DAY.fullmatch(proposal.before):
        return None
    if proposal.after.lower() in words.TIME_WORDS:
        return False
    is_short = proposal.mark_start - proposal.start < _SHORT_HEAD
    return not (is_short and _TIME_FIRST.match(proposal.text, proposal.start))


def _after_initial(proposal: Proposal) -> bool | None:
    before = proposal.before
    if not proposal.is_stop or len(before) != 1 or not before.isalpha():
        return None
    window = proposal.text[max(proposal.start, proposal.mark_start - _WINDOW) : proposal.mark_start - 1]
    word = window.split()[-1] if window.split() else ""
    if word.lower() in words.LETTERED or (before == "I" and word.islower()):
        return True
    return proposal.is_started


def _after_place(proposal: Proposal) -> bool | None:
    if not proposal.is_stop or proposal.key not in words.PLACES or not proposal.before[:1].isupper():
        return None
    if _ZIP_CODE.match(proposal.text, proposal.next_start):
        return False
    head = proposal.text[max(proposal.start, proposal.mark_start - _WINDOW) : proposal.mark_start]
    lead = head[: len(head) - len(proposal.before)]
    return lead.endswith((", ", "Washington ")) or proposal.is_started


def _after_abbreviation(proposal: Proposal) -> bool | None:
    if not proposal.is_stop:
        return None
    before, key = proposal.before, proposal.key
    if key in words.LEADING:
        return False
    if key in words.CLOSING or _ACRONYM.fullmatch(before):
        return proposal.is_started
    return None


def _after_ordinal(proposal: Proposal) -> bool | None:
    is_ordinal = (
        proposal.is_stop
        and proposal.language in words.ORDINAL_LANGUAGES
        and len(proposal.before) <= 2
        and proposal.before.isdigit()
    )
    return proposal.is_started if is_ordinal else None


def _otherwise(_proposal: Proposal) -> bool:
    return True


_RULES: tuple[Callable[[Proposal], bool | None], ...] = (
    _after_unspaced_mark,
    _before_lower_case,
    _before_spaced_ellipsis,
    _before_punctuation,
    _before_citation,
    _after_bracketed_mark,
    _after_exclaiming_name,
    _before_attribution,
    _after_ellipsis,
    _after_enumerator,
    _after_title,
    _after_number_word,
    _after_half_day,
    _after_initial,
    _after_place,
    _after_abbreviation,
    _after_ordinal,
    _otherwise,
)
