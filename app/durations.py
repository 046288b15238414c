"""Lengths of time in different units: "two weeks" are 14 days, "18 months" a year and a half."""

import math

# In seconds; months and years have no fixed number of those, and are told by each other alone.
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800, "fortnight": 1_209_600}
_MONTHS = {"month": 1, "year": 12, "decade": 120, "century": 1_200}


def is_same(one: tuple[float, str], other: tuple[float, str]) -> bool:
    """Tell whether two lengths, each a value and a unit's lemma, are equal in different units."""
    for units in (_SECONDS, _MONTHS):
        if one[1] in units and other[1] in units and one[1] != other[1]:
            return math.isclose(one[0] * units[one[1]], other[0] * units[other[1]])
    return False
