"""Notices: one message for what changed since a driver was told, and each as it was written."""

import pytest

from estafette.domain.error import NotFound
from estafette.domain.notice import Change, Fate, Notice, NoticeState
from estafette.store.database import Database
from estafette.store.notices import list_notices
from tests.dispatched import DAY, ZONE, Dispatched
from tests.store.notified import NEXT_DAY, changes, claim, mark, states


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database)
    company.roster()
    company.book(4)
    return company


def test_a_notice_says_everything_a_driver_needs(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:2])
    (claimed,) = claim(company)
    notice = claimed.notice
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
    mark(company, *claim(company))
    company.assign(second, [a])
    heard = [(each.notice.driver, changes(each)) for each in claim(company)]
    assert sorted(heard) == [("Driver 1", [(a, Change.TAKEN)]), ("Driver 2", [(a, Change.NEW)])]


def test_a_trip_gained_and_lost_before_delivery_is_not_mentioned(company: Dispatched) -> None:
    first, second, _ = company.run_ids
    a, b, *_ = company.trip_ids
    company.assign(first, [a, b])
    company.assign(second, [a])
    heard = {each.notice.driver: changes(each) for each in claim(company)}
    assert heard == {"Driver 1": [(b, Change.NEW)], "Driver 2": [(a, Change.NEW)]}


def test_with_nothing_left_to_say_the_message_is_empty(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.take_off(company.trip_ids[0])
    (claimed,) = claim(company)
    assert claimed.notice.trips == ()
    mark(company, claimed, fate=Fate.SUPERSEDED)
    assert claim(company) == []
    assert states(company) == [NoticeState.SUPERSEDED] * 2


def test_a_trip_lost_and_given_back_as_it_was_is_not_mentioned(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    mark(company, *claim(company))
    company.take_off(company.trip_ids[0])
    company.assign(company.run_ids[0], company.trip_ids[:1])
    assert [each.notice.trips for each in claim(company)] == [()]


def test_a_trip_moved_twice_is_mentioned_once_with_its_last_times(company: Dispatched) -> None:
    run_id, trip_id = company.run_ids[0], company.trip_ids[0]
    company.assign(run_id, [trip_id])
    (told,) = claim(company)
    mark(company, told)
    company.assign(run_id, [trip_id], late_s=20)
    company.assign(run_id, [trip_id], late_s=50)
    (claimed,) = claim(company)
    assert changes(claimed) == [(trip_id, Change.MOVED)]
    before, after = (each.notice.trips[0].times for each in (told, claimed))
    assert before is not None
    assert after is not None
    assert (after.pickup_at - before.pickup_at).total_seconds() == 50


def test_a_new_trip_that_moves_before_delivery_is_new(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.assign(company.run_ids[0], company.trip_ids[:1], late_s=30)
    assert [changes(each) for each in claim(company)] == [[(company.trip_ids[0], Change.NEW)]]


def test_a_trip_that_goes_from_one_run_of_a_driver_to_another_is_moved(company: Dispatched) -> None:
    trip_id, driver_id = company.trip_ids[0], company.driver_ids[0]
    company.assign(company.run_ids[0], [trip_id])
    mark(company, *claim(company))
    company.assign(company.run_ids[1], [trip_id])
    dropped = "UPDATE notice SET superseded_by = event_id WHERE event_id = 4"
    merged = "UPDATE notice SET driver_id = %(driver)s, event_ids = %(events)s WHERE event_id = 5"
    company.write(dropped)
    company.write(merged, driver=driver_id, events=[4, 5])
    (claimed,) = claim(company)
    assert changes(claimed) == [(trip_id, Change.MOVED)]
    assert claimed.notice.trips[0].times is not None


def test_a_driver_has_one_message_for_each_day(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    (other_run, *_), (trip_id,) = company.roster(NEXT_DAY), company.book(1, NEXT_DAY)
    company.assign(other_run, [trip_id], service_on=NEXT_DAY)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    claimed = claim(company)
    assert [(each.notice.service_on, len(each.notice.trips)) for each in claimed] == [(NEXT_DAY, 1), (DAY, 2)]


def test_where_old_events_are_gone_a_trip_taken_off_is_still_told(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:2])
    mark(company, *claim(company))
    company.write("UPDATE notice SET event_ids = '{}'")
    company.take_off(company.trip_ids[0])
    company.assign(company.run_ids[0], company.trip_ids[1:2], late_s=30)
    assert [changes(each) for each in claim(company)] == [
        [(company.trip_ids[1], Change.MOVED), (company.trip_ids[0], Change.TAKEN)]
    ]


def test_a_driver_reads_notices_from_a_cursor_each_as_it_was_written(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.assign(company.run_ids[1], company.trip_ids[:1])
    mark(company, *claim(company))
    scope = company.database, company.company_id, company.driver_ids[0]
    first, second = list_notices(*scope, after=0)
    assert [_kinds(first), _kinds(second)] == [[Change.NEW], [Change.TAKEN]]
    assert list_notices(*scope, after=first.event_id) == [second]
    assert list_notices(*scope, after=second.event_id) == []


def _kinds(notice: Notice) -> list[Change]:
    return [trip.change for trip in notice.trips]


def test_an_unknown_driver_has_no_notices(company: Dispatched) -> None:
    with pytest.raises(NotFound, match="driver 999 does not exist"):
        list_notices(company.database, company.company_id, 999, after=0)
