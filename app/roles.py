"""A text's words → who does what to whom, where two names stand right around a verb.

Few sentences are so plain, and in those the order of the names is what is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.wording import ARTICLES, TITLES, Word, Wording

BE = frozenset({"is", "are", "was", "were", "be", "been", "being", "got", "gets"})
_BESIDE_VERB = frozenset({"has", "have", "had", "will", "would", "also", "then", "later", "once", "finally"})
_UNCHANGED = frozenset({"beat", "hit", "cut", "hurt", "shut", "quit", "put", "let"})
_BEHIND_VERB = frozenset({"to", "over", "against"})
# Words of one deed, "-" before those that tell it of the other one: "A lost to B" is "B beat A".
_SAME_DEEDS = {
    "beat": """
        beat defeat thrash edge overcome outscore trounce rout vanquish win win-over win-against triumph-over
        triumph-against prevail-over prevail-against -lose -lose-to -lose-against -fall-to -bow-to -succumb-to
    """,
    "lead": "lead -trail",
    "buy": "buy acquire purchase",
    "succeed": "succeed replace",
}
_DEEDS = {
    word.removeprefix("-").replace("-", " "): (deed, word.startswith("-"))
    for deed, words in _SAME_DEEDS.items()
    for word in words.split()
}
# In these one side alone may be told: "Biden leads by three points".
_CONTESTS = frozenset({"beat", "lead"})
_BEHIND_CONTEST = frozenset({"in", "on", "at", "by", "with", "after"})
# With these each does it to the other.
_MUTUAL_WORDS = """
    meet marry wed merge join face play fight battle divorce kiss hug embrace date debate rival
    border neighbour neighbor resemble match tie draw ally clash speak talk agree differ equal
    partner trade sign know pass link greet befriend see
"""
_MUTUAL = frozenset(_MUTUAL_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`doer` does `verb` to `other` at text[start:end]; both by their stems, the verb a lemma ("give to").

    One of them is empty where only who won or lost is told.
    """

    doer: frozenset[str]
    verb: str
    other: frozenset[str]
    start: int
    end: int

    def is_same(self, other: "Deed") -> bool:
        """Tell whether both say the same of the same names."""
        return self.verb == other.verb and _meet((self.doer, other.doer), (self.other, other.other))

    def is_swapped(self, other: "Deed") -> bool:
        """Tell whether the other says the same with the two in each other's place."""
        return (
            self.verb == other.verb
            and _meet((self.doer, other.other), (self.other, other.doer))
            and not self.doer & other.doer
            and not self.other & other.other
        )


def _meet(*sides: tuple[frozenset[str], frozenset[str]]) -> bool:
    """Tell whether the names of each side meet; of two that are told, not merely of one that is not."""
    told = [bool(ours & theirs) for ours, theirs in sides if ours and theirs]
    return bool(told) and all(told)


def is_mutual(word: Word) -> bool:
    """Tell whether each does it to the other."""
    return word.lemma in _MUTUAL


def contests(said: Wording) -> int:
    """Return how many words of a text tell of winning, losing or leading."""
    return sum(_is_contest(word) for word in said.words)


def _is_contest(word: Word) -> bool:
    return _DEEDS.get(word.lemma, ("", False))[0] in _CONTESTS


def deeds(said: Wording) -> Iterator[Deed]:
    """Yield what one name does to another, "A bought B" and "B was bought by A" alike."""
    for at, word in enumerate(said.words):
        if word.kind == "word" and not is_mutual(word) and _is_verb(word) and (found := _deed(said, at)):
            yield found


def _deed(said: Wording, at: int) -> Deed | None:
    words = said.words
    before = at - 1
    while before >= 0 and (words[before].lower in _BESIDE_VERB | BE or words[before].lower.endswith("ly")):
        before -= 1
    is_passive = any(one.lower in BE for one in words[before + 1 : at])
    first = _names(said, words[: before + 1][::-1])[::-1]
    # "Lost 3-2 to", "leads by three points".
    end = next((n for n in range(at + 1, len(words)) if words[n].kind not in ("number", "date")), len(words))
    behind = words[end].lower if end < len(words) else ""
    if not first or (is_passive and behind != "by") or not _is_unbroken(said, first[-1], words[at]):
        return None
    verb = f"{words[at].lemma} {behind}" if behind in _BEHIND_VERB else words[at].lemma
    last = _names(said, words[_named_from(words, end, is_behind=is_passive or behind in _BEHIND_VERB) :])
    ours, theirs = (frozenset(one.stem for one in run) for run in (first, last))
    if not last or not _is_unbroken(said, words[end - 1], last[0]):
        is_alone = end > at + 1 or behind in ("", *_BEHIND_CONTEST)
        if is_passive or not is_alone or not _is_contest(words[at]):
            return None
        last, theirs, verb = [words[end - 1]], frozenset(), words[at].lemma
    if ours & theirs:
        return None
    verb, is_told_of_other = _DEEDS.get(verb, (verb, False))
    doer, other = (theirs, ours) if is_passive != is_told_of_other else (ours, theirs)
    return Deed(doer=doer, verb=verb, other=other, start=first[0].start, end=last[-1].end)


def _named_from(words: Sequence[Word], at: int, *, is_behind: bool) -> int:
    """Return where the other name starts: behind "by" or "to", an article and titles such as "former"."""
    at += is_behind
    while at < len(words) and (words[at].lower in ARTICLES | TITLES):
        at += 1
    return at


def _is_verb(word: Word) -> bool:
    if word.lower in _UNCHANGED:
        return True
    return word.lower != word.lemma and word.lower.isalpha() and not word.lower.endswith(("er", "est", "ly"))


def _names(said: Wording, words: Sequence[Word]) -> list[Word]:
    """Return the capitalised words that a run of words begins with, [] when one of them owns something."""
    found: list[Word] = []
    for word in words:
        if word.kind not in ("name", "word") or not said.text[word.start].isupper() or word.lower in TITLES:
            break
        if found and said.text[min(found[-1].end, word.end) : max(found[-1].start, word.start)] != " ":
            break
        found.append(word)
    if any(said.text[word.start : word.end].endswith(("'s", "’s", "s'", "s’")) for word in found):
        return []
    return found


def _is_unbroken(said: Wording, first: Word, last: Word) -> bool:
    return not set(said.text[first.end : last.start]) & set(',;:.()"“”-–—')
