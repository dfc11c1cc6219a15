"""The frame of every rival's script: read a task, time the answer, write it. Standard library alone."""

import json
import os
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

Task = dict[str, Any]
Tours = list[dict[str, Any]]


def answer(package: str, solve: Callable[[Task], Tours], *, threads: bool) -> None:
    """
    Solve the task of stdin with `solve`, which gives tours: `{"run": 3, "stops": [0, 1]}`.

    The time inside counts what a user of the library would wait for: building its model and solving. What
    libraries print goes to stderr.
    """
    task = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)
    task["deadline_s"] = time.perf_counter() + task["seconds"]
    began_s = time.perf_counter()
    tours = solve(task)
    found = {
        "tours": [tour for tour in tours if tour["stops"]],
        "inside_s": time.perf_counter() - began_s,
        "version": f"{package} {version(package)}",
        "threads": task["threads"] if threads else 1,
    }
    with os.fdopen(out, "w") as stream:
        json.dump(found, stream)


def rest_s(task: Task) -> float:
    """Give the seconds that building the model has left for solving."""
    return max(0.05, task["deadline_s"] - time.perf_counter())


def left_price(task: Task) -> int:
    """Give the price of a trip left over: more than any saving."""
    longest = max(max(row) for row in task["travel"])
    return max(1_000_000, 3 * task["run_price"], 20 * longest)


def run_price(task: Task) -> int:
    """Give the price of using a vehicle."""
    return 0 if task["objective"] == "drive" else task["run_price"]


def skills_of(task: Task) -> list[str]:
    """Name the skills that any trip needs."""
    return sorted({need for trip in task["trips"] for need in trip["needs"]})


def kinds(task: Task) -> dict[str, list[int]]:
    """Group the runs that cannot be told apart, by what they are."""
    found: dict[str, list[int]] = {}
    for k, run in enumerate(task["runs"]):
        found.setdefault(json.dumps(run), []).append(k)
    return found
