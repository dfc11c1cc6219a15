"""Every trip of the problem exactly once, nothing else; every run once."""

from collections import Counter
from collections.abc import Iterator

from estafette.domain.plan import Plan, StopKind, Violation
from estafette.planning.check.known import Known


def listing(known: Known, plan: Plan) -> Iterator[Violation]:
    """Find what is listed twice, not at all, or nobody knows."""
    yield from _runs(known, plan)
    yield from _trips(known, plan)


def _runs(known: Known, plan: Plan) -> Iterator[Violation]:
    listed = Counter(planned.run_id for planned in plan.runs)
    for run_id, times in listed.items():
        if run_id not in known.runs:
            yield Violation(rule="unknown_run", run_id=run_id)
        if times > 1:
            yield Violation(rule="duplicate_run", run_id=run_id, by=times - 1)
    for run_id in known.runs.keys() - listed.keys():
        yield Violation(rule="missing_run", run_id=run_id)


def _trips(known: Known, plan: Plan) -> Iterator[Violation]:
    listed = Counter(_ids(plan, StopKind.PICKUP)) + Counter(left.trip_id for left in plan.left_over)
    for trip_id, times in listed.items():
        if times > 1:
            yield Violation(rule="duplicate_trip", trip_id=trip_id, by=times - 1)
    for trip_id in (listed.keys() | set(_ids(plan, StopKind.DROPOFF))) - known.trips.keys():
        yield Violation(rule="unknown_trip", trip_id=trip_id)
    for trip_id in known.trips.keys() - listed.keys():
        yield Violation(rule="missing_trip", trip_id=trip_id)


def _ids(plan: Plan, kind: StopKind) -> Iterator[int | None]:
    return (stop.trip_id for planned in plan.runs for stop in planned.stops if stop.kind is kind)
