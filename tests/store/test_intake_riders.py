"""Storing riders: what holds for all their trips, and what becomes of the trips when it changes."""

from typing import Any

import pytest

from estafette.domain.booking import TripStatus
from estafette.domain.outcome import ImportOptions
from estafette.domain.request import RiderRequest
from estafette.store.apply import apply_plan
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.feed import read_events
from estafette.store.intake import store_riders, store_shifts, store_trips
from tests.store.days import DAY, plan_for
from tests.store.deliveries import STORE, a_fleet, a_shift, a_trip, brief, everything, move, outcomes, rows

DRY = ImportOptions(actor="test", dry_run=True)


@pytest.fixture
def company_id(database: Database) -> int:
    """A company with three drivers and three vehicles."""
    return a_fleet(database)


def a_rider(ref: str = "r-t1", **facts: Any) -> RiderRequest:
    return RiderRequest(ref=ref, name="Alba", **facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"needs": ("oxygen", "stair chair")}, {"no_share": True}, {"groups": ("a",)}, {"apart_from": ("a",)},
        {"banned_drivers": ("d2", "d0")}, {"preferred_drivers": ("d1",)},
    ],
)  # fmt: skip
def test_every_wish_of_a_rider_can_be_stored_and_taken_back(
    database: Database, company_id: int, facts: dict[str, Any]
) -> None:
    wishing, plain = a_rider(**facts), a_rider()
    steps = ((plain, "created"), (wishing, "updated"), (wishing, "unchanged"), (plain, "updated"))
    for rider, outcome in steps:
        assert brief(store_riders(database, company_id, [rider], STORE)) == [outcome]


def test_wishes_reach_the_trips_whether_the_rider_or_the_trip_came_first(
    database: Database, company_id: int
) -> None:
    store_riders(database, company_id, [a_rider("r-t2", banned_drivers=("d1",))], STORE)
    store_trips(database, company_id, [a_trip("t1"), a_trip("t2")], STORE)
    store_riders(database, company_id, [a_rider("r-t1", preferred_drivers=("d2", "d0"))], STORE)
    ids = dict(rows(database, company_id, "SELECT ref, id FROM driver"))
    first, second = load_day(database, company_id, DAY).trips
    assert (first.banned_driver_ids, first.preferred_driver_ids) == ((), (ids["d2"], ids["d0"]))
    assert (second.banned_driver_ids, second.preferred_driver_ids) == ((ids["d1"],), ())


def test_a_phone_changes_no_trip(database: Database, company_id: int) -> None:
    store_trips(database, company_id, [a_trip("t1")], STORE)
    before = rows(database, company_id, "SELECT version FROM trip")
    assert brief(store_riders(database, company_id, [a_rider(phone="+41 00 100 00 12")], STORE)) == [
        "updated"
    ]
    assert rows(database, company_id, "SELECT phone FROM rider") == [("+41 00 100 00 12",)]
    assert rows(database, company_id, "SELECT version FROM trip") == before


def test_a_trip_file_takes_nothing_back_of_what_holds_for_the_rider(
    database: Database, company_id: int
) -> None:
    store_riders(database, company_id, [a_rider(needs=("oxygen",))], STORE)
    store_trips(database, company_id, [a_trip("t1", needs=("escort",))], STORE)
    store_trips(database, company_id, [a_trip("t1", rider_name="Alba F.")], STORE)
    assert rows(database, company_id, "SELECT name, needs FROM rider") == [("Alba F.", ["oxygen"])]


def test_a_driver_whom_the_company_does_not_have_is_named(database: Database, company_id: int) -> None:
    riders = [
        a_rider("r1", banned_drivers=("d0", "d8")),
        a_rider("r2", preferred_drivers=("d9",)),
        a_rider("r2"),
    ]
    before = everything(database, company_id)
    assert outcomes(store_riders(database, company_id, riders, STORE)) == [
        ("r1", "refused", "unknown_driver", "d8"),
        ("r2", "refused", "unknown_driver", "d9"),
        ("r2", "refused", "same_ref", "r2"),
    ]
    assert everything(database, company_id) == before


def test_a_dry_run_of_riders_stores_nothing(database: Database, company_id: int) -> None:
    assert brief(store_riders(database, company_id, [a_rider()], DRY)) == ["created"]
    assert rows(database, company_id, "SELECT count(*) FROM rider") == [(0,)]


def test_a_plan_from_before_a_wish_does_not_move_the_riders_trips(
    database: Database, company_id: int
) -> None:
    store_shifts(database, company_id, [a_shift("s1")], STORE)
    store_trips(database, company_id, [a_trip("t1"), a_trip("t2")], STORE)
    problem = load_day(database, company_id, DAY)
    (run,), (banning, other) = problem.runs, problem.trips
    plan = plan_for(problem, {run.run_id: [(banning.trip_id, 450), (other.trip_id, 470)]})
    store_riders(database, company_id, [a_rider(banned_drivers=("d0",))], STORE)
    applied = apply_plan(database, plan, key="k", actor="test")
    assert {trip.trip_id: trip.outcome.value for trip in applied.trips} == {
        banning.trip_id: "stale",
        other.trip_id: "applied",
    }


def test_a_wish_is_an_event_that_names_the_trips_still_to_be_planned(
    database: Database, company_id: int
) -> None:
    store_trips(database, company_id, [a_trip("t1"), a_trip("t2", rider="r-t1")], STORE)
    move(database, company_id, TripStatus.CANCELLED)
    store_trips(database, company_id, [a_trip("t3", rider="r-t1", hour=None)], STORE)
    last = rows(database, company_id, "SELECT last_event_id FROM feed")[0][0]
    store_riders(database, company_id, [a_rider(no_share=True)], STORE)
    (event,) = read_events(database, company_id, last)
    assert [card.ref for card in event.what.trips] == ["t3"]
    store_riders(database, company_id, [RiderRequest(ref="r-t1", name="Alba F.", no_share=True)], STORE)
    assert read_events(database, company_id, last) == [event]
