"""
Several appliers at once on the same day: who comes second is told `stale`, nobody deadlocks.

    ./dev run python -m benchmarks.appliers [--appliers 1,2,4,8] [--plans 200] [--trips 100]

Every applier is a process with its own connection. Each reads the board version, then applies a plan of
`--trips` trips, drawn at random from a day four times as large, each with its own minute, to random runs;
so plans overlap and versions move between reading and applying. Printed: plans and trips applied a second,
trips by outcome (an error counts for all trips of its plan). All appliers of a company follow each other at its feed row, so more of them
do not write more; what is to be seen is that they lose nothing to each other. Companies do not wait
for each other: the last line has one company for each applier.
"""

import argparse
import multiprocessing
import random
import tempfile
import time
from collections import Counter
from datetime import UTC, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tests.store.days import DAY, Day, a_day

from benchmarks.machine import describe
from estafette.domain.error import EstafetteError
from estafette.domain.time import day_start_at
from estafette.store.apply import Order, Targets, apply_targets
from estafette.store.database import Database
from estafette.store.feed import last_event_id
from estafette.store.migrate import migrate
from estafette.store.server import Server, address

ZONE = "Europe/Zurich"


class Work(NamedTuple):
    """What one applier does."""

    server: Server
    day: Day
    seed: int
    plans: int
    trips: int


def main() -> None:
    """Print a line for each number of appliers."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--appliers", default="1,2,4,8")
    options.add_argument("--plans", type=int, default=200, help="plans that each applier applies")
    options.add_argument("--trips", type=int, default=100)
    chosen = options.parse_args()
    numbers = [int(number) for number in chosen.appliers.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        server = address(Path(folder), database_url=None, database="bench_appliers")
        migrate(server)
        print(describe(server.owner))
        print(
            f"plans of {chosen.trips} trips from a day of {4 * chosen.trips}, {chosen.plans} for each applier"
        )
        for number in numbers:
            report(server, [a_day_of(server, chosen.trips)] * number, chosen)
        report(server, [a_day_of(server, chosen.trips) for _ in range(numbers[-1])], chosen)


def a_day_of(server: Server, trips: int) -> Day:
    """Store a company with a day."""
    with Database(server, size=1) as database:
        return a_day(database, trips=4 * trips, runs=max(2, trips // 3))


def report(server: Server, days: list[Day], chosen: argparse.Namespace) -> None:
    """Let one applier work on each of `days`, which may be the same."""
    works = [Work(server, day, seed, chosen.plans, chosen.trips) for seed, day in enumerate(days)]
    with multiprocessing.get_context("spawn").Pool(len(works)) as pool:
        pool.map(connect, works)
        began = time.perf_counter()
        counts: Counter[str] = sum(pool.map(apply_plans, works, chunksize=1), Counter())
        took_s = time.perf_counter() - began
    companies = len({day.company_id for day in days})
    print(
        f"  {len(days)} appliers, {companies} companies: {len(days) * chosen.plans / took_s:6.0f} plans/s,"
        f" {counts['applied'] / took_s:7.0f} trips applied/s; trips by outcome: "
        + ", ".join(f"{outcome} {count}" for outcome, count in counts.most_common()),
        flush=True,
    )


def connect(work: Work) -> None:
    """Import and connect once, so that starting is not measured."""
    with Database(work.server, size=1) as database:
        last_event_id(database, work.day.company_id)


def apply_plans(work: Work) -> Counter[str]:
    """Apply plan after plan; count the outcomes of their trips."""
    random_ = random.Random(work.seed)
    counts: Counter[str] = Counter()
    with Database(work.server, size=1) as database:
        for number in range(work.plans):
            order = Order(
                key=f"{work.seed}/{number}",
                actor=f"applier {work.seed}",
                company_id=work.day.company_id,
                service_on=DAY,
                board_version=last_event_id(database, work.day.company_id),
            )
            try:
                applied = apply_targets(database, order, targets=some_targets(work, random_))
            except EstafetteError as error:
                counts[type(error).__name__] += work.trips
            else:
                counts.update(trip.outcome.value for trip in applied.trips)
    return counts


def some_targets(work: Work, random_: random.Random) -> Targets:
    """Put some trips on any runs; every trip has a minute of its own, so nothing can overlap."""
    chosen = sorted(random_.sample(range(len(work.day.trip_ids)), work.trips))
    start = day_start_at(DAY, ZONE).astimezone(UTC).replace(tzinfo=None) + timedelta(hours=7)
    at = np.datetime64(start, "us") + np.array(chosen) * np.timedelta64(60, "s")
    quarter = np.timedelta64(15, "s")
    return Targets(
        np.array([work.day.trip_ids[n] for n in chosen]),
        np.array([random_.choice(work.day.run_ids) for _ in chosen]),
        *(at + n * quarter for n in range(4)),
    )


if __name__ == "__main__":
    main()
