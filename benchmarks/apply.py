"""
Applying a plan, four ways, side by side in one run.

    ./dev run python -m benchmarks.apply [--sizes 10,100,1000,10000] [--runs 9]

The work: N assignments of which 80 % are new and 20 % changed, notices prepared.
  a   the ORM row by row, flushing each, one `get` per notification (the replaced way)
  b   the ORM's bulk calls and one IN query, psycopg 3
  b'  the same without writing the trip's own row, which ours has no need to write
  c   ours: `apply_plan`
  d   the floor: COPY of the rows that c wrote into equally indexed tables, and one commit
Every run gets a day of its own, stored beforehand in the same database, so each way starts from the
same state on a warm connection and nothing is truncated or vacuumed in between. Statements and round
trips are counted on the wire in a run of their own, WAL by the server. Ratios are of medians.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session
from tests.store.days import DAY, Day, a_day, plan_for

from benchmarks.machine import describe, spread
from benchmarks.old_way import TABLES, Target, bulk_calls, row_by_row
from benchmarks.slow_network import slow_network
from estafette.domain.applied import Outcome
from estafette.domain.plan import Plan
from estafette.store.apply import apply_plan, targets_of
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.migrate import migrate
from estafette.store.server import Server, address
from estafette.store.wire import Wire, WireCount

COPIED = ("assignment", "event", "notice", "applied")
WAYS = ["a", "b", "b'", "c", "d"]
TOO_SLOW = {"a": 1_000}  # through the slow network; 10,000 rows would take minutes a run


class Work(NamedTuple):
    """One stored day: every fifth trip assigned, a plan for all of them."""

    day: Day
    plan: Plan
    targets: list[Target]


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sizes", default="10,100,1000,10000")
    options.add_argument("--runs", type=int, default=9)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for at, size in enumerate(map(int, chosen.sizes.split(","))):
            server = prepare(Path(folder), size)
            if at == 0:
                print(describe(server.owner), flush=True)
            report(server, size=size, runs=chosen.runs if size < 10_000 else max(3, chosen.runs // 2))


def prepare(folder: Path, size: int) -> Server:
    """Make a database with our tables, the old way's and the floor's."""
    server = address(folder, database_url=None, database=f"bench_{size}")
    migrate(server)
    with psycopg.connect(server.owner, autocommit=True) as owner:
        owner.execute(TABLES)
        for table in COPIED:
            owner.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING INDEXES INCLUDING STORAGE)")
        # The floor checks nothing: the same indexes, without the exclusion.
        owner.execute(
            "ALTER TABLE floor_assignment DROP CONSTRAINT floor_assignment_lane_tstzmultirange_excl;"
            "CREATE INDEX ON floor_assignment USING gist (lane(driver_id, pickup_at, dropoff_until),"
            " tstzmultirange(tstzrange(pickup_at, pickup_until), tstzrange(dropoff_at, dropoff_until)))"
        )
    return server


def timetable(day: Day, *, every: int = 1, shift: int = 0) -> dict[int, list[tuple[int, int]]]:
    """Put the trips on the runs in turn, one every ten minutes."""
    runs = len(day.run_ids)
    table: dict[int, list[tuple[int, int]]] = {}
    for at, trip in enumerate(day.trip_ids):
        if at % every == 0:
            table.setdefault(day.run_ids[at % runs], []).append((trip, 360 + 10 * (at // runs) + shift))
    return table


def orm_targets(plan: Plan, drivers: dict[int, int]) -> list[Target]:
    """Give the same targets as the dictionaries that an ORM takes."""
    names = ("trip_id", "run_id", "pickup_at", "pickup_until", "dropoff_at", "dropoff_until")
    rows = zip(*(column.tolist() for column in targets_of(plan)), strict=True)
    return [
        {**dict(zip(names, row, strict=True)), "driver_id": drivers[row[1]], "version": 10**6} for row in rows
    ]


def report(server: Server, *, size: int, runs: int) -> None:
    """Measure one size, directly and through a slow network, and print its table."""
    print(f"\n{size} assignments, {runs} runs each, interleaved; milliseconds: median (minimum-maximum)")
    counts, wal = count(server, size)
    direct = measure(server, server, size=size, runs=runs, ways=WAYS)
    with slow_network(server.owner, delay_s=0.001) as owner, slow_network(server.app, delay_s=0.001) as app:
        print(f"  slow network: a round trip takes {round_trip_ms(owner):.2f} ms", flush=True)
        ways = [way for way in WAYS if size <= TOO_SLOW.get(way, size)]
        slow = measure(server, Server(owner=owner, app=app), size=size, runs=runs, ways=ways)
    print(
        f"  {'':3}{'direct':>26}{'+1 ms each way':>26}{'rows/s':>9}{'statements':>12}{'round trips':>12}{'WAL B/row':>11}"
    )
    for way in direct:
        rate = size / statistics.median(direct[way]) * 1000
        print(
            f"  {way:3}{spread(direct[way]):>26}{spread(slow.get(way, [])):>26}{rate:>9.0f}"
            f"{counts[way].statements:>12}{counts[way].round_trips:>12}{wal[way] / size:>11.0f}"
        )
    for label, times in (("direct", direct), ("+1 ms", slow)):
        print(f"  {label:7}" + "  ".join(ratios(times)), flush=True)


def ratios(times: dict[str, list[float]]) -> list[str]:
    """Say how ours compares: faster than the others, slower than the floor."""
    ours = statistics.median(times["c"])
    faster = [
        f"c is {statistics.median(times[way]) / ours:.1f} times faster than {way}"
        for way in ("a", "b", "b'")
        if way in times
    ]
    return [*faster, f"c takes {ours / statistics.median(times['d']):.2f} times the floor d"]


def round_trip_ms(conninfo: str) -> float:
    """Measure an empty statement."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        times = [timed(lambda: connection.execute("SELECT 1")) for _ in range(20)]
    return statistics.median(times)


def measure(near: Server, server: Server, *, size: int, runs: int, ways: list[str]) -> dict[str, list[float]]:
    """Time every way in turn, after two rounds that are not counted."""
    times: dict[str, list[float]] = {way: [] for way in ways}
    with Workbench(near, server, size=size) as workbench:
        for turn in range(-2, runs):
            if turn == 0:
                workbench.analyze()
            for way in ways:
                took = timed(workbench.work(way))
                if turn >= 0:
                    times[way].append(took)
                if sys.stderr.isatty():
                    print(
                        f"\r  {way} {turn + 1}/{runs} {took:.0f} ms      ",
                        end="",
                        file=sys.stderr,
                        flush=True,
                    )
    return times


def count(server: Server, size: int) -> tuple[dict[str, WireCount], dict[str, int]]:
    """Count statements, round trips and WAL of every way, once."""
    counts: dict[str, WireCount] = {}
    wal: dict[str, int] = {}
    with Workbench(server, server, size=size, counting=True) as workbench:
        for way in WAYS:
            work = workbench.work(way)
            workbench.counted()
            before = workbench.wal()
            work()
            wal[way] = workbench.wal() - before
            counts[way] = workbench.counted()
    return counts, wal


def timed(work: Callable[[], Any]) -> float:
    """Give the milliseconds of one call."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


class Workbench:
    """Warm connections to one server, and a new day for every run."""

    def __init__(self, near: Server, server: Server, *, size: int, counting: bool = False) -> None:
        self._size = size
        self._keeper = psycopg.connect(near.owner, autocommit=True)
        self._builder = Database(near, size=1)
        self._database = Database(server, size=1, counting=counting)
        self._floor = psycopg.connect(server.owner)
        self._engine = sa.create_engine(
            "postgresql+psycopg://", creator=lambda: psycopg.connect(server.owner), pool_size=1
        )
        self._wire = Wire() if counting else None
        if self._wire:
            self._wire.listen(self._floor)
            with self._engine.connect() as connection:
                self._wire.listen(connection.connection.driver_connection)  # type: ignore[arg-type]

    def __enter__(self) -> "Workbench":
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()
        self._builder.close()
        self._engine.dispose()
        self._floor.close()
        self._keeper.close()

    def analyze(self) -> None:
        """Let the planner know the tables, as autovacuum does within a minute."""
        self._keeper.execute("ANALYZE")

    def work(self, way: str) -> Callable[[], Any]:
        """Store a new day and give the work of one way on it."""
        work = self._new_day(old=way in ("a", "b", "b'"))
        company_id = work.day.company_id
        if way == "c":
            return lambda: self._apply(work)
        if way == "d":
            rows = self._rows_of_ours(work)
            return lambda: self._copy(rows)
        if way == "a":
            return lambda: self._in_session(lambda session: row_by_row(session, company_id, work.targets))
        return lambda: self._in_session(
            lambda session: bulk_calls(session, company_id, work.targets, trips_too=way == "b")
        )

    def _new_day(self, *, old: bool) -> Work:
        database = self._builder
        day = a_day(database, trips=self._size, runs=max(1, self._size // 10))
        before = plan_for(load_day(database, day.company_id, DAY), timetable(day, every=5, shift=1))
        apply_plan(database, before, key="before", actor="bench")
        if old:
            self._keeper.execute(
                "INSERT INTO old_assignment SELECT * FROM assignment WHERE company_id = %s", [day.company_id]
            )
        plan = plan_for(load_day(database, day.company_id, DAY), timetable(day))
        runs = self._keeper.execute("SELECT id, driver_id FROM run WHERE company_id = %s", [day.company_id])
        return Work(day, plan, orm_targets(plan, dict(runs.fetchall())))

    def _apply(self, work: Work) -> None:
        applied = apply_plan(self._database, work.plan, key="plan", actor="bench")
        if applied.counts()[Outcome.APPLIED] != self._size:
            message = f"not the same work: {applied.counts()}"
            raise RuntimeError(message)

    def _rows_of_ours(self, work: Work) -> dict[str, bytes]:
        """Apply, and take what that wrote, ready to be copied."""
        version = work.plan.board_version
        apply_plan(self._builder, work.plan, key="plan", actor="bench")
        conditions = {
            "assignment": "",
            "event": f"AND id > {version}",
            "notice": f"AND event_id > {version}",
            "applied": "AND key = 'plan'",
        }
        rows = {}
        for table, condition in conditions.items():
            what = f"SELECT * FROM {table} WHERE company_id = {work.day.company_id} {condition}"
            with self._keeper.cursor().copy(f"COPY ({what}) TO STDOUT (FORMAT binary)") as copy:
                rows[table] = b"".join(bytes(part) for part in copy)
        return rows

    def _in_session(self, work: Callable[[Session], Any]) -> None:
        with Session(self._engine) as session:
            work(session)

    def _copy(self, rows: dict[str, bytes]) -> None:
        for table, content in rows.items():
            with self._floor.cursor().copy(f"COPY floor_{table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(content)
        self._floor.commit()

    def wal(self) -> int:
        """Give the position in the write-ahead log, in bytes."""
        row = self._keeper.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
        assert row is not None
        return int(row[0])

    def counted(self) -> WireCount:
        """Count what all connections sent since the last call."""
        ours, others = self._database.count(), self._wire.count() if self._wire else None
        assert others is not None
        return WireCount(
            statements=ours.statements + others.statements, round_trips=ours.round_trips + others.round_trips
        )


if __name__ == "__main__":
    main()
