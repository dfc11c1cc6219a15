"""The audit log: what is entered, that it stays, and that nobody can change it unseen."""

import json

import msgspec
import psycopg
import pytest
from click.testing import CliRunner

from estafette.domain.booking import Lock, TripStatus
from estafette.domain.error import Invalid
from estafette.domain.ledger import Act, Anchor, LedgerEntry
from estafette.domain.outcome import ImportOptions
from estafette.domain.request import DriverRequest, RiderRequest
from estafette.domain.resource import ResourceFilter
from estafette.edge.cli import main
from estafette.store.company import change_company
from estafette.store.database import Database, Statement
from estafette.store.intake import store_drivers, store_riders
from estafette.store.ledger import Wanted, entering, head_of, list_entries, prune_ledger, verify_ledger
from estafette.store.occasion import Occasion, on_occasion
from estafette.store.resources import KINDS, Page, get_resource, list_resources
from estafette.store.server import Server
from tests.dispatched import DAY, Dispatched
from tests.store.days import a_company

BY = ImportOptions(actor="user:7")


def entries(database: Database, company_id: int, kind: str | None = None) -> list[LedgerEntry]:
    """The entries of a kind, the oldest first."""
    return list(list_entries(database, company_id, Wanted(kind=kind), limit=1000))[::-1]


def last(database: Database, company_id: int) -> LedgerEntry:
    return entries(database, company_id)[-1]


def as_somebody_with_all_rights(server: Server, *statements: str) -> None:
    with psycopg.connect(server.owner, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


def a_driver(database: Database, company_id: int, **facts: object) -> None:
    store_drivers(database, company_id, [DriverRequest(ref="d1", name="Ann Unknown", **facts)], BY)


def test_a_change_is_entered_with_who_what_before_and_after(database: Database) -> None:
    company = a_company(database)
    a_driver(database, company)
    a_driver(database, company, skills=("lift",), overtime_s=600)
    made, changed = entries(database, company, "driver")
    assert (made.action, made.actor, made.changes[0]["ref"]) == (Act.INSERT, "user:7", [None, "d1"])
    assert (changed.action, changed.actor, changed.ids) == (Act.UPDATE, "user:7", made.ids)
    assert changed.changes == ({"id": made.ids[0], "skills": [[], ["lift"]], "overtime_s": [0, 600]},)


def test_of_what_can_be_erased_it_is_entered_that_it_changed_and_never_a_value(database: Database) -> None:
    company = a_company(database)
    secret = RiderRequest(ref="r-secret", name="Ann Secret", needs=("dialysis-secret",), groups=("secret",))
    store_riders(database, company, [secret], BY)
    store_riders(database, company, [msgspec.structs.replace(secret, name="Eve Secret", no_share=True)], BY)
    made, changed = entries(database, company, "rider")
    assert made.changes[0]["name"] is True
    assert changed.changes == ({"id": made.ids[0], "name": True, "no_share": [False, True]},)
    stored = database.read(company, "SELECT string_agg(l::text, '') FROM ledger l", {})[0][0]
    assert "ecret" not in stored


def test_what_changes_nothing_is_not_entered(database: Database) -> None:
    company = a_company(database)
    a_driver(database, company)
    before = head_of(database, company)
    a_driver(database, company)
    database.transact(company, [Statement("UPDATE driver SET name = name", {})], actor="x")
    assert head_of(database, company).hash == before.hash


def test_a_delivery_of_thousands_is_one_entry_of_their_numbers(database: Database) -> None:
    company = a_company(database)
    riders = [RiderRequest(ref=f"r{n}", name="Somebody") for n in range(3000)]
    store_riders(database, company, riders, BY)
    (entry,) = entries(database, company, "rider")
    assert (len(entry.ids), entry.changes) == (3000, ())


def test_an_apply_is_one_entry_that_names_its_number_and_outcomes(database: Database) -> None:
    day = Dispatched(database)
    day.roster()
    trips = day.book(6)
    before = len(entries(database, day.company_id))
    day.assign(day.run_ids[0], trips)
    (entry,) = entries(database, day.company_id)[before:]
    (row,) = day.write("SELECT id FROM applied")
    assert (entry.kind, entry.ids) == ("applied", row)
    assert entry.changes[0]["outcomes"] == {"applied": 6}
    assert entry.changes[0]["service_on"] == DAY.isoformat()


def test_the_number_of_statements_does_not_grow_with_what_is_entered(database: Database) -> None:
    company = a_company(database)
    database.count()
    a_driver(database, company)
    counted = database.count()
    assert counted is not None
    assert (counted.statements, counted.round_trips) == (6, 1)


def test_taking_trips_off_changes_no_fact_of_them(database: Database) -> None:
    day = Dispatched(database)
    day.roster()
    trips = day.book(2)
    day.assign(day.run_ids[0], trips)
    day.take_off(trips[0])
    assert [entry.action for entry in entries(database, day.company_id, "trip")] == [Act.INSERT]


def test_a_status_a_lock_and_the_rules_are_entered(database: Database) -> None:
    day = Dispatched(database)
    day.roster()
    (trip,) = day.book(1)
    day.assign(day.run_ids[0], [trip])
    day.amend(trip, DAY, day.place_ids[2], Lock.TIME)
    day.set_status(trip, TripStatus.EN_ROUTE)
    change_company(database, day.company_id, {"freeze_s": 900}, actor="user:1")
    amended, locked, moved, ruled = entries(database, day.company_id)[-4:]
    assert amended.changes[0]["destination_id"][1] == day.place_ids[2]
    assert (locked.kind, locked.changes[0]["lock"]) == ("assignment", ["none", "time"])
    assert moved.changes == ({"id": trip, "status": ["booked", "en_route"]},)
    assert (ruled.kind, ruled.changes[0]["freeze_s"]) == ("company", [None, 900])


def test_the_request_and_the_reason_are_entered(database: Database) -> None:
    company = a_company(database)
    with on_occasion(Occasion(request_id="req-1", why="asked for by the rider")):
        a_driver(database, company)
    a_driver(database, company, overtime_s=60)
    first, second = entries(database, company, "driver")
    assert (first.request_id, first.why) == ("req-1", "asked for by the rider")
    assert (second.request_id, second.why) == ("", "")


def test_what_is_read_is_entered_with_the_reading(database: Database) -> None:
    company = a_company(database)
    store_riders(database, company, [RiderRequest(ref="r", name="n")], BY)
    (rider,) = entries(database, company, "rider")[0].ids
    read = Statement("SELECT name FROM rider", {})
    rows, _ = database.transact(
        company, [read, entering(company, Act.READ, "rider", [rider])], actor="user:9"
    )
    entry = last(database, company)
    assert rows == [("n",)]
    assert (entry.action, entry.actor, entry.kind, entry.ids) == (Act.READ, "user:9", "rider", (rider,))


def test_whoever_lists_or_reads_riders_stands_in_the_log_and_of_vehicles_does_not(database: Database) -> None:
    company = a_company(database)
    store_riders(database, company, [RiderRequest(ref=f"r{n}", name="n") for n in range(3)], BY)
    kind, page = KINDS["rider"], Page(after=0, limit=2)
    listed = list_resources(database, company, kind, ResourceFilter(), page=page, actor="user:9")
    get_resource(database, company, kind, listed[0].rider_id, actor="user:9")
    list_resources(database, company, KINDS["vehicle"], ResourceFilter(), page=page, actor="user:9")
    many, one = list_entries(database, company, Wanted(actor="user:9"))[::-1]
    assert (many.action, many.ids) == (Act.READ, tuple(rider.rider_id for rider in listed))
    assert (one.action, one.ids) == (Act.READ, (listed[0].rider_id,))


def test_entries_are_found_by_kind_subject_actor_and_page(database: Database) -> None:
    company = a_company(database)
    store_riders(database, company, [RiderRequest(ref=f"r{n}", name="n") for n in range(3)], BY)
    a_driver(database, company)
    rider = entries(database, company, "rider")[0].ids[1]
    assert [entry.kind for entry in list_entries(database, company, Wanted(kind="rider", subject=rider))] == [
        "rider"
    ]
    assert list_entries(database, company, Wanted(actor="nobody")) == ()
    newest = list_entries(database, company, Wanted(), limit=1)
    older = list_entries(database, company, Wanted(before=newest[0].id), limit=1)
    assert older[0].id == newest[0].id - 1


def test_another_companys_log_is_not_seen(database: Database) -> None:
    ours, theirs = a_company(database), a_company(database)
    a_driver(database, theirs)
    assert entries(database, ours, "driver") == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.transact(ours, [entering(theirs, Act.READ, "rider", [1])], actor="x")


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger SET actor = 'nobody'", "DELETE FROM ledger", "TRUNCATE ledger"]
)
def test_neither_the_application_nor_the_owner_can_change_it(
    database: Database, server: Server, statement: str
) -> None:
    company = a_company(database)
    a_driver(database, company)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.transact(company, [Statement(statement, {})], actor="x")  # type: ignore[arg-type]
    with psycopg.connect(server.owner) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)
    assert verify_ledger(database, company).findings == ()


@pytest.fixture
def worked(database: Database) -> int:
    company = a_company(database)
    for n in range(6):
        a_driver(database, company, overtime_s=60 * n)
    return company


def test_a_log_that_nobody_touched_is_whole(database: Database, worked: int) -> None:
    found = verify_ledger(database, worked)
    assert (found.findings, found.first, found.entries) == ((), 1, found.last)


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE ledger SET actor = 'user:8' WHERE id = 3", "entry 3 is not what was entered"),
        ("UPDATE ledger SET at = at + interval '1 us' WHERE id = 3", "entry 3 is not what was entered"),
        ("UPDATE ledger SET changes = '[]' WHERE id = 5", "entry 5 is not what was entered"),
        ("UPDATE ledger SET why = 'good' WHERE id = 5", "entry 5 is not what was entered"),
        ("DELETE FROM ledger WHERE id = 4", "entries 4 to 4 are missing"),
        ("DELETE FROM ledger WHERE id <= 2", "entries 1 to 2 are missing"),
        ("UPDATE ledger SET hash = sha256('x') WHERE id = 3", "entry 4 is not what was entered"),
    ],
)
def test_every_change_of_it_is_found(
    database: Database, server: Server, worked: int, tampering: str, said: str
) -> None:
    as_somebody_with_all_rights(server, tampering)
    assert any(said in line for line in verify_ledger(database, worked).findings)


def test_a_tail_that_was_cut_is_found_with_an_anchor_alone(
    database: Database, server: Server, worked: int
) -> None:
    anchor = head_of(database, worked)
    as_somebody_with_all_rights(server, f"DELETE FROM ledger WHERE id >= {anchor.id - 1}")
    assert verify_ledger(database, worked).findings == ()
    (line,) = verify_ledger(database, worked, anchors=[anchor]).findings
    assert "its tail is cut" in line


def test_a_chain_that_was_written_anew_is_found_with_an_anchor(
    database: Database, server: Server, worked: int
) -> None:
    anchor = head_of(database, worked)
    as_somebody_with_all_rights(server, f"DELETE FROM ledger WHERE id = {anchor.id}")
    a_driver(database, worked, overtime_s=7)
    assert verify_ledger(database, worked).findings == ()
    (line,) = verify_ledger(database, worked, anchors=[anchor]).findings
    assert "is not the one of the anchor" in line


def test_an_anchor_of_another_company_proves_nothing(database: Database, worked: int) -> None:
    with pytest.raises(Invalid):
        verify_ledger(database, worked, anchors=[head_of(database, a_company(database))])


_AGED = """UPDATE ledger SET at = at - interval '2 years' WHERE company_id = {0} AND id <= 4;
DO $$ DECLARE e ledger; before bytea := ''; BEGIN
    FOR e IN SELECT * FROM ledger WHERE company_id = {0} ORDER BY id LOOP
        before := sha256(before || convert_to(jsonb_build_array(e.company_id, e.id, extract(epoch FROM e.at), e.actor,
            e.action, e.kind, e.ids, e.changes, e.why, e.request_id)::text, 'UTF8'));
        UPDATE ledger SET hash = before WHERE company_id = e.company_id AND id = e.id;
    END LOOP;
END $$"""


def test_an_old_stretch_goes_as_a_whole_and_the_rest_still_proves_itself(
    database: Database, server: Server, worked: int
) -> None:
    as_somebody_with_all_rights(server, _AGED.format(worked))
    old, recent = head_of(database, worked), verify_ledger(database, worked)
    assert recent.findings == ()
    assert prune_ledger(server, worked, keep_days=400, actor="worker") == 4
    found = verify_ledger(database, worked, anchors=[old])
    assert (found.findings, found.first) == ((), 5)
    assert last(database, worked).changes[0]["up_to"] == 4
    assert prune_ledger(server, worked, keep_days=400, actor="worker") == 0
    as_somebody_with_all_rights(server, "DELETE FROM ledger WHERE id = 5")
    assert verify_ledger(database, worked).findings == ("entries 5 to 5 are missing",)


def test_the_owner_cannot_take_single_old_entries(database: Database, server: Server, worked: int) -> None:
    as_somebody_with_all_rights(server, _AGED.format(worked))
    for which in ("id = 2", "id IN (1, 3)", "id <= 3"):
        with psycopg.connect(server.owner) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"DELETE FROM ledger WHERE company_id = {worked} AND {which}")


def test_it_is_kept_for_a_year_at_least(server: Server, worked: int) -> None:
    with pytest.raises(Invalid, match="365 days"):
        prune_ledger(server, worked, keep_days=364, actor="x")


def test_every_table_of_a_company_is_entered_or_said_not_to_be(server: Server) -> None:
    """A new table: `SELECT keep_ledger(...)` in its migration, or a line here that says why not."""
    not_entered = {
        "assignment",  # by the apply, and by locks
        "event", "notice", "trip_history",  # told by what made them
        "feed", "run",  # follow from the rest
        "ledger", "road_times", "solve_part", "answer",  # no data of a person's doing
        "run_position", "hold", "viewer",  # of the moment: nobody is to find out later
    }  # fmt: skip
    with psycopg.connect(server.owner) as connection:
        rows = connection.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
            " AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'company_id')"
            " AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'enter_inserted')"
        ).fetchall()
    assert {name for (name,) in rows} <= not_entered


def test_every_column_of_an_entered_table_is_entered_or_left_out_on_purpose(server: Server) -> None:
    """A new column: call `keep_ledger` of its table again."""
    with psycopg.connect(server.owner) as connection:
        rows = connection.execute(
            "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " JOIN pg_proc p ON p.proname = 'enter_' || c.relname AND p.pronamespace = c.relnamespace"
            " WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
            " AND EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'enter_deleted')"
            " AND strpos(p.prosrc, 'a.' || a.attname) = 0"
        ).fetchall()
    of_machines = {"told_to", "attempts", "due_at", "failed", "claim", "claimed_until"}
    in_use = {
        "account.totp_step",
        "api_key.used_at",
        "login_session.used_at",
        "passkey.used_at",
        "passkey.sign_count",
    }
    follow = {f"{table}.grams" for table in ("rider", "place", "driver")}
    said_by_the_entry = {"booking.booked_at", "booking.booked_by"}
    assert {name for (name,) in rows} == follow | said_by_the_entry | {
        "trip.version", *(f"webhook.{name}" for name in of_machines), *in_use,
    }  # fmt: skip


def call(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["audit", *words])
    return done.exit_code, done.output


def test_the_commands_list_prove_and_anchor(
    server: Server, worked: int, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.owner)
    monkeypatch.setenv("ESTAFETTE_COMPANY", str(worked))
    code, listed = call("list", "--kind", "driver", "--limit", "1")
    assert (code, "overtime_s: 240 > 300" in listed) == (0, True)
    told = json.loads(call("list", "--json", "--limit", "2")[1])
    assert (len(told["entries"]), told["next"]) == (2, told["entries"][-1]["id"])
    file = f"{tmp_path}/head.anchor"
    assert call("anchor", file)[0] == 0
    with open(file, "rb") as written:
        assert msgspec.json.decode(written.read(), type=Anchor).company_id == worked
    code, whole = call("verify", "--anchor", file)
    assert (code, "0 breaks, 1 anchor met" in whole) == (0, True)
    as_somebody_with_all_rights(server, f"DELETE FROM ledger WHERE company_id = {worked} AND id > 5")
    code, cut = call("verify", "--anchor", file)
    assert (code, "its tail is cut" in cut) == (1, True)
    assert call("verify", "--anchor", "/nowhere")[0] == 1
