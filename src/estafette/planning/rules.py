"""What search and checker must agree on: the definition of the rules, not how they are met."""

from collections.abc import Iterable
from typing import NamedTuple

from estafette.domain.booking import Lock, TripFacts
from estafette.domain.fleet import Break, RunFacts
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix


class Limits(NamedTuple):
    """The longest driving of a driver on the day and the longest time on duty; `None`: no limit."""

    drive_s: int | None
    work_s: int | None


def direct_s(trip: TripFacts, matrix: TravelMatrix) -> int:
    """Give the seconds of the ride without detour, leaving at the end of the earlier window."""
    depart_s = min(trip.pickup_to_s, trip.dropoff_to_s)
    return matrix.travel_s(trip.origin_id, trip.destination_id, depart_s)


def ride_limit_s(problem: Problem, trip: TripFacts, direct: int) -> int:
    """Give the longest legal ride: the trip's own limit, or the company's rule on the direct ride."""
    return problem.ride_limit.limit_s(direct) if trip.max_ride_s is None else trip.max_ride_s


def dwell_s(run: RunFacts, trip: TripFacts, at_pickup: bool) -> int:
    """Give the seconds at the door: the trip's own, longer by what this vehicle needs for wheels."""
    own_s = trip.pickup_dwell_s if at_pickup else trip.dropoff_dwell_s
    wheeled = trip.takes.wheelchairs or trip.takes.stretchers
    return own_s + run.wheeled_dwell_s if wheeled else own_s


def is_frozen(problem: Problem, trip: TripFacts) -> bool:
    """Tell whether the trip is in force and its pick-up too near for the optimiser to touch it."""
    if trip.assigned is None or problem.now_s is None:
        return False
    return trip.assigned.pickup_s < problem.now_s + problem.freeze_s


def is_fixed(problem: Problem, trip: TripFacts) -> bool:
    """Tell whether the optimiser must leave the trip on its run."""
    if trip.assigned is None:
        return False
    return trip.under_way or trip.assigned.lock != Lock.NONE or is_frozen(problem, trip)


def is_pinned(problem: Problem, trip: TripFacts) -> bool:
    """
    Tell whether the optimiser must also leave its times.

    What a person decided or the road made true stands above window, ride limit and the limit of waiting
    aboard: none is asked of a pinned trip.
    """
    if trip.assigned is None:
        return False
    return trip.under_way or trip.assigned.lock == Lock.TIME or is_frozen(problem, trip)


def keeps_order(problem: Problem, trip: TripFacts) -> bool:
    """
    Tell whether the stops of the trip stay where they are in the order of its run.

    Those of all such trips on a run follow each other as in force; others may come between, and where
    the trip is not pinned its times may move.
    """
    return trip.assigned is not None and (trip.assigned.lock == Lock.ORDER or is_pinned(problem, trip))


def is_waited_for(problem: Problem, trip: TripFacts, other: TripFacts) -> bool:
    """
    Tell whether the vehicle must wait at the door between the drop-off of `other` and the trip tied to it.

    Not where people have decided otherwise: both are pinned, or fixed on two runs.
    """
    if trip.link is None or not trip.link.waits or (is_pinned(problem, trip) and is_pinned(problem, other)):
        return False
    legs = (trip, other)
    return len({leg.assigned.run_id for leg in legs if leg.assigned and is_fixed(problem, leg)}) < 2


def lacks_skill(run: RunFacts, trip: TripFacts) -> int:
    """Count the skills and pieces of equipment that the trip needs and the run has not."""
    return len(set(trip.needs).difference(run.skills)) if trip.needs else 0


def is_banned(run: RunFacts, trip: TripFacts) -> bool:
    """Tell whether the rider must not be driven by the run's driver."""
    return run.driver_id in trip.banned_driver_ids


def stay_apart(trip: TripFacts, other: TripFacts) -> bool:
    """Tell whether two riders must never be aboard together."""
    if trip.no_share or other.no_share:
        return True
    return not (
        set(trip.apart_from).isdisjoint(other.groups) and set(other.apart_from).isdisjoint(trip.groups)
    )


def gets_other_driver(trip: TripFacts, driver_id: int, drivers: dict[int, int]) -> bool:
    """
    Tell whether `driver_id` is another driver than the one the trip has in force.

    `drivers` are those of the runs of the problem. From a run that is gone there is nobody to change.
    """
    return trip.assigned is not None and drivers.get(trip.assigned.run_id, driver_id) != driver_id


def limits_of_drivers(runs: Iterable[RunFacts]) -> dict[int, Limits]:
    """
    Give how long each driver may drive and be on duty on the day, on all runs together.

    Runs of one driver that say different things are held to the least of it.
    """
    limits: dict[int, Limits] = {}
    for run in runs:
        before = limits.get(run.driver_id, Limits(None, None))
        limits[run.driver_id] = Limits(
            _least(before.drive_s, run.max_drive_s), _least(before.work_s, run.max_work_s)
        )
    return limits


def _least(first: int | None, second: int | None) -> int | None:
    return min((each for each in (first, second) if each is not None), default=None)


def breaks_in_order(run: RunFacts) -> list[Break]:
    """List a run's breaks in the order in which they are taken: that of their windows."""
    return sorted(run.breaks, key=lambda rest: (rest.from_s, rest.to_s, rest.duration_s))
