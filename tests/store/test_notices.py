"""Notices: claimed complete and in order, delivered at least once, marked together."""

import pytest

from estafette.domain.error import NotFound
from estafette.domain.notice import Change, Notice, NoticeKey
from estafette.store.database import Database
from estafette.store.notices import claim_due, list_notices, mark_notices
from tests.dispatched import DAY, ZONE, Dispatched


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database)
    company.roster()
    company.book(4)
    return company


def _claim(company: Dispatched, limit: int = 100) -> list[Notice]:
    return claim_due(company.database, company.company_id, limit=limit, actor="test")


def _mark(company: Dispatched, *sent: Notice, given_up: dict[NoticeKey, str] | None = None) -> None:
    keys = [NoticeKey(driver_id=notice.driver_id, event_id=notice.event_id) for notice in sent]
    mark_notices(company.database, company.company_id, sent=keys, given_up=given_up or {}, actor="test")


def _changes(notice: Notice) -> list[tuple[int, Change]]:
    return [(trip.trip_id, trip.change) for trip in notice.trips]


def test_a_notice_says_everything_a_driver_needs(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:2])
    (notice,) = _claim(company)
    first, second = notice.trips
    assert (notice.driver, notice.language, notice.zone) == ("Driver 1", "fr", ZONE)
    assert (notice.service_on, notice.attempts) == (DAY, 1)
    assert (first.origin, first.destination, first.change) == ("Place 1", "Place 2", Change.NEW)
    assert (first.takes.seats, second.takes.wheelchairs) == (1, 1)
    assert first.times is not None
    assert second.times is not None
    assert first.times.pickup_at < second.times.pickup_at


def test_each_driver_hears_of_their_own_changes_only(company: Dispatched) -> None:
    first, second, _ = company.run_ids
    a, b, *_ = company.trip_ids
    company.assign(first, [a, b])
    company.assign(second, [a])
    heard = [(notice.driver, _changes(notice)) for notice in _claim(company)]
    assert heard == [
        ("Driver 1", [(a, Change.NEW), (b, Change.NEW)]),
        ("Driver 1", [(a, Change.TAKEN)]),
        ("Driver 2", [(a, Change.NEW)]),
    ]


def test_a_trip_that_keeps_its_run_is_moved(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.assign(company.run_ids[0], company.trip_ids[:1], late_s=30)
    assert [_changes(notice)[0][1] for notice in _claim(company)] == [Change.NEW, Change.MOVED]


def test_a_trip_that_goes_from_one_run_of_a_driver_to_another_is_moved(company: Dispatched) -> None:
    trip_id, driver_id = company.trip_ids[0], company.driver_ids[0]
    company.assign(company.run_ids[0], [trip_id])
    company.assign(company.run_ids[1], [trip_id])
    merged = "UPDATE notice SET driver_id = %(driver)s, event_ids = %(events)s WHERE event_id = 5"
    company.write(merged, driver=driver_id, events=[4, 5])
    _mark(company, *_claim(company)[:2])
    (notice,) = _claim(company)
    assert _changes(notice) == [(trip_id, Change.MOVED)]
    assert notice.trips[0].times is not None


def test_a_notice_stays_due_until_it_is_marked(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    first, again = _claim(company), _claim(company)
    assert (first[0].attempts, again[0].attempts) == (1, 2)
    _mark(company, *again)
    assert _claim(company) == []


def test_a_notice_given_up_is_not_due_and_not_sent(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    (notice,) = _claim(company)
    key = NoticeKey(driver_id=notice.driver_id, event_id=notice.event_id)
    _mark(company, given_up={key: "the number does not exist"})
    assert _claim(company) == []
    (row,) = company.write("SELECT sent_at, given_up FROM notice")
    assert row == (None, "the number does not exist")


def test_who_failed_often_does_not_keep_others_waiting(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    assert [notice.driver for notice in _claim(company, limit=1)] == ["Driver 1"]
    company.assign(company.run_ids[1], company.trip_ids[1:2])
    assert [notice.driver for notice in _claim(company, limit=1)] == ["Driver 2"]


def test_a_drivers_notices_keep_their_order_after_a_failure(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _claim(company)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    assert [_changes(notice)[0][0] for notice in _claim(company)] == company.trip_ids[:2]


@pytest.mark.parametrize("trips", [1, 4])
def test_claiming_takes_one_statement_whatever_is_due(company: Dispatched, trips: int) -> None:
    for run_id, trip_id in zip(company.run_ids * 2, company.trip_ids[:trips], strict=False):
        company.assign(run_id, [trip_id])
    company.database.count()
    _claim(company)
    counted = company.database.count()
    assert (counted.round_trips, counted.statements) == (1, 5)  # begin, scope, lock, claim, commit


def test_a_driver_reads_notices_from_a_cursor(company: Dispatched) -> None:
    driver_id = company.driver_ids[0]
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    company.assign(company.run_ids[1], company.trip_ids[2:3])
    scope = company.database, company.company_id, driver_id
    first, second = list_notices(*scope, after=0)
    assert list_notices(*scope, after=first.event_id) == [second]
    assert list_notices(*scope, after=second.event_id) == []


def test_an_unknown_driver_has_no_notices(company: Dispatched) -> None:
    with pytest.raises(NotFound, match="driver 999 does not exist"):
        list_notices(company.database, company.company_id, 999, after=0)
