"""What is lost by asking for a plan at once: plans after a moment beside the best of a minute."""

import statistics
import sys
from collections.abc import Iterator

import msgspec

from benchmarks.engine.case import Case
from benchmarks.engine.contest import Settings, cases
from benchmarks.engine.solvers import OURS, Attempt, attempt, task_for

MOMENT_S, LONG_S = 0.4, 60.0


def soon(settings: Settings) -> Iterator[str]:
    """
    Measure by how much plans of `MOMENT_S` are dearer than the best of `LONG_S`, with every seed.

    Both by the same checker, on the seeded days of the smallest size, with breaks and without.
    """
    yield f"{'case':<22}{'best of ' + format(LONG_S, 'g') + ' s':>14}   dearer after {MOMENT_S:g} s, %, seed by seed"
    found: list[float] = []
    for case in cases("days", msgspec.structs.replace(settings, sample=1)):
        best = min(_cost(case, seed, LONG_S, settings) for seed in settings.seeds)
        gaps = [100 * (_cost(case, seed, MOMENT_S, settings) / best - 1) for seed in settings.seeds]
        found += gaps
        yield f"{case.name:<22}{best:>14.0f}   " + "  ".join(f"{gap:.2f}" for gap in gaps)
    yield (
        f"GOAL a plan after {MOMENT_S:g} s costs at most 1 % more than after {LONG_S:g} s: "
        f"{statistics.mean(found):.2f} % on average, {max(found):.2f} % at most"
    )


def _cost(case: Case, seed: int, seconds: float, settings: Settings) -> float:
    task = task_for(OURS, case, seconds=seconds, seed=seed, threads=settings.threads)
    return _legal(attempt(OURS, case, task, settings.python))


def _legal(found: Attempt) -> float:
    worth = found.verdict
    if worth is None or worth.broken or worth.left:
        sys.exit(f"{found.case} seed {found.seed}: no complete legal plan ({found.failed or worth})")
    return worth.cost
