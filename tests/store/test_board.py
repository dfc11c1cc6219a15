"""The board of a day: whole, of one moment, in one round trip."""

from datetime import timedelta

import pytest

from estafette.domain.error import NotFound
from estafette.store.board import get_board, get_company
from estafette.store.database import Database
from tests.dispatched import DAY, Dispatched


def test_the_board_shows_runs_trips_and_the_places_they_name(database: Database) -> None:
    company = Dispatched(database)
    (run, *_), trips = company.roster(), company.book(3)
    company.assign(run, trips[:2])
    board = get_board(database, company.company_id, DAY)
    assert [card.run_id for card in board.trips] == [run, run, None]
    assert [card.driver for card in board.runs] == ["Driver 1", "Driver 2", "Driver 3"]
    assert [place.place_id for place in board.places] == company.place_ids[:2]
    assert board.version == 3


@pytest.mark.parametrize("trips", [1, 40])
def test_the_board_takes_one_round_trip_whatever_its_size(database: Database, trips: int) -> None:
    company = Dispatched(database)
    company.roster()
    company.book(trips)
    get_board(database, company.company_id, DAY)
    database.count()
    get_board(database, company.company_id, DAY)
    counted = database.count()
    assert (counted.round_trips, counted.statements) == (1, 4)


def test_another_day_is_empty(database: Database) -> None:
    company = Dispatched(database)
    company.book(2)
    board = get_board(database, company.company_id, DAY + timedelta(days=1))
    assert (board.runs, board.trips, board.places, board.version) == ((), (), (), 1)


def test_another_company_sees_nothing_of_it(database: Database) -> None:
    company, other = Dispatched(database), Dispatched(database)
    company.roster()
    company.book(2)
    board = get_board(database, other.company_id, DAY)
    assert (board.runs, board.trips, board.version) == ((), (), 0)


def test_a_company_that_does_not_exist_is_named(database: Database) -> None:
    with pytest.raises(NotFound, match="there is no company 999"):
        get_board(database, 999, DAY)
    with pytest.raises(NotFound, match="there is no company 999"):
        get_company(database, 999)


def test_a_company_lists_the_days_that_have_something(database: Database) -> None:
    company = Dispatched(database)
    company.roster()
    company.book(1, DAY + timedelta(days=1))
    card = get_company(database, company.company_id)
    assert card.days == (DAY, DAY + timedelta(days=1))
    assert (card.zone, card.language) == ("Europe/Zurich", "en")
