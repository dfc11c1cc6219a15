"""Storing shifts: their runs, what they collide with, what a run with trips forbids."""

import pytest

from estafette.domain.error import Conflict
from estafette.domain.fleet import Break
from estafette.domain.outcome import ImportOptions
from estafette.domain.request import DriverRequest
from estafette.store.database import Database
from estafette.store.intake import store_drivers, store_shifts, store_trips
from tests.store.days import DAY
from tests.store.deliveries import (
    STORE,
    a_fleet,
    a_place,
    a_shift,
    a_trip,
    assign,
    brief,
    do,
    everything,
    outcomes,
    rows,
)

DRY = ImportOptions(actor="test", dry_run=True)
ATOMIC = ImportOptions(actor="test", atomic=True)


@pytest.fixture
def company_id(database: Database) -> int:
    """A company with three drivers and three vehicles."""
    return a_fleet(database)


def test_shifts_bring_their_runs(database: Database, company_id: int) -> None:
    rest = Break(from_s=32400, to_s=36000, duration_s=1800)
    shifts = [a_shift("s1", breaks=(rest,)), a_shift("s2", "d1", "v1")]
    assert brief(store_shifts(database, company_id, shifts, STORE)) == ["created", "created"]
    assert brief(store_shifts(database, company_id, shifts, STORE)) == ["unchanged", "unchanged"]
    runs = "SELECT s.ref, r.version, r.service_on FROM run r JOIN shift s ON s.id = r.shift_id ORDER BY s.ref"
    assert rows(database, company_id, runs) == [("s1", 1, DAY), ("s2", 1, DAY)]


def test_a_shift_becomes_a_reserve_with_an_open_end_and_an_ordinary_one_again(
    database: Database, company_id: int
) -> None:
    usual, reserve = a_shift("s1"), a_shift("s1", end=None, activation_s=20_000)
    facts = "SELECT end_place_id IS NULL, activation_s FROM shift"
    for shift, stored in ((reserve, (True, 20_000)), (usual, (False, None)), (reserve, (True, 20_000))):
        assert brief(store_shifts(database, company_id, [shift], STORE)) in (["created"], ["updated"])
        assert brief(store_shifts(database, company_id, [shift], STORE)) == ["unchanged"]
        assert rows(database, company_id, facts) == [stored]


def test_a_run_in_overtime_does_not_keep_its_shift_from_being_sent_again(
    database: Database, company_id: int
) -> None:
    store_shifts(database, company_id, [a_shift("s1")], STORE)
    store_trips(database, company_id, [a_trip("t1")], STORE)
    assign(database, company_id, "t1")
    driver = DriverRequest(ref="d0", name="Driver 0", overtime_s=1800)
    assert brief(store_drivers(database, company_id, [driver], STORE)) == ["updated"]
    for end, outcome in ((14, "unchanged"), (9, "updated")):  # the run returns at nine
        assert brief(store_shifts(database, company_id, [a_shift("s1", hours=(6, end))], STORE)) == [outcome]
    do(database, company_id, "UPDATE run SET pull_in_at = pull_in_at + interval '20 min'")
    assert brief(store_shifts(database, company_id, [a_shift("s1", hours=(6, 9))], STORE)) == ["unchanged"]
    do(database, company_id, "UPDATE run SET pull_in_at = pull_in_at + interval '20 min'")
    assert brief(store_shifts(database, company_id, [a_shift("s1", hours=(6, 9))], STORE)) == [
        "run_not_empty"
    ]


def test_what_a_shift_lacks_or_collides_with_is_named(database: Database, company_id: int) -> None:
    store_shifts(database, company_id, [a_shift("s1")], STORE)
    shifts = [
        a_shift("s2", "d9"),
        a_shift("s3", "d1", "v9"),
        a_shift("s4", "d1", "v1", start="nowhere"),
        a_shift("s5", "d0", "v1", hours=(13, 15)),
        a_shift("s6", "d1", "v0", hours=(5, 7)),
        a_shift("s7", "d1", "v1", hours=(14, 16)),
        a_shift("s8", "d1", "v2", hours=(15, 17)),
        a_shift("s9", "d0", "v0", hours=(14, 16), end=a_place("garage")),
    ]
    assert outcomes(store_shifts(database, company_id, shifts, STORE)) == [
        ("s2", "refused", "unknown_driver", "d9"),
        ("s3", "refused", "unknown_vehicle", "v9"),
        ("s4", "refused", "unknown_place", "nowhere"),
        ("s5", "refused", "driver_busy", "s1"),
        ("s6", "refused", "vehicle_busy", "s1"),
        ("s7", "created", None, ""),
        ("s8", "refused", "driver_busy", "s7"),
        ("s9", "created", None, ""),
    ]


def test_two_shifts_can_swap_their_drivers(database: Database, company_id: int) -> None:
    store_shifts(database, company_id, [a_shift("s1", "d0", "v0"), a_shift("s2", "d1", "v1")], STORE)
    swapped = [a_shift("s1", "d1", "v0"), a_shift("s2", "d0", "v1")]
    assert brief(store_shifts(database, company_id, swapped, STORE)) == ["updated", "updated"]
    runs = "SELECT s.ref, d.ref FROM run r JOIN shift s ON s.id = r.shift_id JOIN driver d ON d.id = r.driver_id ORDER BY 1"
    assert rows(database, company_id, runs) == [("s1", "d1"), ("s2", "d0")]


def test_the_constraint_has_the_last_word_and_then_nothing_is_stored(
    database: Database, company_id: int
) -> None:
    first = [
        a_shift("s1", "d0", "v0", hours=(6, 10)),
        a_shift("s2", "d1", "v1", hours=(6, 10)),
        a_shift("s3", "d2", "v2", hours=(10, 12)),
    ]
    store_shifts(database, company_id, first, STORE)
    before = everything(database, company_id)
    # s1 wants the hours of s3, which stays, so it stays where it is: under s2, which wants its place.
    blocked = [a_shift("s1", "d2", "v0", hours=(8, 11)), a_shift("s2", "d0", "v1", hours=(6, 10))]
    with pytest.raises(Conflict, match="nothing is stored: shifts_of_a_driver_never_overlap"):
        store_shifts(database, company_id, blocked, STORE)
    assert everything(database, company_id) == before


def test_a_shift_with_trips_keeps_driver_vehicle_day_and_enough_time(
    database: Database, company_id: int
) -> None:
    store_shifts(database, company_id, [a_shift("s1")], STORE)
    store_trips(database, company_id, [a_trip("t1")], STORE)
    assign(database, company_id, "t1")
    for refused in (a_shift("s1", "d1"), a_shift("s1", "d0", "v1"), a_shift("s1", hours=(6, 8))):
        assert brief(store_shifts(database, company_id, [refused], STORE)) == ["run_not_empty"]
    assert brief(store_shifts(database, company_id, [a_shift("s1", hours=(7, 9))], STORE)) == ["updated"]
