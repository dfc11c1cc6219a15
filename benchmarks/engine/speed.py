"""Time to the first complete plan, to compile, beyond the deadline; and growth with the number of trips."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SIZES = (100, 500, 2_000, 10_000)
GROWTH = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
LIMITS_S = (0.05, 0.2, 1.0, 3.0)
REPEATS = 5
PATIENCE_S = 1_800

Figures = dict[str, Any]


def first(threads: int, most: int) -> Iterator[str]:
    """
    Measure the beginning and the end of a solve.

    `broken` counts rules broken by the plans, by the benchmarks' own checker; a skill counts too.
    """
    yield from _first_plans(threads, most)
    yield from _compiling(threads)
    yield from _overshoot(threads, most)


def _first_plans(threads: int, most: int) -> Iterator[str]:
    yield f"first complete plan, warm (least of {REPEATS}, and of all runs the most)"
    for trips in (size for size in SIZES if size <= most):
        plans = probe(trips=trips, limits_s=[0] * REPEATS, threads=threads)["plans"]
        took = [plan["elapsed_s"] for plan in plans]
        yield f"{trips:>7} trips {min(took) * 1000:9.1f} ms ({max(took) * 1000:.1f}), {_worth(plans[0])}"


def _compiling(threads: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as cache:
        for name in ("cold, nothing compiled", "from the cache"):
            found = probe(trips=100, limits_s=[0], threads=threads, cache=Path(cache))
            total_s = found["imported_s"] + found["compiled_s"] + found["plans"][0]["elapsed_s"]
            yield (
                f"{name}: {total_s:.2f} s to the first plan of 100 trips (importing {found['imported_s']:.2f}, "
                f"compiling or loading {found['compiled_s']:.2f})"
            )


def _overshoot(threads: int, most: int) -> Iterator[str]:
    yield "elapsed beyond the limit, ms (a share in the construction: trips left over)"
    over_ms = []
    for trips in (size for size in SIZES if size <= most):
        plans = probe(trips=trips, limits_s=LIMITS_S, threads=threads)["plans"]
        over_ms += [1000 * (plan["elapsed_s"] - plan["limit_s"]) for plan in plans]
        cells = "".join(
            f"  {plan['limit_s']} s: {over:+7.1f} ({plan['left']} left)"
            for plan, over in zip(plans, over_ms[-len(plans) :], strict=True)
        )
        yield f"{trips:>7} trips{cells}"
    yield f"GOAL a budget is a budget: at most {max(over_ms):+.1f} ms beyond the limit"


def scale(threads: int, most: int, seconds: float) -> Iterator[str]:
    """Measure how time, quality and memory grow; each size in a process of its own."""
    yield f"{'trips':>7}{'first plan, s':>15}{'left':>6}{'cost / trip':>13}{'after ' + str(seconds) + ' s':>13}{'left':>6}{'steps':>9}{'peak MB':>9}{'(day MB)':>10}"
    for trips in (size for size in GROWTH if size <= most):
        found = probe(trips=trips, limits_s=[0, seconds], threads=threads)
        begin, end = found["plans"]
        yield (
            f"{trips:>7}{begin['elapsed_s']:>15.3f}{begin['left']:>6}{begin['cost'] / trips:>13.0f}{end['cost'] / trips:>13.0f}"
            f"{end['left']:>6}{end['steps']:>9}{found['peak_mb']:>9.0f}{found['before_mb']:>10.0f}"
        )


def _worth(plan: Figures) -> str:
    return f"{plan['runs']} runs, {plan['left']} left, cost {plan['cost']:.0f}, broken {plan['broken']}"


def probe(*, cache: Path | None = None, **asked: Any) -> Figures:
    """Run one measurement in a process of its own, if so asked with a cache of compiled code of its own."""
    print(f"probe {asked}", file=sys.stderr, flush=True)
    more = {"NUMBA_CACHE_DIR": str(cache)} if cache else {}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.engine.probe", json.dumps(asked)], stdout=subprocess.PIPE,
        env=os.environ | more, text=True, check=True, timeout=PATIENCE_S,
    )  # fmt: skip
    return json.loads(done.stdout)  # type: ignore[no-any-return]
