"""How warm a search is: how much dearer a step may make a plan, from its beginning to its end."""

import math
from typing import NamedTuple

from estafette.planning.budget import TEMPERATURES
from estafette.planning.kernel.arrays import ACTIVATION, DIRECT, DRIVE, Day

# Temperatures of the annealing at its beginning and end, in mean direct rides: from those of a search that
# has next to no time to those of one with plenty, and how they grow with the steps for each trip. The end
# grows only where a run costs more than all else: with as few runs as can be a plan moves at a price alone.
WARM, MOST_WARM, WARM_STEP = 0.5, 1.5, 0.08
COLD, MOST_COLD, COLD_STEP = 0.01, 0.04, 0.0004
# At the last temperatures nothing dearer is kept.
FROZEN_FROM = 97
_ABOVE_ALL = 100  # mean direct rides


class Span(NamedTuple):
    """The temperatures of one cooling, and whether it ends as cold as pays where runs do not come first."""

    first: int = 0
    last: int = TEMPERATURES
    cold: bool = True

    @property
    def temperatures(self) -> range:
        """Give all of them."""
        return range(self.first, self.last)


def warmth_at(temperature: int, span: Span, day: Day, first_steps: int) -> int:
    """
    Give a temperature as a price; a part of all, `span`, cools as the whole does, a later one from less warm.

    The steps of the first hundredth, once they are done, tell the pace of the search.
    """
    warm, cold = _heat(first_steps * TEMPERATURES / len(day.trip))
    if span.cold:
        cold = COLD
    if span.first > 0:
        warm = WARM
    if temperature >= FROZEN_FROM:
        return 0
    fraction = (temperature - span.first) / (span.last - span.first)
    return round(mean_ride(day) * warm * math.pow(cold / warm, fraction))


def _heat(steps: float) -> tuple[float, float]:
    """Give the temperatures at the beginning and the end for so many steps for each trip."""
    return min(MOST_WARM, max(WARM, WARM_STEP * steps)), min(MOST_COLD, COLD + COLD_STEP * steps)


def runs_come_first(day: Day) -> bool:
    """Tell whether a run costs more than all else."""
    return int(day.run[:, ACTIVATION].max(initial=0)) > _ABOVE_ALL * mean_ride(day)


def mean_ride(day: Day) -> float:
    """Give the price of driving the mean direct ride."""
    return max(1.0, float(day.price[DRIVE] * day.trip[:, DIRECT].mean()))
