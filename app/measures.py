"""Measures in different units: "two weeks" are 14 days, 25 miles 40 kilometres."""

from dataclasses import replace

from app import quantities
from app.quantities import Quantity

# Units of one kind each, with what they are of the first. Months and years have no fixed number of days.
_KINDS: tuple[dict[str, float], ...] = (
    {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800, "fortnight": 1_209_600},
    {"month": 1, "year": 12, "decade": 120, "century": 1_200},
    {"metre": 1, "kilometre": 1_000, "mile": 1_609.344, "foot": 0.3048, "yard": 0.9144, "inch": 0.0254,
     "centimetre": 0.01, "millimetre": 0.001},
    {"kph": 1, "mph": 1.609344},
    {"acre": 0.404686, "hectare": 1},
)  # fmt: skip
# What is measured in miles is told in kilometres no closer than this.
_CONVERTED = 0.03


def agrees(claim: Quantity, unit: str, source: Quantity, other: str) -> bool:
    """Tell whether a measure bears out another in a different unit; `unit` and `other` are lemmas."""
    for kind in _KINDS:
        if unit in kind and other in kind and unit != other:
            ours, theirs = (
                replace(one, value=one.value * kind[u], step=one.step * kind[u])
                for one, u in ((claim, unit), (source, other))
            )
            if abs(ours.value - theirs.value) <= min(
                max(ours.step, theirs.step) / 2, _CONVERTED * abs(theirs.value)
            ):
                ours = replace(ours, value=theirs.value)
            return quantities.agrees(ours, theirs)
    return False
