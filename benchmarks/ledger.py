"""
What the audit log costs: the same work with its triggers and without them, in turn in one run.

    ./dev run python -m benchmarks.ledger [--sizes 10,1000,10000] [--runs 9]

apply   a plan of N trips, 80 % new and 20 % changed: `apply_plan`
trips   a delivery of N new trips: `store_trips`
changed the same trips with other needs
Time is that of the server's processor (Linux), which other load disturbs least. Ratios are of medians.
"""

import statistics
import sys
from collections.abc import Callable, Iterator
from datetime import date

import msgspec
import psycopg

from benchmarks.machine import spread
from benchmarks.workbench import Workbench, for_each_size
from estafette.demo import invented_day
from estafette.domain.outcome import ImportOptions
from estafette.domain.request import TripRequest
from estafette.store.company import create_company
from estafette.store.database import Database
from estafette.store.intake import store_trips
from estafette.store.server import Server

_SWITCH = """
DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT tgrelid::regclass AS of_table, tgname FROM pg_trigger WHERE tgname LIKE 'enter_%' LOOP
        EXECUTE format('ALTER TABLE %s {} TRIGGER %I', t.of_table, t.tgname);
    END LOOP;
END $$
"""
_BY = ImportOptions(actor="bench")


def main() -> None:
    """Print a table for each size."""
    for_each_size(__doc__, report, sizes="10,1000,10000")


def report(server: Server, size: int, runs: int) -> None:
    """Measure every work of one size, with and without, in turn."""
    times: dict[tuple[str, bool], list[float]] = {}
    with (
        psycopg.connect(server.owner, autocommit=True) as owner,
        Workbench(server, server, size=size) as bench,
    ):
        for run in range(max(5, runs // (1 + size // 5_000)) + 1):
            for on in (True, False) if run % 2 else (False, True):
                owner.execute(_SWITCH.format("ENABLE" if on else "DISABLE"))
                for name, work in _works(bench, size):
                    before = bench.server_cpu_ms()
                    work()
                    if run:  # the first one warms up
                        times.setdefault((name, on), []).append(bench.server_cpu_ms() - before)
            bench.analyze()
    print(f"\n{size} trips; milliseconds of the server's processor: median (minimum-maximum)")
    for name in ("apply", "trips", "changed"):
        with_log, without = times[name, True], times[name, False]
        ratio = statistics.median(with_log) / statistics.median(without)
        print(
            f"  {name:8}with {spread(with_log):>26}  without {spread(without):>26}  {ratio:.2f}", flush=True
        )


def _works(bench: Workbench, size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "apply", bench.work("c")
    yield from _deliveries(bench.database, size).items()


def _deliveries(database: Database, size: int) -> dict[str, Callable[[], object]]:
    company = create_company(database.server, name="Bench", zone="UTC")
    day = invented_day(1, trips=size, drivers=max(2, size // 10), service_on=date(2026, 11, 25))
    changed: list[TripRequest] = [msgspec.structs.replace(trip, needs=("lift",)) for trip in day.trips]
    return {
        "trips": lambda: store_trips(database, company, day.trips, _BY),
        "changed": lambda: store_trips(database, company, changed, _BY),
    }


if __name__ == "__main__":
    sys.exit(main())
