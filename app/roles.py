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
# "Won the final against B", "lost 2-0 at home to B": so many words may stand before who else it was.
_WON_OR_LOST, _THE_MATCH = frozenset({"win", "lose"}), 5
_WHAT_WAS_WON = ARTICLES | {"his", "her", "its", "their"}
_AND = frozenset({"and", "but", "then"})
# They tell who leads, and are no verb.
_STANDING = frozenset({"ahead", "behind"})
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


def is_one_contest(said: Wording) -> bool:
    """Tell whether a text tells of winning, losing or leading only what its deeds do."""
    told = sum(_is_contest(word) or word.lower in _STANDING for word in said.words)
    return told == sum(deed.verb in _CONTESTS for deed in deeds(said))


def _is_contest(word: Word) -> bool:
    return _DEEDS.get(word.lemma, ("", False))[0] in _CONTESTS


def deeds(said: Wording) -> Iterator[Deed]:
    """Yield what one name does to another, "A bought B" and "B was bought by A" alike."""
    doer: list[Word] = []
    for at, word in enumerate(said.words):
        if word.kind != "word" or is_mutual(word) or not is_verb(word):
            continue
        # "A won the vote, beating B", "A won it and beat B": A beat B.
        is_next = word.lower.endswith("ing") or said.words[at - 1].lower in _AND
        if not (doer and is_next and _is_contest(word)):
            doer = _doers(said, at)
        if found := _deed(said, at, doer):
            yield found


def _doers(said: Wording, at: int) -> list[Word]:
    """Return the names right before a verb and the small words beside it, [] for none."""
    before = before_verb(said.words, at)
    found = _names(said, said.words[: before + 1][::-1])[::-1]
    return found if found and is_unbroken(said, found[-1], said.words[at]) else []


def before_verb(words: Sequence[Word], at: int) -> int:
    """Return where the last word stands before words[at] and the small words beside it, -1 for nowhere."""
    before = at - 1
    while before >= 0 and (words[before].lower in _BESIDE_VERB | BE or words[before].lower.endswith("ly")):
        before -= 1
    return before


def _deed(said: Wording, at: int, first: Sequence[Word]) -> Deed | None:
    """Return what the names `first` do, or what is done to them, by the verb at words[at]."""
    words = said.words
    is_passive = any(one.lower in BE for one in words[before_verb(words, at) + 1 : at])
    end = _behind_verb(said, at)
    behind = words[end].lower if end < len(words) else ""
    if not first or (is_passive and behind != "by"):
        return None
    verb = f"{words[at].lemma} {behind}" if behind in _BEHIND_VERB else words[at].lemma
    last = _names(said, words[_named_from(words, end, is_behind=is_passive or behind in _BEHIND_VERB) :])
    ours, theirs = (frozenset(one.stem for one in run) for run in (first, last))
    if not last or not is_unbroken(said, words[end - 1], last[0]):
        if is_passive or not _is_contest(words[at]) or not _is_alone(words, at, end):
            return None
        last, theirs, verb = [words[end - 1]], frozenset(), words[at].lemma
    if ours & theirs:
        return None
    verb, is_told_of_other = _DEEDS.get(verb, (verb, False))
    doer, other = (theirs, ours) if is_passive != is_told_of_other else (ours, theirs)
    return Deed(
        doer=doer, verb=verb, other=other, start=min(first[0].start, words[at].start), end=last[-1].end
    )


def _behind_verb(said: Wording, at: int) -> int:
    """Return where what is said of the other one begins: "lost 3-2 to", "won the final against"."""
    words = said.words
    end = next((n for n in range(at + 1, len(words)) if words[n].kind not in ("number", "date")), len(words))
    if words[at].lemma not in _WON_OR_LOST:
        return end
    for n in range(end, min(len(words), end + _THE_MATCH)):
        if words[n].lower in _BEHIND_VERB:
            return n if is_unbroken(said, words[at], words[n]) or end > at + 1 else end
        if words[n].kind not in ("word", "function") or said.text[words[n].start].isupper():
            break
    return end


def _is_alone(words: Sequence[Word], at: int, end: int) -> bool:
    """Tell whether winning, losing or leading is told of one side alone."""
    behind = words[end].lower if end < len(words) else ""
    is_of_match = words[at].lemma in _WON_OR_LOST and behind in _WHAT_WAS_WON
    return is_of_match or end > at + 1 or behind in ("", *_BEHIND_CONTEST)


def _named_from(words: Sequence[Word], at: int, *, is_behind: bool) -> int:
    """Return where the other name starts: behind "by" or "to", an article and titles such as "former"."""
    at += is_behind
    while at < len(words) and (words[at].lower in ARTICLES | TITLES):
        at += 1
    return at


def is_verb(word: Word) -> bool:
    """Tell whether a word may be a verb by its form; plurals may be, too."""
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


def is_unbroken(said: Wording, first: Word, last: Word) -> bool:
    """Tell whether no comma, dash or the like stands between two words."""
    return not set(said.text[first.end : last.start]) & set(',;:.()"“”-–—')
