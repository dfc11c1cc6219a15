"""Between two stops: nobody is there before travel allows, drives longer than allowed, or waits too long."""

from collections.abc import Iterator
from itertools import pairwise

from estafette.domain.plan import StopKind, Violation
from estafette.planning.check.known import Known, Way


def times(known: Known, way: Way) -> Iterator[Violation]:
    """Nobody arrives before travel allows, nor starts before arriving."""
    run_id, stops = way.run.run_id, way.planned.stops
    for stop in stops:
        if stop.start_s < stop.arrive_s:
            yield Violation(rule="wait", run_id=run_id, trip_id=stop.trip_id, by=stop.arrive_s - stop.start_s)
    for after, there_s in zip(stops[1:], _there_s(known, way), strict=True):
        if there_s > after.arrive_s:
            yield Violation(rule="arrival", run_id=run_id, trip_id=after.trip_id, by=there_s - after.arrive_s)


def _there_s(known: Known, way: Way) -> Iterator[int]:
    """Give the moment at which each stop but the first can be reached."""
    stops = way.planned.stops
    for stop, after in pairwise(stops):
        yield stop.depart_s + known.matrix.travel_s(stop.place_id, after.place_id, stop.depart_s)


def driving(known: Known, way: Way) -> Iterator[Violation]:
    """The figures of the run are those of its legs."""
    run, stops = way.run, way.planned.stops
    drive_s = driven_s(known, way)
    drive_m = sum(known.matrix.distance_m(stop.place_id, after.place_id) for stop, after in pairwise(stops))
    off = abs(drive_s - way.planned.drive_s) or abs(drive_m - way.planned.drive_m)
    if off:
        yield Violation(rule="drive", run_id=run.run_id, by=off)


def driven_s(known: Known, way: Way) -> int:
    """Give how long a run is driven, by its legs."""
    there = zip(way.planned.stops, _there_s(known, way), strict=False)
    return sum(there_s - stop.depart_s for stop, there_s in there)


def onboard_waits(known: Known, way: Way) -> Iterator[Violation]:
    """
    With a rider aboard, nobody waits for long before a stop, unless its time is given.

    Waiting is what the leg takes beyond its travel: an arrival written later than it need be is waiting too.
    """
    most_s = known.problem.max_onboard_wait_s
    if most_s is None:
        return
    aboard: set[int | None] = set()
    before = way.planned.stops[0]
    for stop, there_s in zip(way.planned.stops[1:], _there_s(known, way), strict=True):
        if before.kind == StopKind.PICKUP:
            aboard.add(before.trip_id)
        elif before.kind == StopKind.DROPOFF:
            aboard.discard(before.trip_id)
        over_s = stop.start_s - there_s - most_s
        if over_s > 0 and aboard and stop.trip_id not in known.pinned:
            yield Violation(rule="onboard_wait", run_id=way.run.run_id, trip_id=stop.trip_id, by=over_s)
        before = stop
