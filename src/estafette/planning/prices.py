"""Prices that search and terms must agree on, in hundredths of a driving second."""

from collections import Counter

from estafette.domain.booking import TripFacts
from estafette.domain.error import Invalid
from estafette.domain.problem import Problem
from estafette.domain.weights import Weights

MOST_UNSERVED = 1 << 60
_EXPECTED = -1  # the class of those whom nobody has called yet: below every priority


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
    # The priority of a trip, `None` for an optional one, which has a price of its own.
    classes = [
        None if trip.unserved_s is not None else _EXPECTED if trip.expected else trip.priority
        for trip in problem.trips
    ]
    price_of = _price_of_class(classes, weights)
    prices = {
        trip.trip_id: price_of[which] if trip.unserved_s is None else 100 * trip.unserved_s
        for trip, which in zip(problem.trips, classes, strict=True)
    }
    if sum(prices.values()) > MOST_UNSERVED:
        message = (
            f"the day's {len(prices)} trips have {len(price_of)} priorities and unserved_s "
            f"{weights.unserved_s}: more than can be priced; use fewer priorities"
        )
        raise Invalid(message)
    return prices


def _price_of_class(classes: list[int | None], weights: Weights) -> dict[int | None, int]:
    counts = Counter(classes)
    price_of: dict[int | None, int] = {}
    below = 0
    for each in sorted(which for which in counts if which is not None):
        price_of[each] = 100 * weights.unserved_s + below
        below += price_of[each] * counts[each]
    return price_of


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
