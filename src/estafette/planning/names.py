"""The rows and bits of what records name: runs, drivers, trips, places, skills and groups."""

from collections import Counter
from collections.abc import Sequence

from estafette.domain.error import Invalid
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix

NOT = -1


class Names:
    """The rows of runs, drivers and trips, and the bits of skills and groups."""

    def __init__(self, problem: Problem) -> None:
        self.run = {run.run_id: row for row, run in enumerate(problem.runs)}
        self.driver: dict[int, int] = {}
        for run in problem.runs:
            self.driver.setdefault(run.driver_id, len(self.driver))
        self.trip = {trip.trip_id: row for row, trip in enumerate(problem.trips)}
        self.skill = _bits("skills", [*(trip.needs for trip in problem.trips)])
        self.group = _bits("groups", [*(trip.apart_from for trip in problem.trips)])
        self.rank = _ranks(problem)
        self.apart = _drivers_apart(problem)


def _bits(what: str, named: Sequence[Sequence[str]]) -> dict[str, int]:
    """Give each name that somebody asks about a bit."""
    bits: dict[str, int] = {}
    for names in named:
        for name in names:
            bits.setdefault(name, 1 << len(bits))
    if len(bits) > 60:
        message = f"{len(bits)} {what} are asked about on one day; 60 are possible"
        raise Invalid(message)
    return bits


def mask(bits: dict[str, int], names: Sequence[str]) -> int:
    """Give the bits of some names together; names that nobody asks about have none."""
    mask = 0
    for name in names:
        mask |= bits.get(name, 0)
    return mask


def _ranks(problem: Problem) -> dict[tuple[int, bool], int]:
    """Number the stops in force by their time, pick-ups before drop-offs of the same moment."""
    stops = [
        (at_s, dropoff, trip.trip_id)
        for trip in problem.trips
        if trip.assigned is not None
        for dropoff, at_s in ((False, trip.assigned.pickup_s), (True, trip.assigned.dropoff_s))
    ]
    return {(trip_id, dropoff): rank for rank, (_, dropoff, trip_id) in enumerate(sorted(stops))}


def _drivers_apart(problem: Problem) -> set[int]:
    """Name the drivers whose runs are like those of no other: wished for, banned, or with several runs."""
    named = {d for trip in problem.trips for d in (*trip.banned_driver_ids, *trip.preferred_driver_ids)}
    times = Counter(run.driver_id for run in problem.runs)
    return named | {driver for driver, runs in times.items() if runs > 1}


def row_of_place(matrix: TravelMatrix, place_id: int | None, who: str) -> int:
    """Give the row of a place in the matrix, NOT for none; raises `Invalid`, naming `who`, for another."""
    if place_id is None:
        return NOT
    row = matrix.row_of.get(place_id)
    if row is None:
        message = f"{who}: place {place_id} is not in the travel matrix"
        raise Invalid(message)
    return row
