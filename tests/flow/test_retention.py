"""What is forgotten by itself, once a rule says when: riders, what their trips say, and what plans say."""

import psycopg
import pytest

from estafette.domain.error import NotFound
from estafette.domain.ledger import Act
from estafette.domain.outcome import ImportOptions
from estafette.domain.request import RiderRequest
from estafette.flow.retention import keep_rules
from estafette.store.audit import audit
from estafette.store.database import Database
from estafette.store.erasure import change_retention, get_retention
from estafette.store.intake import store_riders, store_trips
from estafette.store.ledger import Wanted, list_entries
from estafette.store.plans import get_plan, list_plans
from estafette.store.server import Server
from tests.dispatched import Dispatched
from tests.flow.remembered import AHEAD, CANARY, OVER, a_company, a_trip, company_trip, whole_database


@pytest.fixture
def company(database: Database) -> Dispatched:
    return a_company(database)


def test_by_default_nobody_is_forgotten(company: Dispatched) -> None:
    kept = keep_rules(company.database, company.company_id, actor="worker")
    assert (kept.trips, kept.riders, kept.entries) == (0, 0, 0)


def test_riders_whose_last_trip_is_long_ago_become_nameless(company: Dispatched, server: Server) -> None:
    store_riders(
        company.database,
        company.company_id,
        [RiderRequest(ref="new", name="Eve New")],
        ImportOptions(actor="x"),
    )
    change_retention(company.database, company.company_id, {"keep_riders_days": 365}, actor="user:1")
    assert keep_rules(company.database, company.company_id, actor="worker").riders == 1
    left = whole_database(server)
    assert (CANARY in left, "Eve New" in left) == (False, True)
    assert keep_rules(company.database, company.company_id, actor="worker").riders == 0


def test_what_old_trips_say_of_people_goes_and_young_ones_stay(company: Dispatched) -> None:
    store_trips(company.database, company.company_id, [a_trip(company, AHEAD)], ImportOptions(actor="x"))
    change_retention(company.database, company.company_id, {"keep_trips_days": 365}, actor="user:1")
    assert keep_rules(company.database, company.company_id, actor="worker").trips == 1
    rows = company.write(
        "SELECT t.ref, b.ref, purpose, t.needs FROM trip t JOIN booking b ON b.id = booking_id ORDER BY service_on"
    )
    assert rows[0] == (f"erased-{company_trip(company)}", rows[0][1], "", [])
    assert rows[0][1].startswith("erased-")
    assert rows[1][0].startswith("t-")
    assert keep_rules(company.database, company.company_id, actor="worker").trips == 0


def test_rules_are_changed_by_name_and_entered(company: Dispatched) -> None:
    change_retention(
        company.database, company.company_id, {"keep_ledger_days": 400, "keep_events_days": 7}, actor="user:1"
    )
    rules = get_retention(company.database, company.company_id)
    assert (rules.keep_ledger_days, rules.keep_events_days, rules.keep_trips_days) == (400, 7, None)
    entry = list_entries(company.database, company.company_id, Wanted(), limit=1)[0]
    assert entry.changes[0]["keep_events_days"] == [30, 7]


def test_what_old_plans_say_goes_by_a_rule_and_their_figures_stay(
    company: Dispatched, server: Server
) -> None:
    company.roster()
    for trip_id in company.book(2):
        company.plan_on_estimates(company.run_ids[-1], [trip_id])
    young, old = list_plans(company.database, company.company_id)
    with psycopg.connect(server.owner) as connection:
        connection.execute("UPDATE plan SET service_on = %s WHERE id = %s", [OVER, old.plan_id])
        connection.execute("UPDATE plan SET service_on = %s WHERE id = %s", [AHEAD, young.plan_id])
    keep_rules(company.database, company.company_id, actor="worker")
    assert get_plan(company.database, company.company_id, old.plan_id).entry.content
    change_retention(company.database, company.company_id, {"keep_plans_days": 365}, actor="user:1")
    assert [keep_rules(company.database, company.company_id, actor="worker").plans for _ in range(2)] == [
        1,
        0,
    ]
    entries = list_plans(company.database, company.company_id)
    assert [(entry.plan_id, entry.content) for entry in entries] == [
        (young.plan_id, True),
        (old.plan_id, False),
    ]
    assert (entries[1].cost, entries[1].applies) == (old.cost, old.applies)
    with pytest.raises(NotFound, match="no longer kept"):
        get_plan(company.database, company.company_id, old.plan_id)
    entry = list_entries(company.database, company.company_id, Wanted(kind="plan"), limit=1)[0]
    assert (entry.action, entry.ids) == (Act.ERASE, (old.plan_id,))
    assert audit(server).lines() == []
