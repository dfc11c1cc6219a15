"""Who competes, what each can express, and how one of them is run: in a process of its own, timed from outside."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.engine.case import Case, task_of
from benchmarks.engine.verify import Tour, Verdict, verdict
from estafette.domain.record import Record

HERE = Path(__file__).parent
PATIENCE_S = 120


class Solver(Record, frozen=True, kw_only=True):
    """One competitor; `rides` and `rests` say whether it knows ride limits and breaks."""

    name: str
    rides: bool
    rests: bool
    says: str


OURS = Solver(name="ours", rides=True, rests=True, says="our optimiser")
RIVALS = (
    Solver(name="pyvrp", rides=False, rests=False, says="windows shaved, breaks left out, one thread"),
    Solver(name="vroom", rides=False, rests=True, says="windows shaved; no limit on work; stops by itself"),
    Solver(name="ortools", rides=True, rests=True, says="breaks may fall with riders aboard; one thread"),
    Solver(
        name="vrp_cli", rides=False, rests=True, says="windows shaved, breaks may fall with riders aboard"
    ),
)


class Attempt(Record, frozen=True, kw_only=True):
    """One answer and what it is worth; `failed` says why there is none."""

    case: str
    solver: str
    seed: int
    verdict: Verdict | None = None
    outside_s: float = 0.0
    inside_s: float = 0.0
    threads: int = 0
    version: str = ""
    failed: str = ""


def task_for(
    solver: Solver, case: Case, *, seconds: float, seed: int, threads: int, by_file: bool = False
) -> dict[str, Any]:
    """Write the case as this solver can take it; `by_file` lets ours read the file by itself."""
    task = task_of(case, shaved=not solver.rides, rests=solver.rests)
    file = case.file if by_file and solver.name == OURS.name else ""
    return task | {"seconds": seconds, "seed": seed, "threads": threads, "file": file}


def attempt(solver: Solver, case: Case, task: dict[str, Any], python: str) -> Attempt:
    """Let one solver answer one task, and judge the answer on the exact case."""
    began_s = time.perf_counter()
    try:
        done = subprocess.run(
            command(solver, python), input=json.dumps(task), capture_output=True, text=True, check=False,
            timeout=3 * task["seconds"] + PATIENCE_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Attempt(case=case.name, solver=solver.name, seed=task["seed"], failed="no answer in time")
    outside_s = time.perf_counter() - began_s
    if done.returncode:
        why = reason(done.stderr) or f"exit code {done.returncode}"
        return Attempt(case=case.name, solver=solver.name, seed=task["seed"], failed=why)
    answer = json.loads(done.stdout)
    tours = tuple(Tour(run=each["run"], stops=tuple(each["stops"])) for each in answer.pop("tours"))
    return Attempt(
        case=case.name, solver=solver.name, seed=task["seed"], outside_s=outside_s,
        verdict=verdict(judged(solver, case), tours, on_the_way=solver.name != OURS.name), **answer,
    )  # fmt: skip


def reason(stderr: str) -> str:
    """Give the end of what was printed, in one line: the error and what it says."""
    lines = [line.strip() for line in stderr.strip().splitlines()]
    first = max((k for k, line in enumerate(lines) if "Error" in line), default=max(0, len(lines) - 1))
    return " ".join(lines[first:])[:160]


def command(solver: Solver, python: str) -> list[str]:
    """Give the command that answers a task."""
    if solver.name == OURS.name:
        return [sys.executable, "-m", "benchmarks.engine.ours"]
    return [python, str(HERE / "rivals" / f"run_{solver.name}.py")]


def judged(solver: Solver, case: Case) -> Case:
    """Give the case that an answer is judged on: without breaks for those who were not asked for them."""
    if solver.rests:
        return case
    free = tuple(msgspec.structs.replace(run, rests=()) for run in case.runs)
    return msgspec.structs.replace(case, runs=free)
