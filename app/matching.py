"""A claim and evidence sentences → which of its words stand where, and which sentences bear it out."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from app import clock, moments, quantities
from app.clock import Time
from app.countries import other_forms
from app.lexicon import Relation, relation
from app.moments import Moment
from app.quantities import Quantity
from app.wording import Word, Wording, counted, wording

# What a word of the source is worth where the claim has another for it.
_WORTH: dict[Relation, float] = {
    "same": 0.95, "derived": 0.9, "broader": 0.75, "narrower": 0.3, "sister": 0.1, "opposite": 0.0, "": 0.0,
}  # fmt: skip
_NAME, _PLAIN, _FIGURE = 0.6, 0.3, 0.6
# Only in so many of the best sentences another word for the same is looked for.
_LOOKED_INTO = 8
# Set on half of WiCE's claims (docs/decisions/0015): a further sentence is taken while it is worth this share
# of the first, its own score and what it newly covers together.
# Among so many words behind a figure stands what says where it was.
_BEHIND = 3
# So far from a figure may stand what it counts.
_SOON = 6
_MOST, _RATIO, _NEW, _ALIKE = 3, 0.5, 1.0, 0.5
# From here on a word of the claim counts as borne out.
HELD = 0.5
# Names that begin alike are one ("Romania", "Romanian").
_STEM_CHARS = 5
_NAME_ENDING = re.compile(r"(?:s|e|y|a|ie|n|ns|ans?|ians?|ese|ish|is?|ics?|ists?)?")
# A claim has no more figures than so many that are looked at: each is held against all of the sources'.
_FIGURES = 60
Places = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An evidence sentence; `published` is its article's ISO date, "" when it is not known."""

    text: str
    published: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A claim held against evidence; `counted` is what each of the sources' figures counts.

    For each word of `content`, in order: `weights` its rarity among the sentences, `places` where it stands
    (sentence → positions), `best` how well its best word anywhere bears it out (0..1), and `held` the same in
    the `chosen` sentences alone, which are those that bear the claim out best, best first. `cosines` are the
    sentences' likenesses to the claim, all 0.0 without an embedder.
    """

    claim: Wording
    sources: tuple[Wording, ...]
    counted: tuple[tuple[Word | None, ...], ...]
    content: tuple[Word, ...]
    weights: tuple[float, ...]
    places: tuple[Places, ...]
    best: tuple[float, ...]
    held: tuple[float, ...]
    alone: float
    chosen: tuple[int, ...]
    cosines: tuple[float, ...]

    def share(self, strengths: Sequence[float]) -> float:
        """Return the weighted mean of the words' strengths."""
        total = sum(self.weights)
        return sum(w * s for w, s in zip(self.weights, strengths, strict=True)) / total if total else 0.0

    @property
    def ranked(self) -> tuple[int, ...]:
        """The sentences' numbers, those that say most of the claim first: the chosen, then by its words."""
        said = [0.0] * len(self.sources)
        for weight, places in zip(self.weights, self.places, strict=True):
            for number in places:
                said[number] += weight
        others = (n for n in range(len(said)) if n not in self.chosen)
        return (*self.chosen, *sorted(others, key=lambda n: (-round(said[n], 9), self.sources[n].text)))

    def figures(self, claimed: Quantity) -> list[tuple[int, Quantity]]:
        """Return the sources' figures that bear out one of the claim's, with their sentences.

        Where a source says how many there are of what the claim counts, only such a figure does, but
        where the claim has those too ("5 people and 10").
        """
        every = [(number, one) for number, source in enumerate(self.sources) for one in source.figures]
        what = counted(self.claim, claimed)
        same = list(self._counting(what)) if what else []
        others = [figure for figure in self.claim.figures if figure is not claimed]
        if all(any(quantities.agrees(figure, one) for figure in others) for _, one in same):
            same = every
        return [
            (number, one)
            for number, one in every
            if quantities.agrees(claimed, one)
            and ((number, one) in same or (what and _is_followed(self.sources[number], one, what)))
        ]

    def _counting(self, what: Word) -> Iterator[tuple[int, Quantity]]:
        """Yield the sources' figures that count that, as "9" does in "4 people in Kyiv and 9 in Lviv".

        Such a one counts where the claim has the word behind it too, which says which of the two is meant.
        """
        ours = {word.stem for word in self.claim.words}
        for number, (said, counts) in enumerate(zip(self.sources, self.counted, strict=True)):
            is_told = False
            for one, theirs in zip(said.figures, counts, strict=True):
                if theirs is None and is_told:
                    behind = (
                        word for word in islice(said.behind(one.end), _BEHIND) if word.kind != "function"
                    )
                    is_same = any(word.stem in ours for word in islice(behind, 1))
                else:
                    is_same = theirs is not None and theirs.stem == what.stem
                if is_same:
                    yield number, one
                    is_told = True

    def dates(self, claimed: Moment) -> list[tuple[int, Moment]]:
        """Return the sources' dates that bear out one of the claim's, with their sentences."""
        return [
            (number, one)
            for number, source in enumerate(self.sources)
            for one in source.dates
            if moments.agrees(claimed, one)
        ]

    def times(self, claimed: Time) -> list[tuple[int, Time]]:
        """Return the sources' times of day that bear out one of the claim's, with their sentences."""
        return [
            (number, one)
            for number, source in enumerate(self.sources)
            for one in source.times
            if clock.agrees(claimed, one)
        ]


def _is_followed(said: Wording, figure: Quantity, what: Word) -> bool:
    """Tell whether a word follows a figure soon, before another one: "two most feared and violent gangs"."""
    following = takewhile(lambda word: word.kind != "number", islice(said.behind(figure.end), _SOON))
    return any(word.stem == what.stem for word in following)


class _Words:
    """Where each word stands in the sources."""

    def __init__(self, sources: Sequence[Wording]) -> None:
        self._places: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._count = len(sources)
        for number, source in enumerate(sources):
            for position, word in enumerate(source.words):
                for key in _keys(word) | set(word.lower.split("-")):
                    self._places[key][number].append(position)

    def find(self, word: Word) -> dict[int, list[int]]:
        if found := self._merged(_keys(word)):
            return found
        parts = [part for part in word.lower.split("-") if part]
        if len(parts) > 1:
            within = [set(self._places.get(part, {})) for part in parts]
            return {number: self._places[parts[0]][number] for number in set.intersection(*within)}
        if word.kind == "name" and (found := self._merged(other_forms(word.lower))):
            return found
        if word.kind == "name" and len(word.lower) >= _STEM_CHARS:
            return self._merged(key for key in self._places if _is_form(key, word.lower))
        return {}

    def _merged(self, keys: Iterable[str]) -> dict[int, list[int]]:
        """Return where any of these words stands."""
        found: dict[int, list[int]] = defaultdict(list)
        for key in keys:
            for number, positions in self._places.get(key, {}).items():
                found[number] += positions
        return found

    def rarity(self, places: Places) -> float:
        """Return 0..1: 1.0 for a word that no sentence has."""
        n = len(places)
        return math.log(1 + (self._count - n + 0.5) / (n + 0.5)) / math.log(1 + (self._count + 0.5) / 0.5)


def match(claim: str, sources: Sequence[Source], cosines: Sequence[float]) -> Match:
    """Hold a claim against evidence sentences; `cosines` are their likenesses to it. Needs a sentence."""
    said = tuple(wording(source.text, source.published) for source in sources)
    # The claim's own "on Tuesday" is understood from the day its source was published.
    asked = wording(claim, next((s.published for s in sources if s.published), ""))
    asked = replace(asked, figures=asked.figures[:_FIGURES])
    content = tuple(asked.content or asked.words)
    words = _Words(said)
    places = tuple(words.find(word) for word in content)
    weights = tuple(
        _PLAIN + words.rarity(found) + (_NAME - _PLAIN) * (word.kind == "name")
        for word, found in zip(content, places, strict=True)
    )
    scores = _scores(asked, said, weights, places, cosines)
    # Ties by the words, so that the order in which evidence is given decides nothing.
    likeliest = sorted(range(len(said)), key=lambda n: (-round(scores[n], 9), said[n].text))[:_LOOKED_INTO]
    strengths = [
        [
            1.0 if n in found else _other_word(word, said[n]) if n in likeliest else 0.0
            for n in range(len(said))
        ]
        for word, found in zip(content, places, strict=True)
    ]
    chosen = _chosen(scores, likeliest, weights, strengths)
    return Match(
        claim=asked,
        sources=said,
        counted=tuple(tuple(counted(one, figure) for figure in one.figures) for one in said),
        content=content,
        weights=weights,
        places=places,
        best=tuple(max(row) for row in strengths),
        held=tuple(max(row[n] for n in chosen) for row in strengths),
        alone=sum(w * row[chosen[0]] for w, row in zip(weights, strengths, strict=True))
        / (sum(weights) or 1.0),
        chosen=tuple(chosen),
        cosines=tuple(cosines),
    )


def _is_form(one: str, other: str) -> bool:
    """Tell whether two names are forms of one: "Romania", "Romanians", but not "Austria", "Australia"."""
    if one[:_STEM_CHARS] != other[:_STEM_CHARS]:
        return False
    shorter, longer = sorted((one, other), key=len)
    same = next(
        (n for n, pair in enumerate(zip(shorter, longer, strict=False)) if len(set(pair)) > 1), len(shorter)
    )
    return len(shorter) - same <= 1 and _NAME_ENDING.fullmatch(longer, same) is not None


def _keys(word: Word) -> set[str]:
    return {word.stem, word.lemma, word.lower}


def _other_word(word: Word, source: Wording) -> float:
    """Return what the sentence's nearest other word for it is worth; a name has none."""
    if word.kind != "word":
        return 0.0
    return max((_WORTH[relation(word.lemma, o.lemma)] for o in source.words if o.kind == "word"), default=0.0)


def _scores(
    claim: Wording,
    sources: Sequence[Wording],
    weights: Sequence[float],
    places: Sequence[Places],
    cosines: Sequence[float],
) -> list[float]:
    """Return how well each sentence alone bears out the claim: its words, figures, dates and likeness."""
    total = sum(weights) + _FIGURE * (len(claim.figures) + len(claim.dates) + len(claim.times)) or 1.0
    own = [_ALIKE * max(0.0, cosine) for cosine in cosines]
    for weight, found in zip(weights, places, strict=True):
        for number in found:
            own[number] += weight / total
    for number, source in enumerate(sources):
        borne = sum(any(quantities.agrees(f, one) for one in source.figures) for f in claim.figures)
        borne += sum(any(moments.agrees(d, one) for one in source.dates) for d in claim.dates)
        borne += sum(any(clock.agrees(t, one) for one in source.times) for t in claim.times)
        own[number] += _FIGURE * borne / total
    return own


def _chosen(
    scores: Sequence[float],
    likeliest: Sequence[int],
    weights: Sequence[float],
    strengths: Sequence[Sequence[float]],
) -> list[int]:
    """Return the sentences that bear the claim out, best first, each newly covering enough of it."""
    total = sum(weights) or 1.0
    covered = [0.0] * len(weights)
    chosen: list[int] = []
    first = 0.0
    while len(chosen) < min(_MOST, len(likeliest)):
        worth = {
            n: scores[n]
            + _NEW
            * sum(w * max(0.0, row[n] - c) for w, row, c in zip(weights, strengths, covered, strict=True))
            / total
            for n in likeliest
            if n not in chosen
        }
        best = max(likeliest, key=lambda n: round(worth.get(n, -1.0), 9))
        if chosen and worth[best] < _RATIO * first:
            break
        first = first or worth[best]
        chosen.append(best)
        covered = [max(c, row[best]) for c, row in zip(covered, strengths, strict=True)]
    return chosen
