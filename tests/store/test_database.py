"""One door: a transaction of one company in one round trip, counted on the wire."""

import numpy as np
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from estafette.domain.error import Unavailable
from estafette.store.database import Database, Statement
from estafette.store.server import Server
from estafette.store.wire import Wire
from tests.store.days import a_company


def test_every_row_of_an_executemany_counts_as_a_statement(server: Server) -> None:
    wire = Wire()
    with psycopg.connect(server.app, autocommit=True) as connection:
        wire.listen(connection)
        connection.cursor().executemany("SELECT %s", [(number,) for number in range(100)])
    assert wire.count().statements == 100


def test_many_statements_of_one_transaction_are_one_round_trip(database: Database) -> None:
    company = a_company(database)
    database.count()
    database.transact(company, [Statement("SELECT 1", {})] * 5)
    # BEGIN, company, five, COMMIT.
    assert (database.count().statements, database.count().round_trips) == (8, 0)
    database.transact(company, [Statement("SELECT 1", {})] * 5)
    assert database.count().round_trips == 1


def test_an_error_rolls_back_the_whole_transaction_and_the_connection_goes_on(database: Database) -> None:
    company = a_company(database)
    rename = Statement("UPDATE company SET name = 'new'", {})
    with pytest.raises(psycopg.errors.DivisionByZero):
        database.transact(company, [rename, Statement("SELECT 1 / 0", {})], actor="test")
    assert database.read(company, "SELECT name FROM company", {}) == [("Example",)]


def test_the_company_of_one_transaction_is_gone_in_the_next(database: Database) -> None:
    ours, theirs = a_company(database), a_company(database)
    assert database.read(ours, "SELECT id FROM company", {}) == [(ours,)]
    assert database.read(theirs, "SELECT id FROM company", {}) == [(theirs,)]


def test_columns_of_numbers_and_instants_arrive_as_they_were(database: Database) -> None:
    numbers = np.array([-1, 0, 2**62], np.int64)
    instants = np.array(["1999-12-31T23:59:59.5", "2026-11-25T07:00:00"], "datetime64[us]")
    (row,) = database.read(
        1,
        "SELECT %(numbers)s::bigint[], %(instants)s::timestamptz[]",
        {"numbers": numbers, "instants": instants},
    )
    assert row[0] == [-1, 0, 2**62]
    assert [at.isoformat() for at in row[1]] == [
        "1999-12-31T23:59:59.500000+00:00",
        "2026-11-25T07:00:00+00:00",
    ]


def test_a_server_that_does_not_answer_is_one_clear_error(server: Server) -> None:
    nowhere = make_conninfo(server.app, host="127.0.0.1", port=1, connect_timeout=1)
    with pytest.raises(Unavailable, match="the database does not answer"):
        Database(Server(owner=nowhere, app=nowhere), patience_s=1)


def test_what_a_connection_has_prepared_outlives_an_error(server: Server) -> None:
    kept = Statement("SELECT count(*) FROM pg_prepared_statements", {}, keep_plan=True)
    with Database(server, size=1) as database:
        company = a_company(database)
        database.transact(company, [kept])
        before = database.transact(company, [kept])
        with pytest.raises(psycopg.errors.DivisionByZero):
            database.transact(company, [kept, Statement("SELECT 1 / 0", {})])
        assert database.transact(company, [kept]) == before


def test_what_an_error_kept_from_being_prepared_is_prepared_the_next_time(server: Server) -> None:
    late = Statement("SELECT 'late'", {}, keep_plan=True)
    with Database(server, size=1) as database:
        company = a_company(database)
        with pytest.raises(psycopg.errors.DivisionByZero):
            database.transact(company, [Statement("SELECT 1 / 0", {}), late])
        assert database.transact(company, [late]) == [[("late",)]]
