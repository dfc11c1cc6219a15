"""What every benchmark of the apply works on: one database, a new stored day for every run, warm connections."""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session
from tests.store.days import DAY, Day, a_day, plan_for

from benchmarks.machine import describe
from benchmarks.old_way import TABLES, Target, bulk_calls, bulk_calls_whole, row_by_row
from estafette.domain.applied import Outcome
from estafette.domain.plan import Plan
from estafette.store.apply import apply_plan, targets_of
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.migrate import migrate
from estafette.store.server import Server, address
from estafette.store.wire import Wire, WireCount

# What an apply writes; of the floor's copies the exclusion is left out, the index is not.
COPIED = ("assignment", "run", "event", "notice", "applied")


class Work(NamedTuple):
    """One stored day: every fifth trip assigned, a plan for all of them."""

    day: Day
    plan: Plan
    targets: list[Target]


_EXCLUSIONS = """
SELECT conrelid::regclass, conname, regexp_replace(regexp_replace(
    pg_get_constraintdef(oid), '^EXCLUDE ', ''), ' WITH &&| DEFERRABLE INITIALLY DEFERRED', '', 'g')
FROM pg_constraint WHERE contype = 'x' AND conrelid::regclass::text LIKE 'floor_%'
"""


def for_each_size(description: str | None, report: Callable[[Server, int, int], None], *, sizes: str) -> None:
    """Read `--sizes` and `--runs`, make a database for each size, say the machine once, and report."""
    options = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sizes", default=sizes)
    options.add_argument("--runs", type=int, default=9)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for at, size in enumerate(map(int, chosen.sizes.split(","))):
            server = prepare(Path(folder), size)
            if at == 0:
                print(describe(server.owner), flush=True)
            report(server, size, chosen.runs)


def prepare(folder: Path, size: int) -> Server:
    """Make a database with our tables, the old way's and the floor's."""
    server = address(folder, database_url=None, database=f"bench_{size}")
    migrate(server)
    with psycopg.connect(server.owner, autocommit=True) as owner:
        owner.execute(TABLES)
        for table in COPIED:
            owner.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING INDEXES INCLUDING STORAGE)")
        for table, constraint, columns in owner.execute(_EXCLUSIONS).fetchall():
            owner.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {constraint}; CREATE INDEX ON {table} {columns}"
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
        self.database = Database(server, size=1, counting=counting)
        self._floor = psycopg.connect(server.owner)
        self._engine = sa.create_engine(
            "postgresql+psycopg://", creator=lambda: psycopg.connect(server.owner), pool_size=1
        )
        self._backend: int | None = None
        self._wire = Wire() if counting else None
        if self._wire:
            self._wire.listen(self._floor)
            with self._engine.connect() as connection:
                self._wire.listen(connection.connection.driver_connection)  # type: ignore[arg-type]

    def __enter__(self) -> "Workbench":
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()
        self._builder.close()
        self._engine.dispose()
        self._floor.close()
        self._keeper.close()

    def analyze(self) -> None:
        """Let the planner know the tables, as autovacuum does within a minute."""
        self._keeper.execute("ANALYZE")

    def work(self, way: str) -> Callable[[], Any]:
        """Store a new day and give the work of one way on it."""
        work = self.new_day(old=way in ("a", "b", "b+"))
        company_id = work.day.company_id
        if way == "c":
            return lambda: self._apply(work)
        if way == "d":
            rows = self._rows_of_ours(work)
            return lambda: self._copy(rows)
        if way == "b+":
            return lambda: self._in_session(
                lambda session: bulk_calls_whole(session, company_id, work.targets, service_on=DAY)
            )
        if way == "a":
            return lambda: self._in_session(lambda session: row_by_row(session, company_id, work.targets))
        return lambda: self._in_session(lambda session: bulk_calls(session, company_id, work.targets))

    def new_day(self, *, old: bool = False) -> Work:
        """Store a day: every fifth trip assigned, and a plan that changes or places all of them."""
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
        applied = apply_plan(self.database, work.plan, key="plan", actor="bench")
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

    def server_cpu_ms(self) -> float:
        """Give the processor time that the server process of the one connection has taken (Linux)."""
        if self._backend is None:
            ((self._backend,),) = self.database.read(0, "SELECT pg_backend_pid()", {})
        return int(Path(f"/proc/{self._backend}/schedstat").read_text(encoding="ascii").split()[0]) / 1e6

    def counted(self) -> WireCount:
        """Count what all connections sent since the last call."""
        ours, others = self.database.count(), self._wire.count() if self._wire else None
        assert others is not None
        return WireCount(
            statements=ours.statements + others.statements, round_trips=ours.round_trips + others.round_trips
        )
