"""Snapshot + events = fresh snapshot, whatever the program's own writers do: intake, apply, undo."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estafette.demo.day import DemoDay, invented_day
from estafette.domain.error import NotFound
from estafette.domain.fold import fold
from estafette.domain.outcome import ImportOptions
from estafette.domain.request import PlaceRequest, ShiftRequest, TripRequest
from estafette.flow.intake import store_demo_day
from estafette.store.apply import apply_plan
from estafette.store.board import get_board
from estafette.store.company import create_company
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.feed import read_events
from estafette.store.intake import store_shifts, store_trips
from estafette.store.undo import Take, undo_last
from tests.examples import up_to
from tests.store.days import plan_for

DAY = date(2026, 11, 25)
NEXT_DAY = DAY + timedelta(days=1)
INVENTED = invented_day(7, trips=14, drivers=3, service_on=DAY)
OPTIONS = ImportOptions(actor="test")

replace = msgspec.structs.replace
Pick = st.integers(0, 1000)


@dataclass
class Company:
    """What the acts change; `applies` makes the keys of the plans differ."""

    database: Database
    company_id: int
    applies: int = field(default=0)


Act = Callable[[Company, int, int], None]


def _deliver(company: Company, trips: Sequence[TripRequest]) -> None:
    store_trips(company.database, company.company_id, trips, OPTIONS)


def _book(company: Company, a: int, b: int) -> None:
    _deliver(company, INVENTED.trips[a % 14 : a % 14 + 1 + b % 4])


def _change_trip(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % 14]
    other = INVENTED.trips[b % 14].origin
    destination = other if other != trip.origin else trip.destination
    later = trip.requested_at and trip.requested_at + timedelta(minutes=b % 90)
    _deliver(company, [replace(trip, destination=destination, requested_at=later, companions=b % 2)])


def _change_day(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % 14]
    later = trip.requested_at and trip.requested_at + timedelta(days=1)
    _deliver(company, [replace(trip, service_on=NEXT_DAY, requested_at=later)])


def _lose_time(company: Company, a: int, b: int) -> None:
    _deliver(company, [replace(INVENTED.trips[a % 14], requested_at=None)])


def _rename_place(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % 14]
    assert isinstance(trip.origin, PlaceRequest)
    _deliver(company, [replace(trip, origin=replace(trip.origin, name=f"Renamed {b}"))])


def _change_shift(company: Company, a: int, b: int) -> None:
    shift: ShiftRequest = INVENTED.shifts[a % 3]
    moved = replace(shift, ends_at=shift.ends_at + timedelta(minutes=b % 60))
    store_shifts(company.database, company.company_id, [moved], OPTIONS)


def _apply(company: Company, a: int, b: int) -> None:
    problem = load_day(company.database, company.company_id, DAY)
    runs, trips = problem.runs, problem.trips[a % 5 : a % 5 + b % 6]
    timetable: dict[int, list[tuple[int, int]]] = {}
    for n, trip in enumerate(trips):
        run = runs[(a + n * b) % len(runs)]
        timetable.setdefault(run.run_id, []).append((trip.trip_id, run.shift_from_s // 60 + 20 + 10 * n))
    company.applies += 1
    apply_plan(company.database, plan_for(problem, timetable), key=f"plan {company.applies}", actor="test")


def _undo(company: Company, a: int, b: int) -> None:
    with suppress(NotFound):
        undo_last(company.database, company.company_id, DAY, take=Take(actor="test"))


ACTS = (_book, _change_trip, _change_day, _lose_time, _rename_place, _change_shift, _apply, _apply, _undo)
Histories = st.lists(st.tuples(st.sampled_from(ACTS), Pick, Pick), min_size=2, max_size=10)


def _a_company(database: Database) -> Company:
    company_id = create_company(database.server, name="Example", zone="Europe/Zurich")
    some: DemoDay = replace(INVENTED, trips=INVENTED.trips[:6])
    store_demo_day(database, company_id, some, actor="test")
    return Company(database, company_id)


@pytest.fixture
def one_database(database: Database) -> Database:
    return database


@settings(max_examples=up_to(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=Histories, snapshot_after=st.integers(0, 9))
def test_a_board_follows_what_the_program_writes(
    one_database: Database, history: list[tuple[Act, int, int]], snapshot_after: int
) -> None:
    company = _a_company(one_database)  # a company of its own: examples share the database, not the day
    older = []
    for step, (act, a, b) in enumerate(history):
        if step == snapshot_after % len(history):
            older = [get_board(one_database, company.company_id, day) for day in (DAY, NEXT_DAY)]
        act(company, a, b)
    for board in older:
        events = read_events(one_database, company.company_id, board.version)
        assert isinstance(events, list)
        assert reduce(fold, events, board) == get_board(one_database, company.company_id, board.service_on)
