"""A claim matched with its evidence in, "all", "most", "many" or "few" that the source has not."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.finding import Finding, finding
from app.matching import Match
from app.wording import ARTICLES, Word, Wording

_WORDS = {
    "every": "all", "each": "all", "all": "all", "most": "most", "many": "many", "few": "few", "some": "some",
    "several": "some",
}  # fmt: skip
# What bears out each of them.
_BORNE_BY = {
    "all": {"all"},
    "most": {"all", "most"},
    "many": {"all", "most", "many"},
    "few": {"few"},
}
_OF_THESE = ARTICLES | {"of", "its", "his", "her", "their", "our", "these", "those", "them", "us"}
# How many words of what is meant are compared, and behind how many small ones.
_MEANT, _BEHIND = 2, 4
_NOT_SO = frozenset({"not", "the", "than", "at", "a", "so", "too", "how", "as"})
_NEARLY = frozenset({"nearly", "almost", "virtually", "practically"})
_PEOPLE = frozenset({"people", "men", "women", "children", "police"})


@dataclass(frozen=True, slots=True)
class _Quantified:
    """How much of what, by stems, is meant at text[start:end]; "part" is a figure "of the"."""

    quantifier: str
    of: frozenset[str]
    start: int
    end: int


def quantifiers(match: Match) -> Iterator[Finding]:
    """Yield "all of the schools" where a chosen sentence has "some of the schools", and none has all."""
    theirs = [(match.sources[n], one) for n in match.chosen for one in _quantified(match.sources[n])]
    for ours in _quantified(match.claim):
        borne_by = _BORNE_BY.get(ours.quantifier)
        same = [(said, one) for said, one in theirs if one.of & ours.of]
        if borne_by is None or not same or any(one.quantifier in borne_by for _, one in same):
            continue
        said, one = same[0]
        if one.quantifier != "part" or ours.quantifier == "all":
            claim = match.claim.text[ours.start : ours.end]
            yield finding("other", claim, said.text[one.start : one.end])


def _quantified(said: Wording) -> Iterator[_Quantified]:
    for word in said.words:
        quantifier = _WORDS.get(word.lower)
        before = next(said.before(word.start), None)
        if not quantifier or (before and before.lower in _NOT_SO) or not (of := _of(said, word.end)):
            continue
        if quantifier == "all" and before and before.lower in _NEARLY:
            quantifier = "most"
        if word.lower != "most" or _is_several(said, word.end, of[-1]):
            yield _meant(quantifier, word.start, of)
    for figure in said.figures:
        behind = [one.lower for one in islice(said.behind(figure.end), 2)]
        is_part = len(behind) > 1 and behind[0] == "of" and behind[1] in _OF_THESE
        if is_part and figure.unit == "" and (of := _of(said, figure.end)):
            yield _meant("part", figure.start, of)


def _meant(quantifier: str, start: int, of: list[Word]) -> _Quantified:
    return _Quantified(quantifier, frozenset(word.stem for word in of), start, of[-1].end)


def _of(said: Wording, end: int) -> list[Word]:
    """Return the plain words right behind a quantifier, "of the four" left out."""
    behind = list(islice(said.behind(end), _BEHIND + _MEANT))
    while behind and (behind[0].lower in _OF_THESE or behind[0].kind == "number"):
        behind.pop(0)
    found: list[Word] = []
    for word in behind[:_MEANT]:
        if word.kind != "word" or (found and said.text[found[-1].end : word.start] != " "):
            break
        found.append(word)
    return found


def _is_several(said: Wording, end: int, last: Word) -> bool:
    """Tell "most voters" and "most of the work" from "most popular"."""
    behind = next(said.behind(end))
    return behind.lower == "of" or last.lower.endswith("s") or last.lower in _PEOPLE
