"""Changes by hand, below the API."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from estafette.domain.booking import TripStatus
from estafette.domain.hand import Assign, HandOrder, HandOutcome
from estafette.flow.hand import Hand, carried_out, decided
from estafette.flow.standings import Standings
from estafette.store.company import change_company
from estafette.store.database import Database
from estafette.travel.estimate import EstimateTravel
from tests.dispatched import DAY, Dispatched


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database)
    company.roster()
    company.assign(company.run_ids[0], company.book(3))
    return company


@contextmanager
def counted(company: Dispatched) -> Iterator[list[int]]:
    company.database.count()
    found: list[int] = []
    yield found
    sent = company.database.count()
    assert sent is not None
    found += [sent.statements, sent.round_trips]


def move(company: Dispatched, standings: Standings, run: int, key: str) -> HandOutcome:
    order = HandOrder(
        service_on=DAY,
        changes=(Assign(trip_id=company.trip_ids[0], run_id=company.run_ids[run]),),
        force=True,
    )
    hand = Hand(company_id=company.company_id, actor="test", key=key)
    with standings.lent(company.company_id, DAY) as standing:
        what = decided(standing, order)
    return carried_out(company.database, hand, order, what).outcome


def test_a_move_takes_as_many_statements_on_a_large_day_as_on_a_small_one(company: Dispatched) -> None:
    def sent(standings: Standings, run: int, key: str) -> list[int]:
        with counted(company) as found:
            assert move(company, standings, run, key) is HandOutcome.APPLIED
        standings.catch_up(company.company_id)
        return found

    small = _caught_up_at_once(company)
    of_small = [sent(small, 1, "one"), sent(small, 0, "two")]
    company.assign(company.run_ids[2], company.book(60))
    large = _caught_up_at_once(company)
    assert [sent(large, 1, "three"), sent(large, 0, "four")] == of_small
    assert of_small[0] == of_small[1]
    assert of_small[0][1] == 2  # the day or whether it has changed, the apply


def _caught_up_at_once(company: Dispatched) -> Standings:
    return Standings(company.database, lambda _: EstimateTravel(), beside=lambda work: work())


def test_who_says_that_the_day_has_changed_is_not_asked_whether_it_has(company: Dispatched) -> None:
    standings = Standings(company.database, lambda _: EstimateTravel())
    with standings.lent(company.company_id, DAY) as first:
        pass
    company.book(1)
    with (
        counted(company) as asked,
        standings.lent(company.company_id, DAY, is_changed=True) as later,
    ):
        assert later is not first
    assert asked[1] == 1


def prepared_again(company: Dispatched, standings: Standings, change: Callable[[], object]) -> bool:
    """Tell whether a changed day was prepared from what stood before the change."""
    with standings.lent(company.company_id, DAY) as before:
        pass
    change()
    with standings.lent(company.company_id, DAY) as after:
        assert after is not before
        return after.matrix is before.matrix


def test_of_a_day_with_a_changed_trip_the_rest_is_not_read_again(company: Dispatched) -> None:
    standings = Standings(company.database, lambda _: EstimateTravel())
    company.book(1)
    trip_id, run_id = company.trip_ids[0], company.run_ids[1]
    for change in (
        lambda: move(company, standings, 1, "one"),
        lambda: company.take_off(trip_id),
        lambda: company.assign(run_id, [trip_id]),
        lambda: company.set_status(trip_id, TripStatus.CANCELLED),
        lambda: company.book(1),
    ):
        assert prepared_again(company, standings, change)


def test_a_day_whose_shifts_or_rules_change_is_read_whole(company: Dispatched) -> None:
    standings = Standings(company.database, lambda _: EstimateTravel())
    rules = {"ride_factor_percent": 200}
    assert not prepared_again(company, standings, lambda: company.extend_shift(company.run_ids[0], 10))
    assert not prepared_again(
        company, standings, lambda: change_company(company.database, company.company_id, rules, actor="test")
    )


def test_a_day_that_nobody_changed_is_not_read_again(company: Dispatched) -> None:
    standings = Standings(company.database, lambda _: EstimateTravel())
    with standings.lent(company.company_id, DAY) as first:
        pass
    with counted(company) as asked, standings.lent(company.company_id, DAY) as again:
        assert again is first
    assert asked[1] == 1
    company.book(1)
    with standings.lent(company.company_id, DAY) as later:
        assert later is not first
