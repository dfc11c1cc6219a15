"""What the rules look things up in: the problem by id, and one run as planned beside its facts."""

from typing import NamedTuple

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import PlannedRun, Stop, StopKind
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.rules import is_pinned

TRIP_STOPS = (StopKind.PICKUP, StopKind.DROPOFF)


class Known(NamedTuple):
    """The problem with its trips and runs by id, the ids of pinned trips, and travel."""

    problem: Problem
    matrix: TravelMatrix
    trips: dict[int, TripFacts]
    runs: dict[int, RunFacts]
    pinned: frozenset[int]


class Way(NamedTuple):
    """A run, how it is planned, and its stops, each with its trip (`None`: no trip, or one nobody knows)."""

    run: RunFacts
    planned: PlannedRun
    visits: list[tuple[Stop, TripFacts | None]]


def known_of(problem: Problem, matrix: TravelMatrix) -> Known:
    """Sort a problem by ids."""
    return Known(
        problem,
        matrix,
        {trip.trip_id: trip for trip in problem.trips},
        {run.run_id: run for run in problem.runs},
        frozenset(trip.trip_id for trip in problem.trips if is_pinned(problem, trip)),
    )


def way_of(known: Known, run: RunFacts, planned: PlannedRun) -> Way:
    """Look up the trip of each stop."""
    trips = known.trips
    visits = [(stop, None if stop.trip_id is None else trips.get(stop.trip_id)) for stop in planned.stops]
    return Way(run, planned, visits)
