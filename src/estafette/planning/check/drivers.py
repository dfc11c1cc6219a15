"""What a driver may do on the day, on all runs together."""

from collections.abc import Iterator

from estafette.domain.plan import Plan, Violation
from estafette.planning.check.known import Known, Way, way_of
from estafette.planning.check.road import driven_s
from estafette.planning.rules import limits_of_drivers


def limits(known: Known, plan: Plan) -> Iterator[Violation]:
    """
    No driver drives, or is on duty, for longer than allowed; each of the runs that together do is named.

    Time on duty is that from pull-out to pull-in of each run; between two runs nobody is.
    """
    ways: dict[int, list[Way]] = {}
    for planned in plan.runs:
        run = known.runs.get(planned.run_id)
        if run is not None and planned.stops:
            ways.setdefault(run.driver_id, []).append(way_of(known, run, planned))
    for driver_id, most in limits_of_drivers(known.runs.values()).items():
        own = ways.get(driver_id, [])
        if most.work_s is not None:
            yield from _over("work_limit", own, sum(map(_duty_s, own)) - most.work_s)
        if most.drive_s is not None and all(_is_on_the_map(known, way) for way in own):
            yield from _over("drive_limit", own, sum(driven_s(known, way) for way in own) - most.drive_s)


def _duty_s(way: Way) -> int:
    return way.planned.stops[-1].depart_s - way.planned.stops[0].start_s


def _is_on_the_map(known: Known, way: Way) -> bool:
    return all(stop.place_id in known.matrix.row_of for stop, _ in way.visits)


def _over(rule: str, ways: list[Way], over_s: int) -> Iterator[Violation]:
    if over_s > 0:
        yield from (Violation(rule=rule, run_id=way.run.run_id, by=over_s) for way in ways)
