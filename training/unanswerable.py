"""Questions changed so that what answered them does not: another topic, name, number, or the opposite."""

import random
import re
from collections.abc import Callable, Sequence

from app.lexicon import lemma, relation
from index.readers import InContext

_PAIRS = """
first/last highest/lowest largest/smallest oldest/youngest before/after most/least east/west
north/south eastern/western northern/southern start/end started/ended starts/ends begin/end
began/ended won/lost win/lose wins/loses father/mother brother/sister husband/wife son/daughter
king/queen born/buried male/female longest/shortest biggest/smallest tallest/shortest right/left
upper/lower new/old opened/closed added/removed men's/women's home/away fastest/slowest
earliest/latest boy/girl man/woman top/bottom maximum/minimum hero/villain
"""
_OPPOSITES = {
    word: other for pair in _PAIRS.split() for word, other in (pair.split("/"), reversed(pair.split("/")))
}
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NUMBER = re.compile(r"\b\d{1,3}\b")
_YEARS_OFF = (-20, -10, -8, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 10)
_OFF = (-3, -2, -1, 1, 2, 3)
# Names inside a text: capitalised words behind another word.
NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w.'-]*)(?: (?:of |the )?[A-Z][\w.'-]*)*")
_SHORT = 3
_PLAIN = re.compile(r"\b[a-z]{4,}\b")
_ENDING = re.compile(r"(?:ing|ed|s|ly|er|est)?$")
_ALIKE = 4
_HELPER = re.compile(r"\b(?:did|does|do|was|is|were|are|has|have|had|could|would)\b")
# So many of the questions that have one are denied: people do it in about as many.
_DENIED = 0.15


def unanswerable(
    question: str,
    title: str,
    inside: Sequence[str],
    others: Sequence[InContext],
    rng: random.Random,
) -> str:
    """Return the question about something else, "" where it has nothing to change.

    The paragraph's sentences, `inside`, give other names and words that stand near the answer; `others`, the
    sentences most like the question, give topics and names that do not.
    """
    ways = [
        *_opposites(question, rng),
        *_numbers(question, rng),
        *_topics(question, title, [one.title for one in others], rng),
        *_names(question, inside, rng),
        *_names(question, [one.sentence for one in others], rng),
        *_words(question, inside, rng),
        *(_denied(question) if rng.random() < _DENIED else ()),
    ]
    changed = rng.choice(ways)() if ways else ""
    return changed if changed != question else ""


def _opposites(question: str, rng: random.Random) -> list[Callable[[], str]]:
    words = [word for word in re.findall(r"[\w'-]+", question.lower()) if word in _OPPOSITES]
    if not words:
        return []
    word = rng.choice(words)
    pattern = rf"\b{re.escape(word)}\b"
    return [lambda: re.sub(pattern, _OPPOSITES[word], question, count=1, flags=re.IGNORECASE)]


def _numbers(question: str, rng: random.Random) -> list[Callable[[], str]]:
    ways: list[Callable[[], str]] = []
    for pattern, offsets, least in ((_YEAR, _YEARS_OFF, 1), (_NUMBER, _OFF, 1)):
        found = list(pattern.finditer(question))
        if found:
            match = rng.choice(found)
            other = str(max(least, int(match[0]) + rng.choice(offsets)))
            changed = question[: match.start()] + other + question[match.end() :]
            ways.append(lambda changed=changed: changed)
    return ways


def _topics(
    question: str, title: str, other_titles: Sequence[str], rng: random.Random
) -> list[Callable[[], str]]:
    topic, low = _bare(title), question.lower()
    others = [_bare(other) for other in other_titles if other != title]
    if len(topic) <= _SHORT or topic.lower() not in low or not others:
        return []
    other, at = rng.choice(others), low.index(topic.lower())
    if other.lower() == topic.lower():
        return []
    other = other.lower() if question == low else other
    return [lambda: question[:at] + other + question[at + len(topic) :]]


def _names(question: str, sentences: Sequence[str], rng: random.Random) -> list[Callable[[], str]]:
    names = [match for match in NAME.finditer(question) if len(match[0]) > _SHORT]
    low = question.lower()
    strange = [
        name
        for sentence in sentences
        for name in NAME.findall(sentence)
        if len(name) > _SHORT and name.lower() not in low
    ]
    name = rng.choice(names) if names else None
    # One that begins alike may be the same thing's.
    strange = [other for other in strange if name and other[:_ALIKE] != name[0][:_ALIKE]]
    if not name or not strange:
        return []
    return [lambda: question[: name.start()] + rng.choice(strange) + question[name.end() :]]


def _words(question: str, sentences: Sequence[str], rng: random.Random) -> list[Callable[[], str]]:
    """Return the way to put a word of the sentences in place of another of its kind, or of its opposite."""
    asked = list(_PLAIN.finditer(question))
    held = {word for sentence in sentences for word in _PLAIN.findall(sentence)}
    held -= {match[0] for match in asked}
    found = [
        (match, word)
        for match in asked
        for word in sorted(held)
        if _ENDING.search(match[0])[0] == _ENDING.search(word)[0]
        if relation(lemma(word), lemma(match[0])) in ("sister", "opposite")
    ]
    if not found:
        return []
    match, word = rng.choice(found)
    return [lambda: question[: match.start()] + word + question[match.end() :]]


def _denied(question: str) -> list[Callable[[], str]]:
    helper = _HELPER.search(question)
    return [lambda: f"{question[: helper.end()]}n't{question[helper.end() :]}"] if helper else []


def _bare(title: str) -> str:
    """Return a title without what tells it from its namesakes: "Mercury (planet)"."""
    return re.sub(r" *\(.*", "", title).strip()
