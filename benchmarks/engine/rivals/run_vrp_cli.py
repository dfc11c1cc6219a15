"""
vrp-cli by its Python door: jobs of a pick-up and a delivery in the `pragmatic` format, breaks, skills.

No ride limit (the task comes with shaved windows). Its breaks may be taken with riders aboard; the checker
looks for a legal place for them.
"""

import json
from datetime import UTC, datetime, timedelta

import vrp_cli
from answering import Task, Tours, answer, kinds, rest_s, run_price

EPOCH = datetime(2026, 3, 2, tzinfo=UTC)
PROFILE = {"matrix": "car"}


def solve(task: Task) -> Tours:
    """Write problem, matrix and settings; read the tours."""
    used = sorted({trip[end] for trip in task["trips"] for end in ("origin", "destination")}
                  | {run[end] for run in task["runs"] for end in ("start", "end")})  # fmt: skip
    at = {place: k for k, place in enumerate(used)}
    flat = [task["travel"][a][b] for a in used for b in used]
    problem = {
        "plan": {"jobs": [job(k, trip, at) for k, trip in enumerate(task["trips"])]},
        "fleet": {"vehicles": [vehicles(task, runs, at) for runs in kinds(task).values()], "profiles": [{"name": "car"}]},
        "objectives": objectives(task),
    }  # fmt: skip
    settings = {
        "termination": {"maxTime": max(1, round(rest_s(task)))},
        "environment": {"parallelism": {"numThreadPools": 1, "threadsPerPool": task["threads"]}},
    }
    matrix = {"profile": "car", "travelTimes": flat, "distances": flat}
    found = vrp_cli.solve_pragmatic(
        problem=json.dumps(problem), matrices=[json.dumps(matrix)], config=json.dumps(settings)
    )
    return [tour(each) for each in json.loads(found)["tours"]]


def objectives(task: Task) -> list[list[Task]]:
    """Serve all, then few vehicles where they come first, then the cost."""
    names = [
        "minimize-unassigned",
        *(["minimize-tours"] if task["objective"] == "fleet" else []),
        "minimize-cost",
    ]
    return [[{"type": name}] for name in names]


def instant(seconds: int) -> str:
    """Write a time as the format wants it; a long scale gives days far away."""
    return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def job(k: int, trip: Task, at: dict[int, int]) -> Task:
    """Describe one trip."""
    needs = {"skills": {"allOf": trip["needs"]}} if trip["needs"] else {}
    return {
        "id": str(k),
        "pickups": [end(trip, at, "origin", "pickup", 0)],
        "deliveries": [end(trip, at, "destination", "dropoff", 1)],
        **needs,
    }


def end(trip: Task, at: dict[int, int], place: str, window: str, which: int) -> Task:
    """Describe one end of a trip."""
    times = [[instant(each) for each in trip[window]]]
    where = {"location": {"index": at[trip[place]]}, "duration": trip["dwell"][which], "times": times}
    return {"places": [where], "demand": trip["load"]}


def vehicles(task: Task, runs: list[int], at: dict[int, int]) -> Task:
    """Describe runs that are alike."""
    run = task["runs"][runs[0]]
    from_, to = (instant(each) for each in run["shift"])
    rests = [
        {"time": [instant(rest[0]), instant(rest[1])], "places": [{"duration": rest[2]}]}
        for rest in run["rests"]
    ]
    shift = {
        "start": {"earliest": from_, "location": {"index": at[run["start"]]}},
        "end": {"latest": to, "location": {"index": at[run["end"]]}},
        **({"breaks": rests} if rests else {}),
    }
    return {
        "typeId": str(runs[0]),
        "vehicleIds": [str(each) for each in runs],
        "profile": PROFILE,
        "costs": {"fixed": run_price(task), "distance": 1, "time": 0},
        "shifts": [shift],
        "capacity": run["capacity"],
        **({"skills": run["skills"]} if run["skills"] else {}),
        **({"limits": {"maxDuration": run["max_work"]}} if run["max_work"] is not None else {}),
    }


def tour(found: Task) -> Task:
    """Read the stops of one vehicle; breaks are left to the checker."""
    done = [activity for stop in found["stops"] for activity in stop["activities"]]
    stops = [
        2 * int(a["jobId"]) + (a["type"] == "delivery") for a in done if a["type"] in ("pickup", "delivery")
    ]
    return {"run": int(found["vehicleId"]), "stops": stops}


answer("vrp-cli", solve, threads=True)
