"""The database goes away and comes back, or somebody holds it: what is safe is repeated, the rest is told."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import ExecStatus

from estafette.domain.applied import Outcome
from estafette.domain.error import Busy, Unavailable, Unsafe
from estafette.store.answers import Asked, claim_answer
from estafette.store.apply import apply_plan
from estafette.store.database import Database, Statement
from estafette.store.migrate import migrate
from estafette.store.server import Server, address
from tests.store.days import a_company, a_day, a_plan

_RENAME = Statement("UPDATE company SET name = 'new'", {})
# As the owner: on a server the application may be a superuser in another role, whom it may not end itself.
_CUT = """
CREATE FUNCTION cut() RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER
    AS 'SELECT pg_terminate_backend(pg_backend_pid())'
"""
_HANG_UP = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def hang_up(server: Server) -> None:
    """End every connection to the database, as a restart does."""
    with psycopg.connect(server.owner, autocommit=True) as owner:
        owner.execute(_HANG_UP)


def with_options(server: Server, more: str) -> Server:
    """Connect with other settings."""
    options = f"{conninfo_to_dict(server.app)['options']} {more}"
    return Server(owner=server.owner, app=make_conninfo(server.app, options=options))


def test_connections_that_died_while_idle_cost_a_writer_nothing(database: Database) -> None:
    company = a_company(database)
    hang_up(database.server)
    database.transact(company, [_RENAME], actor="test")
    assert database.read(company, "SELECT name FROM company", {}) == [("new",)]


def test_a_reader_whose_connection_is_cut_in_the_middle_is_answered(database: Database) -> None:
    company = a_company(database)
    # Cut once: a sequence does not go back with the transaction.
    with psycopg.connect(database.server.owner, autocommit=True) as owner:
        owner.execute(f"{_CUT}; CREATE SEQUENCE tries; GRANT USAGE ON SEQUENCE tries TO estafette_app")
    cut_once = "SELECT CASE WHEN nextval('tries') = 1 THEN cut() END, 7"
    assert database.read(company, cut_once, {}) == [(None, 7)]


def test_a_writer_without_a_key_is_not_repeated_when_the_outcome_is_unknown(database: Database) -> None:
    company = a_company(database)
    with psycopg.connect(database.server.owner, autocommit=True) as owner:
        owner.execute(_CUT)
    cut = Statement("SELECT cut()", {})
    with pytest.raises(Unavailable, match="does not answer"):
        database.transact(company, [_RENAME, cut], actor="test")
    assert database.read(company, "SELECT name FROM company", {}) == [("Example",)]


def test_a_key_that_is_being_written_is_told_at_once_and_answered_later(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    plan = a_plan(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    with psycopg.connect(database.server.owner) as other:
        other.execute("SELECT claim_key(%s, 'key')", [day.company_id])
        with pytest.raises(Busy, match="'key' is being written now"):
            apply_plan(database, plan, key="key", actor="test")
    applied = apply_plan(database, plan, key="key", actor="test")
    assert applied.counts()[Outcome.APPLIED] == 1


def test_a_writer_that_waits_too_long_for_another_is_told_so(server: Server) -> None:
    with Database(with_options(server, "-c lock_timeout=50ms")) as database:
        company = a_company(database)
        with psycopg.connect(server.owner) as other:
            other.execute("SELECT FROM feed WHERE company_id = %s FOR UPDATE", [company])
            with pytest.raises(Busy, match="nothing was changed"):
                database.transact(company, [_RENAME], actor="test")


def test_a_writer_that_was_stopped_in_the_middle_of_its_pipeline_is_ended_by_who_waits_for_it(
    server: Server,
) -> None:
    with Database(with_options(server, "-c lock_timeout=50ms")) as database:
        company = a_company(database)
        with writing(server, company) as stopped:
            database.transact(company, [_RENAME], actor="test")
            assert "terminating connection" in last_word_to(stopped)


def test_a_key_that_a_stopped_writer_has_is_free_again(server: Server) -> None:
    with Database(with_options(server, "-c lock_timeout=50ms")) as database:
        company = a_company(database)
        with writing(server, company, f"SELECT claim_key({company}, 'key')"):
            time.sleep(0.1)
            asked = Statement("SELECT 1", {})
            assert database.transact(company, [asked], actor="test", once="key", aside=True) == [[(1,)]]


def test_a_writer_that_works_for_long_is_not_ended_by_who_waits_for_it(server: Server) -> None:
    with Database(with_options(server, "-c lock_timeout=50ms")) as database:
        company = a_company(database)
        with writing(server, company, doing="SELECT pg_sleep(3)") as busy:
            with pytest.raises(Busy, match="nothing was changed"):
                database.transact(company, [_RENAME], actor="test")
            assert last_word_to(busy) == ""


@contextmanager
def writing(server: Server, company: int, *done: str, doing: str = "") -> Iterator[psycopg.Connection[Any]]:
    """Give a writer that has the lock of its company, has `done` and is `doing`, and sent no end of its pipeline."""
    with closing(psycopg.connect(server.app, autocommit=True)) as writer:
        writer.pgconn.enter_pipeline_mode()
        scope = f"SELECT set_config('app.company', '{company}', true)"
        begun = ("BEGIN", scope, "SELECT FROM feed FOR NO KEY UPDATE", *done)
        for sql in filter(None, (*begun, doing)):
            writer.pgconn.send_query_params(sql.encode(), None)
            writer.pgconn.send_flush_request()
        writer.pgconn.flush()
        for _ in begun:
            result = writer.pgconn.get_result()
            assert result is not None
            assert result.status in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}
            assert writer.pgconn.get_result() is None
        yield writer


def last_word_to(writer: psycopg.Connection[Any]) -> str:
    """Wait for the end of a pipeline, and give what the server complained of, if it did."""
    writer.pgconn.pipeline_sync()
    while True:
        result = writer.pgconn.get_result()
        if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
            return ""
        if result is not None and result.status == ExecStatus.FATAL_ERROR:
            return result.error_message.decode()


def test_who_claims_a_request_waits_for_no_other_writer_nor_for_the_disk(server: Server) -> None:
    how = "SELECT current_setting('synchronous_commit')"
    with Database(with_options(server, "-c lock_timeout=50ms"), size=1) as database:
        company = a_company(database)
        with psycopg.connect(server.owner) as other:
            other.execute("SELECT FROM feed WHERE company_id = %s FOR UPDATE", [company])
            assert claim_answer(database, Asked(company, "test", "key", b"what", "mine")) == "mine"
            asked = Statement(how, {})
            assert database.transact(company, [asked], actor="test", once="k", aside=True) == [[("off",)]]
        assert database.transact(company, [asked], actor="test", once="k") == [[("on",)]]


def test_a_statement_that_takes_too_long_is_ended_and_not_repeated(server: Server) -> None:
    with Database(with_options(server, "-c statement_timeout=50ms")) as database:
        company = a_company(database)
        with pytest.raises(Unavailable, match="statement timeout"):
            database.read(company, "SELECT pg_sleep(30)", {})


def test_a_database_that_could_lose_what_it_confirms_is_refused(server: Server) -> None:
    with pytest.raises(Unsafe, match="synchronous_commit is off"):
        Database(with_options(server, "-c synchronous_commit=off"))


def test_a_role_that_could_read_every_company_is_refused(server: Server) -> None:
    with pytest.raises(Unsafe, match="bypasses row-level security; role .* owns the tables"):
        Database(Server(owner=server.owner, app=server.owner))


def test_the_pool_says_how_it_is_used(database: Database) -> None:
    company = a_company(database)
    database.read(company, "SELECT 1", {})
    load = database.load()
    assert (load.at_most, load.waiting) == (2, 0)
    assert 1 <= load.free <= load.size


def test_an_embedded_server_killed_in_the_middle_of_the_day_starts_again_by_itself(tmp_path: Path) -> None:
    server = address(tmp_path, database_url=None, database="killed")
    migrate(server)
    with Database(server, patience_s=60) as database:
        day = a_day(database, trips=1, runs=1)
        plan = a_plan(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
        postmaster = int((tmp_path / "postgresql" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        applied = apply_plan(database, plan, key="key", actor="test")
        again = apply_plan(database, plan, key="key", actor="test")
    assert applied.counts()[Outcome.APPLIED] == 1
    assert (again.replayed, again.trips) == (True, applied.trips)
