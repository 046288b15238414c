"""Questions that ask of several outlets: which they name, what is asked in each clause, and a fair order.

"Does the 'Fortune' article say A, while 'TechCrunch' reports B?" needs a sentence of each article.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from index.mentions import NamedPublications

# A question that names so many asks of several.
_SEVERAL = 2
# Fewer words say nothing by themselves, and so many of the best stand where they stood.
_SHORTEST, _FIRST = 5, 3
_BETWEEN = re.compile(
    r",\s+(?:(?:and|but|while|who|which|whose|where)\s)?|;\s+"
    r"|\s(?:and|while|whereas|but)\s+(?=(?:who|which|the|is|was|has|had|also|claimed|did|later|'?[A-Z])\b)"
)

T = TypeVar("T")


def several(question: str, publications: Iterable[str]) -> frozenset[str]:
    """Return those of the outlets that the question names, if it names two or more, else none."""
    named = NamedPublications(question)
    found = frozenset(one for one in set(publications) if one in named)
    return found if len(found) >= _SEVERAL else frozenset()


def clauses(question: str) -> list[str]:
    """Return the parts between commas and conjunctions that say something by themselves."""
    return [part for part in _BETWEEN.split(question) if len(part.split()) >= _SHORTEST]


def in_turn(ranked: Sequence[T], outlet: Callable[[T], str], named: Collection[str]) -> list[T]:
    """Return the best as they are, then the named outlets' in turn, each one's best first; others' last."""
    found = list(ranked[:_FIRST])
    counts = {one: sum(outlet(best) == one for best in found) for one in sorted(named)}
    waiting = {one: [r for r in ranked[_FIRST:] if outlet(r) == one][::-1] for one in counts}
    while left := [one for one in counts if waiting[one]]:
        next_one = min(left, key=lambda one: counts[one])
        counts[next_one] += 1
        found.append(waiting[next_one].pop())
    return [*found, *(one for one in ranked[_FIRST:] if outlet(one) not in counts)]
