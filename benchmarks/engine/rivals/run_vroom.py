"""
VROOM: shipments, breaks with nobody aboard (`max_load`), skills. It stops when its moves find nothing more.

No ride limit (the task comes with shaved windows), no limit on work.
"""

from datetime import timedelta

import numpy as np
import vroom
from answering import Task, Tours, answer, rest_s, run_price, skills_of

DEEPEST = 5


def solve(task: Task) -> Tours:
    """Describe runs and trips, solve, and read the steps of each vehicle."""
    model = vroom.Input()
    model.set_durations_matrix(profile="car", matrix_input=np.array(task["travel"], dtype=np.uint32))
    number = {skill: k + 1 for k, skill in enumerate(skills_of(task))}
    for k, run in enumerate(task["runs"]):
        model.add_vehicle(vehicle(task, k, run, {number[each] for each in run["skills"] if each in number}))
    for k, trip in enumerate(task["trips"]):
        ends = (step(trip, k, "origin", "pickup", 0), step(trip, k, "destination", "dropoff", 1))
        needs = {number[each] for each in trip["needs"]}
        model.add_shipment(*ends, amount=vroom.Amount(trip["load"]), skills=needs)
    found = model.solve(DEEPEST, nb_threads=task["threads"], timeout=timedelta(seconds=rest_s(task)))
    return tours(found)


def vehicle(task: Task, k: int, run: Task, skills: set[int]) -> vroom.Vehicle:
    """Describe one run."""
    empty = [0] * len(run["capacity"])
    rests = [
        vroom.Break(k, time_windows=[vroom.TimeWindow(rest[0], rest[1])], service=rest[2], max_load=empty)
        for k, rest in enumerate(run["rests"])
    ]
    return vroom.Vehicle(
        k, start=run["start"], end=run["end"], capacity=run["capacity"], skills=skills,
        time_window=vroom.TimeWindow(*run["shift"]), breaks=rests,
        costs=vroom.VehicleCosts(fixed=run_price(task)),
    )  # fmt: skip


def step(trip: Task, k: int, place: str, window: str, end: int) -> vroom.ShipmentStep:
    """Describe one end of a trip."""
    within = [vroom.TimeWindow(*trip[window])]
    return vroom.ShipmentStep(k, trip[place], default_service=trip["dwell"][end], time_windows=within)


def tours(found: vroom.solution.solution.Solution) -> Tours:
    """Read the routes, a table with one row for each step."""
    stops: dict[int, list[int]] = {}
    rows = found.routes[["vehicle_id", "type", "id"]].itertuples(index=False)
    for run, kind, number in rows:
        if kind in ("pickup", "delivery"):
            stops.setdefault(int(run), []).append(2 * int(number) + (kind == "delivery"))
        elif kind == "break":
            stops.setdefault(int(run), []).append(-1 - int(number))
    return [{"run": run, "stops": each} for run, each in stops.items()]


answer("pyvroom", solve, threads=True)
