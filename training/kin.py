"""A word of WordNet → the words for the same, of the same kind, and for the opposite."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from app.lexicon import OPPOSED, relation, table

# Of a word's senses, and of what stands right below one, no more are looked at.
_SENSES, _BELOW = 2, 80


@dataclass(frozen=True, slots=True)
class Kin:
    """Lemmas that mean the `same`, `sister` ones of the same kind, the `opposite`; `roots` are the kinds."""

    same: frozenset[str]
    sister: frozenset[str]
    opposite: frozenset[str]
    roots: frozenset[int]


@cache
def kin(lemma: str) -> Kin:
    """Return a lemma's kin; the same are those whose commonest sense is its commonest, too."""
    known = table()
    senses = sorted(known.senses.get(lemma, ()))
    same = {word for word in _members().get(min(senses, default=-1), ()) if word != lemma}
    above = [parent for sense in senses[:_SENSES] for parent in known.parents.get(sense, ())]
    beside = {w for parent in above for sense in _below()[parent][:_BELOW] for w in _members()[sense]}
    return Kin(
        same=frozenset(word for word in same if min(known.senses[word]) == senses[0]),
        sister=frozenset(word for word in beside if relation(word, lemma) == "sister"),
        opposite=frozenset(_opposed()[lemma]) if lemma in _opposed() else frozenset(),
        roots=frozenset().union(*(_roots(sense) for sense in senses)),
    )


@cache
def _members() -> dict[int, list[str]]:
    return _turned((word, sense) for word, senses in table().senses.items() for sense in senses)


@cache
def _below() -> dict[int, list[int]]:
    return _turned((sense, parent) for sense, parents in table().parents.items() for parent in parents)


@cache
def _opposed() -> dict[str, list[str]]:
    pairs = [*table().opposites, *OPPOSED]
    return _turned(sorted({*pairs, *((b, a) for a, b in pairs)}))


def _turned(pairs: Iterable[tuple]) -> defaultdict:
    """Return what stands first in the pairs, by what stands second."""
    found: defaultdict = defaultdict(list)
    for one, other in pairs:
        found[other].append(one)
    return found


@cache
def _roots(sense: int) -> frozenset[int]:
    """Return the senses that nothing new stands above: WordNet has circles."""
    level, seen, found = {sense}, set[int](), set[int]()
    while level:
        seen |= level
        above = {parent for one in level for parent in table().parents.get(one, ())} - seen
        found = found if above else level
        level = above
    return frozenset(found)
