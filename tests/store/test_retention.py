"""What goes from the feed and what stays, and what a reader with an old cursor is told."""

import pytest

from estafette.domain.applied import Outcome
from estafette.domain.booking import TripStatus
from estafette.domain.error import Invalid, NotFound
from estafette.store.board import get_board
from estafette.store.database import Database
from estafette.store.feed import Reset, last_event_id, read_events
from estafette.store.retention import HeldBy, Pruned, prune_events
from estafette.store.undo import Take, undo_last
from tests.dispatched import DAY, Dispatched

_OLD = "UPDATE event SET at = at - interval '40 days' WHERE company_id = %(company)s AND id <= %(last)s"
_OLD_NOTICES = "UPDATE notice SET created_at = created_at - interval '40 days', sent_at = now() WHERE company_id = %(company)s AND event_id <= %(last)s"
# The invented day lies wherever it lies; what matters is whether it is over.
_DAY_OVER = "UPDATE applied SET service_on = current_date + %(days)s WHERE company_id = %(company)s"


@pytest.fixture
def company(database: Database) -> Dispatched:
    """Events 1 rostered, 2 booked, 3 assigned; then two of today."""
    company = Dispatched(database)
    company.roster()
    company.assign(company.run_ids[0], company.book(3))
    company.write(_DAY_OVER, days=-3)
    return company


def _age(company: Dispatched, last: int) -> None:
    """Make the events up to `last` forty days old, their notices sent."""
    company.write(_OLD, last=last)
    company.write(_OLD_NOTICES, last=last)


def _prune(company: Dispatched) -> Pruned:
    return prune_events(company.database, company.company_id, actor="test")


def _ids(company: Dispatched) -> list[int]:
    return [id_ for (id_,) in company.write("SELECT id FROM event WHERE company_id = %(company)s ORDER BY 1")]


def test_old_events_and_their_notices_go_and_new_ones_stay(company: Dispatched) -> None:
    company.book(1)
    _age(company, 3)
    assert _prune(company) == Pruned(events=3, notices=1)
    assert _ids(company) == [4]
    assert _prune(company) == Pruned(events=0, notices=0)


def test_what_explains_the_day_stays(company: Dispatched) -> None:
    company.set_status(company.trip_ids[0], TripStatus.EN_ROUTE)
    before = get_board(company.database, company.company_id, DAY)
    _age(company, 4)
    assert _prune(company).events == 4
    assert get_board(company.database, company.company_id, DAY) == before
    kept = company.write(
        "SELECT (SELECT count(*) FROM applied), (SELECT count(*) FROM trip_history), (SELECT count(*) FROM assignment)"
    )
    assert kept == [(1, 1, 3)]


def test_a_reader_from_before_is_told_to_start_afresh_and_its_snapshot_leads_on(company: Dispatched) -> None:
    company.book(1)
    _age(company, 3)
    _prune(company)
    assert read_events(company.database, company.company_id, 2) == Reset(last_event_id=4)
    snapshot = get_board(company.database, company.company_id, DAY)
    company.book(1)
    found = read_events(company.database, company.company_id, snapshot.version)
    assert isinstance(found, list)
    assert [event.id for event in found] == [5]


def test_a_cursor_at_the_edge_of_what_is_kept_replays_everything_kept(company: Dispatched) -> None:
    company.book(1)
    company.book(1)
    _age(company, 3)
    _prune(company)
    found = read_events(company.database, company.company_id, 3)
    assert isinstance(found, list)
    assert [event.id for event in found] == [4, 5]


def test_a_feed_of_which_everything_went_counts_on(company: Dispatched) -> None:
    _age(company, 3)
    assert _prune(company).events == 3
    assert last_event_id(company.database, company.company_id) == 3
    assert read_events(company.database, company.company_id, 3) == []
    assert read_events(company.database, company.company_id, 2) == Reset(last_event_id=3)
    company.book(1)
    assert _ids(company) == [4]


def test_portions_leave_no_gap_and_take_the_same_as_one(
    company: Dispatched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("estafette.store.retention._PORTION", 2)
    for _ in range(4):
        company.book(1)
    _age(company, 5)
    company.database.count()
    assert _prune(company) == Pruned(events=5, notices=1)
    assert company.database.count().round_trips == 3
    assert _ids(company) == [6, 7]


def test_an_event_that_is_old_by_a_wrong_clock_stays_behind_a_young_one(company: Dispatched) -> None:
    company.book(1)
    _age(company, 4)
    company.write("UPDATE event SET at = now() WHERE company_id = %(company)s AND id = 2")
    assert _prune(company).events == 1
    assert _ids(company) == [2, 3, 4]


def test_a_notice_that_nobody_has_delivered_holds_its_events(company: Dispatched) -> None:
    _age(company, 3)
    company.write("UPDATE notice SET sent_at = NULL WHERE company_id = %(company)s")
    assert _prune(company) == Pruned(events=2, notices=0, held_by=HeldBy.NOTICES)
    assert _ids(company) == [3]


def test_a_notice_that_was_given_up_goes_with_its_events(company: Dispatched) -> None:
    _age(company, 3)
    company.write(
        "UPDATE notice SET sent_at = NULL, given_up = 'no such phone' WHERE company_id = %(company)s"
    )
    assert _prune(company) == Pruned(events=3, notices=1)


def test_an_apply_of_a_day_that_is_not_over_keeps_what_undo_reads(company: Dispatched) -> None:
    company.write(_DAY_OVER, days=20)
    _age(company, 3)
    assert _prune(company) == Pruned(events=2, notices=0, held_by=HeldBy.UNDO)
    company.write("UPDATE applied SET service_on = %(day)s WHERE company_id = %(company)s", day=DAY)
    undone = undo_last(company.database, company.company_id, DAY, take=Take(actor="test"))
    assert {trip.outcome for trip in undone.applied.trips} == {Outcome.APPLIED}


def test_the_database_itself_lets_nobody_prune_what_is_young_or_not_settled(company: Dispatched) -> None:
    company.write("DELETE FROM notice WHERE company_id = %(company)s")
    company.write("DELETE FROM event WHERE company_id = %(company)s")
    assert _ids(company) == [1, 2, 3]
    assert company.write("SELECT count(*) FROM notice WHERE company_id = %(company)s") == [(1,)]


def test_another_companys_events_stay(company: Dispatched) -> None:
    other = Dispatched(company.database)
    other.roster()
    other.write(_OLD, last=1)
    _age(company, 3)
    _prune(company)
    assert _ids(other) == [1]


def test_less_than_a_day_and_no_company_are_refused(company: Dispatched) -> None:
    with pytest.raises(Invalid, match="keep_days"):
        prune_events(company.database, company.company_id, keep_days=0, actor="test")
    with pytest.raises(NotFound, match="company 999"):
        prune_events(company.database, 999, actor="test")
