"""
The independent checker: every rule of a plan, from the rules alone; it knows nothing of the search.

Rules, by name. Listing: unknown_trip, unknown_run, duplicate_trip, duplicate_run, missing_trip,
missing_run. A run's shape: frame (pull-out, pull-in, driver, no trips), order, place. Times: dwell, arrival
(earlier than travel allows), wait (service before arrival), time_window, ride_time, shift, break. The
others: space, fixed (a fixed trip was moved), drive (figures that are not those of the legs).
"""

from collections import Counter
from collections.abc import Iterator

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts, Spaces
from estafette.domain.plan import Plan, PlannedRun, Stop, StopKind, Violation
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.rules import breaks_in_order, direct_s, is_fixed, is_pinned, ride_limit_s

_TRIP_STOPS = (StopKind.PICKUP, StopKind.DROPOFF)


def violations(problem: Problem, matrix: TravelMatrix, plan: Plan) -> list[Violation]:
    """
    List every rule that a plan breaks; `[]` for a legal plan.

    Windows and ride limits are not asked of pinned trips (`rules.is_pinned`): their times are given.
    """
    trips = {trip.trip_id: trip for trip in problem.trips}
    runs = {run.run_id: run for run in problem.runs}
    found = [*_listing(plan, trips, runs), *_fixed(plan, trips, runs)]
    for planned in plan.runs:
        run = runs.get(planned.run_id)
        if run is not None and planned.stops:
            found += _on_run(problem, matrix, run, planned, trips)
        elif planned.drive_s or planned.drive_m:
            found.append(Violation(rule="drive", run_id=planned.run_id, by=planned.drive_s))
    return found


def _on_run(
    problem: Problem,
    matrix: TravelMatrix,
    run: RunFacts,
    planned: PlannedRun,
    trips: dict[int, TripFacts],
) -> Iterator[Violation]:
    yield from _frame(run, planned)
    yield from _places(run, planned, trips)
    known = _known_places(matrix, planned)
    yield from (Violation(rule="place", run_id=run.run_id, trip_id=stop.trip_id) for stop in known[1])
    if not known[1]:
        yield from _times(matrix, planned)
        yield from _drive(matrix, planned)
    yield from _rides(problem, matrix, planned, trips)
    yield from _windows(planned, trips)
    yield from _spaces(run, planned, trips)
    yield from _breaks(run, planned)


def _listing(plan: Plan, trips: dict[int, TripFacts], runs: dict[int, RunFacts]) -> Iterator[Violation]:
    """Every trip of the problem exactly once, nothing else; every run at most once."""
    run_ids = Counter(planned.run_id for planned in plan.runs)
    for run_id, times in run_ids.items():
        if run_id not in runs:
            yield Violation(rule="unknown_run", run_id=run_id)
        if times > 1:
            yield Violation(rule="duplicate_run", run_id=run_id, by=times - 1)
    yield from (Violation(rule="missing_run", run_id=run_id) for run_id in runs.keys() - run_ids.keys())
    placed = Counter(
        stop.trip_id for planned in plan.runs for stop in planned.stops if stop.kind == StopKind.PICKUP
    )
    dropped = {
        stop.trip_id for planned in plan.runs for stop in planned.stops if stop.kind == StopKind.DROPOFF
    }
    listed = placed + Counter(left.trip_id for left in plan.left_over)
    for trip_id, times in listed.items():
        if times > 1:
            yield Violation(rule="duplicate_trip", trip_id=trip_id, by=times - 1)
    for trip_id in (listed.keys() | dropped) - trips.keys():
        yield Violation(rule="unknown_trip", trip_id=trip_id)
    yield from (Violation(rule="missing_trip", trip_id=trip_id) for trip_id in trips.keys() - listed.keys())


def _fixed(plan: Plan, trips: dict[int, TripFacts], runs: dict[int, RunFacts]) -> Iterator[Violation]:
    """Fixed trips are on their run, pinned ones at their times; a run that is gone cannot be kept."""
    seen = {
        (stop.trip_id, stop.kind): (planned.run_id, stop.start_s)
        for planned in plan.runs
        for stop in planned.stops
    }
    for trip in trips.values():
        assigned = trip.assigned
        if assigned is None or not is_fixed(trip) or assigned.run_id not in runs:
            continue
        for kind, wanted_s in zip(_TRIP_STOPS, (assigned.pickup_s, assigned.dropoff_s), strict=True):
            run_id, start_s = seen.get((trip.trip_id, kind), (None, wanted_s))
            late_s = abs(start_s - wanted_s) if is_pinned(trip) else 0
            if run_id != assigned.run_id or late_s:
                yield Violation(rule="fixed", run_id=assigned.run_id, trip_id=trip.trip_id, by=late_s)


def _frame(run: RunFacts, planned: PlannedRun) -> Iterator[Violation]:
    """A run begins with its pull-out and ends with its pull-in, inside the shift, at its places."""
    first, last = planned.stops[0], planned.stops[-1]
    kinds = [stop.kind for stop in planned.stops]
    if (
        planned.driver_id != run.driver_id
        or first.kind != StopKind.PULL_OUT
        or last.kind != StopKind.PULL_IN
        or kinds.count(StopKind.PULL_OUT) != 1
        or kinds.count(StopKind.PULL_IN) != 1
        or not any(kind in _TRIP_STOPS for kind in kinds)
    ):
        yield Violation(rule="frame", run_id=run.run_id)
    if first.start_s < run.shift_from_s:
        yield Violation(rule="shift", run_id=run.run_id, by=run.shift_from_s - first.start_s)
    if last.depart_s > run.shift_to_s:
        yield Violation(rule="shift", run_id=run.run_id, by=last.depart_s - run.shift_to_s)


def _places(run: RunFacts, planned: PlannedRun, trips: dict[int, TripFacts]) -> Iterator[Violation]:
    """Each stop is where it must be; a break is where the stop before it was."""
    before = run.start_place_id
    for stop in planned.stops:
        trip = trips.get(stop.trip_id) if stop.trip_id is not None else None
        wanted: int | None = before
        if stop.kind == StopKind.PULL_OUT:
            wanted = run.start_place_id
        elif stop.kind == StopKind.PULL_IN:
            wanted = before if run.end_place_id is None else run.end_place_id
        elif stop.kind == StopKind.PICKUP:
            wanted = trip.origin_id if trip else None
        elif stop.kind == StopKind.DROPOFF:
            wanted = trip.destination_id if trip else None
        if wanted is not None and stop.place_id != wanted:
            yield Violation(rule="place", run_id=run.run_id, trip_id=stop.trip_id)
        before = stop.place_id


def _known_places(matrix: TravelMatrix, planned: PlannedRun) -> tuple[list[Stop], list[Stop]]:
    known = [stop for stop in planned.stops if stop.place_id in matrix.row_of]
    return known, [stop for stop in planned.stops if stop.place_id not in matrix.row_of]


def _times(matrix: TravelMatrix, planned: PlannedRun) -> Iterator[Violation]:
    """Nobody arrives before travel allows, nor starts before arriving."""
    run_id = planned.run_id
    for stop in planned.stops:
        if stop.start_s < stop.arrive_s:
            yield Violation(rule="wait", run_id=run_id, trip_id=stop.trip_id, by=stop.arrive_s - stop.start_s)
    for stop, after in zip(planned.stops, planned.stops[1:], strict=False):
        travel_s = matrix.travel_s(stop.place_id, after.place_id, stop.depart_s)
        early_s = stop.depart_s + travel_s - after.arrive_s
        if early_s > 0:
            yield Violation(rule="arrival", run_id=run_id, trip_id=after.trip_id, by=early_s)


def _drive(matrix: TravelMatrix, planned: PlannedRun) -> Iterator[Violation]:
    """The figures of the run are those of its legs."""
    drive_s = drive_m = 0
    for stop, after in zip(planned.stops, planned.stops[1:], strict=False):
        drive_s += matrix.travel_s(stop.place_id, after.place_id, stop.depart_s)
        drive_m += matrix.distance_m(stop.place_id, after.place_id)
    off = abs(drive_s - planned.drive_s) or abs(drive_m - planned.drive_m)
    if off:
        yield Violation(rule="drive", run_id=planned.run_id, by=off)


def _windows(planned: PlannedRun, trips: dict[int, TripFacts]) -> Iterator[Violation]:
    """Service starts inside its window and lasts its dwell; the ends of a run take no time."""
    for stop in planned.stops:
        trip = trips.get(stop.trip_id) if stop.trip_id is not None else None
        window, dwell_s = None, 0
        if trip is not None and stop.kind == StopKind.PICKUP:
            window, dwell_s = (trip.pickup_from_s, trip.pickup_to_s), trip.pickup_dwell_s
        elif trip is not None and stop.kind == StopKind.DROPOFF:
            window, dwell_s = (trip.dropoff_from_s, trip.dropoff_to_s), trip.dropoff_dwell_s
        elif stop.kind not in (StopKind.PULL_OUT, StopKind.PULL_IN):
            continue
        off_s = abs(stop.depart_s - stop.start_s - dwell_s)
        if off_s:
            yield Violation(rule="dwell", run_id=planned.run_id, trip_id=stop.trip_id, by=off_s)
        if trip is None or window is None or is_pinned(trip):
            continue
        off_s = max(window[0] - stop.start_s, stop.start_s - window[1])
        if off_s > 0:
            yield Violation(rule="time_window", run_id=planned.run_id, trip_id=trip.trip_id, by=off_s)


def _rides(
    problem: Problem, matrix: TravelMatrix, planned: PlannedRun, trips: dict[int, TripFacts]
) -> Iterator[Violation]:
    """Each rider is picked up once, then dropped off once, within the ride limit."""
    left_s: dict[int, int] = {}
    for stop in planned.stops:
        trip = trips.get(stop.trip_id) if stop.trip_id is not None else None
        if stop.kind not in _TRIP_STOPS:
            if stop.trip_id is not None:
                yield Violation(rule="order", run_id=planned.run_id, trip_id=stop.trip_id)
        elif stop.trip_id is None:
            yield Violation(rule="order", run_id=planned.run_id)
        elif stop.kind == StopKind.PICKUP:
            left_s[stop.trip_id] = stop.depart_s
        elif stop.trip_id not in left_s:
            yield Violation(rule="order", run_id=planned.run_id, trip_id=stop.trip_id)
        else:
            ride_s = stop.start_s - left_s.pop(stop.trip_id)
            if trip is None or is_pinned(trip):
                continue
            over_s = ride_s - ride_limit_s(problem, trip, direct_s(trip, matrix))
            if over_s > 0:
                yield Violation(rule="ride_time", run_id=planned.run_id, trip_id=trip.trip_id, by=over_s)
    yield from (Violation(rule="order", run_id=planned.run_id, trip_id=trip_id) for trip_id in left_s)


def _spaces(run: RunFacts, planned: PlannedRun, trips: dict[int, TripFacts]) -> Iterator[Violation]:
    """What is aboard fits one of the layouts after every stop."""
    aboard: dict[int, Spaces] = {}
    for stop in planned.stops:
        trip = trips.get(stop.trip_id) if stop.trip_id is not None else None
        if trip is None:
            continue
        if stop.kind == StopKind.DROPOFF:
            aboard.pop(trip.trip_id, None)
            continue
        if stop.kind == StopKind.PICKUP:
            aboard[trip.trip_id] = trip.takes
        short = min(_short(list(aboard.values()), layout) for layout in run.layouts)
        if short:
            yield Violation(rule="space", run_id=run.run_id, trip_id=trip.trip_id, by=short)


def _short(aboard: list[Spaces], layout: Spaces) -> int:
    return (
        max(0, sum(spaces.seats for spaces in aboard) - layout.seats)
        + max(0, sum(spaces.wheelchairs for spaces in aboard) - layout.wheelchairs)
        + max(0, sum(spaces.stretchers for spaces in aboard) - layout.stretchers)
    )


def _breaks(run: RunFacts, planned: PlannedRun) -> Iterator[Violation]:
    """Every break is taken, in order, in its window, whole, with nobody aboard; no others are."""
    owed = breaks_in_order(run)
    taken: list[Stop] = []
    riders = 0
    for stop in planned.stops:
        riders += (stop.kind == StopKind.PICKUP) - (stop.kind == StopKind.DROPOFF)
        if stop.kind == StopKind.BREAK:
            taken.append(stop)
            if riders:
                yield Violation(rule="break", run_id=run.run_id, by=riders)
    if len(taken) != len(owed):
        yield Violation(rule="break", run_id=run.run_id, by=abs(len(owed) - len(taken)))
    for rest, stop in zip(owed, taken, strict=False):
        off_s = max(rest.from_s - stop.start_s, stop.start_s - rest.to_s, 0)
        off_s += abs(stop.depart_s - stop.start_s - rest.duration_s)
        if off_s:
            yield Violation(rule="break", run_id=run.run_id, by=off_s)
