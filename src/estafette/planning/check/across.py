"""Rules across runs: what is in force and may not move, legs that follow each other, changes of driver."""

from collections.abc import Iterator
from typing import NamedTuple

from estafette.domain.booking import Link, TripFacts
from estafette.domain.plan import Plan, PlannedRun, Stop, StopKind, Violation
from estafette.planning.check.known import TRIP_STOPS, Known
from estafette.planning.rules import gets_other_driver, is_fixed, is_waited_for, keeps_order

Seen = dict[tuple[int | None, StopKind], tuple[int, Stop]]


def fixed(known: Known, plan: Plan) -> Iterator[Violation]:
    """
    Fixed trips are on their run, pinned ones at their times, those whose order is kept in it.

    A run that is gone cannot be kept.
    """
    yield from _overtaken(known, plan)
    seen = _seen(plan)
    for trip in known.trips.values():
        assigned = trip.assigned
        if assigned is None or not is_fixed(known.problem, trip) or assigned.run_id not in known.runs:
            continue
        for kind, wanted_s in zip(TRIP_STOPS, (assigned.pickup_s, assigned.dropoff_s), strict=True):
            run_id, stop = seen.get((trip.trip_id, kind), (None, None))
            late_s = abs(stop.start_s - wanted_s) if stop and trip.trip_id in known.pinned else 0
            if run_id != assigned.run_id or late_s:
                yield Violation(rule="fixed", run_id=assigned.run_id, trip_id=trip.trip_id, by=late_s)


def _overtaken(known: Known, plan: Plan) -> Iterator[Violation]:
    """Name each stop that comes after some that it was to come before, and say how many."""
    for planned in plan.runs:
        passed: list[int] = []
        for stop in planned.stops:
            trip = known.trips.get(stop.trip_id) if stop.trip_id is not None else None
            if trip is None or trip.assigned is None or stop.kind not in TRIP_STOPS:
                continue
            if trip.assigned.run_id == planned.run_id and keeps_order(known.problem, trip):
                is_pickup = stop.kind is StopKind.PICKUP
                stood_s = trip.assigned.pickup_s if is_pickup else trip.assigned.dropoff_s
                if by := sum(other_s > stood_s for other_s in passed):
                    yield Violation(rule="fixed", run_id=planned.run_id, trip_id=trip.trip_id, by=by)
                passed.append(stood_s)


def _seen(plan: Plan) -> Seen:
    return {
        (stop.trip_id, stop.kind): (planned.run_id, stop) for planned in plan.runs for stop in planned.stops
    }


class _Pair(NamedTuple):
    """Two legs that both have a run: the trip that is tied to the other, and where each stands."""

    trip: TripFacts
    other: TripFacts
    link: Link
    pickup: tuple[int, Stop]
    dropoff: tuple[int, Stop]


def links(known: Known, plan: Plan) -> Iterator[Violation]:
    """
    A linked leg starts when the stay after the leg before it is over, and with its driver if so asked.

    If the vehicle waits, it is on the same run, and in between nobody else is served or aboard. The time is
    not asked where both legs are pinned, the driver not where both are fixed: nobody who plans could keep it.
    """
    driven = {planned.run_id: planned for planned in plan.runs}
    for pair in _pairs(known, plan):
        early_s = pair.dropoff[1].depart_s + pair.link.min_stay_s - pair.pickup[1].start_s
        if early_s > 0 and not {pair.trip.trip_id, pair.other.trip_id} <= known.pinned:
            yield Violation(rule="linked_leg", run_id=pair.pickup[0], trip_id=pair.trip.trip_id, by=early_s)
        if _parted(known, pair):
            yield Violation(rule="linked_leg", run_id=pair.pickup[0], trip_id=pair.trip.trip_id)
        elif is_waited_for(known.problem, pair.trip, pair.other):
            by = len(_others(driven[pair.pickup[0]], pair))
            if by:
                yield Violation(rule="linked_leg", run_id=pair.pickup[0], trip_id=pair.trip.trip_id, by=by)


def _pairs(known: Known, plan: Plan) -> Iterator[_Pair]:
    tied = [(trip, trip.link) for trip in known.trips.values() if trip.link is not None]
    seen = _seen(plan) if tied else {}
    for trip, link in tied:
        other = known.trips.get(link.after_trip_id)
        pickup = seen.get((trip.trip_id, StopKind.PICKUP))
        dropoff = seen.get((link.after_trip_id, StopKind.DROPOFF))
        if other and pickup and dropoff:
            yield _Pair(trip, other, link, pickup, dropoff)


def _parted(known: Known, pair: _Pair) -> bool:
    if is_waited_for(known.problem, pair.trip, pair.other) and pair.dropoff[0] != pair.pickup[0]:
        return True
    first, second = known.runs.get(pair.dropoff[0]), known.runs.get(pair.pickup[0])
    if not pair.link.same_driver or first is None or second is None or first.driver_id == second.driver_id:
        return False
    return not (is_fixed(known.problem, pair.trip) and is_fixed(known.problem, pair.other))


def _others(planned: PlannedRun, pair: _Pair) -> set[int]:
    """Name the trips that are aboard or served between the two legs of a pair on one run."""
    stops = planned.stops
    left, back = stops.index(pair.dropoff[1]), stops.index(pair.pickup[1])
    aboard: set[int] = set()
    for stop in stops[:left]:
        if stop.trip_id is not None:
            aboard ^= {stop.trip_id}
    served = {stop.trip_id for stop in stops[left + 1 : back] if stop.trip_id is not None}
    return (aboard | served) - {pair.other.trip_id}


def changes(known: Known, plan: Plan) -> Iterator[Violation]:
    """No more trips get another driver than the problem allows."""
    most = known.problem.max_changes
    if most is None:
        return
    drivers = {run.run_id: run.driver_id for run in known.runs.values()}
    moved = 0
    for (trip_id, kind), (run_id, _) in _seen(plan).items():
        trip = known.trips.get(trip_id) if trip_id is not None else None
        if trip is not None and kind is StopKind.PICKUP and run_id in drivers:
            moved += gets_other_driver(trip, drivers[run_id], drivers)
    if moved > most:
        yield Violation(rule="max_changes", by=moved - most)
