"""
Our optimiser as a rival: a task in on stdin, an answer out on stdout, both JSON.

    python -m benchmarks.engine.ours < task.json

Compiling, or loading what was compiled before, is not counted: a dispatch does it once, before its first day.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from estafette.domain.booking import Anchor, TripFacts
from estafette.domain.fleet import Break, RunFacts, Spaces
from estafette.domain.plan import Plan, PlannedRun, StopKind
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.exchange.instances.reading import read_instance
from estafette.planning.budget import Budget
from estafette.planning.solve import solve
from estafette.planning.warm import compile_kernels

EPOCH = datetime(2026, 3, 2, tzinfo=UTC)
NO_LIMIT_S = 10**8
KINDS = ("seats", "wheelchairs", "stretchers")


def main() -> None:
    """Answer one task."""
    task = json.load(sys.stdin)
    compile_kernels(lambda text: print(text, file=sys.stderr, flush=True))
    problem, matrix, weights = instance_of(task)
    began_s = time.perf_counter()
    plan = plan_of(task, problem, matrix, weights)
    inside_s = time.perf_counter() - began_s
    answer = {
        "tours": list(tours(problem, plan)),
        "inside_s": inside_s,
        "version": f"{plan.iterations} steps",
        "threads": task["threads"] if takes_threads() else 1,
    }
    json.dump(answer, sys.stdout)


def takes_threads() -> bool:
    """Tell whether this version of the optimiser can be told how many threads to use."""
    return "threads" in signature(solve).parameters


def instance_of(task: dict[str, Any]) -> tuple[Problem, TravelMatrix, Weights]:
    """Take the task, or read the file it names, as the command line would."""
    if not task.get("file"):
        return *day_of(task), weights_of(task)
    read = read_instance(Path(task["file"]))
    return read.problem, read.matrix, read.weights


def plan_of(task: dict[str, Any], problem: Problem, matrix: TravelMatrix, weights: Weights) -> Plan:
    """Solve within the limit of the task: `seconds`, or `iterations` when that is given."""
    budget = Budget(
        time_limit_s=task.get("seconds"), iterations=task.get("iterations"), clock=time.perf_counter
    )
    more: dict[str, Any] = {"threads": task["threads"]} if takes_threads() else {}
    return solve(problem, matrix, budget=budget, seed=task["seed"], weights=weights, **more)


def weights_of(task: dict[str, Any]) -> Weights:
    """Price what the objective counts, and nothing else."""
    run_s = 0 if task["objective"] == "drive" else task["run_price"]
    longest = max(max(row) for row in task["travel"])
    return Weights(
        unserved_s=max(1_000_000, 3 * run_s, 20 * longest), run_s=run_s, change_s=0,
        excess_ride_percent=0, onboard_wait_percent=0, target_percent=0, overtime_percent=0,
        not_preferred_s=0, order_s=0, moved_percent=0,
    )  # fmt: skip


def day_of(task: dict[str, Any]) -> tuple[Problem, TravelMatrix]:
    """Write a task as a problem; places, trips and runs are numbered from 1."""
    durations = np.array(task["travel"], dtype=np.int32)
    matrix = TravelMatrix(
        place_ids=np.arange(1, len(durations) + 1), durations_s=durations, distances_m=durations,
        profile_permille=np.array([1000], dtype=np.int32), source="benchmark", estimated=False,
    )  # fmt: skip
    problem = Problem(
        company_id=1, service_on=EPOCH.date(), zone="UTC", day_start_at=EPOCH, board_version=0, places=(),
        trips=tuple(_trip(k, each) for k, each in enumerate(task["trips"], start=1)),
        runs=tuple(_run(k, each) for k, each in enumerate(task["runs"], start=1)),
        max_onboard_wait_s=None,
    )  # fmt: skip
    return problem, matrix


def _trip(trip_id: int, trip: dict[str, Any]) -> TripFacts:
    (pickup_from_s, pickup_to_s), (dropoff_from_s, dropoff_to_s) = trip["pickup"], trip["dropoff"]
    return TripFacts(
        trip_id=trip_id, version=0, origin_id=trip["origin"] + 1, destination_id=trip["destination"] + 1,
        anchor=Anchor.PICKUP_AT, pickup_from_s=pickup_from_s, pickup_to_s=pickup_to_s,
        dropoff_from_s=dropoff_from_s, dropoff_to_s=dropoff_to_s, pickup_dwell_s=trip["dwell"][0],
        dropoff_dwell_s=trip["dwell"][1], takes=_spaces(trip["takes"]),
        max_ride_s=NO_LIMIT_S if trip["max_ride"] is None else trip["max_ride"], needs=tuple(trip["needs"]),
    )  # fmt: skip


def _run(run_id: int, run: dict[str, Any]) -> RunFacts:
    return RunFacts(
        run_id=run_id, driver_id=run_id, vehicle_id=run_id, version=0, shift_from_s=run["shift"][0],
        shift_to_s=run["shift"][1], start_place_id=run["start"] + 1, end_place_id=run["end"] + 1,
        layouts=tuple(_spaces(layout) for layout in run["layouts"]),
        breaks=tuple(Break(from_s=rest[0], to_s=rest[1], duration_s=rest[2]) for rest in run["rests"]),
        skills=tuple(run["skills"]), max_work_s=run["max_work"],
    )  # fmt: skip


def _spaces(takes: list[int]) -> Spaces:
    return Spaces(**dict(zip(KINDS, takes, strict=False)))


def tours(problem: Problem, plan: Plan) -> Iterator[dict[str, Any]]:
    """Write the stops of each run as nodes (2t, 2t + 1) and breaks (-1 - k), in the order of the problem."""
    row = {trip.trip_id: k for k, trip in enumerate(problem.trips)}
    of = {run.run_id: (k, len(run.breaks)) for k, run in enumerate(problem.runs)}
    for planned in plan.runs:
        if planned.stops:
            run, rests = of[planned.run_id]
            yield {"run": run, "stops": _nodes(planned, row, rests)}


def _nodes(planned: PlannedRun, row: dict[int, int], rests: int) -> list[int]:
    rest = iter(range(rests))
    nodes = []
    for stop in planned.stops:
        if stop.kind is StopKind.BREAK:
            nodes.append(-1 - next(rest))
        elif stop.trip_id is not None:
            nodes.append(2 * row[stop.trip_id] + (stop.kind is StopKind.DROPOFF))
    return nodes


if __name__ == "__main__":
    main()
