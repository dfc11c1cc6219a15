"""What the schema itself promises, whoever writes."""

from itertools import product

import psycopg
import pytest

from estafette.domain.booking import TRANSITIONS, TripStatus
from estafette.store.apply import apply_plan
from estafette.store.database import Database, Statement
from estafette.store.migrate import migrate
from estafette.store.revision import schema_status
from estafette.store.server import Server
from tests.store.days import Day, a_company, a_day, a_plan

_OWN_TABLES = "c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"


def as_owner(server: Server, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.owner, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def placed(database: Database) -> Day:
    day = a_day(database, trips=2, runs=2)
    one, two = day.run_ids
    timetable = {one: [(day.trip_ids[0], 480)], two: [(day.trip_ids[1], 480)]}
    apply_plan(database, a_plan(database, day, timetable), key="placed", actor="test")
    return day


def write(database: Database, day: Day, sql: str) -> None:
    database.transact(day.company_id, [Statement(sql, {})], actor="test")


def test_migrating_again_changes_nothing(server: Server) -> None:
    assert schema_status(server).up_to_date
    assert migrate(server).current == schema_status(server).newest


def test_every_table_with_a_company_is_bound_by_row_level_security_even_for_its_owner(server: Server) -> None:
    loose = as_owner(
        server,
        f"SELECT c.relname FROM pg_class c WHERE {_OWN_TABLES}"
        " AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'company_id')"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity"
        "          AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polcmd = '*'))",
    )
    assert loose == []


def test_the_company_leads_every_key_and_unique_constraint(server: Server) -> None:
    not_leading = as_owner(
        server,
        f"SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        f" WHERE {_OWN_TABLES} AND k.contype IN ('p', 'u')"
        " AND c.relname NOT IN ('company', 'trip_transition', 'alembic_version')"
        " AND k.conkey[1] <> (SELECT attnum FROM pg_attribute WHERE attrelid = c.oid AND attname = 'company_id')",
    )
    assert not_leading == []


def test_only_the_assignment_says_who_drives_a_trip(server: Server) -> None:
    tables = as_owner(
        server,
        f"SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE {_OWN_TABLES}"
        " GROUP BY c.relname HAVING array_agg(a.attname) @> '{trip_id,driver_id}'",
    )
    assert tables == [("assignment",)]


def test_the_application_is_no_superuser_owns_nothing_and_deletes_only_what_it_may(
    server: Server,
) -> None:
    with psycopg.connect(server.app) as connection:
        role = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        deletable = connection.execute(
            f"SELECT c.relname FROM pg_class c WHERE {_OWN_TABLES} AND has_table_privilege(c.oid, 'DELETE') ORDER BY 1"
        ).fetchall()
        owned = connection.execute(
            f"SELECT count(*) FROM pg_class c WHERE {_OWN_TABLES} AND pg_get_userbyid(c.relowner) = current_user"
        ).fetchone()
    assert role == ("estafette_app", False, False)
    assert deletable == [
        ("access_point",),
        ("answer",),
        ("assignment",),
        ("event",),
        ("hold",),
        ("login_session",),
        ("notice",),
        ("passkey",),
        ("push_subscription",),
        ("rider_note",),
        ("road_times",),
        ("run_position",),
        ("single_use",),
        ("solve_part",),
        ("viewer",),
        ("webhook",),
    ]
    assert owned == (0,)


def test_without_a_company_no_row_is_visible(database: Database, server: Server) -> None:
    placed(database)
    with psycopg.connect(server.app) as connection:
        seen = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            for table in ("company", "trip", "assignment", "event", "notice", "applied")
        ]
    assert seen == [(0,)] * 6


def test_another_companys_rows_can_be_neither_read_nor_changed_nor_added(database: Database) -> None:
    theirs = placed(database)
    ours = a_company(database)
    assert database.read(ours, "SELECT count(*) FROM trip", {}) == [(0,)]
    database.transact(ours, [Statement("UPDATE trip SET seats = 9", {})], actor="test")
    assert database.read(theirs.company_id, "SELECT max(seats) FROM trip", {}) == [(1,)]
    forged = "INSERT INTO rider (company_id, ref, name) VALUES (%(theirs)s, 'x', 'x')"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.transact(ours, [Statement(forged, {"theirs": theirs.company_id})], actor="test")


def test_the_transitions_of_the_database_are_those_of_the_code(database: Database) -> None:
    rows = database.read(1, "SELECT from_status, to_status FROM trip_transition", {})
    assert {(TripStatus(before), TripStatus(after)) for before, after in rows} == TRANSITIONS


@pytest.mark.parametrize(
    ("before", "after"), [("booked", "on_board"), ("booked", "completed"), ("booked", "no_show")]
)
def test_an_illegal_move_of_a_trip_is_refused_by_the_database(
    database: Database, before: str, after: str
) -> None:
    day = a_day(database, trips=1, runs=1)
    with pytest.raises(psycopg.errors.CheckViolation, match=f"a trip that is {before} cannot become {after}"):
        write(database, day, f"UPDATE trip SET status = '{after}', version = version + 1")


def test_every_status_has_a_way_in_or_begins_a_trip() -> None:
    reached = {after for _, after in TRANSITIONS} | {TripStatus.REQUESTED, TripStatus.DENIED}
    assert reached == set(TripStatus)
    assert not [
        pair for pair in product(TripStatus, TripStatus) if pair in TRANSITIONS and pair[0] == pair[1]
    ]


def test_a_legal_move_is_kept_in_the_history_with_who_made_it(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    write(database, day, "UPDATE trip SET status = 'en_route', version = 7")
    history = database.read(
        day.company_id, "SELECT from_status, to_status, version, actor FROM trip_history", {}
    )
    assert history == [("booked", "en_route", 7, "test")]


@pytest.mark.parametrize(
    ("constraint", "forged"),
    [
        (
            "stops_of_a_driver_never_overlap",
            "UPDATE assignment a SET run_id = r.id, driver_id = r.driver_id FROM run r WHERE r.id = (SELECT min(id) FROM run)",
        ),
        (
            "runs_of_a_vehicle_never_overlap",
            "WITH s AS (UPDATE shift SET vehicle_id = (SELECT min(vehicle_id) FROM run)) SELECT",
        ),
        (
            "shifts_of_a_driver_never_overlap",
            "INSERT INTO shift (company_id, ref, service_on, driver_id, vehicle_id, starts_at, ends_at,"
            " start_place_id, end_place_id) SELECT company_id, ref || '+', service_on, driver_id, vehicle_id,"
            " starts_at, ends_at, start_place_id, end_place_id FROM shift",
        ),
    ],
)
def test_nobody_is_in_two_places(database: Database, constraint: str, forged: str) -> None:
    day = placed(database)
    with pytest.raises(psycopg.errors.ExclusionViolation) as refused:
        write(database, day, forged)
    assert refused.value.diag.constraint_name is not None
    assert refused.value.diag.constraint_name.endswith(constraint.split("_of_")[1])


def test_a_driver_on_two_runs_at_once_is_refused(database: Database) -> None:
    day = placed(database)
    with pytest.raises(psycopg.errors.ExclusionViolation) as refused:
        write(
            database,
            day,
            "WITH later AS (UPDATE shift SET driver_id = (SELECT min(driver_id) FROM run),"
            " starts_at = starts_at + id * interval '1 day', ends_at = ends_at + id * interval '1 day'),"
            " gone AS (DELETE FROM assignment) SELECT",
        )
    assert refused.value.diag.constraint_name == "runs_of_a_driver_never_overlap"
