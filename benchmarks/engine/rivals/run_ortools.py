"""
OR-Tools routing: pick-up and delivery pairs, ride limits on the time dimension, breaks, skills, one thread.

Ride limits are given with `SetPickupToDeliveryLimitFunctionForPair`; as plain constraints they make it slower
by far. Skills are values of the vehicle variable (`SetAllowedVehiclesForIndex` raises TypeError from Python in
9.15). Its breaks know nothing of who is aboard; the checker looks for a legal place for them.
"""

from answering import Task, Tours, answer, left_price, rest_s, run_price
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

MOST_NODES = 2_500  # a table of all pairs of nodes beyond this takes more memory than it saves time
PLENTY = 1 << 40


class Model:
    """The nodes of a task: two for each trip, then one for each place where a run starts or ends."""

    def __init__(self, task: Task) -> None:
        self.task = task
        ends = sorted({run[end] for run in task["runs"] for end in ("start", "end")})
        at = {place: 2 * len(task["trips"]) + k for k, place in enumerate(ends)}
        self.place = [p for trip in task["trips"] for p in (trip["origin"], trip["destination"])] + ends
        self.dwell = [s for trip in task["trips"] for s in trip["dwell"]] + [0] * len(ends)
        starts, stops = ([at[run[end]] for run in task["runs"]] for end in ("start", "end"))
        self.manager = pywrapcp.RoutingIndexManager(len(self.place), len(task["runs"]), starts, stops)
        self.routing = pywrapcp.RoutingModel(self.manager)

    def transit(self, dwell: list[int]) -> int:
        """Register the time from node to node with the dwell at the first."""
        travel, place = self.task["travel"], self.place
        if len(place) <= MOST_NODES:
            return self.routing.RegisterTransitMatrix(
                [[travel[a][b] + lasts for b in place] for a, lasts in zip(place, dwell, strict=True)]
            )
        node = self.manager.IndexToNode
        return self.routing.RegisterTransitCallback(
            lambda a, b: travel[place[node(a)]][place[node(b)]] + dwell[node(a)]
        )


def solve(task: Task) -> Tours:
    """Build the model, search by guided local search from parallel cheapest insertion."""
    model = Model(task)
    routing = model.routing
    routing.SetArcCostEvaluatorOfAllVehicles(model.transit([0] * len(model.place)))
    routing.SetFixedCostOfAllVehicles(run_price(task))
    add_loads(model)
    time = add_time(model)
    for k, trip in enumerate(task["trips"]):
        add_trip(model, time, k, trip)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(1000 * rest_s(task)))
    found = routing.SolveWithParameters(parameters)
    return [] if found is None else [tour(model, found, run) for run in range(len(task["runs"]))]


def add_loads(model: Model) -> None:
    """One dimension for each kind of load."""
    task = model.task
    for kind in range(len(task["runs"][0]["capacity"])):
        amounts = [sign * trip["load"][kind] for trip in task["trips"] for sign in (1, -1)]
        transit = model.routing.RegisterUnaryTransitVector(amounts + [0] * (len(model.place) - len(amounts)))
        most = [run["capacity"][kind] for run in task["runs"]]
        model.routing.AddDimensionWithVehicleCapacity(transit, 0, most, True, f"load {kind}")


def add_time(model: Model) -> pywrapcp.RoutingDimension:
    """Shifts, limits on work and breaks."""
    task, routing = model.task, model.routing
    horizon = max(run["shift"][1] for run in task["runs"])
    routing.AddDimension(model.transit(model.dwell), horizon, horizon, False, "time")
    time = routing.GetDimensionOrDie("time")
    visits = [model.dwell[model.manager.IndexToNode(k)] for k in range(routing.Size())]
    for k, run in enumerate(task["runs"]):
        for end in (routing.Start(k), routing.End(k)):
            time.CumulVar(end).SetRange(*run["shift"])
        if run["max_work"] is not None:
            time.SetSpanUpperBoundForVehicle(run["max_work"], k)
        if run["rests"]:
            time.SetBreakIntervalsOfVehicle([rest(routing, each) for each in run["rests"]], k, visits)
    return time


def rest(routing: pywrapcp.RoutingModel, rest: list[int]) -> pywrapcp.IntervalVar:
    """Describe a break that must be taken."""
    return routing.solver().FixedDurationIntervalVar(*rest, False, "break")


def add_trip(model: Model, time: pywrapcp.RoutingDimension, k: int, trip: Task) -> None:
    """Both ends on one vehicle, in order and in time, or left over at a price."""
    routing, solver, task = model.routing, model.routing.solver(), model.task
    pickup, dropoff = (model.manager.NodeToIndex(2 * k + end) for end in (0, 1))
    routing.AddPickupAndDelivery(pickup, dropoff)
    solver.Add(routing.VehicleVar(pickup) == routing.VehicleVar(dropoff))
    solver.Add(time.CumulVar(pickup) <= time.CumulVar(dropoff))
    time.CumulVar(pickup).SetRange(*trip["pickup"])
    time.CumulVar(dropoff).SetRange(*trip["dropoff"])
    routing.AddDisjunction([pickup], left_price(task))
    routing.AddDisjunction([dropoff], 0)
    limit = PLENTY if trip["max_ride"] is None else trip["dwell"][0] + trip["max_ride"]
    if limit < PLENTY:
        time.SetPickupToDeliveryLimitFunctionForPair(lambda _pickup, _dropoff: limit, k)
    if trip["needs"]:
        able = [k for k, run in enumerate(task["runs"]) if set(trip["needs"]) <= set(run["skills"])]
        routing.VehicleVar(pickup).SetValues([-1, *able])


def tour(model: Model, found: pywrapcp.Assignment, run: int) -> Task:
    """Follow one vehicle from its start to its end."""
    index, stops = model.routing.Start(run), []
    while not model.routing.IsEnd(index):
        stops.append(model.manager.IndexToNode(index))
        index = found.Value(model.routing.NextVar(index))
    return {"run": run, "stops": [stop for stop in stops if stop < 2 * len(model.task["trips"])]}


answer("ortools", solve, threads=False)
