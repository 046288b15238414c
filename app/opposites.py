"""A claim matched with its evidence in, words out whose opposite stands in their place in the source."""

from collections.abc import Iterator

from app.arrangement import is_turned, tokens
from app.comparisons import turned
from app.finding import Finding, beside, finding
from app.lexicon import relation
from app.matching import HELD, Match
from app.roles import deeds
from app.wording import Word, Wording

# Stand for a word of the claim and its synonyms, and for its opposites.
_WORD, _OPPOSITE = "#+", "#-"
_ALIKE = frozenset({"same", "derived"})


def opposites(match: Match) -> Iterator[Finding]:
    """Yield each word that the source has the opposite of, in its place.

    "Arsenal lost to Chelsea" is no opposite of "Chelsea beat Arsenal", who did what to whom being the same,
    nor is "lower in Oslo than in Rome" of "higher in Rome than in Oslo".
    """
    theirs = [deed for n in match.chosen for deed in deeds(match.sources[n])]
    same = [
        (ours.start, ours.end) for ours in deeds(match.claim) if any(deed.is_same(ours) for deed in theirs)
    ]
    same += [(ours.start, ours.end) for ours, other, _ in turned(match) if ours.is_opposed(other)]
    for number, word in enumerate(match.content):
        if word.kind != "word" or any(start <= word.start < end for start, end in same):
            continue
        if instead := _in_its_place(match, number) or _exchanged(match, word):
            yield finding("other", match.claim.text[word.start : word.end], instead)


def _in_its_place(match: Match, number: int) -> str:
    """Return the opposite of a word that no source has, "" for none."""
    word = match.content[number]
    if match.held[number] >= HELD:
        return ""
    for written, other in beside(match, number):
        if other.kind == "word" and relation(word.lemma, other.lemma) == "opposite":
            return written
    return ""


def _exchanged(match: Match, word: Word) -> str:
    """Return the opposite, where every chosen sentence that has both has it where the claim has the word."""
    instead = ""
    for said in (match.sources[n] for n in match.chosen):
        against = _related(said, word, frozenset({"opposite"}))
        if not against or not _related(said, word, _ALIKE):
            continue
        if not is_turned(_marked(match.claim, word), _marked(said, word), _WORD, _OPPOSITE):
            return ""
        instead = instead or said.text[against[0].start : against[0].end]
    return instead


def _marked(said: Wording, word: Word) -> list[str]:
    marks = {(one.start, one.end): _WORD for one in _related(said, word, _ALIKE)}
    marks |= {(one.start, one.end): _OPPOSITE for one in _related(said, word, frozenset({"opposite"}))}
    return tokens(said, marks)


def _related(said: Wording, word: Word, how: frozenset[str]) -> list[Word]:
    return [one for one in said.words if one.kind == "word" and relation(word.lemma, one.lemma) in how]
