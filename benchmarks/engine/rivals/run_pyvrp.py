"""
PyVRP: shipments, prizes for trips that may be left over, one thread.

No ride limit (the task comes with shaved windows), no breaks (the task comes without). A skill is one more
kind of load, of which vehicles without it carry none.
"""

import numpy as np
import pyvrp
from answering import Task, Tours, answer, kinds, left_price, rest_s, run_price, skills_of
from pyvrp.stop import MaxRuntime

PLENTY = 1 << 30


def solve(task: Task) -> Tours:
    """Hand the matrices over whole: adding edges one by one takes longer than solving."""
    travel = np.array(task["travel"], dtype=np.int64)
    alike = list(kinds(task).values())
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in travel],
        clients=[],
        depots=[pyvrp.Depot(place) for place in range(len(travel))],
        vehicle_types=[vehicle_type(task, runs) for runs in alike],
        distance_matrices=[travel],
        duration_matrices=[travel],
        shipments=[shipment(task, trip) for trip in task["trips"]],
    )
    stop = MaxRuntime(rest_s(task))
    best = pyvrp.solve(data, stop, seed=task["seed"], collect_stats=False, display=False).best
    free = [list(runs) for runs in alike]
    return [
        {"run": free[r.vehicle_type()].pop(), "stops": nodes(r)} for r in best.routes() if best.is_feasible()
    ]


def vehicle_type(task: Task, runs: list[int]) -> pyvrp.VehicleType:
    """Describe runs that are alike."""
    run = task["runs"][runs[0]]
    work = {} if run["max_work"] is None else {"shift_duration": run["max_work"]}
    skilled = [PLENTY if skill in run["skills"] else 0 for skill in skills_of(task)]
    return pyvrp.VehicleType(
        num_available=len(runs), capacity=run["capacity"] + skilled, start_depot=run["start"],
        end_depot=run["end"], fixed_cost=run_price(task), tw_early=run["shift"][0], tw_late=run["shift"][1],
        **work,
    )  # fmt: skip


def shipment(task: Task, trip: Task) -> pyvrp.Shipment:
    """Describe one trip, which may be left over at a price."""
    needed = [int(skill in trip["needs"]) for skill in skills_of(task)]
    return pyvrp.Shipment(
        trip["origin"], trip["destination"], *trip["pickup"], trip["dwell"][0], *trip["dropoff"],
        trip["dwell"][1], amount=trip["load"] + needed, prize=left_price(task), required=False,
    )  # fmt: skip


def nodes(route: pyvrp.Route) -> list[int]:
    """Write the pick-ups and drop-offs of a route as nodes."""
    return [2 * each.idx + each.is_delivery() for each in route if each.is_shipment()]


answer("pyvrp", solve, threads=False)
