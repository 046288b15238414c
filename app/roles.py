"""A text's words → who does what to whom, where two names stand right around a verb.

Few sentences are so plain, and in those the order of the names is what is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.wording import Word, Wording

_BE = frozenset({"is", "are", "was", "were", "be", "been", "being", "got", "gets"})
_BESIDE_VERB = frozenset({"has", "have", "had", "will", "would", "also", "then", "later", "once", "finally"})
_ARTICLES = frozenset({"the", "a", "an"})
_UNCHANGED = frozenset({"beat", "hit", "cut", "hurt", "shut", "quit", "put", "let"})
_BEHIND_VERB = frozenset({"to", "over"})
# With these each does it to the other.
_MUTUAL_WORDS = """
    meet marry wed merge join face play fight battle divorce kiss hug embrace date debate rival
    border neighbour neighbor resemble match tie draw ally clash speak talk agree differ equal
    partner trade sign know pass link greet befriend see
"""
_MUTUAL = frozenset(_MUTUAL_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`doer` does `verb` to `other` at text[start:end]; both by their stems, the verb a lemma ("lose to")."""

    doer: frozenset[str]
    verb: str
    other: frozenset[str]
    start: int
    end: int

    def is_same(self, other: "Deed") -> bool:
        """Tell whether both say the same of the same names."""
        return self.verb == other.verb and bool(self.doer & other.doer) and bool(self.other & other.other)

    def is_swapped(self, other: "Deed") -> bool:
        """Tell whether the other says the same with the two in each other's place."""
        return (
            self.verb == other.verb
            and bool(self.doer & other.other)
            and bool(self.other & other.doer)
            and not self.doer & other.doer
            and not self.other & other.other
        )


def deeds(said: Wording) -> Iterator[Deed]:
    """Yield what one name does to another, "A bought B" and "B was bought by A" alike."""
    words = said.words
    for at, word in enumerate(words):
        if word.kind != "word" or word.lemma in _MUTUAL or not _is_verb(word):
            continue
        before = at - 1
        while before >= 0 and (
            words[before].lower in _BESIDE_VERB | _BE or words[before].lower.endswith("ly")
        ):
            before -= 1
        is_passive = any(one.lower in _BE for one in words[before + 1 : at])
        after = at + 1
        behind = words[after].lower if after < len(words) else ""
        if is_passive and behind != "by":
            continue
        if is_passive or behind in _BEHIND_VERB:
            after += 1
        if after < len(words) and words[after].lower in _ARTICLES:
            after += 1
        first = _names(said, words[: before + 1][::-1])[::-1]
        last = _names(said, words[after:])
        if not first or not last or not _is_unbroken(said, first[-1], last[0]):
            continue
        ours, theirs = ({one.stem for one in run} for run in (first, last))
        if ours & theirs:
            continue
        yield Deed(
            doer=frozenset(theirs if is_passive else ours),
            verb=word.lemma + (f" {behind}" if behind in _BEHIND_VERB else ""),
            other=frozenset(ours if is_passive else theirs),
            start=first[0].start,
            end=last[-1].end,
        )


def _is_verb(word: Word) -> bool:
    if word.lower in _UNCHANGED:
        return True
    return word.lower != word.lemma and word.lower.isalpha() and not word.lower.endswith(("er", "est", "ly"))


def _names(said: Wording, words: Sequence[Word]) -> list[Word]:
    """Return the capitalised words that a run of words begins with, [] when one of them owns something."""
    found: list[Word] = []
    for word in words:
        if word.kind not in ("name", "word") or not said.text[word.start].isupper():
            break
        if found and said.text[min(found[-1].end, word.end) : max(found[-1].start, word.start)] != " ":
            break
        found.append(word)
    if any(said.text[word.start : word.end].endswith(("'s", "’s", "s'", "s’")) for word in found):
        return []
    return found


def _is_unbroken(said: Wording, first: Word, last: Word) -> bool:
    return not set(said.text[first.end : last.start]) & set(',;:.()"“”-–—')
