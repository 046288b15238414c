"""Sentences with one thing changed: another word, number or name, a denial, an insertion, two exchanged."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.lexicon import Relation, lemma, relation
from index.embeddings import Embedder
from training.kin import kin
from training.unanswerable import NAME

WORD = re.compile(r"[A-Za-z][a-z]+(?:-[a-z]+)*")
_ENDING = re.compile(r"(?:ing|ed|s|ly|er|est)?$")
_SAYS_THE_SAME: frozenset[Relation] = frozenset({"same", "derived", "broader"})
# Words rarer than that are left alone, and put nowhere; the common ones may stand anywhere.
_KNOWN, _COMMON, _SHORTEST = 4, 15, 4
_ADJECTIVE = re.compile(r"(?:al|ic|ive|ous|ful|less|able|ary|ern)$")
_NUMBER = re.compile(r"(?<![\d,.])\d{1,4}(?:,\d{3})*(?:\.\d+)?(?![\d])")
_FIGURE = re.compile(r"(?<![\d,.])\d[\d,.]*\d|(?<![\d,.])\d(?![\d,.])")
_TITLE_CASE = re.compile(r"(?:[A-Z][\w.'-]+)(?: [A-Z][\w.'-]+)*")
_LISTED = re.compile(r",? ?(?:and|or|,|&) ?")
_ORDERS = tuple(
    tuple(words.split())
    for words in (
        "two three four five six seven eight nine ten",
        "twenty thirty forty fifty",
        "hundred thousand million billion",
        "first second third fourth",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "January February March April May June July August September October November December",
    )
)
_ORDERED = re.compile(rf"\b(?:{'|'.join(word for words in _ORDERS for word in words if word != 'May')})\b")
# Words of measure, which WordNet has for the same in some sense: a second is a minute is a moment.
_MEASURES = frozenset(word for words in _ORDERS for word in words) | frozenset(
    {"trillion", "dozen", "triplet", "trio", "second", "seconds", "minute", "minutes"}
    | {"after", "later", "before"}
)
# Cosines of single words: from here on two are the same in most sentences, and too alike to be an edit.
_SAME, _TOO_ALIKE = 0.5, 0.85
_OFFSETS, _DECIMAL_OFFSETS = (-3, -2, -1, 1, 2, 3, 5, 10), (-1, -0.5, 0.1, 0.2, 0.5, 1, 2, 10)
_YEAR_DIGITS = 4
_DENIED = re.compile(r" (?:not|never|no longer|n't) ")
_HELPER = re.compile(r" (?:is|was|are|were|has|have|had|will|can|could|would|may|must) ")
_PAST = re.compile(r" [a-z]{3,}ed ")
_BEFORE_NOUN = re.compile(r"\b(?:the|a|an|of|by|with|for|and|to) (?=[a-z]{4,})")
_PHRASE = re.compile(
    r" ((?:in|by|with|for|from|to|at|after|before|during|because of|despite) [^,.;:()\"]{4,40})(?=[,.;])"
)
_LONGEST_PHRASE, _PHRASES_OF = 7, 6000
# Most of a phrase that the context has already is no insertion.
_HAD = 0.7
_ALIKE = 4


@dataclass(frozen=True, slots=True)
class Edit:
    """A text with something changed, which stands at text[start:end]."""

    text: str
    start: int
    end: int


def put(text: str, found: re.Match[str], new: str) -> Edit:
    """Return the text with another word for what was found."""
    return Edit(text[: found.start()] + new + text[found.end() :], found.start(), found.start() + len(new))


class Vocabulary:
    """The plain words of a corpus: which forms stand for others, and of what kind they are.

    WordNet's words for the same are often so in one sense only ("press" and "contract"): those whose vectors
    lie apart are not taken, nor are words of a kind that are all but the same.
    """

    def __init__(self, sentences: Iterable[str], embedder: Embedder) -> None:
        self._embedder, self._likeness = embedder, dict[tuple[str, str], float]()
        counted = Counter(word for text in sentences for word in WORD.findall(text) if word.islower())
        self.known = {word for word, n in counted.items() if n >= _KNOWN and len(word) >= _SHORTEST}
        self.common = [word for word in counted if counted[word] >= _COMMON and word in self.known]
        self.adjectives = [word for word in self.common if _ADJECTIVE.search(word)]
        self._forms: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.known):
            self._forms[lemma(word)].append(word)

    def words(self, text: str) -> list[re.Match[str]]:
        """Return the known plain words of a text."""
        return [m for m in WORD.finditer(text) if m[0].islower() and m[0] in self.known]

    def same(self, word: str) -> list[str]:
        """Return the forms with its ending that mean the same, as WordNet and their vectors have it."""
        found = kin(lemma(word))
        offered = self._like(word, found.same - found.sister - found.opposite)
        return [form for form in offered if form not in _MEASURES and self._is_alike(word, form, _SAME)]

    def sisters(self, word: str) -> list[str]:
        """Return the forms with its ending that are of the same kind."""
        offered = self._like(word, kin(lemma(word)).sister)
        return [form for form in offered if not self._is_alike(word, form, _TOO_ALIKE)]

    def opposites(self, word: str) -> list[str]:
        """Return the forms with its ending that mean the opposite."""
        return self._like(word, kin(lemma(word)).opposite)

    def _is_alike(self, word: str, other: str, least: float) -> bool:
        """Tell whether two words' vectors have that cosine."""
        pair = (word, other)
        if pair not in self._likeness:
            one, two = self._embedder.embed_documents(pair)
            self._likeness[pair] = float(one @ two)
        return self._likeness[pair] >= least

    def _like(self, word: str, lemmas: Iterable[str]) -> list[str]:
        forms = [form for other in sorted(lemmas) for form in self._forms.get(other, ())]
        return [form for form in forms if ending(form) == ending(word) and form != word]


def ending(word: str) -> str:
    found = _ENDING.search(word)
    return found[0] if found else ""


def is_said(word: str, sentences: Iterable[str]) -> bool:
    """Tell whether the sentences have the word, or one that says as much."""
    return any(
        relation(lemma(word), lemma(other)) in _SAYS_THE_SAME
        for text in sentences
        for other in set(WORD.findall(text.lower()))
        if len(other) >= _SHORTEST
    )


class Editor:
    """Changes one thing of a sentence; `others` are sentences that names and phrases are taken from."""

    def __init__(self, vocabulary: Vocabulary, others: Sequence[str], rng: random.Random) -> None:
        self._vocabulary, self._others, self._rng = vocabulary, others, rng
        drawn = rng.sample(others, min(_PHRASES_OF, len(others)))
        phrases = [phrase for text in drawn for phrase in _PHRASE.findall(text)]
        self._phrases = [phrase for phrase in phrases if len(phrase.split()) <= _LONGEST_PHRASE]
        # (what changes it, how often), and whether a source may be changed so, too.
        self._ways: list[tuple[Callable[[str, Sequence[str]], Edit | None], float, bool]] = [
            (self._sister, 3, True),
            (self._opposite, 2, True),
            (self._word_of_the_paragraph, 2, True),
            (self._any_word, 1, True),
            (self._number, 1.5, True),
            (self._name, 1.5, True),
            (self._denial, 1, False),
            (self._insertion, 2, False),
            (self._exchange, 1.2, False),
        ]

    def edit(self, text: str, context: Sequence[str], *, is_source: bool = False) -> Edit | None:
        """Return the text with one thing changed so that the context does not say it; None for none found."""
        ways = [(way, weight) for way, weight, is_for_source in self._ways if is_for_source or not is_source]
        for _ in range(4):
            way = self._rng.choices([way for way, _ in ways], [weight for _, weight in ways])[0]
            found = way(text, context)
            if found and found.text != text:
                return found
        return None

    def reworded(self, text: str, most: int) -> str:
        """Return the text with up to so many words replaced by others for the same."""
        found = self._vocabulary.words(text)
        self._rng.shuffle(found)
        put_in: list[tuple[re.Match[str], str]] = []
        for match in found:
            same = self._vocabulary.same(match[0])
            if same and len(put_in) < most:
                put_in.append((match, self._rng.choice(same)))
        for match, word in sorted(put_in, key=lambda one: -one[0].start()):
            text = put(text, match, word).text
        return text

    def _drawn(self, text: str, most: int) -> list[re.Match[str]]:
        found = self._vocabulary.words(text)
        return self._rng.sample(found, min(most, len(found)))

    def _sister(self, text: str, context: Sequence[str]) -> Edit | None:
        for match in self._drawn(text, 6):
            offered = [word for word in self._vocabulary.sisters(match[0]) if not is_said(word, context)]
            opposites = self._vocabulary.opposites(match[0])
            if opposites and self._rng.random() < 0.5:
                offered = opposites
            if offered:
                return put(text, match, self._rng.choice(offered))
        return None

    def _opposite(self, text: str, _: Sequence[str]) -> Edit | None:
        for match in self._drawn(text, 12):
            if offered := self._vocabulary.opposites(match[0]):
                return put(text, match, self._rng.choice(offered))
        return None

    def _word_of_the_paragraph(self, text: str, context: Sequence[str]) -> Edit | None:
        own = set(WORD.findall(text))
        held = [m[0] for one in context for m in self._vocabulary.words(one) if m[0] not in own]
        for match in self._drawn(text, 6):
            if offered := [word for word in held if _may_stand_for(word, match[0])]:
                return put(text, match, self._rng.choice(offered))
        return None

    def _any_word(self, text: str, context: Sequence[str]) -> Edit | None:
        for match in self._drawn(text, 1):
            for _ in range(20):
                word = self._rng.choice(self._vocabulary.common)
                if _may_stand_for(word, match[0]) and not is_said(word, context):
                    return put(text, match, word)
        return None

    def _number(self, text: str, _: Sequence[str]) -> Edit | None:
        found = [*_NUMBER.finditer(text), *_ORDERED.finditer(text)]
        if not found:
            return None
        match = self._rng.choice(found)
        for order in _ORDERS:
            if match[0] in order:
                return put(text, match, self._rng.choice([word for word in order if word != match[0]]))
        plain = match[0].replace(",", "")
        if "." in plain:
            places = len(plain.split(".")[1])
            other = abs(float(plain) + self._rng.choice(_DECIMAL_OFFSETS))
            return put(text, match, f"{other:.{places}f}")
        value = int(plain)
        step = max(1, value // 10 if len(plain) != _YEAR_DIGITS else 1)
        other = max(1, value + self._rng.choice(_OFFSETS) * self._rng.choice([1, step]))
        return put(text, match, f"{other:,}" if "," in match[0] else str(other))

    def _name(self, text: str, context: Sequence[str]) -> Edit | None:
        names = [match for match in NAME.finditer(text) if len(match[0]) >= _SHORTEST]
        if not names:
            return None
        match = self._rng.choice(names)
        held = context if self._rng.random() < 0.6 else self._rng.sample(self._others, 5)
        offered = [
            name
            for one in held
            for name in NAME.findall(one)
            if len(name) >= _SHORTEST and name not in text and name[:_ALIKE] != match[0][:_ALIKE]
            if abs(len(name.split()) - len(match[0].split())) <= 1
        ]
        return put(text, match, self._rng.choice(offered)) if offered else None

    def _denial(self, text: str, _: Sequence[str]) -> Edit | None:
        if match := _DENIED.search(text):
            bare = text[: match.start()] + text[match.end() - 1 :]
            following = WORD.search(bare, match.start())
            return Edit(bare, match.start() + 1, following.end() if following else match.start() + _SHORTEST)
        if found := list(_HELPER.finditer(text)):
            match = self._rng.choice(found)
            new = self._rng.choice(["not", "not", "never", "no longer", "rarely"])
            return Edit(
                text[: match.end()] + new + text[match.end() - 1 :], match.end(), match.end() + len(new)
            )
        if found := list(_PAST.finditer(text)):
            match = self._rng.choice(found)
            verb = match[0].strip()
            ways = (
                f"did not {lemma(verb)}",
                f"never {verb}",
                f"failed to {lemma(verb)}",
                f"refused to {lemma(verb)}",
            )
            new = self._rng.choice(ways)
            at = match.start() + 1
            return Edit(text[:at] + new + text[match.end() - 1 :], at, at + len(new))
        return None

    def _insertion(self, text: str, context: Sequence[str]) -> Edit | None:
        if self._rng.random() < 0.5:
            found = list(_BEFORE_NOUN.finditer(text))
            word = self._rng.choice(self._vocabulary.adjectives)
            if not found or is_said(word, context):
                return None
            at = self._rng.choice(found).end()
            return Edit(f"{text[:at]}{word} {text[at:]}", at, at + len(word))
        at = self._rng.choice([m.start() for m in re.finditer(r"[,.;]", text)] or [len(text)])
        phrase, held = self._rng.choice(self._phrases), " ".join(context)
        if sum(word in held for word in phrase.split()) > _HAD * len(phrase.split()):
            return None
        return Edit(f"{text[:at]} {phrase}{text[at:]}", at + 1, at + 1 + len(phrase))

    def _exchange(self, text: str, _: Sequence[str]) -> Edit | None:
        found = [
            [m for m in pattern.finditer(text) if pattern is _FIGURE or len(m[0]) >= _SHORTEST]
            for pattern in (_TITLE_CASE, _FIGURE)
        ]
        found = [matches for matches in found if len({m[0] for m in matches}) > 1]
        if not found:
            return None
        one, other = sorted(self._rng.sample(self._rng.choice(found), 2), key=lambda m: m.start())
        between = text[one.end() : other.start()]
        if one[0] == other[0] or _LISTED.fullmatch(between):
            return None
        new = text[: one.start()] + other[0] + between + one[0] + text[other.end() :]
        return Edit(new, one.start(), one.start() + len(other[0]))


def _may_stand_for(word: str, other: str) -> bool:
    """Tell whether a word is of another's form and kind, and says something else."""
    return (
        ending(word) == ending(other)
        and bool(kin(lemma(word)).roots & kin(lemma(other)).roots)
        and relation(lemma(word), lemma(other)) not in _SAYS_THE_SAME
    )
