"""The restore drill: a backup of a database in use, restored elsewhere, is whole, true and usable."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from estafette.domain.applied import Outcome
from estafette.domain.error import Invalid, Unavailable
from estafette.store.apply import apply_plan
from estafette.store.audit import audit
from estafette.store.backup import backup, restore
from estafette.store.database import Database
from estafette.store.migrate import migrate
from estafette.store.server import Server
from tests.store.days import Day, a_day, a_plan


def elsewhere(server: Server, name: str) -> Server:
    with psycopg.connect(server.owner, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return Server(owner=make_conninfo(server.owner, dbname=name), app=make_conninfo(server.app, dbname=name))


def contents(server: Server) -> dict[str, str]:
    """Give a hash of every table."""
    with psycopg.connect(server.owner) as owner:
        tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {table: _hash(owner, table) for (table,) in tables}


def _hash(owner: psycopg.Connection[tuple[object, ...]], table: str) -> str:
    rows = owner.execute(sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table)))
    return hashlib.sha256(repr(rows.fetchall()).encode()).hexdigest()


def apply_again_and_again(database: Database, day: Day, enough: threading.Event) -> None:
    number = 0
    while not enough.is_set():
        number += 1
        timetable = {day.run_ids[number % 2]: [(trip, 480 + 20 * n) for n, trip in enumerate(day.trip_ids)]}
        apply_plan(database, a_plan(database, day, timetable), key=str(number), actor="test")


def test_a_backup_taken_while_plans_are_applied_is_whole_true_and_usable(
    database: Database, tmp_path: Path
) -> None:
    day = a_day(database, trips=6, runs=2)
    enough = threading.Event()
    writer = threading.Thread(target=apply_again_and_again, args=[database, day, enough])
    writer.start()
    try:
        backup(database.server, tmp_path / "in_use.dump")
    finally:
        enough.set()
        writer.join()
    restored = elsewhere(database.server, f"drill_{day.company_id}_in_use")
    restore(restored, tmp_path / "in_use.dump")
    assert audit(restored).findings == 0
    with Database(restored, size=1) as again:
        plan = a_plan(again, day, {day.run_ids[0]: [(day.trip_ids[0], 700)]})
        assert apply_plan(again, plan, key="after", actor="test").counts()[Outcome.STALE] == 0


def test_what_is_restored_equals_what_was_backed_up_table_by_table(
    database: Database, tmp_path: Path
) -> None:
    day = a_day(database, trips=6, runs=2)
    plan = a_plan(
        database, day, {day.run_ids[0]: [(trip, 480 + 20 * n) for n, trip in enumerate(day.trip_ids)]}
    )
    apply_plan(database, plan, key="plan", actor="test")
    backup(database.server, tmp_path / "day.dump")
    restored = elsewhere(database.server, f"drill_{day.company_id}_equal")
    restore(restored, tmp_path / "day.dump")
    assert contents(restored) == contents(database.server)


@pytest.mark.parametrize("damage", ["cut short", "one byte changed"])
def test_a_damaged_backup_changes_nothing(database: Database, tmp_path: Path, damage: str) -> None:
    day = a_day(database, trips=40, runs=2)
    file = tmp_path / "day.dump"
    size = backup(database.server, file)
    whole = bytearray(file.read_bytes())
    whole[size * 2 // 3] ^= 0xFF
    file.write_bytes({"cut short": bytes(whole[: size // 2]), "one byte changed": bytes(whole)}[damage])
    restored = elsewhere(database.server, f"drill_{day.company_id}_{damage.replace(' ', '_')}")
    migrate(restored)
    before = contents(restored)
    with pytest.raises(Invalid, match="damaged: .* nothing was changed"):
        restore(restored, file)
    assert contents(restored) == before


@contextmanager
def bound_reader(server: Server) -> Iterator[Server]:
    """Give the address of a role that may read every table, and sees rows of no company."""
    with psycopg.connect(server.owner, autocommit=True) as owner:
        owner.execute("CREATE ROLE bound LOGIN")
        for schema in ("public", "procrastinate"):
            owner.execute(f"GRANT USAGE ON SCHEMA {schema} TO bound")
            owner.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO bound")
            owner.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO bound")
        try:
            yield Server(owner=make_conninfo(server.owner, user="bound"), app=server.app)
        finally:
            owner.execute("DROP OWNED BY bound; DROP ROLE bound")


def test_who_would_not_see_every_row_gets_no_backup_and_is_told_why_in_one_line(
    server: Server, tmp_path: Path
) -> None:
    with (
        bound_reader(server) as bound,
        pytest.raises(Unavailable, match=r"row-level security.*needs a role with BYPASSRLS") as told,
    ):
        backup(bound, tmp_path / "part.dump")
    assert "\n" not in str(told.value)
    assert list(tmp_path.iterdir()) == []
