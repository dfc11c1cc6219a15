"""
A plan from sequences of stops alone: somebody else's answer, that says who is where in which order but not
when.

Every stop is as early as the rules allow. All rules about times say that one start is at least so long after
another, so the earliest legal times, if there are any, are found by delaying what breaks a rule until nothing
does: the longest paths of Bellman and Ford.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import Plan, PlannedRun, Stop, StopKind
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.rules import direct_s, dwell_s, ride_limit_s


class Visit(NamedTuple):
    """One stop of a sequence: which trip, and which end of it."""

    trip_id: int
    kind: StopKind


def plan_of_sequences(problem: Problem, matrix: TravelMatrix, sequences: Sequence[Sequence[Visit]]) -> Plan:
    """
    Give the runs of a problem these sequences, one after the other, at the earliest legal times.

    Where no times are legal, windows come first, then whatever of the other rules can be kept: the checker
    names what is broken. A sequence without a run left for it becomes a run that the problem does not have; a
    trip in no sequence is not listed. Trips that the problem does not have raise `KeyError`.
    """
    trips = {trip.trip_id: trip for trip in problem.trips}
    planned = []
    for number, (run, visits) in enumerate(zip_longest(problem.runs, sequences)):
        if not visits:
            planned.append(PlannedRun(run_id=run.run_id, driver_id=run.driver_id, stops=()))
            continue
        frame = run or problem.runs[-1]
        steps = [_step(frame, trips[visit.trip_id], visit) for visit in visits]
        timed = _Sequence(problem, matrix, frame, steps).planned()
        planned.append(timed if run else _of_no_run(timed, problem, number))
    return Plan(
        company_id=problem.company_id, service_on=problem.service_on, zone=problem.zone,
        day_start_at=problem.day_start_at, board_version=problem.board_version,
        problem_sha256=problem.sha256(), runs=tuple(planned), left_over=(), travel_source=matrix.source,
        travel_estimated=matrix.estimated, estimated_places=matrix.estimated_places, seed=0,
        iterations=0, cost=0,
    )  # fmt: skip


class _Step(NamedTuple):
    trip: TripFacts
    is_pickup: bool
    place_id: int
    from_s: int
    to_s: int
    lasts_s: int


def _step(run: RunFacts, trip: TripFacts, visit: Visit) -> _Step:
    lasts_s = dwell_s(run, trip, visit.kind is StopKind.PICKUP)
    if visit.kind is StopKind.PICKUP:
        return _Step(trip, True, trip.origin_id, trip.pickup_from_s, trip.pickup_to_s, lasts_s)
    return _Step(trip, False, trip.destination_id, trip.dropoff_from_s, trip.dropoff_to_s, lasts_s)


def _of_no_run(planned: PlannedRun, problem: Problem, number: int) -> PlannedRun:
    run_id = max(run.run_id for run in problem.runs) + 1 + number - len(problem.runs)
    return PlannedRun(run_id=run_id, driver_id=0, stops=planned.stops)


class _Sequence:
    """The stops of one run while their times are looked for."""

    def __init__(self, problem: Problem, matrix: TravelMatrix, run: RunFacts, steps: Sequence[_Step]) -> None:
        self.problem, self.matrix, self.run, self.steps = problem, matrix, run, steps
        self.home_id = steps[-1].place_id if run.end_place_id is None else run.end_place_id
        places = [run.start_place_id, *(step.place_id for step in steps), self.home_id]
        self.legs = list(pairwise(places))
        self.starts = [step.from_s for step in steps]

    def planned(self) -> PlannedRun:
        self._follow()
        latest = self._latest()
        for _ in range(len(self.steps) + 1):
            delays = [(k, min(least_s, latest[k])) for k, least_s in self._delays()]
            wanted = [(k, least_s) for k, least_s in delays if least_s > self.starts[k]]
            if not wanted:
                break
            for k, least_s in wanted:
                self.starts[k] = max(self.starts[k], least_s)
            self._follow()
        return self._written()

    def _follow(self) -> None:
        """Delay each stop until travel from the one before allows it."""
        at_s = self.run.shift_from_s
        for k, step in enumerate(self.steps):
            self.starts[k] = max(self.starts[k], self._arrival_s(k, at_s))
            at_s = self.starts[k] + step.lasts_s

    def _latest(self) -> list[int]:
        """Give the latest start of each stop by windows, shift and travel, or its present one if later."""
        latest = list(self.starts)
        by_s = self.run.shift_to_s + self.run.overtime_s
        for k in range(len(self.steps) - 1, -1, -1):
            by_s = min(self.steps[k].to_s, self._departure_s(k + 1, by_s) - self.steps[k].lasts_s)
            latest[k] = max(latest[k], by_s)
        return latest

    def _delays(self) -> Iterator[tuple[int, int]]:
        """Give the least start that ride limits, waiting aboard and the length of the work ask of stops."""
        aboard: dict[int, int] = {}
        for k, step in enumerate(self.steps):
            wait_s = self.problem.max_onboard_wait_s
            if aboard and wait_s is not None:
                leaves_s = self._departure_s(k, self.starts[k] - wait_s - 1) + 1
                yield k - 1, leaves_s - self.steps[k - 1].lasts_s
            if step.is_pickup:
                aboard[step.trip.trip_id] = k
            elif step.trip.trip_id in aboard:
                limit_s = ride_limit_s(self.problem, step.trip, direct_s(step.trip, self.matrix))
                yield aboard.pop(step.trip.trip_id), self.starts[k] - limit_s - step.trip.pickup_dwell_s
        if self.run.max_work_s is not None:
            yield 0, self._arrival_s(0, self._back_s() - self.run.max_work_s)

    def _back_s(self) -> int:
        return self._arrival_s(len(self.steps), self.starts[-1] + self.steps[-1].lasts_s)

    def _arrival_s(self, leg: int, depart_s: int) -> int:
        return depart_s + self.matrix.travel_s(*self.legs[leg], depart_s)

    def _departure_s(self, leg: int, by_s: int) -> int:
        """Give the latest departure that arrives by `by_s`; leaving later never means arriving earlier."""
        row, column = (self.matrix.row_of[place_id] for place_id in self.legs[leg])
        slowest = int(self.matrix.profile_permille.max())
        longest_s = int(self.matrix.durations_s[row, column]) * slowest // 1000 + 1
        tried = range(by_s - longest_s, by_s + 1)
        return tried[bisect_right(tried, by_s, key=lambda depart_s: self._arrival_s(leg, depart_s)) - 1]

    def _written(self) -> PlannedRun:
        """Write the stops; the vehicle leaves its start place as late as it can."""
        out_s = max(self.run.shift_from_s, self._departure_s(0, self.starts[0]))
        stops = [_end(StopKind.PULL_OUT, self.run.start_place_id, out_s)]
        for k, step in enumerate(self.steps):
            stops.append(_stop(step, self._arrival_s(k, stops[-1].depart_s), self.starts[k]))
        stops.append(_end(StopKind.PULL_IN, self.home_id, self._back_s()))
        leaves = zip(self.legs, stops, strict=False)
        return PlannedRun(
            run_id=self.run.run_id,
            driver_id=self.run.driver_id,
            stops=tuple(stops),
            drive_s=sum(self.matrix.travel_s(*leg, stop.depart_s) for leg, stop in leaves),
            drive_m=sum(self.matrix.distance_m(*leg) for leg in self.legs),
        )


def _end(kind: StopKind, place_id: int, at_s: int) -> Stop:
    return Stop(kind=kind, place_id=place_id, arrive_s=at_s, start_s=at_s, depart_s=at_s)


def _stop(step: _Step, arrive_s: int, start_s: int) -> Stop:
    return Stop(
        kind=StopKind.PICKUP if step.is_pickup else StopKind.DROPOFF,
        place_id=step.place_id,
        arrive_s=arrive_s,
        start_s=start_s,
        depart_s=start_s + step.lasts_s,
        trip_id=step.trip.trip_id,
    )
