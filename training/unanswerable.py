"""Questions changed so that what answered them does not: another topic, name, number, or the opposite."""

import random
import re
from collections.abc import Callable, Sequence

from index.crossencoder import InContext

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
_NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w.'-]*)(?: (?:of |the )?[A-Z][\w.'-]*)*")
_SHORT = 3


def unanswerable(question: str, title: str, others: Sequence[InContext], rng: random.Random) -> str:
    """Return the question about something else, "" where it has nothing to change.

    `others`, the sentences most like the question, give other topics and names.
    """
    ways = [
        *_opposites(question, rng),
        *_numbers(question, rng),
        *_topics(question, title, [one.title for one in others], rng),
        *_names(question, others, rng),
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


def _names(question: str, others: Sequence[InContext], rng: random.Random) -> list[Callable[[], str]]:
    names = [match for match in _NAME.finditer(question) if len(match[0]) > _SHORT]
    low = question.lower()
    strange = [
        name
        for one in others
        for name in _NAME.findall(one.sentence)
        if len(name) > _SHORT and name.lower() not in low
    ]
    if not names or not strange:
        return []
    name = rng.choice(names)
    return [lambda: question[: name.start()] + rng.choice(strange) + question[name.end() :]]


def _bare(title: str) -> str:
    """Return a title without what tells it from its namesakes: "Mercury (planet)"."""
    return re.sub(r" *\(.*", "", title).strip()
