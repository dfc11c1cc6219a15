"""Riders: their notes, all that is held of them, and that nothing names them once they are erased."""

import base64
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psycopg
import pytest
from click.testing import CliRunner

from estafette.domain.board import Trouble
from estafette.domain.error import Conflict, Forbidden, Invalid, NotFound
from estafette.domain.ledger import Act
from estafette.domain.outcome import ImportOptions
from estafette.domain.own_run import SayProblem
from estafette.domain.permission import Role
from estafette.edge.cli import main
from estafette.flow.notes import LONGEST, change_key, read_note, write_note
from estafette.flow.riders import erase_rider, export_rider
from estafette.store.answers import Asked, Given, claim_answer, keep_answer
from estafette.store.audit import audit
from estafette.store.database import Database
from estafette.store.intake import store_trips
from estafette.store.ledger import Wanted, list_entries, verify_ledger
from estafette.store.run_problem import report_problem
from estafette.store.sealing import note_keys
from estafette.store.server import Server
from tests.dispatched import Dispatched
from tests.flow.remembered import (
    AHEAD,
    CANARY,
    KEYS,
    OVER,
    a_company,
    a_trip,
    caller_of,
    company_trip,
    rider_of,
    whole_database,
)

NEW_KEYS = note_keys(
    f"k2:{base64.b64encode(bytes([2]) * 32).decode()},k1:{base64.b64encode(bytes(32)).decode()}"
)
NOW = datetime.now(UTC)


@pytest.fixture
def company(database: Database) -> Dispatched:
    return a_company(database)


def test_a_note_is_read_back_by_who_has_the_right_and_the_reading_is_entered(company: Dispatched) -> None:
    rider = rider_of(company)
    found = read_note(company.database, KEYS, caller_of(company.company_id, Role.DISPATCHER), rider)
    assert found == f"note of {CANARY}"
    entry = list_entries(company.database, company.company_id, Wanted(kind="rider_note"), limit=1)[0]
    assert (entry.action, entry.actor, entry.ids) == (Act.READ, "user:7", (rider,))


@pytest.mark.parametrize("role", [Role.DRIVER, Role.INSTITUTION, Role.READ_ONLY])
def test_nobody_else_reads_or_writes_a_note(company: Dispatched, role: Role) -> None:
    caller = caller_of(company.company_id, role)
    with pytest.raises(Forbidden):
        read_note(company.database, KEYS, caller, rider_of(company))
    with pytest.raises(Forbidden):
        write_note(company.database, KEYS, caller, rider_of(company), "x")


def test_drivers_and_institutions_see_no_note_in_the_database_either(
    company: Dispatched, server: Server
) -> None:
    with psycopg.connect(server.app) as connection:
        connection.execute("SELECT set_config('app.company', %s, true)", [str(company.company_id)])
        seen = []
        for name in ("app.driver", "app.institution", "app.nobody"):
            connection.execute("SELECT set_config(%s, '1', true)", [name])
            seen.append(connection.execute("SELECT count(*) FROM rider_note").fetchone())
            connection.execute("SELECT set_config(%s, '', true)", [name])
    assert seen == [(0,), (0,), (1,)]


def test_a_note_is_nowhere_in_clear(company: Dispatched, server: Server) -> None:
    assert f"note of {CANARY}" not in whole_database(server)


def test_an_empty_note_is_forgotten_and_a_long_one_refused(company: Dispatched) -> None:
    caller, rider = caller_of(company.company_id), rider_of(company)
    with pytest.raises(Invalid, match="at most"):
        write_note(company.database, KEYS, caller, rider, "x" * (LONGEST + 1))
    write_note(company.database, KEYS, caller, rider, "  ")
    assert read_note(company.database, KEYS, caller, rider) is None


def test_a_rider_who_does_not_exist_has_no_note(company: Dispatched) -> None:
    caller = caller_of(company.company_id)
    for ask in (
        lambda: read_note(company.database, KEYS, caller, 10**9),
        lambda: write_note(company.database, KEYS, caller, 10**9, "x"),
        lambda: export_rider(company.database, KEYS, caller, 10**9),
        lambda: erase_rider(company.database, caller, 10**9),
    ):
        with pytest.raises(NotFound):
            ask()


def test_after_the_key_was_changed_the_old_one_is_not_needed(company: Dispatched) -> None:
    caller, rider = caller_of(company.company_id), rider_of(company)
    assert change_key(company.database, NEW_KEYS, company.company_id, actor="x") == 1
    assert change_key(company.database, NEW_KEYS, company.company_id, actor="x") == 0
    only_new = note_keys("k2:" + base64.b64encode(bytes([2]) * 32).decode())
    assert read_note(company.database, only_new, caller, rider) == f"note of {CANARY}"


def test_an_export_has_all_that_is_held_and_says_who_looked(company: Dispatched) -> None:
    caller, rider = caller_of(company.company_id), rider_of(company)
    read_note(company.database, KEYS, caller, rider)
    found = export_rider(company.database, KEYS, caller, rider)
    (booking,) = found["bookings"]
    (trip,) = booking["trips"]
    assert (found["rider"]["name"], found["note"]) == (f"Ann {CANARY}", f"note of {CANARY}")
    assert (found["rider"]["phone"], trip["origin"]["access_note"]) == (f"+41 {CANARY}", f"code {CANARY}")
    assert (booking["purpose"], trip["origin"]["address"]) == (f"dialysis {CANARY}", f"{CANARY} Street 1")
    assert found["standing_orders"][0]["purpose"] == f"so {CANARY}"
    assert found["enquiries"][0]["destination"] == f"words {CANARY}"
    assert {"actor": "user:7", "action": "read"}.items() <= found["log"][-1].items()
    assert list_entries(company.database, company.company_id, Wanted(), limit=1)[0].action is Act.EXPORT


def test_without_the_key_an_export_says_that_the_note_is_sealed(company: Dispatched) -> None:
    assert (
        export_rider(company.database, None, caller_of(company.company_id), rider_of(company))["note"]
        == "sealed"
    )


def test_only_an_admin_hands_out_or_erases(company: Dispatched) -> None:
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(Forbidden):
            export_rider(company.database, KEYS, caller_of(company.company_id, role), rider_of(company))
        with pytest.raises(Forbidden):
            erase_rider(company.database, caller_of(company.company_id, role), rider_of(company))


def test_nothing_in_the_database_names_a_rider_who_was_erased(company: Dispatched, server: Server) -> None:
    assert CANARY in whole_database(server)
    erased = erase_rider(company.database, caller_of(company.company_id), rider_of(company))
    assert (erased.riders, erased.bookings, erased.trips, erased.places) == (1, 1, 1, 2)
    left = whole_database(server)
    assert CANARY not in left
    assert "6.123" not in left
    assert verify_ledger(company.database, company.company_id).findings == ()


def test_what_people_said_in_words_of_a_riders_trips_goes_with_the_rider(
    company: Dispatched, server: Server
) -> None:
    trip_id, run_id = company_trip(company), company.run_ids[0]
    company.trip_ids.append(trip_id)
    company.assign(run_id, [trip_id], service_on=OVER)
    company.assign(run_id, company.book(1, OVER), service_on=OVER)
    company.write("UPDATE applied SET why = CASE WHEN %(trip)s = ANY (trip_ids) THEN %(words)s ELSE 'of another' END",
                  trip=trip_id, words=f"{CANARY} insists")  # fmt: skip
    said = SayProblem(what=Trouble.NOT_READY, note=f"{CANARY} does not open", at=NOW, trip_id=trip_id)
    report_problem(company.database, company.company_id, run_id, said, at=NOW, actor="driver:1")
    company.write(
        """INSERT INTO enquiry (company_id, institution_id, rider, service_on, anchor, requested_at, origin,
            destination, seats, wheelchairs, stretchers, state, booking_id, settled_at)
        SELECT company_id, institution_id, %(words)s, service_on, anchor, requested_at, %(words)s, %(words)s, 1, 0, 0,
            'booked', (SELECT booking_id FROM trip WHERE id = %(trip)s), now() FROM enquiry""",
        words=f"words {CANARY}", trip=trip_id,
    )  # fmt: skip
    erase_rider(company.database, caller_of(company.company_id), rider_of(company))
    assert CANARY not in whole_database(server)
    assert company.write("SELECT why FROM applied ORDER BY id") == [("",), ("of another",)]
    assert company.write(
        "SELECT problem->>'what', problem->>'note' FROM run WHERE id = %(run)s", run=run_id
    ) == [("not_ready", "")]
    assert audit(server).lines() == []


def test_answers_that_are_stored_for_repeated_requests_name_nobody_who_was_erased(
    company: Dispatched,
) -> None:
    bodies = {
        "name": json.dumps({"rider": f'Ann {CANARY}'}).encode(), "place": f'[{{"name": "At {CANARY}\'s"}}]'.encode(),
        "trip": f'{{"ref": "t-{CANARY}-{OVER}-0"}}'.encode(), "other": b'{"rider": "Bob"}',
    }  # fmt: skip
    for key, body in bodies.items():
        asked = Asked(company.company_id, "user:7", key, b"x", "claim")
        claim_answer(company.database, asked)
        keep_answer(company.database, asked, Given(201, {"etag": "1"}, body))
    erase_rider(company.database, caller_of(company.company_id), rider_of(company))
    left = company.write("SELECT key, status, convert_from(body, 'UTF8') FROM answer ORDER BY key")
    erased = '{"erased": true}'
    assert left == [
        ("name", 201, erased), ("other", 201, '{"rider": "Bob"}'), ("place", 201, erased), ("trip", 201, erased),
    ]  # fmt: skip


def test_trips_and_figures_stay_and_the_database_is_sound(company: Dispatched, server: Server) -> None:
    figures = "SELECT service_on, requested_at, seats, status, rider_id, origin_id FROM trip JOIN booking b ON b.id = booking_id"
    before = company.write(figures)
    erase_rider(company.database, caller_of(company.company_id), rider_of(company))
    assert company.write(figures) == before
    assert audit(server).lines() == []


def test_places_that_others_use_stay(company: Dispatched) -> None:
    other = msgspec.structs.replace(
        a_trip(company, OVER, rider="other", n=1), ref="t2", booking="b2", rider_name="Bob"
    )
    store_trips(company.database, company.company_id, [other], ImportOptions(actor="x"))
    erased = erase_rider(company.database, caller_of(company.company_id), rider_of(company))
    assert erased.places == 0
    assert company.write("SELECT address FROM place WHERE name <> 'Hospital' AND address <> ''") == [
        (f"{CANARY} Street 1",)
    ]


@pytest.mark.parametrize("within", ["trips", "exceptions"])
def test_a_place_of_another_riders_standing_order_stays(company: Dispatched, within: str) -> None:
    pattern = {"origin": "elsewhere", "destination": "hospital", "anchor": "arrive_by", "at": "08:30"}
    otherwise = {"service_on": "2027-01-04", "trips": [pattern]}
    lists = {"trips": [], "exceptions": []} | {within: [pattern if within == "trips" else otherwise]}
    company.write(
        "INSERT INTO standing_order (company_id, ref, rider_id, rule, starts_on, trips, exceptions, purpose)"
        " VALUES (%(company)s, 'other', %(rider)s, 'FREQ=DAILY', '2020-03-04', %(trips)s::jsonb, %(others)s::jsonb, '')",
        rider=company.rider_id, trips=json.dumps(lists["trips"]), others=json.dumps(lists["exceptions"]),
    )  # fmt: skip
    assert erase_rider(company.database, caller_of(company.company_id), rider_of(company)).places == 1
    assert company.write("SELECT count(*) FROM place WHERE ref = 'hospital'") == [(1,)]


def test_what_was_erased_can_be_erased_again(company: Dispatched) -> None:
    caller, rider = caller_of(company.company_id), rider_of(company)
    erase_rider(company.database, caller, rider)
    assert erase_rider(company.database, caller, rider).riders == 0


def test_a_rider_with_trips_to_come_is_not_erased(company: Dispatched) -> None:
    store_trips(company.database, company.company_id, [a_trip(company, AHEAD)], ImportOptions(actor="x"))
    with pytest.raises(Conflict, match="has 1 trip still to come"):
        erase_rider(company.database, caller_of(company.company_id), rider_of(company))


def test_another_companys_rider_is_not_found(company: Dispatched, database: Database) -> None:
    other = Dispatched(database)
    with pytest.raises(NotFound):
        erase_rider(database, caller_of(other.company_id), rider_of(company))


def test_a_plan_that_was_made_for_them_stays_and_forgets_what_it_was_made_from(
    company: Dispatched, server: Server
) -> None:
    company.roster()
    company.plan_on_estimates(company.run_ids[-1], company.book(1))
    with psycopg.connect(server.owner) as connection:
        connection.execute(
            "UPDATE plan SET service_on = %s, problem = %s, travel_sha256 = ''",
            [OVER, zlib.compress(CANARY.encode())],
        )
    erased = erase_rider(company.database, caller_of(company.company_id), rider_of(company))
    assert erased.plans == 1
    assert company.write("SELECT count(*) FROM plan") == [(1,)]
    assert CANARY not in whole_database(server)


def call(*words: str, said: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(main, [*words], input=said)
    return done.exit_code, done.output


def test_the_commands(
    company: Dispatched, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.owner)
    monkeypatch.setenv("ESTAFETTE_COMPANY", str(company.company_id))
    ref = f"r-{CANARY}"
    code, said = call("rider", "notes", ref)
    assert (code, "ESTAFETTE_NOTES_KEYS" in said, said.count("\n")) == (1, True, 1)
    monkeypatch.setenv("ESTAFETTE_NOTES_KEYS", "k1:" + base64.b64encode(bytes(32)).decode())
    assert call("rider", "notes", ref) == (0, f"note of {CANARY}\n")
    assert call("rider", "notes", ref, "--write", "--why", "by phone", said="oxygen")[0] == 0
    assert json.loads(call("rider", "notes", ref, "--json")[1]) == {"notes": "oxygen"}
    file = tmp_path / "export.json"
    assert call("rider", "export", ref, str(file))[0] == 0
    assert json.loads(file.read_text())["note"] == "oxygen"
    assert call("rider", "erase", ref)[0] == 2
    assert call("rider", "erase", ref, "--yes", "--why", "asked")[0] == 0
    assert call("rider", "erase", ref, "--yes")[0] == 1
    entry = list_entries(company.database, company.company_id, Wanted(kind="rider"), limit=1)[0]
    assert (entry.action, entry.why) == (Act.ERASE, "asked")
    assert "for ever" in call("retention", "--keep-trips-days", "none")[1]
    assert json.loads(call("retention", "run", "--json")[1])["riders"] == 0
    assert call("retention", "--keep-riders-days", "3")[0] == 2
