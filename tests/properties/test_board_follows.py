"""Snapshot + events = fresh snapshot, over random histories."""

from collections.abc import Callable
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estafette.domain.booking import ENDED, TRANSITIONS, Lock, TripStatus
from estafette.domain.fold import fold
from estafette.store.board import get_board
from estafette.store.database import Database
from estafette.store.feed import read_events
from tests.dispatched import DAY, Dispatched
from tests.examples import up_to

NEXT_DAY = DAY + timedelta(days=1)

Pick = st.integers(0, 1000)
Act = Callable[[Dispatched, int, int], None]


def _book(company: Dispatched, a: int, b: int) -> None:
    company.book(1 + a % 3, (DAY, NEXT_DAY)[b % 2], will_call=a % 5 == 0)


def _roster(company: Dispatched, a: int, b: int) -> None:
    company.extend_shift(company.run_ids[a % len(company.run_ids)], b % 30)


def _amend(company: Dispatched, a: int, b: int) -> None:
    trip_id = company.trip_ids[a % len(company.trip_ids)]
    same_day_if_driven = NEXT_DAY if b % 3 == 0 and trip_id not in company.assigned() else DAY
    place_id = company.place_ids[b % len(company.place_ids)]
    company.amend(trip_id, same_day_if_driven, place_id, list(Lock)[b % 4])


def _assign(company: Dispatched, a: int, b: int) -> None:
    board = get_board(company.database, company.company_id, DAY)
    free = [trip.trip_id for trip in board.trips if trip.status not in ENDED]
    company.assign(company.run_ids[b % 3], free[a % 5 : a % 5 + 3], late_s=a + b)


def _take_off(company: Dispatched, a: int, b: int) -> None:
    for trip_id in company.assigned()[a % 4 : a % 4 + 1]:
        company.take_off(trip_id)


def _change_status(company: Dispatched, a: int, b: int) -> None:
    board = get_board(company.database, company.company_id, (DAY, NEXT_DAY)[b % 2])
    for trip in board.trips[a % 4 : a % 4 + 1]:
        legal = sorted(to for before, to in TRANSITIONS if before == trip.status)
        for status in [s for s in legal if trip.requested_at or s == TripStatus.CANCELLED][:1]:
            company.set_status(trip.trip_id, status)


Acts = st.lists(
    st.tuples(
        st.sampled_from([_book, _roster, _amend, _assign, _assign, _take_off, _change_status]), Pick, Pick
    ),
    min_size=2,
    max_size=12,
)


@pytest.fixture
def one_database(database: Database) -> Database:
    return database


@settings(max_examples=up_to(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=Acts, snapshot_after=st.integers(0, 12))
def test_an_older_board_and_the_events_since_give_the_fresh_board(
    one_database: Database, history: list[tuple[Act, int, int]], snapshot_after: int
) -> None:
    company = Dispatched(one_database)  # a company of its own: examples share the database, not the day
    company.roster(DAY)
    company.roster(NEXT_DAY)
    company.book(4)
    older = []
    for step, (act, a, b) in enumerate(history):
        if step == snapshot_after % len(history):
            older = [get_board(one_database, company.company_id, day) for day in (DAY, NEXT_DAY)]
        act(company, a, b)
    for board in older:
        events = read_events(one_database, company.company_id, board.version)
        assert reduce(fold, events, board) == get_board(one_database, company.company_id, board.service_on)
