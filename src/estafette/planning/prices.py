"""Prices that search and terms must agree on, in hundredths of a driving second."""

from collections.abc import Mapping
from operator import mul

import numpy as np

from estafette.domain.booking import TripFacts
from estafette.domain.error import Invalid
from estafette.domain.problem import Problem
from estafette.domain.weights import Weights
from estafette.planning.census import OPTIONAL, Census, Ints, census_of

MOST_UNSERVED = 1 << 60


def unserved_prices(problem: Problem, weights: Weights) -> dict[int, int]:
    """
    Give what each trip costs if it is left over, in hundredths of a driving second.

    An optional trip costs what it says. Of the others, one of the lowest priority in use costs
    `weights.unserved_s`, and one of a higher priority that much more than all those below it together.
    Expected trips are a priority of their own, below all others.

    Raises
    ------
    Invalid
        The prices of the day add up to more than 2**60: too many priorities in use for so many trips.
    """
    census = census_of(problem)
    prices = prices_of(census, weights).tolist()
    return dict(zip(census.ids.tolist(), prices, strict=True))


def prices_of(census: Census, weights: Weights) -> Ints:
    """Give what each trip costs if it is left over, by row; as `unserved_prices`."""
    classes, place, counts = np.unique(census.classes, return_inverse=True, return_counts=True)
    price_of = _price_of_class(dict(zip(classes.tolist(), counts.tolist(), strict=True)), weights)
    own = 100 * sum(census.own_s[census.own_s > 0].tolist())  # more than 64 bits can hold, if they say so
    if sum(map(mul, price_of, counts.tolist())) + own > MOST_UNSERVED:
        message = (
            f"the day's {len(census.ids)} trips have {len(price_of)} priorities and unserved_s "
            f"{weights.unserved_s}: more than can be priced; use fewer priorities"
        )
        raise Invalid(message)
    return np.array(price_of, np.int64)[place] + 100 * census.own_s


def _price_of_class(counts: Mapping[int, int], weights: Weights) -> list[int]:
    """Give the price of each class, from the lowest; 0 for those that are optional."""
    prices, below = [], 0
    for which, count in counts.items():
        prices.append(0 if which == OPTIONAL else 100 * weights.unserved_s + below)
        below += prices[-1] * count
    return prices


def nearness_permille(problem: Problem, weights: Weights, trip: TripFacts) -> int:
    """
    Give the factor, in thousandths, by which changing what a trip has in force is dearer when near.

    1000 while the pick-up in force is `near_s` or more ahead of `now_s`, or nothing is in force, or nobody
    said what time it is; `near_factor` thousands when it is now or past; linear between, rounded down.
    """
    if trip.assigned is None or problem.now_s is None:
        return 1000
    ahead_s = trip.assigned.pickup_s - problem.now_s
    closeness = 1000 * (weights.near_s - ahead_s) // weights.near_s
    return 1000 + (weights.near_factor - 1) * min(1000, max(0, closeness))


def balance_price(weights: Weights, worked_s: int, span_s: int) -> int:
    """
    Give the price of working `span_s` after `worked_s`, in hundredths of a driving second.

    `balance_percent` of the growth of the square of the hours, in driving hours:
    percent * ((worked + span)**2 - worked**2) / 3600, rounded down.
    """
    return weights.balance_percent * ((worked_s + span_s) ** 2 - worked_s**2) // 3600
