"""A claim matched with its evidence in, words out whose opposite stands in their place in the source."""

from collections.abc import Iterator, Sequence
from itertools import islice

from app.arrangement import Marks, is_turned, tokens
from app.comparisons import turned
from app.finding import Finding, beside, finding, fit
from app.lexicon import relation
from app.matching import HELD, Match
from app.roles import deeds
from app.wording import Word, Wording

# Stand for a word of the claim and its synonyms, and for its opposites.
_WORD, _OPPOSITE = "#+", "#-"
_ALIKE, _AGAINST = frozenset({"same", "derived"}), frozenset({"opposite"})
# So many of the claim's words around an opposite tell that it is the one meant.
_FITS = 2
# No sentence has a word and its like more often.
_LOOKED_AT = 12


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
        # "Not legal" is "illegal".
        is_so = other.kind == "word" and other.is_denied == word.is_denied
        if is_so and relation(word.lemma, other.lemma) == "opposite":
            return written
    return ""


def _exchanged(match: Match, word: Word) -> str:
    """Return the opposite, where every chosen sentence that has both has it where the claim has the word."""
    instead = ""
    for said in (match.sources[n] for n in match.chosen):
        alike = _related(said, word, _ALIKE)
        # "A table-topping side" has no side against a top.
        against = [
            at
            for at in _related(said, word, _AGAINST)
            if not {at - 1, at + 1} & set(alike) and said.words[at].is_denied == word.is_denied
        ]
        if not against or not alike:
            continue
        marks = _marks(said, against, alike)
        ours = _marks(match.claim, _related(match.claim, word, _AGAINST), _related(match.claim, word, _ALIKE))
        is_exchanged = is_turned(tokens(match.claim, ours), tokens(said, marks), _WORD, _OPPOSITE)
        if not is_exchanged and not _fits_better(match.claim, word, said, against, alike):
            return ""
        instead = instead or said.text[said.words[against[0]].start : said.words[against[0]].end]
    return instead


def _fits_better(
    claim: Wording, word: Word, said: Wording, against: Sequence[int], alike: Sequence[int]
) -> bool:
    """Tell whether twice as many of the claim's words stand around an opposite, and more, as about it."""
    theirs, ours = (max(fit(claim, word, said, at) for at in places) for places in (against, alike))
    return theirs >= _FITS and theirs > 2 * ours


def _marks(said: Wording, against: Sequence[int], alike: Sequence[int]) -> Marks:
    return {
        (said.words[at].start, said.words[at].end): mark
        for places, mark in ((alike, _WORD), (against, _OPPOSITE))
        for at in places
    }


def _related(said: Wording, word: Word, how: frozenset[str]) -> list[int]:
    """Return where a text has words that are so related to one, as many as are looked at."""
    found = (
        at
        for at, one in enumerate(said.words)
        if one.kind == "word" and relation(word.lemma, one.lemma) in how
    )
    return list(islice(found, _LOOKED_AT))
