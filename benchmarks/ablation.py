"""
What each part of the search is worth: the cost with everything, and with one part at a time switched off.

    ./dev run python -m benchmarks.ablation --iterations 5000 --seeds 1,2,3
    ./dev run python -m benchmarks.ablation --seconds 5 --only strings,blink --json > ablation.json

Both of a pair solve the same case from the same seed under the same budget; the independent checker judges
every plan. A figure is the mean, over cases and seeds, of what a plan costs more without the part, in
thousandths of the cost with everything (trips left over apart), with its standard error; `left` and `runs` are
how many more were left over and used, all pairs together. All lines are compared with the same plans, so they
err together: one line that stands out says more than many that do not. With `--iterations` a part costs no
time, and a divided day gains none: what a part is worth to a dispatcher shows with `--seconds`.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from functools import partial
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import msgspec

from benchmarks import machine
from benchmarks.engine import contest, days, ours
from benchmarks.engine.case import Case, task_of
from estafette.domain.record import Record
from estafette.domain.weights import Weights
from estafette.planning import cooling, crew, improve, partition
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.kernel.odds import ODDS
from estafette.planning.solve import solve
from estafette.planning.warm import compile_kernels

EVERYTHING = "everything"
SWITCHES: dict[str, Callable[[], AbstractContextManager[object]]] = {
    **{name: partial(mock.patch.dict, ODDS, {name: 0}) for name in ODDS},
    "ejection": partial(
        mock.patch.multiple, improve, RUNS_FIRST=0.0, RUNS_AT_FIRST=0.0, RUNS_TOO=0.0, ONCE_MORE=sys.maxsize
    ),
    "leaving_some": partial(mock.patch.object, improve, "EMPTIED_AT", (0,)),
    "temperature": partial(mock.patch.object, cooling, "FROZEN_FROM", 0),
    "meeting": partial(mock.patch.object, crew, "MEET_EVERY", sys.maxsize),
    "division": partial(mock.patch.object, improve, "parts_of", lambda *_: 1),
    "choosing": partial(mock.patch.object, partition, "cheaper", lambda *_: []),
}
DAYS = {"day-100": (100, 3), "day-500": (500, 2)}
PUBLISHED = ("li-lim-100", "cordeau")


class Told(NamedTuple):
    """What was asked for on the command line."""

    budget: Budget
    seeds: tuple[int, ...]
    threads: int


class Solved(Record, frozen=True, kw_only=True):
    """One plan: what was switched off, and what it came to, in seconds of driving without trips left over."""

    part: str
    case: str
    off: str
    seed: int
    cost: float
    left: int
    runs: int
    iterations: int


class Loss(Record, frozen=True, kw_only=True):
    """What is lost without a part: mean and standard error in thousandths, trips left over, runs used."""

    part: str
    off: str
    pairs: int
    permille: float
    error: float
    left: int
    runs: int


def main() -> None:
    """Measure what was asked for, and print it."""
    chosen = options().parse_args()
    wanted = known(chosen.only.split(",") if chosen.only else list(SWITCHES), SWITCHES)
    parts = known(chosen.cases.split(",") if chosen.cases else [*DAYS, *PUBLISHED], (*DAYS, *PUBLISHED))
    limit_s = None if chosen.iterations else chosen.seconds
    budget = Budget(time_limit_s=limit_s, iterations=chosen.iterations, clock=time.perf_counter)
    told = Told(budget, tuple(int(seed) for seed in chosen.seeds.split(",")), chosen.threads)
    compile_kernels(progress)
    with_data = {part: list(cases_of(part, chosen.data, chosen.sample)) for part in parts}
    found = [
        one
        for part, cases in with_data.items()
        for case in cases
        for off in (EVERYTHING, *wanted)
        for one in solved(part, case, off, told)
    ]
    if chosen.json:
        object_ = {"machine": machine.engine(), "losses": losses(found), "solved": found}
        print(msgspec.json.format(msgspec.json.encode(object_)).decode())
    else:
        print(machine.engine())
        print("\n".join(table(found, losses(found))))


def options() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--iterations", type=int, help="steps of each solve; instead of --seconds")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", help="what to switch off: " + ",".join(SWITCHES))
    parser.add_argument("--cases", help="on what: " + ",".join((*DAYS, *PUBLISHED)))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="published instances")
    parser.add_argument("--sample", type=int, default=1, help="instances of each class of Li & Lim; thrice that of Cordeau")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    return parser


def known(names: Sequence[str], all_names: Iterable[str]) -> list[str]:
    """Give the names; refuses those that are none."""
    if unknown := sorted(set(names) - set(all_names)):
        sys.exit(f"nothing is called {', '.join(unknown)}: {', '.join(all_names)}")
    return list(names)


def cases_of(part: str, data: Path, sample: int) -> Iterator[Case]:
    """Make the days, or read published instances; says so where these are not there."""
    if part in DAYS:
        trips, count = DAYS[part]
        yield from (days.day(trips, seed) for seed in range(1, count + 1))
        return
    read = contest.Settings(
        data=data, seconds=0.0, seeds=(), threads=1, sample=sample * (3 if part == "cordeau" else 1), python=""
    )  # fmt: skip
    with redirect_stdout(sys.stderr):  # where it says what is skipped
        yield from list(contest.cases(part, read))


def solved(part: str, case: Case, off: str, told: Told) -> Iterator[Solved]:
    """Solve a case from every seed with something switched off; ends the process if a plan is not legal."""
    task = task_of(case, shaved=False, rests=True)
    problem, matrix = ours.day_of(task)
    weights = Weights() if part in DAYS else ours.weights_of(task)
    for seed in told.seeds:
        with SWITCHES.get(off, nullcontext)():
            plan = solve(
                problem, matrix, budget=told.budget, seed=seed, threads=told.threads, weights=weights
            )
        if broken := violations(problem, matrix, plan):
            sys.exit(f"{case.name} without {off}, seed {seed}: {broken[0]}")
        progress(f"{case.name} {off} seed {seed}: {plan.cost / 100:.0f}, {plan.iterations} steps")
        yield Solved(
            part=part, case=case.name, off=off, seed=seed, cost=(plan.cost - plan.terms.unserved) / 100,
            left=len(plan.left_over), runs=plan.hours().runs_used, iterations=plan.iterations,
        )  # fmt: skip


def losses(found: Sequence[Solved]) -> list[Loss]:
    """Compare each plan with the one of everything; for each part, and for all together."""
    whole = {(each.case, each.seed): each for each in found if each.off == EVERYTHING}
    offs = dict.fromkeys(each.off for each in found if each.off != EVERYTHING)
    parts = {part: [each for each in found if each.part == part] for part in parts_in(found)}
    parts["together"] = list(found)
    return [
        loss(part, off, [(whole[each.case, each.seed], each) for each in of_part if each.off == off])
        for part, of_part in parts.items()
        for off in offs
    ]


def parts_in(found: Sequence[Solved]) -> list[str]:
    """List the parts in the order in which they were solved."""
    return list(dict.fromkeys(each.part for each in found))


def loss(part: str, off: str, pairs: Sequence[tuple[Solved, Solved]]) -> Loss:
    """Say what is lost over pairs of plans, with everything and without."""
    more = [1000 * (without.cost / whole.cost - 1) for whole, without in pairs]
    error = statistics.stdev(more) / len(more) ** 0.5 if len(more) > 1 else 0.0
    return Loss(
        part=part, off=off, pairs=len(pairs), permille=round(statistics.fmean(more), 2), error=round(error, 2),
        left=sum(without.left - whole.left for whole, without in pairs),
        runs=sum(without.runs - whole.runs for whole, without in pairs),
    )  # fmt: skip


def table(found: Sequence[Solved], lost: Sequence[Loss]) -> Iterator[str]:
    """Draw a line for each part that was switched off, a column for each kind of case."""
    parts = [*parts_in(found), "together"]
    cells = {(each.off, each.part): cell(each) for each in lost}
    yield f"{'without':<14}" + "".join(f"{part:>30}" for part in parts)
    for off in dict.fromkeys(each.off for each in lost):
        yield f"{off:<14}" + "".join(f"{cells[off, part]:>30}" for part in parts)
    pairs = {each.part: each.pairs for each in lost}
    yield f"{'pairs':<14}" + "".join(f"{pairs.get(part, 0):>30}" for part in parts)


def cell(lost: Loss) -> str:
    """Write one figure."""
    more = [f"{count:+d} {what}" for count, what in ((lost.left, "left"), (lost.runs, "runs")) if count]
    return f"{lost.permille:+.1f} ±{lost.error:.1f}" + (f" ({', '.join(more)})" if more else "")


def progress(text: str) -> None:
    """Say on stderr what is going on."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
