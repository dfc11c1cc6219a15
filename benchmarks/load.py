"""
Reading a service day as the optimiser gets it: `load_day`.

    ./dev run python -m benchmarks.load [--sizes 100,1000,10000,20000] [--runs 7]

Days of so many trips, four fifths of them assigned, twenty trips for each run, read over one warm connection.
Statements and round trips are counted on the wire. Bytes are those of the one row that comes back. Memory
is that of a process of its own: how far its resident set rose above what it was before the first load
(RSS), and the peak of what Python itself allocated during one (tracemalloc).
"""

import argparse
import math
import multiprocessing
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, LiteralString, NamedTuple

import psycopg
from tests.store.days import DAY, Day, a_day, a_plan

from benchmarks.machine import describe, spread
from estafette.domain.applied import Outcome
from estafette.store.apply import apply_plan
from estafette.store.database import Database, Rows
from estafette.store.day import load_day
from estafette.store.migrate import migrate
from estafette.store.server import Server, address

TRIPS_A_RUN = 20
_SPAWN = multiprocessing.get_context("spawn")


class Weighing(Database):
    """Notes how many bytes of text came back."""

    received = 0

    def read(self, company_id: int, sql: LiteralString, parameters: Mapping[str, Any]) -> Rows:
        rows = super().read(company_id, sql, parameters)
        self.received = sum(len(str(value).encode()) for row in rows for value in row)
        return rows


class Memory(NamedTuple):
    """In megabytes."""

    resident: float
    python: float


def main() -> None:
    """Print a line for each size, and whether time grows with the trips."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sizes", default="100,1000,10000,20000")
    options.add_argument("--runs", type=int, default=7)
    chosen = options.parse_args()
    medians: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        server = address(Path(folder), database_url=None, database="bench_load")
        migrate(server)
        print(describe(server.owner))
        print(
            f"{'trips':>7}{'ms: median (min-max)':>28}{'us/trip':>9}{'statements':>12}{'round trips':>12}"
            f"{'bytes':>12}{'B/trip':>8}{'RSS MB':>8}{'Python MB':>11}"
        )
        for size in map(int, chosen.sizes.split(",")):
            medians[size] = report(server, size=size, runs=chosen.runs)
    per_trip = {size: ms * 1000 / size for size, ms in medians.items()}
    print("microseconds a trip: " + ", ".join(f"{each:.1f} at {size}" for size, each in per_trip.items()))


def report(server: Server, *, size: int, runs: int) -> float:
    """Measure one size and print its line; gives the median in milliseconds."""
    with Weighing(server, counting=True) as database:
        day = stored_day(database, size)
        with psycopg.connect(server.owner, autocommit=True) as owner:
            owner.execute("ANALYZE")
        load_day(database, day.company_id, DAY)
        database.count()
        load_day(database, day.company_id, DAY)
        count, received = database.count(), database.received
    with Database(server) as database:
        times = [timed(database, day.company_id) for _ in range(runs + 2)][2:]
    memory = memory_of(server, day.company_id)
    median = statistics.median(times)
    print(
        f"{size:7}{spread(times):>28}{median * 1000 / size:9.1f}{count.statements if count else '-':>12}"
        f"{count.round_trips if count else '-':>12}{received:12,}{received / size:8.0f}"
        f"{memory.resident:8.1f}{memory.python:11.1f}",
        flush=True,
    )
    return median


def stored_day(database: Database, size: int) -> Day:
    """Store a day and assign four fifths of its trips."""
    day = a_day(database, trips=size, runs=max(1, size // TRIPS_A_RUN))
    runs = len(day.run_ids)
    timetable: dict[int, list[tuple[int, int]]] = {}
    for at, trip in enumerate(day.trip_ids[: size * 4 // 5]):
        timetable.setdefault(day.run_ids[at % runs], []).append((trip, 360 + 30 * (at // runs)))
    applied = apply_plan(database, a_plan(database, day, timetable), key="bench", actor="bench")
    assert applied.counts()[Outcome.APPLIED] == size * 4 // 5
    return day


def timed(database: Database, company_id: int) -> float:
    """Load once; milliseconds."""
    start = time.perf_counter()
    load_day(database, company_id, DAY)
    return (time.perf_counter() - start) * 1000


def memory_of(server: Server, company_id: int) -> Memory:
    """Load in a fresh process and ask it what that took."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_weigh, args=(server, company_id, theirs))
    process.start()
    memory = Memory(*ours.recv())
    process.join()
    return memory


def _weigh(server: Server, company_id: int, pipe: Any) -> None:
    with Database(server) as database:
        database.read(company_id, "SELECT 1", {})
        before = _highest_resident_mb()
        load_day(database, company_id, DAY)
        resident = _highest_resident_mb() - before
        tracemalloc.start()
        load_day(database, company_id, DAY)
        pipe.send((resident, tracemalloc.get_traced_memory()[1] / 1e6))


def _highest_resident_mb() -> float:
    # Not getrusage: a child begins with the figure of its parent there. Other systems than Linux: unknown.
    with suppress(OSError), Path("/proc/self/status").open(encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000
    return math.nan


if __name__ == "__main__":
    main()
