"""The check of the database finds what the constraints would have prevented, and nothing else."""

import json

import psycopg
import pytest
from click.testing import CliRunner

from estafette.domain.booking import TripStatus
from estafette.domain.error import Invalid, NotFound, Unavailable
from estafette.edge.cli import main
from estafette.store.audit import Audit, audit
from estafette.store.database import Database
from estafette.store.server import Server
from tests.dispatched import Dispatched
from tests.store.days import a_company

# Somebody with all rights, in a hurry: neither triggers nor constraints nor row-level security stop them.
_UNBOUND = "SET session_replication_role = replica"
_DROP = """
ALTER TABLE assignment DROP CONSTRAINT stops_of_a_driver_never_overlap;
ALTER TABLE run DROP CONSTRAINT runs_of_a_driver_never_overlap;
ALTER TABLE run DROP CONSTRAINT runs_of_a_vehicle_never_overlap;
ALTER TABLE shift DROP CONSTRAINT shifts_of_a_driver_never_overlap;
"""


def plant(server: Server, sql: str) -> None:
    with psycopg.connect(server.owner, autocommit=True) as connection:
        connection.execute(_UNBOUND)
        connection.execute(sql)


def worked(database: Database) -> Dispatched:
    """A company that has booked, assigned, moved, taken off, and driven."""
    day = Dispatched(database)
    day.roster()
    trips = day.book(8)
    day.assign(day.run_ids[0], trips[:4])
    day.assign(day.run_ids[1], trips[2:6], late_s=30)
    day.take_off(trips[5])
    day.set_status(trips[0], TripStatus.EN_ROUTE)
    day.set_status(trips[0], TripStatus.ARRIVED)
    return day


def test_a_company_that_was_worked_on_has_no_findings(database: Database, server: Server) -> None:
    worked(database)
    Dispatched(database).roster()
    found = audit(server)
    assert found.lines() == []
    assert (found.findings, len(found.rules)) == (0, 24)


def test_an_empty_database_has_no_findings(server: Server) -> None:
    assert audit(server).findings == 0


@pytest.mark.parametrize(
    ("rule", "violation"),
    [
        ("one_driver", "UPDATE assignment SET driver_id = (SELECT max(driver_id) FROM run)"),
        ("one_driver", "UPDATE run SET service_on = service_on + 1"),
        (
            "one_run",
            "ALTER TABLE assignment DROP CONSTRAINT assignment_pkey;"
            " INSERT INTO assignment SELECT * FROM assignment ORDER BY trip_id LIMIT 1",
        ),
        ("own_rows", "UPDATE assignment SET run_id = 99999"),
        ("own_rows", "UPDATE trip SET origin_id = 99999"),
        ("own_rows", "INSERT INTO rider (company_id, ref, name) VALUES (1, 'x', 'x');"
         " UPDATE booking SET rider_id = (SELECT max(id) + 1 FROM rider)"),
        ("own_rows", "UPDATE rider SET banned_driver_ids = '{99999}'"),
        ("own_rows", "DELETE FROM feed"),
        ("stops_apart", _DROP + "UPDATE assignment SET pickup_at = '2026-11-25 04:00Z'"),
        ("lanes_apart", _DROP + "UPDATE run SET driver_id = (SELECT min(driver_id) FROM run), pull_out_at = '2026-11-25 06:00Z',"
         " pull_in_at = '2026-11-25 16:00Z'"),
        ("lanes_apart", _DROP + "UPDATE shift SET driver_id = (SELECT min(driver_id) FROM run)"),
        ("stops_in_run", "UPDATE run SET pull_out_at = pull_in_at - interval '1 s'"),
        ("stops_in_run", "UPDATE run SET pull_out_at = NULL, pull_in_at = NULL"),
        ("legal_statuses", "UPDATE trip SET status = 'completed'"),
        ("legal_statuses", "UPDATE trip_history SET from_status = 'on_board' WHERE to_status = 'en_route'"),
        ("legal_statuses", "DELETE FROM trip_history WHERE to_status = 'en_route'; UPDATE trip_history SET from_status = 'en_route'"),
        ("feed_without_gaps", "DELETE FROM event WHERE id = 2"),
        ("feed_without_gaps", "UPDATE feed SET last_event_id = last_event_id + 1"),
        ("versions", "UPDATE assignment SET version = 10000"),
        ("versions", "UPDATE applied SET version = version - 1, changed_runs = changed_runs || 1::bigint WHERE cardinality(changed_runs) > 1"),
        ("keys_once", "ALTER TABLE applied DROP CONSTRAINT applied_company_id_key_key; UPDATE applied SET key = 'same'"),
        ("applied_stands", "UPDATE assignment SET run_id = (SELECT max(id) FROM run)"),
        ("applied_stands", "DELETE FROM assignment WHERE trip_id = (SELECT min(trip_id) FROM assignment)"),
        ("applied_stands", "DELETE FROM applied"),
        ("events_explained", "DELETE FROM applied WHERE id = (SELECT max(id) FROM applied)"),
        ("events_explained", "UPDATE applied SET board_version = board_version + 1"),
        ("events_explained", "UPDATE event SET payload = payload || '{\"run_id\": 99999}' WHERE kind = 'assigned'"),
        ("events_place", "UPDATE assignment SET pickup_at = pickup_at - interval '1 s'"),
        ("events_place", "UPDATE event SET payload = payload || '{\"taken\": []}' WHERE kind = 'assigned' AND id = (SELECT max(id) FROM event WHERE kind = 'assigned')"),
        ("events_frame", "UPDATE run SET manifest = manifest + 1"),
        ("events_status", "UPDATE trip SET status = 'cancelled'"),
        ("notices", "DELETE FROM notice WHERE event_id = (SELECT max(event_id) FROM notice)"),
        ("notices", "UPDATE notice SET event_ids = event_ids || event_id"),
        ("notices", "UPDATE notice SET driver_id = (SELECT max(id) FROM driver)"),
        ("notices", "UPDATE notice SET superseded_by = 99999"),
        ("own_rows", "UPDATE applied SET plan_id = 99999"),
        ("own_rows", "UPDATE applied SET undoes = 99999"),
        ("one_solve", "DROP INDEX one_solve_waits; INSERT INTO solve (company_id, service_on, asked_by, time_limit_s, seed, applies)"
         " SELECT 1, '2026-11-25', 'x', 1, 1, false FROM generate_series(1, 2)"),
        ("constraints", _DROP),
        ("constraints", "UPDATE pg_constraint SET convalidated = false WHERE conname = 'run_company_id_shift_id_driver_id_vehicle_id_fkey'"),
        ("constraints", "ALTER TABLE applied DROP CONSTRAINT applied_pkey"),
        ("triggers", "DROP TRIGGER trip_moves ON trip"),
        ("triggers", "ALTER TABLE assignment DISABLE TRIGGER assignments_fit_updated"),
        ("row_security", "ALTER TABLE trip NO FORCE ROW LEVEL SECURITY"),
        ("row_security", "DROP POLICY own_company ON trip"),
        ("row_security", "CREATE POLICY everybody ON trip USING (true)"),
        ("row_security", "CREATE VIEW every_trip AS SELECT * FROM trip"),
        ("triggers", "DROP TRIGGER enter_updated ON rider"),
        ("ledger", "UPDATE ledger SET actor = 'somebody else' WHERE id = 2"),
        ("ledger", "DELETE FROM ledger WHERE id = 2"),
        ("role", "ALTER TABLE trip OWNER TO estafette_app"),
        ("role", "CREATE POLICY everybody ON company USING (true)"),
        ("roles", "GRANT SELECT ON webhook TO estafette_driver"),
        ("roles", "GRANT SELECT (name) ON driver TO estafette_institution; DROP POLICY own_of_estafette_institution ON driver"),
        ("roles", "GRANT TRUNCATE ON trip TO estafette_driver"),
        ("roles", "ALTER TABLE answer OWNER TO estafette_driver"),
    ],
)  # fmt: skip
def test_what_was_planted_is_found(database: Database, server: Server, rule: str, violation: str) -> None:
    worked(database)
    plant(server, violation)
    assert rule in audit(server).broken()


def test_a_commit_that_does_not_wait_for_the_disk_is_found(server: Server) -> None:
    with psycopg.connect(server.owner, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    assert audit(server).lines() == ["settings: setting synchronous_commit is off"]


def test_one_company_is_checked_alone(database: Database, server: Server) -> None:
    first, second = worked(database), worked(database)
    plant(server, f"UPDATE run SET manifest = manifest + 1 WHERE company_id = {second.company_id}")
    assert audit(server, company_id=first.company_id).findings == 0
    assert audit(server, company_id=second.company_id).broken() == {"events_frame"}
    assert audit(server, company_id=second.company_id).rows < audit(server).rows


def test_an_owner_who_may_not_see_everything_checks_company_after_company(
    database: Database, server: Server
) -> None:
    worked(database)
    second = worked(database)
    plant(server, f"UPDATE run SET manifest = manifest + 1 WHERE company_id = {second.company_id}")
    bound = psycopg.conninfo.make_conninfo(server.owner, options="-c role=estafette_app")
    plant(server, "GRANT SELECT ON alembic_version, company_id_seq TO estafette_app")
    seen = audit(Server(owner=bound, app=server.app))
    assert (seen.broken(), seen.rows) == ({"events_frame"}, audit(server).rows)


def test_more_findings_than_are_shown_are_counted(database: Database, server: Server) -> None:
    worked(database)
    plant(server, "UPDATE assignment SET pickup_at = pickup_at - interval '1 s'")
    (place,) = [rule for rule in audit(server, show=2).rules if rule.rule == "events_place"]
    assert (len(place.shown), place.findings) == (2, 5)


def test_a_company_that_does_not_exist_is_no_company_without_findings(server: Server) -> None:
    with pytest.raises(NotFound):
        audit(server, company_id=99999)


def test_a_database_of_another_schema_is_not_judged(server: Server) -> None:
    plant(server, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(Invalid, match="run `estafette db migrate` first"):
        audit(server)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    nowhere = "host=127.0.0.1 port=1 connect_timeout=1"
    with pytest.raises(Unavailable):
        audit(Server(owner=nowhere, app=nowhere))


def check(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["db", "check", *arguments])
    return done.exit_code, done.stdout


def test_the_command_says_what_it_checked_and_its_exit_code_what_it_found(
    database: Database, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.owner)
    worked(database)
    exit_code, sound = check()
    assert (exit_code, "24 rules" in sound, "0 findings" in sound) == (0, True, True)
    plant(server, "UPDATE run SET manifest = manifest + 1")
    exit_code, broken = check("--show", "1")
    assert exit_code == 1
    assert "FAILED  events_frame" in broken
    assert "run: company" in broken
    assert "and 2 more" in broken
    exit_code, text = check("--json")
    figures = json.loads(text)
    assert (exit_code, figures["findings"], len(figures["rules"])) == (1, 3, 24)


def test_a_company_with_nothing_is_sound(database: Database, server: Server) -> None:
    assert audit(server, company_id=a_company(database)).findings == 0


def test_a_finding_is_a_line_with_table_and_ids(database: Database, server: Server) -> None:
    day = worked(database)
    plant(server, f"UPDATE trip SET version = 9999 WHERE id = {day.trip_ids[7]}")
    found: Audit = audit(server)
    assert found.lines() == [
        f"versions: company {day.company_id} trip {day.trip_ids[7]} has version 9999"
        " and no transaction begins with that event"
    ]
