"""The shape of a run: its ends, its places, how long it may take."""

from collections.abc import Iterator

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import Stop, StopKind, Violation
from estafette.planning.check.known import TRIP_STOPS, Way


def frame(way: Way) -> Iterator[Violation]:
    """A run begins with its pull-out and ends with its pull-in, has trips, and is its driver's."""
    kinds = [stop.kind for stop, _ in way.visits]
    if (
        way.planned.driver_id != way.run.driver_id
        or kinds[0] != StopKind.PULL_OUT
        or kinds[-1] != StopKind.PULL_IN
        or kinds.count(StopKind.PULL_OUT) != 1
        or kinds.count(StopKind.PULL_IN) != 1
        or not any(kind in TRIP_STOPS for kind in kinds)
    ):
        yield Violation(rule="frame", run_id=way.run.run_id)


def work(way: Way) -> Iterator[Violation]:
    """A run lies inside its shift and the overtime after it."""
    run, pull_out_s, pull_in_s = way.run, way.planned.stops[0].start_s, way.planned.stops[-1].depart_s
    for over_s in (run.shift_from_s - pull_out_s, pull_in_s - run.shift_to_s - run.overtime_s):
        if over_s > 0:
            yield Violation(rule="shift", run_id=run.run_id, by=over_s)


def places(way: Way) -> Iterator[Violation]:
    """Each stop is where it must be; a break, and a pull-in without a place, is where the stop before was."""
    before = way.run.start_place_id
    for stop, trip in way.visits:
        wanted = _wanted(way.run, stop, trip, before)
        if wanted is not None and stop.place_id != wanted:
            yield Violation(rule="place", run_id=way.run.run_id, trip_id=stop.trip_id)
        before = stop.place_id


def _wanted(run: RunFacts, stop: Stop, trip: TripFacts | None, before: int) -> int | None:
    if stop.kind == StopKind.PULL_OUT:
        return run.start_place_id
    if stop.kind == StopKind.PULL_IN:
        return before if run.end_place_id is None else run.end_place_id
    if stop.kind == StopKind.BREAK:
        return before
    if trip is None:
        return None
    return trip.origin_id if stop.kind == StopKind.PICKUP else trip.destination_id
