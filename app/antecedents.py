"""A conversation's turns in, what a follow-up may point back at out: noun phrases, the most salient first."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.phrases import Phrase, phrases, singular
from index.lexical import terms

# So many turns are read.
TURNS = 4
_ANSWER_CHARS = 1500
# A phrase counts by the turn it was asked in, newest first; each place further back in its question costs; it
# gains by being a name, by each turn that repeats it (less where it was asked long ago), by each time the
# last answer does, by having opened the conversation, and by agreeing with the pronoun.
# docs/decisions/0014-follow-ups.md says how these were chosen.
_AGE = (1.0, 0.6, 0.4, 0.3)
_PLACE, _NAME, _REPEATED, _ANSWERED, _OPENING = 0.05, 0.3, 0.15, 0.1, 0.1
# A name in the answer starts lower, and lower the later it stands.
_SAID, _SAID_PLACE, _SAID_LATE = 0.35, 0.01, 20
_AGREES = 0.4
_PERSONS = frozenset(("he", "she", "him", "her", "his", "hers"))
_PLURALS = frozenset(("they", "them", "their", "theirs", "these", "those"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn that is over: the question as it was searched, and the answer's text, "" for none.

    `sources` are the (article id, revision) of all whose words they may hold.
    """

    question: str
    answer: str = ""
    sources: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """What may be pointed back at; `turns` are the places of the turns that hold all its words."""

    phrase: Phrase
    words: frozenset[str]
    turns: frozenset[int]
    score: float


class Context:
    """What the last turns of a conversation speak of; there is at least one."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        recent = turns[-TURNS:]
        self.last = recent[-1]
        self._said = terms(self.last.answer[:_ANSWER_CHARS])
        self._asked = [set(terms(turn.question)) for turn in recent]
        self.words = frozenset(self._said).union(*self._asked)
        found: dict[str, _Candidate] = {}
        for weight, turn in zip(_AGE, reversed(recent), strict=False):
            for place, one in enumerate(phrases(turn.question)):
                score = weight - _PLACE * place + _OPENING * (turn is recent[0])
                self._consider(found, one.core(), score, _REPEATED * weight)
        for place, one in enumerate(phrases(self.last.answer[:_ANSWER_CHARS])):
            if one.is_name:
                score = _SAID - _SAID_PLACE * min(place, _SAID_LATE)
                self._consider(found, one.core(), score, _REPEATED)
        self._candidates = sorted(found.values(), key=lambda one: -one.score)

    def topics(self, question: str, most: int) -> list[str]:
        """Return up to `most` phrases that say what the question leaves out, the most salient first.

        Each stands in a turn with what the question names, or else with the first: a subject that
        was left is not taken along.
        """
        held = set(terms(question))
        beside = frozenset[int]().union(*(one.turns for one in self._candidates if one.words <= held))
        found: list[str] = []
        for one in self._candidates:
            if len(found) == most:
                break
            if not one.words <= held and (one.turns & beside or not beside):
                found.append(one.phrase.text)
                held |= one.words
                beside = beside or one.turns
        return found

    def antecedent(self, pronoun: str, question: str) -> Phrase | None:
        """Return what a pronoun most likely stands for: nothing that the question names itself.

        "she" stands for nothing but a person.
        """
        held = set(terms(question))
        pool = [
            one
            for one in self._candidates
            if not one.words <= held and (pronoun not in _PERSONS or one.phrase.is_person)
        ]
        return (
            max(pool, key=lambda one: one.score + _AGREES * _agrees(pronoun, one.phrase)).phrase
            if pool
            else None
        )

    def named(self, head: str, question: str) -> Phrase | None:
        """Return the phrase that a shorter one stands for: "climate changes" for "these changes"."""
        held = set(terms(question))
        for one in self._candidates:
            if singular(one.phrase.head) == singular(head) and not one.words <= held:
                return one.phrase
        return None

    def _consider(self, found: dict[str, _Candidate], phrase: Phrase, score: float, repeated: float) -> None:
        """Add a phrase, or raise its score; `repeated` is what it gains by each turn that holds it."""
        words = frozenset(terms(phrase.text))
        if not words or phrase.is_generic:
            return
        turns = {place for place, asked in enumerate(self._asked) if words <= asked}
        score += _NAME * phrase.is_name + repeated * len(turns)
        score += _ANSWERED * min(3.0, sum(self._said.count(word) for word in words) / len(words))
        if words <= set(self._said):
            turns.add(len(self._asked) - 1)
        key = phrase.text.lower()
        if key not in found or found[key].score < score:
            found[key] = _Candidate(phrase=phrase, words=words, turns=frozenset(turns), score=score)


def _agrees(pronoun: str, phrase: Phrase) -> bool:
    if pronoun in _PERSONS:
        return phrase.is_person
    if pronoun in _PLURALS:
        return phrase.is_plural
    return not phrase.is_plural and not (pronoun in ("it", "its") and phrase.is_person)
