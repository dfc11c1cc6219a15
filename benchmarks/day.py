"""
The whole dispatch by stage, for invented days of growing size.

    ./dev run python -m benchmarks.day [--sizes 10,50,100,200,500,1000,2000] [--runs 7] [--search 0.05]

Warm: the optimiser is compiled and every run uses a new day of a company of its own on one connection.
Statements and round trips are counted on the wire, in the same runs; tracing costs a little time.
"""

import argparse
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from benchmarks.machine import describe, spread
from estafette.demo import invented_day
from estafette.flow.day import Dispatch, Dispatched, Solve, dispatch
from estafette.flow.intake import store_demo_day
from estafette.flow.stages import Stages
from estafette.notify.files import FileChannel
from estafette.planning.budget import Budget
from estafette.planning.warm import compile_kernels
from estafette.store.company import create_company
from estafette.store.database import Database
from estafette.store.migrate import migrate
from estafette.store.server import address
from estafette.travel.estimate import EstimateTravel

DAY = date(2026, 11, 25)
STAGES = ("load", "travel", "plan", "check", "apply", "notify")


def main() -> None:
    """Print a line for each size."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sizes", default="10,50,100,200,500,1000,2000")
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--search", type=float, default=0.05, help="seconds of search budget")
    chosen = options.parse_args()
    compile_kernels(print)
    with tempfile.TemporaryDirectory() as folder:
        server = address(Path(folder), database_url=None, database="bench_day")
        migrate(server)
        print(describe(server.owner))
        print(
            f"search budget {chosen.search * 1000:.0f} ms, {chosen.runs} runs after one that is not counted;"
        )
        print(
            "milliseconds: median (minimum-maximum) of the whole, medians of the stages; statements/round trips of each\n"
        )
        print(
            f"{'trips':>6}{'drivers':>8}{'left over':>10}{'whole':>28}  "
            + "".join(f"{name:>16}" for name in STAGES)
        )
        with Database(server, counting=True) as database:
            for size in map(int, chosen.sizes.split(",")):
                report(database, size, runs=chosen.runs, search_s=chosen.search, folder=Path(folder))


def report(database: Database, size: int, *, runs: int, search_s: float, folder: Path) -> None:
    """Dispatch several days of one size and print the medians."""
    drivers = max(2, size // 5)
    done = [
        one(database, size, drivers, seed=seed, search_s=search_s, folder=folder) for seed in range(runs + 1)
    ][1:]
    whole = [sum(stage.ms for stage in day.stages.values()) for day in done]
    left_over = statistics.median(len(day.planned.plan.left_over) for day in done)
    cells = []
    for name in STAGES:
        last = done[-1].stages[name]
        ms = statistics.median(day.stages[name].ms for day in done)
        cells.append(f"{ms:>9.1f} {f'{last.statements}/{last.round_trips}':>6}")
    print(f"{size:>6}{drivers:>8}{left_over:>10.0f}{spread(whole):>28}  " + "".join(cells), flush=True)


def one(
    database: Database, size: int, drivers: int, *, seed: int, search_s: float, folder: Path
) -> Dispatched:
    """Store a new day and dispatch it."""
    company_id = create_company(database.server, name=f"{size}-{seed}", zone="Europe/Zurich")
    day = invented_day(seed, trips=size, drivers=drivers, service_on=DAY)
    store_demo_day(database, company_id, day, actor="bench")
    done = dispatch(
        database,
        Dispatch(company_id=company_id, service_on=DAY, key="bench", actor="bench", keep_in=folder / "plans"),
        how=Solve(travel=EstimateTravel(), budget=Budget(time_limit_s=search_s, clock=time.perf_counter)),
        channel=FileChannel(folder / "notices" / str(company_id)),
        stages=Stages(database, time.perf_counter),
    )
    if done.applied is None:
        message = f"the checker refused the plan: {done.planned.violations[0]}"
        raise RuntimeError(message)
    return done


if __name__ == "__main__":
    main()
