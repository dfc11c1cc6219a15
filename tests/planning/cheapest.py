"""The exact optimum of tiny days: the most served, and the cheapest by unserved, runs and driving."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import product

import msgspec

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import Plan, PlannedRun
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.prices import unserved_prices
from estafette.planning.rules import limits_of_drivers
from tests.planning.driving import plan_of, timed
from tests.planning.exhaustive import Line, Shares, can_serve, drive_s, is_legal, lines_of, schedule, shares

# What depends on the exact moments is free, so that the order alone decides what is paid.
UNTIMED = Weights(
    excess_ride_percent=0, onboard_wait_percent=0, target_percent=0, overtime_percent=0, not_preferred_s=0
)


class Choices:
    """What each run can do with each set of trips, looked up once."""

    def __init__(self, problem: Problem, matrix: TravelMatrix) -> None:
        self.problem, self.matrix = problem, matrix
        self._able: dict[tuple[int, tuple[int, ...]], bool] = {}
        self._work_s: dict[tuple[int, tuple[tuple[int | None, bool], ...]], int] = {}
        self._legal: dict[tuple[int, tuple[int, ...]], list[tuple[int, Line]]] = {}

    def able(self, run: RunFacts, trips: tuple[TripFacts, ...]) -> bool:
        key = (run.run_id, tuple(trip.trip_id for trip in trips))
        if key not in self._able:
            self._able[key] = can_serve(self.problem, self.matrix, run, trips)
        return self._able[key]

    def legal(self, run: RunFacts, trips: tuple[TripFacts, ...]) -> list[tuple[int, Line]]:
        """The legal orders with the driving they take, the least first."""
        key = (run.run_id, tuple(trip.trip_id for trip in trips))
        if key not in self._legal:
            lines = lines_of(self.matrix, run, trips) if trips else iter(())
            found = [(self.drive_s(line), line) for line in lines if self._keeps(line)]
            self._legal[key] = sorted(found, key=lambda each: each[0])
        return self._legal[key]

    def _keeps(self, line: Line) -> bool:
        return is_legal(self.problem, self.matrix, line.run, line.steps)

    def drivers_can(self, way: tuple[Line, ...]) -> bool:
        """Tell whether no driver drives or works for too long on all his runs; exact where no legs are linked."""
        for driver_id, most in limits_of_drivers(self.problem.runs).items():
            own = [line for line in way if line.run.driver_id == driver_id]
            if most.drive_s is not None and sum(map(self.drive_s, own)) > most.drive_s:
                return False
            if most.work_s is not None and sum(map(self.work_s, own)) > most.work_s:
                return False
        return True

    def unhurried(self, way: tuple[Line, ...]) -> tuple[Line, ...]:
        """The same way, each run in its least time on duty where a driver has several."""
        times = Counter(run.driver_id for run in self.problem.runs)
        return tuple(self._at_its_least(line) if times[line.run.driver_id] > 1 else line for line in way)

    def _at_its_least(self, line: Line) -> Line:
        return Line(msgspec.structs.replace(line.run, max_work_s=self.work_s(line)), line.steps)

    def work_s(self, line: Line) -> int:
        """The least time on duty of a legal order, by trying."""
        key = (
            line.run.run_id,
            tuple((step.trip and step.trip.trip_id, step.is_pickup) for step in line.steps),
        )
        if key not in self._work_s:
            most_s = line.run.shift_to_s + line.run.overtime_s - line.run.shift_from_s
            self._work_s[key] = bisect_left(range(most_s), 1, key=lambda work_s: self._can_be(line, work_s))
        return self._work_s[key]

    def _can_be(self, line: Line, work_s: int) -> bool:
        run = msgspec.structs.replace(line.run, max_work_s=work_s)
        return schedule(self.problem, self.matrix, [Line(run, line.steps)]) is not None

    def drive_s(self, line: Line) -> int:
        """What an order takes to drive, at whatever hour."""
        return drive_s(self.matrix, line, [0] * (len(line.steps) + 1))

    def together(self, given: Shares) -> Iterator[tuple[Line, ...]]:
        """Every way for the runs to serve these trips, the least driving first, links between runs not asked."""
        used = [self.legal(run, trips) for run, trips in zip(self.problem.runs, given, strict=True) if trips]
        ways = sorted(product(*used), key=lambda way: sum(drive for drive, _ in way))
        yield from (tuple(line for _, line in way) for way in ways)


def parted(problem: Problem, given: Shares) -> bool:
    """Tell whether legs that ask for the same driver, or are waited for, have got two."""
    run_of = {t.trip_id: run for run, trips in zip(problem.runs, given, strict=True) for t in trips}
    tied = [trip for trips in given for trip in trips if trip.link and trip.link.after_trip_id in run_of]
    both = [(trip.link, run_of[trip.trip_id], run_of[trip.link.after_trip_id]) for trip in tied if trip.link]
    return any(
        (link.same_driver and run.driver_id != other.driver_id) or (link.waits and run is not other)
        for link, run, other in both
    )


def has_links_between(given: Shares) -> bool:
    run_of = {trip.trip_id: row for row, trips in enumerate(given) for trip in trips}
    return any(
        run_of.get(trip.link.after_trip_id, row) != row
        for row, trips in enumerate(given) for trip in trips if trip.link
    )  # fmt: skip


def first_legal(choices: Choices, given: Shares) -> tuple[Line, ...] | None:
    """The least driven way in which the runs serve just these trips."""
    problem, matrix = choices.problem, choices.matrix
    if parted(problem, given):
        return None
    if not all(choices.able(run, trips) for run, trips in zip(problem.runs, given, strict=True)):
        return None
    ways = (choices.unhurried(way) for way in choices.together(given) if choices.drivers_can(way))
    if has_links_between(given):
        ways = (way for way in ways if schedule(problem, matrix, way) is not None)
    return next(ways, None)


def most_served(problem: Problem, matrix: TravelMatrix) -> int:
    """The most trips that the runs can serve; exact at any hour where no legs on two runs are linked."""
    choices = Choices(problem, matrix)
    for given in shares(problem, lambda given: sum(map(len, given))):
        if parted(problem, given):
            continue
        if has_links_between(given) or max(Counter(run.driver_id for run in problem.runs).values()) > 1:
            if first_legal(choices, given) is not None:
                return sum(map(len, given))
        elif all(choices.able(run, trips) for run, trips in zip(problem.runs, given, strict=True)):
            return sum(map(len, given))
    return 0


def cheapest(problem: Problem, matrix: TravelMatrix, weights: Weights = UNTIMED) -> tuple[int, Plan]:
    """
    The least cost of a day at `UNTIMED` weights (others may differ), and a plan that has it.

    Travel must take the same at every hour.
    """
    choices, prices = Choices(problem, matrix), unserved_prices(problem, weights)
    best, best_way = sum(prices.values()) + 1, ()
    for given in shares(problem, lambda given: sum(prices[t.trip_id] for trips in given for t in trips)):
        served = sum(prices[trip.trip_id] for trips in given for trip in trips)
        runs = sum(_run_price(weights, r) for r, t in zip(problem.runs, given, strict=True) if t)
        fixed = sum(prices.values()) - served + runs
        way = first_legal(choices, given) if fixed < best else None
        if way is None:
            continue
        cost = fixed + weights.drive_percent * sum(map(choices.drive_s, way))
        if cost < best:
            best, best_way = cost, way
    return best, written(problem, matrix, best_way)


def _run_price(weights: Weights, run: RunFacts) -> int:
    return 100 * (weights.run_s if run.activation_s is None else run.activation_s)


def written(problem: Problem, matrix: TravelMatrix, way: tuple[Line, ...]) -> Plan:
    """The plan in which the runs are driven so, as early as is legal; the way must be legal."""
    starts = schedule(problem, matrix, way)
    assert starts is not None
    runs = {line.run.run_id: timed_line(matrix, line, its) for line, its in zip(way, starts, strict=True)}
    return plan_of(problem, matrix, [runs.get(run.run_id) or timed(matrix, run, []) for run in problem.runs])


def timed_line(matrix: TravelMatrix, line: Line, starts: list[int]) -> PlannedRun:
    visits = [(at_s, s.trip, s.is_pickup) for at_s, s in zip(starts[1:-1], line.steps, strict=True)]
    return timed(matrix, line.run, visits, starts[0])
