"""What search and checker must agree on: the definition of the rules, not how they are met."""

from estafette.domain.booking import Lock, TripFacts
from estafette.domain.fleet import Break, RunFacts
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix


def direct_s(trip: TripFacts, matrix: TravelMatrix) -> int:
    """Give the seconds of the ride without detour, leaving at the end of the earlier window."""
    depart_s = min(trip.pickup_to_s, trip.dropoff_to_s)
    return matrix.travel_s(trip.origin_id, trip.destination_id, depart_s)


def ride_limit_s(problem: Problem, trip: TripFacts, direct: int) -> int:
    """Give the longest legal ride: the trip's own limit, or the company's rule on the direct ride."""
    return problem.ride_limit.limit_s(direct) if trip.max_ride_s is None else trip.max_ride_s


def is_fixed(trip: TripFacts) -> bool:
    """Tell whether the optimiser must leave the trip on its run."""
    return trip.assigned is not None and (trip.under_way or trip.assigned.lock != Lock.NONE)


def is_pinned(trip: TripFacts) -> bool:
    """
    Tell whether the optimiser must also leave its times.

    What a person decided or the road made true stands above window and ride limit: neither is asked of
    a pinned trip.
    """
    return trip.assigned is not None and (trip.under_way or trip.assigned.lock in (Lock.ORDER, Lock.TIME))


def breaks_in_order(run: RunFacts) -> list[Break]:
    """List a run's breaks in the order in which they are taken: that of their windows."""
    return sorted(run.breaks, key=lambda rest: (rest.from_s, rest.to_s, rest.duration_s))
