"""
The independent checker: every rule of a plan, from the rules alone; it knows nothing of the search.

Rules, by name. Listing: unknown_trip, unknown_run, duplicate_trip, duplicate_run, missing_trip,
missing_run. A run's shape: frame (pull-out, pull-in, driver, no trips), order, place. Times: dwell, arrival
(earlier than travel allows), wait (service before arrival), time_window, ride_time, onboard_wait, shift,
break. On all runs of a driver together: drive_limit, work_limit. Who rides where and with whom: space,
skill, banned, no_share. Across runs: linked_leg, fixed (a fixed trip was moved), max_changes. And drive
(figures that are not those of the legs).
"""

from collections.abc import Iterator

from estafette.domain.plan import Plan, Violation
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.check.across import changes, fixed, links
from estafette.planning.check.breaks import breaks
from estafette.planning.check.drivers import limits
from estafette.planning.check.frame import frame, places, work
from estafette.planning.check.known import Known, Way, known_of, way_of
from estafette.planning.check.listing import listing
from estafette.planning.check.riders import admission, company, spaces
from estafette.planning.check.rides import rides, windows
from estafette.planning.check.road import driving, onboard_waits, times


def violations(problem: Problem, matrix: TravelMatrix, plan: Plan) -> list[Violation]:
    """
    List every rule that a plan breaks; `[]` for a legal plan.

    Windows and ride limits are not asked of pinned trips, nor is the wait before their stops
    (`rules.is_pinned`): their times are given.
    """
    known = known_of(problem, matrix)
    found = [*listing(known, plan), *fixed(known, plan), *links(known, plan), *changes(known, plan)]
    found += limits(known, plan)
    for planned in plan.runs:
        run = known.runs.get(planned.run_id)
        if run is not None and planned.stops:
            found += _on_run(known, way_of(known, run, planned))
        elif planned.drive_s or planned.drive_m:
            found.append(Violation(rule="drive", run_id=planned.run_id, by=planned.drive_s))
    return found


def _on_run(known: Known, way: Way) -> Iterator[Violation]:
    yield from frame(way)
    yield from places(way)
    nowhere = [stop for stop, _ in way.visits if stop.place_id not in known.matrix.row_of]
    yield from (Violation(rule="place", run_id=way.run.run_id, trip_id=stop.trip_id) for stop in nowhere)
    if not nowhere:
        yield from times(known, way)
        yield from driving(known, way)
        yield from onboard_waits(known, way)
    yield from rides(known, way)
    yield from windows(known, way)
    yield from work(way)
    yield from spaces(way)
    yield from admission(way)
    yield from company(way)
    yield from breaks(way)
