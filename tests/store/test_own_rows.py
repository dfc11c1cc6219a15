"""What drivers and institutions see of the database, below any route: their own rows, and nothing by any way."""

import psycopg
import pytest

from estafette.domain.caller import Caller
from estafette.domain.error import NotFound
from estafette.store.database import Database, Statement
from estafette.store.manifest import list_manifests
from estafette.store.notices import list_notices
from estafette.store.server import Server
from tests.dispatched import DAY, Dispatched
from tests.store.own_rows import driver, ids, institution, own_day

# What a driver may read at all; everything else is closed, also what is made later.
OPEN_TO_DRIVERS = {
    "access_point", "account", "answer", "applied", "assignment", "booking", "company", "driver", "event", "feed",
    "ledger", "login_session", "no_show", "notice", "passkey", "place", "plan", "push_subscription", "rider", "run",
    "run_position", "shift", "single_use", "trip", "trip_history", "trip_transition", "vehicle",
}  # fmt: skip
OPEN_TO_INSTITUTIONS = {
    "access_point", "account", "answer", "assignment", "booking", "company", "driver", "enquiry", "feed", "institution",
    "ledger", "login_session", "passkey", "place", "rider", "single_use", "standing_order", "trip",
}  # fmt: skip


@pytest.fixture
def day(database: Database) -> Dispatched:
    return own_day(database)


def test_a_driver_sees_the_own_run_its_trips_riders_and_places_and_no_others(day: Dispatched) -> None:
    for number in range(3):
        view = driver(day, number)
        own = slice(2 * number, 2 * number + 2)
        assert ids(view, day.company_id, "driver") == [day.driver_ids[number]]
        assert ids(view, day.company_id, "run") == [day.run_ids[number]]
        assert ids(view, day.company_id, "vehicle") == [day.vehicle_ids[number]]
        assert ids(view, day.company_id, "trip") == day.trip_ids[own]
        assert ids(view, day.company_id, "assignment", "trip_id") == day.trip_ids[own]
        assert ids(view, day.company_id, "rider") == [day.riders[number]]  # type: ignore[attr-defined]
        assert set(ids(view, day.company_id, "place")) == {*day.place_ids[own], day.place_ids[0]}
        assert set(ids(view, day.company_id, "notice", "driver_id")) == {day.driver_ids[number]}
        assert ids(view, day.company_id, "shift", "driver_id") == [day.driver_ids[number]]


def test_a_driver_reads_manifest_and_notices_as_the_dispatcher_sees_them(day: Dispatched) -> None:
    whole = list_manifests(day.database, day.company_id, DAY).manifests
    for number, driver_id in enumerate(day.driver_ids):
        view = driver(day, number)
        assert list_manifests(view, day.company_id, DAY).manifests == (
            next(each for each in whole if each.run_id == day.run_ids[number]),
        )
        told = list_notices(day.database, day.company_id, driver_id, after=0)
        assert told
        assert list_notices(view, day.company_id, driver_id, after=0) == told


def test_a_driver_is_told_of_a_trip_that_was_taken_off_and_no_longer_of_its_rider(day: Dispatched) -> None:
    day.assign(day.run_ids[1], day.trip_ids[:2])
    told = list_notices(driver(day), day.company_id, day.driver_ids[0], after=0)
    assert told == list_notices(day.database, day.company_id, day.driver_ids[0], after=0)
    assert [trip.trip_id for trip in told[-1].trips] == day.trip_ids[:2]
    assert ids(driver(day), day.company_id, "rider") == []


def test_another_drivers_notices_are_not_there(day: Dispatched) -> None:
    with pytest.raises(NotFound, match=f"driver {day.driver_ids[1]} does not exist"):
        list_notices(driver(day), day.company_id, day.driver_ids[1], after=0)


def test_an_institution_sees_its_riders_their_bookings_trips_and_places_and_no_others(
    day: Dispatched,
) -> None:
    one, two, three = day.riders  # type: ignore[attr-defined]
    first, second = institution(day, one, three), institution(day, two)
    assert ids(first, day.company_id, "rider") == [one, three]
    assert ids(second, day.company_id, "rider") == [two]
    assert ids(first, day.company_id, "trip") == [*day.trip_ids[:2], *day.trip_ids[4:]]
    assert ids(second, day.company_id, "trip") == day.trip_ids[2:4]
    assert ids(second, day.company_id, "assignment", "trip_id") == day.trip_ids[2:4]
    assert ids(second, day.company_id, "place") == day.place_ids[2:4]
    assert len(ids(first, day.company_id, "booking")) == 4
    assert len(ids(first, day.company_id, "institution")) == 1


def test_an_institution_without_riders_sees_none(day: Dispatched) -> None:
    view = institution(day)
    for table in ("rider", "booking", "trip", "place"):
        assert ids(view, day.company_id, table) == []


@pytest.mark.parametrize("number", [None, 0, 1 << 40])
def test_a_driver_who_is_none_sees_nothing(day: Dispatched, number: int | None) -> None:
    view = driver(day)
    assert view._caller is not None
    rows = view.transact(
        day.company_id,
        [
            Statement(
                "SELECT set_config('app.driver', %(to)s, true)", {"to": "" if number is None else str(number)}
            ),
            *(
                Statement(f"SELECT count(*) FROM {table}", {})
                for table in ("run", "trip", "rider", "notice", "event")
            ),
        ],  # type: ignore[arg-type]
    )
    assert rows[1:] == [[(0,)]] * 5


_COLUMNS_OF_RIDERS = (
    "ref",
    "groups",
    "apart_from",
    "banned_driver_ids",
    "preferred_driver_ids",
    "institution_id",
    "*",
)


@pytest.mark.parametrize("column", _COLUMNS_OF_RIDERS)
def test_of_a_rider_a_driver_sees_name_needs_and_phone_alone(day: Dispatched, column: str) -> None:
    with pytest.raises(NotFound, match="not yours"):
        driver(day).read(day.company_id, f"SELECT {column} FROM rider", {})  # type: ignore[arg-type]


def test_a_driver_sees_phones_of_riders_and_notes_of_places_of_the_own_trips_alone(day: Dispatched) -> None:
    day.write("UPDATE rider SET phone = '+41 00 100 ' || id")
    day.write("UPDATE place SET access_note = 'code ' || id")

    def seen(view: Database) -> tuple[set[str], set[str]]:
        asked = [Statement("SELECT phone FROM rider", {}), Statement("SELECT access_note FROM place", {})]
        phones, notes = view.transact(day.company_id, asked)
        return {phone for (phone,) in phones}, {note for (note,) in notes}

    for number in range(3):
        phones, notes = seen(driver(day, number))
        assert phones == {f"+41 00 100 {day.riders[number]}"}  # type: ignore[attr-defined]
        own = {*day.place_ids[2 * number : 2 * number + 2], day.place_ids[0]}  # where the shift begins, too
        assert notes == {f"code {place_id}" for place_id in own}
    day.assign(day.run_ids[1], day.trip_ids[:2])
    assert seen(driver(day))[0] == set()


def test_an_institution_sees_phones_of_its_own_riders_alone(day: Dispatched) -> None:
    day.write("UPDATE rider SET phone = '+41 00 100 ' || id")
    one = day.riders[0]  # type: ignore[attr-defined]
    rows = institution(day, one).read(day.company_id, "SELECT phone FROM rider", {})
    assert rows == [(f"+41 00 100 {one}",)]


@pytest.mark.parametrize(("role", "wanted"), [
    ("estafette_driver", OPEN_TO_DRIVERS), ("estafette_institution", OPEN_TO_INSTITUTIONS)
])  # fmt: skip
def test_every_table_that_is_not_named_is_closed_to_the_role(
    server: Server, role: str, wanted: set[str]
) -> None:
    with psycopg.connect(server.owner) as owner:
        readable = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'p') AND (relnamespace = current_schema()::regnamespace"
            " OR relnamespace = 'procrastinate'::regnamespace) AND (has_table_privilege(%(role)s, oid, 'SELECT')"
            " OR has_any_column_privilege(%(role)s, oid, 'SELECT'))",
            {"role": role},
        ).fetchall()
    assert {name for (name,) in readable} == wanted


@pytest.mark.parametrize("role", ["estafette_driver", "estafette_institution"])
def test_every_table_open_to_a_role_has_a_policy_of_its_own_or_is_of_the_company_alone(
    server: Server, role: str
) -> None:
    with psycopg.connect(server.owner) as owner:
        bound = owner.execute(
            "SELECT polrelid::regclass::text FROM pg_policy WHERE NOT polpermissive AND polcmd = '*'"
            " AND polroles = ARRAY[(SELECT oid FROM pg_roles WHERE rolname = %s)]",
            [role],
        ).fetchall()
    wanted = OPEN_TO_DRIVERS if role == "estafette_driver" else OPEN_TO_INSTITUTIONS
    # Whose board it is, its counters, hashes, which run stands on which plan, legal moves: no names, no places.
    open_to_all = {"company", "feed", "ledger", "applied", "plan", "trip_transition"}
    assert wanted - {name for (name,) in bound} == open_to_all & wanted


@pytest.mark.parametrize("role", ["estafette_driver", "estafette_institution"])
def test_the_roles_write_to_what_is_their_own_and_to_nothing_else(server: Server, role: str) -> None:
    with psycopg.connect(server.owner) as owner:
        writable = owner.execute(
            "SELECT relname, privilege FROM pg_class, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege"
            " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND (has_table_privilege(%(role)s, oid, privilege)"
            " OR privilege IN ('INSERT', 'UPDATE') AND has_any_column_privilege(%(role)s, oid, privilege)) ORDER BY 1",
            {"role": role},
        ).fetchall()
        found = owner.execute(
            "SELECT rolsuper, rolbypassrls, rolcanlogin, rolinherit FROM pg_roles WHERE rolname = %s", [role]
        ).fetchone()
    own = {("account", "UPDATE"), ("login_session", "UPDATE"), ("feed", "UPDATE"), ("ledger", "INSERT")}
    own |= {("single_use", "INSERT"), ("single_use", "UPDATE")}
    own |= {("passkey", privilege) for privilege in ("INSERT", "UPDATE", "DELETE")}
    own |= {("answer", privilege) for privilege in ("INSERT", "UPDATE", "DELETE")}
    riders = {("rider", "INSERT"), ("rider", "UPDATE")}
    driven = {("trip", "UPDATE"), ("run", "UPDATE")}
    driven |= {(table, "INSERT") for table in ("trip_history", "no_show", "event", "run_position")}
    driven |= {("run_position", "UPDATE"), ("push_subscription", "INSERT"), ("push_subscription", "UPDATE")}
    assert set(writable) == own | (riders if role == "estafette_institution" else driven)
    assert found == (False, False, False, False)


def test_the_application_has_nothing_of_the_roles_while_it_is_not_one(server: Server) -> None:
    with psycopg.connect(server.app) as connection:
        inherits = connection.execute(
            "SELECT pg_has_role('estafette_app', 'estafette_driver', 'USAGE'),"
            " pg_has_role('estafette_app', 'estafette_driver', 'MEMBER')"
        ).fetchone()
    assert inherits == (False, True)


def test_what_a_transaction_was_is_gone_in_the_next_also_after_an_error(day: Dispatched) -> None:
    with Database(day.database.server, size=1) as single:
        view = single.of(Caller(
            company_id=day.company_id, actor="user:1", rights=frozenset(), driver_id=day.driver_ids[0]
        ))  # fmt: skip
        everything = ids(single, day.company_id, "trip")
        for _ in range(3):
            assert ids(view, day.company_id, "trip") == day.trip_ids[:2]
            assert ids(single, day.company_id, "trip") == everything
        with pytest.raises(NotFound):
            view.read(day.company_id, "SELECT * FROM webhook", {})
        assert single.read(
            day.company_id, "SELECT current_user, current_setting('app.driver', true)", {}
        ) == [("estafette_app", "")]


def test_kept_plans_of_one_caller_serve_no_other(day: Dispatched) -> None:
    kept = Statement(
        "SELECT id FROM trip WHERE company_id = %(company)s ORDER BY 1",
        {"company": day.company_id},
        keep_plan=True,
    )
    with Database(day.database.server, size=1) as single:
        views = [single, *(single.of(Caller(
            company_id=day.company_id, actor="x", rights=frozenset(), driver_id=driver_id
        )) for driver_id in day.driver_ids)]  # fmt: skip
        wanted = [day.trip_ids, day.trip_ids[:2], day.trip_ids[2:4], day.trip_ids[4:]]
        for _ in range(7):  # past the number of uses after which a plan is kept
            seen = [[trip_id for (trip_id,) in view.transact(day.company_id, [kept])[0]] for view in views]
            assert seen == wanted


def test_the_policies_look_a_setting_up_once_for_a_statement(day: Dispatched) -> None:
    plan = "\n".join(line for (line,) in driver(day).read(day.company_id, "EXPLAIN SELECT id FROM run", {}))
    assert "InitPlan" in plan
    assert "current_setting" not in plan.split("InitPlan")[0]


def test_functions_show_a_driver_no_more(day: Dispatched) -> None:
    for call in (
        "SELECT ask_solve(%(company)s, current_date, 'x', 1, 1, false)",
        "SELECT rescue_jobs(%(company)s, 0)",
        "SELECT applied_whole(%(company)s, 'test:0')",
    ):
        with pytest.raises((NotFound, psycopg.Error)):
            driver(day).read(day.company_id, call, {"company": day.company_id})  # type: ignore[arg-type]


_GUARDS = [
    "DROP POLICY own_of_estafette_driver ON {table}",
    "ALTER POLICY own_of_estafette_driver ON {table} USING (true)",
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
]


@pytest.mark.parametrize("guard", _GUARDS)
@pytest.mark.parametrize("table", ["run", "assignment", "notice", "driver"])
def test_the_view_of_a_driver_is_wider_when_a_guard_is_gone(day: Dispatched, guard: str, table: str) -> None:
    key = "id" if table in {"run", "driver"} else "driver_id"
    before = set(ids(driver(day), day.company_id, table, key))
    with psycopg.connect(day.database.server.owner, autocommit=True) as owner:
        owner.execute(guard.format(table=table))  # type: ignore[arg-type]
    assert set(ids(driver(day), day.company_id, table, key)) > before
