"""Migrations do not stop dispatch: linted, one transaction each, and they let others pass."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from estafette.domain.error import Busy
from estafette.store import migrate as migrating
from estafette.store.migrate import migrate
from estafette.store.revision import schema_status
from estafette.store.server import Server

MIGRATIONS = Path(migrating.__file__).parent / "migrations"
# Everything after the first one runs on a database in use.
LATER = sorted(MIGRATIONS.glob("*.sql"))[1:]


def linted(*files: Path) -> subprocess.CompletedProcess[str]:
    squawk = shutil.which("squawk", path=str(Path(sys.executable).parent))
    assert squawk, "squawk is not installed"
    command = [squawk, "--pg-version=15", "--assume-in-transaction", *map(str, files)]
    return subprocess.run([*command, *_CHOSEN], capture_output=True, text=True, check=False)


# The time-outs are set by store/migrate.py; a count of trips or a number of seconds fits in 32 bits.
_CHOSEN = ["--exclude=require-lock-timeout,require-statement-timeout,prefer-bigint-over-int"]


def test_no_migration_holds_up_a_database_in_use() -> None:
    result = linted(*LATER)
    assert result.returncode == 0, result.stdout


def test_the_linter_finds_what_would_stop_dispatch(tmp_path: Path) -> None:
    bad = tmp_path / "bad.sql"
    bad.write_text("ALTER TABLE trip ALTER COLUMN seats TYPE bigint;\nCREATE INDEX ON trip (status);")
    result = linted(bad)
    assert result.returncode != 0
    assert "changing-column-type" in result.stdout
    assert "require-concurrent-index-creation" in result.stdout


@pytest.fixture
def older(server: Server) -> Server:
    """A database at the first revision."""
    name = "older_of_" + str(psycopg.conninfo.conninfo_to_dict(server.owner)["dbname"])
    with psycopg.connect(server.owner, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    made = Server(owner=make_conninfo(server.owner, dbname=name), app=make_conninfo(server.app, dbname=name))
    with migrating._engine(made).connect() as connection:
        migrating._upgrade(connection, "0001")
    return made


def test_a_migration_lets_others_pass_and_comes_through_when_they_are_done(older: Server) -> None:
    newest = schema_status(older).newest
    with psycopg.connect(older.owner) as reader:
        reader.execute("SELECT FROM applied")  # holds its lock until the transaction ends
        ended = threading.Event()
        found = []
        migrant = threading.Thread(target=lambda: (found.append(migrate(older)), ended.set()))
        migrant.start()
        for _ in range(4):
            # A second reader would wait for ever behind a migration that waits.
            with psycopg.connect(older.app, options="-c statement_timeout=5s") as other:
                other.execute("SELECT FROM applied")
        assert not ended.is_set()
    migrant.join(timeout=60)
    assert [status.current for status in found] == [newest]


def test_a_migration_that_gets_no_lock_gives_up_and_says_so(older: Server) -> None:
    with psycopg.connect(older.owner) as reader:
        reader.execute("SELECT FROM applied")
        with pytest.raises(Busy, match="not migrated to the end"):
            migrate(older, patience_s=0)
    assert migrate(older).up_to_date


def test_programs_that_start_together_migrate_once(older: Server) -> None:
    found = []
    programs = [threading.Thread(target=lambda: found.append(migrate(older).up_to_date)) for _ in range(3)]
    for program in programs:
        program.start()
    for program in programs:
        program.join(timeout=60)
    assert found == [True] * 3
