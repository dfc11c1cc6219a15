"""Every rider: fetched, then brought, at the times promised, not driven around for long."""

from collections.abc import Iterator

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import Stop, StopKind, Violation
from estafette.planning.check.known import TRIP_STOPS, Known, Way
from estafette.planning.rules import direct_s, dwell_s, ride_limit_s


def rides(known: Known, way: Way) -> Iterator[Violation]:
    """Each rider is picked up once, then dropped off once, within the ride limit."""
    left_s: dict[int, int] = {}
    for stop, trip in way.visits:
        trip_id = stop.trip_id
        if stop.kind == StopKind.PICKUP and trip_id is not None:
            left_s[trip_id] = stop.depart_s
        elif stop.kind == StopKind.DROPOFF and trip_id in left_s:
            over_s = _over_s(known, trip, stop.start_s - left_s.pop(trip_id))
            if over_s > 0:
                yield Violation(rule="ride_time", run_id=way.run.run_id, trip_id=trip_id, by=over_s)
        elif (stop.kind in TRIP_STOPS) or trip_id is not None:
            yield Violation(rule="order", run_id=way.run.run_id, trip_id=trip_id)
    yield from (Violation(rule="order", run_id=way.run.run_id, trip_id=trip_id) for trip_id in left_s)


def _over_s(known: Known, trip: TripFacts | None, ride_s: int) -> int:
    if trip is None or trip.trip_id in known.pinned:
        return 0
    return ride_s - ride_limit_s(known.problem, trip, direct_s(trip, known.matrix))


def windows(known: Known, way: Way) -> Iterator[Violation]:
    """Service starts inside its window and lasts its dwell; the ends of a run take no time."""
    for stop, trip in way.visits:
        off_s = abs(stop.depart_s - stop.start_s - _lasts_s(way.run, stop, trip))
        if off_s:
            yield Violation(rule="dwell", run_id=way.run.run_id, trip_id=stop.trip_id, by=off_s)
        if trip is None or stop.kind not in TRIP_STOPS or trip.trip_id in known.pinned:
            continue
        from_s, to_s = _window(stop, trip)
        off_s = max(from_s - stop.start_s, stop.start_s - to_s)
        if off_s > 0:
            yield Violation(rule="time_window", run_id=way.run.run_id, trip_id=trip.trip_id, by=off_s)


def _lasts_s(run: RunFacts, stop: Stop, trip: TripFacts | None) -> int:
    """Give what service takes; as it is where that is not for this rule to say (a break, an unknown trip)."""
    if stop.kind in (StopKind.PULL_OUT, StopKind.PULL_IN):
        return 0
    if trip is None or stop.kind == StopKind.BREAK:
        return stop.depart_s - stop.start_s
    return dwell_s(run, trip, stop.kind == StopKind.PICKUP)


def _window(stop: Stop, trip: TripFacts) -> tuple[int, int]:
    if stop.kind == StopKind.PICKUP:
        return trip.pickup_from_s, trip.pickup_to_s
    return trip.dropoff_from_s, trip.dropoff_to_s
