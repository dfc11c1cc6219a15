"""
A case: one instance in the units of its data, and the same in whole numbers for the solvers.

Every solver, ours too, receives `task_of(case)`: whole numbers, rounded so that whatever is legal in them
is legal in the exact case. Answers are judged on the exact case (`verify`).
"""

import math
from typing import Any

from estafette.domain.record import Record

Window = tuple[float, float]

# A use of a vehicle costs so many of the longest legs where vehicles come first: more than any answer saves.
LEGS_PER_RUN = 20
NOISE = 1e-9


class CaseTrip(Record, frozen=True, kw_only=True):
    """
    One rider or parcel: node 2t is its pick-up, node 2t + 1 its drop-off, t its position in the case.

    Windows are about the start of service; `max_ride` is from leaving the pick-up to that start at the
    drop-off. `takes` has one figure for each kind of space.
    """

    origin: int
    destination: int
    pickup: Window
    dropoff: Window
    dwell: tuple[float, float]
    takes: tuple[int, ...]
    max_ride: float | None = None
    needs: tuple[str, ...] = ()


class CaseRun(Record, frozen=True, kw_only=True):
    """One vehicle with its driver; `rests` are breaks (from, to, duration), in the order they are taken."""

    start: int
    end: int
    shift: Window
    layouts: tuple[tuple[int, ...], ...]
    rests: tuple[tuple[float, float, float], ...] = ()
    skills: tuple[str, ...] = ()
    max_work: float | None = None


class Best(Record, frozen=True, kw_only=True):
    """The best known: vehicles where they count, and the cost in units of the data."""

    runs: int | None = None
    cost: float


class Case(Record, frozen=True, kw_only=True):
    """
    One instance.

    `objective` is `fleet` (fewest vehicles, then driving), `drive` (driving alone) or `day` (driving and
    `run_price` for each vehicle used). `scale` is how many whole units the solvers get for one of the data.
    `linear` are the rows of a linear form of the layouts, for solvers that know nothing else: with `takes`
    and capacities multiplied by it, the same loads are legal. `file` is where the product can read it.
    """

    name: str
    objective: str
    scale: int
    trips: tuple[CaseTrip, ...]
    runs: tuple[CaseRun, ...]
    travel: tuple[tuple[float, ...], ...]
    run_price: float = 0.0
    linear: tuple[tuple[int, ...], ...] = ((1,),)
    best: Best | None = None
    same_runs: bool = False
    file: str = ""


def plane(points: list[tuple[float, float]]) -> tuple[tuple[float, ...], ...]:
    """Give the straight-line distances between points."""
    return tuple(tuple(math.dist(a, b) for b in points) for a in points)


def loads(case: Case, takes: tuple[int, ...]) -> list[int]:
    """Give what is taken or offered in the linear form."""
    return [sum(factor * each for factor, each in zip(row, takes, strict=True)) for row in case.linear]


def capacity(case: Case, run: CaseRun) -> list[int]:
    """Give the linear capacity of a run: the most that any of its layouts offers."""
    return [max(column) for column in zip(*(loads(case, layout) for layout in run.layouts), strict=True)]


def task_of(case: Case, *, shaved: bool, rests: bool) -> dict[str, Any]:
    """
    Write the case in whole numbers, as plain JSON.

    shaved
        For solvers without a limit on rides: windows so narrow that no ride can be too long.
    rests
        False leaves the breaks out (and the answer is judged without them).
    """
    trips = [shave(trip, case.travel) for trip in case.trips] if shaved else case.trips
    travel = [[_up(each, case.scale) for each in row] for row in case.travel]
    longest = max(max(row) for row in travel)
    return {
        "name": case.name,
        "objective": case.objective,
        "run_price": LEGS_PER_RUN * longest if case.objective == "fleet" else _up(case.run_price, case.scale),
        "travel": travel,
        "trips": [_trip(case, trip) for trip in trips],
        "runs": [_run(case, run, rests=rests) for run in case.runs],
        "same_runs": case.same_runs,
    }


def _up(value: float, scale: int) -> int:
    return math.ceil(value * scale - NOISE)


def _down(value: float, scale: int) -> int:
    return math.floor(value * scale + NOISE)


def _within(window: Window, scale: int) -> list[int]:
    return [_up(window[0], scale), _down(window[1], scale)]


def _trip(case: Case, trip: CaseTrip) -> dict[str, Any]:
    return {
        "origin": trip.origin,
        "destination": trip.destination,
        "pickup": _within(trip.pickup, case.scale),
        "dropoff": _within(trip.dropoff, case.scale),
        "dwell": [_up(each, case.scale) for each in trip.dwell],
        "takes": list(trip.takes),
        "load": loads(case, trip.takes),
        "max_ride": None if trip.max_ride is None else _down(trip.max_ride, case.scale),
        "needs": list(trip.needs),
    }


def _run(case: Case, run: CaseRun, *, rests: bool) -> dict[str, Any]:
    return {
        "start": run.start,
        "end": run.end,
        "shift": _within(run.shift, case.scale),
        "layouts": [list(layout) for layout in run.layouts],
        "capacity": capacity(case, run),
        "rests": [[*_within(rest[:2], case.scale), _up(rest[2], case.scale)] for rest in run.rests]
        if rests
        else [],
        "skills": list(run.skills),
        "max_work": None if run.max_work is None else _down(run.max_work, case.scale),
    }


def shave(trip: CaseTrip, travel: tuple[tuple[float, ...], ...]) -> CaseTrip:
    """
    Narrow the windows until every ride within them is short enough.

    The end with the narrower window keeps its beginning (pick-up) or its end (drop-off); the other end is
    cut to what the limit leaves, and the first to what the direct ride still allows.
    """
    if trip.max_ride is None:
        return trip
    (from_, to), (drop_from, drop_to) = trip.pickup, trip.dropoff
    dwell, direct = trip.dwell[0], travel[trip.origin][trip.destination]
    drop_to = min(drop_to, to + dwell + trip.max_ride)
    from_ = max(from_, drop_from - dwell - trip.max_ride)
    if to - from_ <= drop_to - drop_from:
        from_ = max(from_, drop_from - dwell - trip.max_ride)
        drop_to = min(drop_to, from_ + dwell + trip.max_ride)
    else:
        from_ = max(from_, drop_to - dwell - trip.max_ride)
    to = min(to, drop_to - dwell - direct)
    drop_from = min(max(drop_from, from_ + dwell + direct), drop_to)
    return CaseTrip(
        origin=trip.origin, destination=trip.destination, pickup=(from_, to), dropoff=(drop_from, drop_to),
        dwell=trip.dwell, takes=trip.takes, max_ride=trip.max_ride, needs=trip.needs,
    )  # fmt: skip
