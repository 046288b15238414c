"""A matched claim in, what it tells of one and its source of another out.

"The wife of A has filed" and "A's wife has filed" are not "A has filed"; "the man who shot A was jailed" is
not "A was jailed".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.finding import Finding, finding
from app.lexicon import lemma
from app.matching import Match
from app.roles import before_verb, is_unbroken, is_verb
from app.wording import Word, Wording

# Who is told of as someone's, and does nothing in that one's name.
_OTHERS_WORDS = """
    wife husband widow widower spouse girlfriend boyfriend fiance fiancé fiancee fiancée partner lover bride
    groom mother father parent mom mum dad son daughter child children baby brother sister sibling twin cousin
    uncle aunt nephew niece grandson granddaughter grandfather grandmother grandchild relative stepson
    stepdaughter
    stepfather stepmother friend neighbour neighbor roommate classmate colleague bodyguard driver chauffeur
    assistant killer murderer attacker assassin victim fan supporter follower critic opponent rival enemy
    successor predecessor biographer doppelganger
    death murder killing assassination funeral arrest
"""
_OTHERS = frozenset(_OTHERS_WORDS.split())
# These act for someone, but what befalls them befalls nobody else.
_AGENTS_WORDS = """
    spokesman spokeswoman spokesperson lawyer attorney solicitor barrister representative agent aide adviser
    advisor manager deputy secretary president chairman chairwoman chief head leader director founder minister
    ambassador governor mayor coach captain owner doctor teacher
"""
_AGENTS = frozenset(_AGENTS_WORDS.split())
_BEFALLS_WORDS = """
    resign die kill murder assassinate arrest detain jail imprison sentence convict acquit injure wound hurt
    shoot stab marry divorce retire hospitalize hospitalise hire fire sack dismiss suspend abduct kidnap weep
    cry
"""
_BEFALLS = frozenset(_BEFALLS_WORDS.split())
_OF = frozenset({"of", "for", "to", "by", "from", "with", "against"})
_WHO = frozenset({"who", "that", "which"})
# With these another clause begins: in "the man who police say A shot" it is A who shot.
_CLAUSE_BEGINS_WORDS = """
    say tell claim believe think allege report know suspect hope fear argue insist announce confirm admit warn
    show find reveal suggest indicate note mean prove ensure feel learn discover conclude estimate predict
    expect state agree see
    and or but as than when while where because if after before since until although though so how why what
"""
_CLAUSE_BEGINS = frozenset(_CLAUSE_BEGINS_WORDS.split())
# So many words a noun phrase has at most, a clause that begins with "who", and a name.
_PHRASE, _CLAUSE, _NAME = 6, 9, 3


_POSSESSIVE = re.compile(r"(?:['’]s|s['’])$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claimed:
    """A claim's verb, the last word of its subject, and the stems of all of its words."""

    subject: Word
    verb: Word
    stems: frozenset[str]


def subjects(match: Match) -> Iterator[Finding]:
    """Yield the first subject of the claim whose verb every source has of another."""
    stems = frozenset(word.stem for word in match.claim.words)
    for verb, places in zip(match.content, match.places, strict=True):
        subject = _subject(match.claim, match.claim.words.index(verb))
        if not subject:
            continue
        one = _Claimed(subject=subject, verb=verb, stems=stems)
        told = {(n, at): _other(match.sources[n], at, one) for n, found in places.items() for at in found}
        chosen = [(n, at, other) for (n, at), other in told.items() if other and n in match.chosen]
        if chosen and all(told.values()):
            n, at, other = chosen[0]
            said = match.sources[n]
            claimed = match.claim.text[subject.start : verb.end]
            yield finding("other", claimed, said.text[other.start : said.words[at].end])
            return


def _subject(said: Wording, at: int) -> Word | None:
    """Return the last word of what does words[at], None where that is no verb or nobody stands before it."""
    verb = said.words[at]
    before = before_verb(said.words, at)
    is_doing = verb.lower.endswith("ing") and before < at - 1
    if verb.kind != "word" or not is_verb(verb) or (verb.lower.endswith(("s", "ing")) and not is_doing):
        return None
    if before < 0 or said.words[before].kind not in ("name", "word"):
        return None
    return said.words[before] if is_unbroken(said, said.words[before], verb) else None


def _other(said: Wording, at: int, one: _Claimed) -> Word | None:
    """Return the first word of who else does words[at], None where the claim's subject may do it."""
    before = _behind_name(said, before_verb(said.words, at))
    if before < 0:
        return None
    if said.words[before].stem != one.subject.stem:
        return _owner(said, before, one)
    return _head(said, before, one) or _described(said, before, at, one)


def _behind_name(said: Wording, at: int) -> int:
    """Return where the last word stands before a name between commas: "his uncle, Ali Berg, was jailed"."""
    start = at
    is_enclosed = said.text[said.words[at].end :].lstrip().startswith(",")
    while is_enclosed and start > 0 and at - start < _NAME and said.words[start].kind == "name":
        start -= 1
        gap = said.text[said.words[start].end : said.words[start + 1].start]
        if gap.strip() == ",":
            return start
    return at


def _owner(said: Wording, before: int, one: _Claimed) -> Word | None:
    """Return the claim's subject where the source tells it of someone of his: "A's wife", "A supporters"."""
    for place in range(before, max(-1, before - _PHRASE), -1):
        word = said.words[place]
        if not is_unbroken(said, word, said.words[before]):
            return None
        if word.stem == one.subject.stem:
            is_owner = bool(_POSSESSIVE.search(said.text[word.start : word.end]))
            his = said.words[place + 1 : before + 1 if is_owner else place + 2]
            return word if any(_is_another(other, one) for other in his) else None
    return None


def _head(said: Wording, before: int, one: _Claimed) -> Word | None:
    """Return whose is told of behind "of", "for" and the like: "the wife of A has filed"."""
    for place in range(before - 1, max(0, before - _PHRASE), -1):
        word = said.words[place]
        if not is_unbroken(said, word, said.words[before]) or word.lower in _CLAUSE_BEGINS:
            return None
        head = said.words[place - 1]
        if word.lower in _OF and _is_another(head, one) and is_unbroken(said, head, word):
            return head
    return None


def _is_another(word: Word, one: _Claimed) -> bool:
    # "Ex-wife", "half-brother", "son-in-law".
    who = lemma(word.lower.removesuffix("-in-law").split("-")[-1])
    is_told = who in _OTHERS or (who in _AGENTS and one.verb.lemma in _BEFALLS)
    return is_told and word.stem not in one.stems


def _described(said: Wording, before: int, at: int, one: _Claimed) -> Word | None:
    """Return who did something to the claim's subject: "the man who shot A was jailed"."""
    has_verb = False
    between = said.text[said.words[before].end : said.words[at].start]
    for place in range(before - 1, max(0, before - _CLAUSE), -1):
        word, last = said.words[place], said.words[place - 1]
        if word.lower in _WHO:
            gap = said.text[last.end : word.start]
            is_enclosed = ("," in gap) == ("," in between)
            is_noun = last.kind in ("name", "word") and last.stem not in one.stems
            return last if has_verb and is_noun and is_enclosed else None
        if word.lemma in _CLAUSE_BEGINS or not is_unbroken(said, word, said.words[place + 1]):
            return None
        has_verb = has_verb or (word.kind == "word" and is_verb(word))
    return None
