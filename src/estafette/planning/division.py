"""
Dividing a planned day into parts that can be searched apart, each a problem of its own.

POPMUSIC (Taillard and Voss 2002, doi:10.1007/978-1-4615-1507-4_27): parts of a plan are improved by
themselves, and the next time they are others.
"""

from collections import defaultdict
from typing import NamedTuple

import msgspec
import numpy as np

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.part import DayPart
from estafette.domain.place import Place
from estafette.domain.plan import LeftOver, Plan, PlannedRun
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Terms
from estafette.planning.loose import Loose, sightings
from estafette.planning.part import trips_of
from estafette.planning.rules import gets_other_driver
from estafette.planning.severed import severed
from estafette.planning.spread import Seen, cut


def divide(
    problem: Problem, matrix: TravelMatrix, plan: Plan, *, parts: int, rng: np.random.Generator
) -> tuple[DayPart, ...]:
    """
    Divide a legal plan into at most so many parts of about as many runs in use, neighbours together.

    The runs of one driver stay together; trips left over go where they are near. Whatever is changed in the
    parts, each within its own problem, keeps the rules across them: links between parts become windows that
    meet at a moment, and the changes that `max_changes` still allows are shared out. A trip left over that
    could break such a rule is in no part.
    """
    homes = _homes(problem, matrix, plan, parts, rng)
    trips = severed(problem, matrix, plan, homes.of_trip)
    count = 1 + max(homes.of_run.values(), default=-1)
    changed = _changed(problem, plan, problem.runs)
    found = []
    for k in range(count):
        of_part = _Members(
            tuple(run for run in problem.runs if homes.of_run[run.run_id] == k),
            tuple(trips[each] for each, home in homes.of_trip.items() if home == k),
        )
        spare = None if problem.max_changes is None else _share(problem.max_changes - changed, k, count)
        found.append(_part(problem, plan, of_part, spare, seed=int(rng.integers(1 << 31))))
    return tuple(found)


class _Homes(NamedTuple):
    """The part of each run, and of each trip that is in one; by id."""

    of_run: dict[int, int]
    of_trip: dict[int, int]


class _Members(NamedTuple):
    runs: tuple[RunFacts, ...]
    trips: tuple[TripFacts, ...]


def _homes(
    problem: Problem, matrix: TravelMatrix, plan: Plan, parts: int, rng: np.random.Generator
) -> _Homes:
    run_of = {trip_id: run.run_id for run in plan.runs for trip_id in trips_of([run])}
    loose = Loose(problem, run_of)
    seen = _seen(plan)
    near = cut(
        matrix, [*seen.values(), *(list(sightings(group)) for group in loose.groups)],
        counted=len(seen), parts=parts, rng=rng,
    )  # fmt: skip
    of_driver = dict(zip(seen, near, strict=False))
    _deal_unused(problem, of_driver, rng)
    of_run = {run.run_id: of_driver[run.driver_id] for run in problem.runs}
    placed = {trip_id: of_run[run_id] for trip_id, run_id in run_of.items()}
    of_trip = dict(placed)
    for group, by_area in zip(loose.groups, near[len(seen) :], strict=True):
        tied = loose.anchored(group, placed, of_run)
        of_trip |= dict.fromkeys((trip.trip_id for trip in group), by_area if tied is None else tied)
    staying = {
        trip_id: part
        for trip_id, part in of_trip.items()
        if trip_id in placed or loose.may_be_in(trip_id, part, of_trip, of_run)
    }
    return _Homes(of_run, staying)


def _seen(plan: Plan) -> dict[int, list[Seen]]:
    """Say where and when each driver with anything to do is."""
    seen: dict[int, list[Seen]] = defaultdict(list)
    for run in plan.runs:
        for stop in run.stops:
            if stop.trip_id is not None:
                seen[run.driver_id].append((stop.place_id, stop.start_s))
    return seen


def _deal_unused(problem: Problem, of_driver: dict[int, int], rng: np.random.Generator) -> None:
    """Share the other drivers out by lot."""
    parts = 1 + max(of_driver.values(), default=0)
    unused = [
        driver for driver in dict.fromkeys(run.driver_id for run in problem.runs) if driver not in of_driver
    ]
    for k, row in enumerate(rng.permutation(len(unused)).tolist()):
        of_driver[unused[row]] = k % parts


def _share(spare: int, k: int, parts: int) -> int:
    return max(0, spare) // parts + (k < max(0, spare) % parts)


def _changed(problem: Problem, plan: Plan, runs: tuple[RunFacts, ...]) -> int:
    """Count the trips on these runs that have another driver than in force, as far as these runs tell."""
    drivers = {run.run_id: run.driver_id for run in runs}
    trips = {trip.trip_id: trip for trip in problem.trips}
    return sum(
        gets_other_driver(trips[trip_id], drivers[planned.run_id], drivers)
        for planned in plan.runs
        if planned.run_id in drivers
        for trip_id in trips_of([planned])
    )


def _part(problem: Problem, plan: Plan, of_part: _Members, spare: int | None, *, seed: int) -> DayPart:
    runs, trips = of_part
    own = msgspec.structs.replace(
        problem,
        places=_places(problem, of_part),
        trips=tuple(msgspec.structs.replace(trip, ref="") for trip in trips),
        runs=runs,
        will_calls=(),
        max_changes=None if spare is None else spare + _changed(problem, plan, runs),
    )
    ids = {run.run_id for run in runs}
    planned = tuple(run for run in plan.runs if run.run_id in ids)
    return DayPart(problem=own, begin=_begin(plan, own, planned, seed))


def _places(problem: Problem, of_part: _Members) -> tuple[Place, ...]:
    """Give the places of a part, without their names."""
    used = {place_id for trip in of_part.trips for place_id in (trip.origin_id, trip.destination_id)}
    used |= {
        place_id for run in of_part.runs for place_id in (run.start_place_id, run.end_place_id) if place_id
    }
    return tuple(
        msgspec.structs.replace(place, name="") for place in problem.places if place.place_id in used
    )


def _begin(plan: Plan, own: Problem, planned: tuple[PlannedRun, ...], seed: int) -> Plan:
    placed = set(trips_of(planned))
    left_over = tuple(
        LeftOver(trip_id=trip.trip_id, refusals=()) for trip in own.trips if trip.trip_id not in placed
    )
    return msgspec.structs.replace(
        plan, problem_sha256=own.sha256(), runs=planned, left_over=left_over, seed=seed, iterations=0,
        cost=0, terms=Terms(), course=None,
    )  # fmt: skip
