"""The rows and bits of what records name: runs, drivers, trips, places, skills and groups."""

from collections import Counter
from collections.abc import Iterable, Sequence

from estafette.domain.booking import TripFacts
from estafette.domain.error import Invalid
from estafette.domain.fleet import RunFacts
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.census import Census, census_of


class Names:
    """The rows of runs, drivers and trips, and the bits of skills and groups."""

    def __init__(self, problem: Problem, census: Census | None = None) -> None:
        self.census = census or census_of(problem)
        self.run = {run.run_id: row for row, run in enumerate(problem.runs)}
        self.driver: dict[int, int] = {}
        for run in problem.runs:
            self.driver.setdefault(run.driver_id, len(self.driver))
        self.trip: dict[int, int] = dict(
            zip(self.census.ids.tolist(), range(len(self.census.ids)), strict=True)
        )
        self.skill = _bits("skills", self.census.needs())
        self.group = _bits("groups", self.census.avoided())
        # Drivers whose runs are like those of no other: wished for, banned, or with several runs.
        self.apart = self.census.drivers() | _with_several_runs(problem)


def _bits(what: str, asked: Iterable[str]) -> dict[str, int]:
    """Give each name that somebody asks about a bit: the same to the same names, whoever asks first."""
    bits = {name: 1 << bit for bit, name in enumerate(sorted(asked))}
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


def _with_several_runs(problem: Problem) -> set[int]:
    times = Counter(run.driver_id for run in problem.runs)
    return {driver for driver, runs in times.items() if runs > 1}


def row_of_place(matrix: TravelMatrix, place_id: int, asks: TripFacts | RunFacts) -> int:
    """Give the row of a place in the matrix; raises `Invalid` for an unknown one, naming who asks for it."""
    row = matrix.row_of.get(place_id)
    if row is None:
        who = f"trip {asks.trip_id}" if isinstance(asks, TripFacts) else f"run {asks.run_id}"
        message = f"{who}: place {place_id} is not in the travel matrix"
        raise Invalid(message)
    return row
