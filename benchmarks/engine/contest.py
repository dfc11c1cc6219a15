"""Who answers what: the cases of each part, and all attempts at them."""

import itertools
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.engine import cordeau, days, li_lim, real
from benchmarks.engine.case import Case
from benchmarks.engine.solvers import Attempt, Solver, attempt, task_for
from estafette.domain.record import Record

LI_LIM_SIZES = (100, 200, 400, 600, 1000)
DAY_SIZES = (100, 500, 2_000, 10_000)
# With 5 s for 2,000 trips they place 0 and 30 (and take 17 and 7 s): larger days would tell nothing new.
MOST_TRIPS = {"ortools": 2_000, "vrp_cli": 2_000}


class Settings(Record, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    data: Path
    seconds: float
    seeds: tuple[int, ...]
    threads: int
    sample: int
    python: str
    by_file: bool = False
    names: str = ""
    days: tuple[int, ...] = (1,)


def cases(part: str, settings: Settings) -> Iterator[Case]:
    """Give the cases of a part whose names begin as asked for."""
    return (case for case in _all(part, settings) if case.name.startswith(settings.names))


def _all(part: str, settings: Settings) -> Iterator[Case]:
    """Read or make the cases of a part; says so where their data is not there."""
    if part == "days":
        yield from _days(settings.sample, settings.days)
        return
    folder = settings.data / {"cordeau": "darp", "real": "real/sartori_buriol"}.get(part, "li_lim")
    if not folder.is_dir():
        print(f"{part}: skipped, no data at {folder}")
    elif part == "cordeau":
        yield from (cordeau.read(path) for path in _some(cordeau.paths(folder), settings.sample))
    elif part == "real":
        yield from (real.read(path) for path in _some(real.paths(folder), settings.sample))
    else:
        size = int(part.rpartition("-")[2])
        yield from (li_lim.read(path) for path in li_lim.paths(folder, size, settings.sample))


def _days(sample: int, seeds: tuple[int, ...]) -> Iterator[Case]:
    """Give each day of each size without breaks (all rivals) and with."""
    for size, seed, rests in itertools.product(DAY_SIZES[: sample or None], seeds, (False, True)):
        yield days.day(size, seed, rests=rests)


def _some(paths: list[Path], sample: int) -> list[Path]:
    """Give every path, or so many spread over all of them."""
    return paths if not sample else paths[:: max(1, len(paths) // sample)][:sample]


def attempts(case: Case, solvers: Iterable[Solver], settings: Settings) -> Iterator[Attempt]:
    """Let every solver answer a case with every seed; progress on stderr."""
    for solver in solvers:
        for seed in settings.seeds:
            found = _attempt(solver, case, seed, settings)
            print(_line(found), file=sys.stderr, flush=True)
            yield found


def _attempt(solver: Solver, case: Case, seed: int, settings: Settings) -> Attempt:
    most = MOST_TRIPS.get(solver.name)
    if most is not None and len(case.trips) > most:
        return Attempt(case=case.name, solver=solver.name, seed=seed, failed=f"not asked beyond {most} trips")
    if not solver.rests and any(run.rests for run in case.runs):
        return Attempt(case=case.name, solver=solver.name, seed=seed, failed="knows no breaks: left out")
    task = task_for(
        solver, case, seconds=settings.seconds, seed=seed, threads=settings.threads, by_file=settings.by_file
    )
    return attempt(solver, case, task, settings.python)


def _line(found: Attempt) -> str:
    who = f"{found.case} {found.solver} seed {found.seed}: "
    if found.verdict is None:
        return who + found.failed
    worth = found.verdict
    bad = f", ILLEGAL {worth.broken[0]} and {len(worth.broken) - 1} more" if worth.broken else ""
    return f"{who}{worth.runs} runs, {worth.drive:.1f}, {worth.left} left, {found.outside_s:.1f} s{bad}"
