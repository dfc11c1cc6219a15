"""
One measurement of our optimiser in a process of its own: settings in the argument, figures on stdout, JSON.

    python -m benchmarks.engine.probe '{"trips": 500, "limits_s": [0, 1.5]}'

A limit of 0 is the first complete plan. What importing and compiling took is told apart.
"""

import json
import resource
import sys
import time
from typing import Any

_BEGAN_S = time.perf_counter()

from benchmarks.engine import days, ours  # noqa: E402 - importing is measured
from benchmarks.engine.case import task_of  # noqa: E402
from benchmarks.engine.verify import Tour, verdict  # noqa: E402
from estafette.planning.warm import compile_kernels  # noqa: E402


def main() -> None:
    """Measure one size under several limits."""
    asked = json.loads(sys.argv[1])
    imported_s = time.perf_counter() - _BEGAN_S
    began_s = time.perf_counter()
    compile_kernels(lambda _: None)
    compiled_s = time.perf_counter() - began_s
    case = days.day(asked["trips"], asked.get("seed", 1))
    task = task_of(case, shaved=False, rests=True) | {"seed": 1, "threads": asked.get("threads", 1)}
    problem, matrix = ours.day_of(task)
    before_mb = memory_mb()
    found = [solved(case, task, problem, matrix, limit_s) for limit_s in asked["limits_s"]]
    figures = {"imported_s": imported_s, "compiled_s": compiled_s, "plans": found}
    json.dump(figures | {"before_mb": before_mb, "peak_mb": memory_mb()}, sys.stdout)


def solved(case: Any, task: Any, problem: Any, matrix: Any, limit_s: float) -> dict[str, Any]:
    """Solve under one limit, and judge the answer."""
    limit = {"seconds": limit_s} if limit_s else {"iterations": 0}
    weights = ours.weights_of(task)
    began_s = time.perf_counter()
    plan = ours.plan_of(task | limit, problem, matrix, weights)
    elapsed_s = time.perf_counter() - began_s
    tours = tuple(Tour(run=each["run"], stops=tuple(each["stops"])) for each in ours.tours(problem, plan))
    worth = verdict(case, tours)
    return {
        "limit_s": limit_s, "elapsed_s": elapsed_s, "left": worth.left, "cost": worth.cost,
        "runs": worth.runs, "broken": len(worth.broken), "steps": plan.iterations,
    }  # fmt: skip


def memory_mb() -> float:
    """Give the most memory this process has used (Linux counts kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
