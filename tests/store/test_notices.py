"""Notices: one message for what changed, claimed by one worker, repeated unchanged while in doubt, or dead."""

from datetime import timedelta

import pytest

from estafette.domain.error import NotFound
from estafette.domain.notice import Change, ClaimedNotice, Fate, Mark, Notice, NoticeKey, NoticeState
from estafette.store.database import Database
from estafette.store.notices import (
    claim_due,
    list_notice_states,
    list_notices,
    mark_notices,
    resend_notices,
)
from tests.dispatched import DAY, ZONE, Dispatched

NEXT_DAY = DAY + timedelta(days=1)
RUN_OUT = "UPDATE notice SET claimed_until = '-infinity' WHERE claimed_until IS NOT NULL"
TIME_PASSES = "UPDATE notice SET due_at = '-infinity'"


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database)
    company.roster()
    company.book(4)
    return company


def _claim(company: Dispatched, limit: int = 100) -> list[ClaimedNotice]:
    return claim_due(company.database, company.company_id, limit=limit, actor="test")


def _mark(company: Dispatched, *claimed: ClaimedNotice, fate: Fate = Fate.SENT, **more: float) -> int:
    marks = [
        Mark(
            driver_id=each.notice.driver_id,
            event_id=each.notice.event_id,
            claim=each.claim,
            fate=fate,
            why="" if fate is Fate.SENT else "no signal",
            **more,
        )
        for each in claimed
    ]
    return len(mark_notices(company.database, company.company_id, marks, actor="test"))


def _changes(each: ClaimedNotice) -> list[tuple[int, Change]]:
    return [(trip.trip_id, trip.change) for trip in each.notice.trips]


def _numbers(claimed: list[ClaimedNotice]) -> list[int]:
    return [each.notice.event_id for each in claimed]


def _states(company: Dispatched) -> list[NoticeState]:
    listed = list_notice_states(company.database, company.company_id, service_on=DAY)
    return [each.state for each in listed]


def _pass_time(company: Dispatched) -> None:
    company.write(TIME_PASSES)


def _let_claims_run_out(company: Dispatched) -> None:
    company.write(RUN_OUT)


def test_a_notice_says_everything_a_driver_needs(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:2])
    (claimed,) = _claim(company)
    notice = claimed.notice
    first, second = notice.trips
    assert (notice.driver, notice.language, notice.zone) == ("Driver 1", "fr", ZONE)
    assert (notice.service_on, notice.attempts) == (DAY, 1)
    assert (first.origin, first.destination, first.change) == ("Place 1", "Place 2", Change.NEW)
    assert (first.takes.seats, second.takes.wheelchairs) == (1, 1)
    assert first.times is not None
    assert second.times is not None
    assert first.times.pickup_at < second.times.pickup_at


# What one message says


def test_each_driver_hears_of_their_own_changes_only(company: Dispatched) -> None:
    first, second, _ = company.run_ids
    a, b, *_ = company.trip_ids
    company.assign(first, [a, b])
    _mark(company, *_claim(company))
    company.assign(second, [a])
    heard = [(each.notice.driver, _changes(each)) for each in _claim(company)]
    assert sorted(heard) == [("Driver 1", [(a, Change.TAKEN)]), ("Driver 2", [(a, Change.NEW)])]


def test_a_trip_gained_and_lost_before_delivery_is_not_mentioned(company: Dispatched) -> None:
    first, second, _ = company.run_ids
    a, b, *_ = company.trip_ids
    company.assign(first, [a, b])
    company.assign(second, [a])
    heard = {each.notice.driver: _changes(each) for each in _claim(company)}
    assert heard == {"Driver 1": [(b, Change.NEW)], "Driver 2": [(a, Change.NEW)]}


def test_with_nothing_left_to_say_the_message_is_empty(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.take_off(company.trip_ids[0])
    (claimed,) = _claim(company)
    assert claimed.notice.trips == ()
    _mark(company, claimed, fate=Fate.SUPERSEDED)
    assert _claim(company) == []
    assert _states(company) == [NoticeState.SUPERSEDED] * 2


def test_a_trip_lost_and_given_back_as_it_was_is_not_mentioned(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _mark(company, *_claim(company))
    company.take_off(company.trip_ids[0])
    company.assign(company.run_ids[0], company.trip_ids[:1])
    assert [each.notice.trips for each in _claim(company)] == [()]


def test_a_trip_moved_twice_is_mentioned_once_with_its_last_times(company: Dispatched) -> None:
    run_id, trip_id = company.run_ids[0], company.trip_ids[0]
    company.assign(run_id, [trip_id])
    (told,) = _claim(company)
    _mark(company, told)
    company.assign(run_id, [trip_id], late_s=20)
    company.assign(run_id, [trip_id], late_s=50)
    (claimed,) = _claim(company)
    assert _changes(claimed) == [(trip_id, Change.MOVED)]
    before, after = (each.notice.trips[0].times for each in (told, claimed))
    assert before is not None
    assert after is not None
    assert (after.pickup_at - before.pickup_at).total_seconds() == 50


def test_a_new_trip_that_moves_before_delivery_is_new(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.assign(company.run_ids[0], company.trip_ids[:1], late_s=30)
    assert [_changes(each) for each in _claim(company)] == [[(company.trip_ids[0], Change.NEW)]]


def test_a_trip_that_goes_from_one_run_of_a_driver_to_another_is_moved(company: Dispatched) -> None:
    trip_id, driver_id = company.trip_ids[0], company.driver_ids[0]
    company.assign(company.run_ids[0], [trip_id])
    _mark(company, *_claim(company))
    company.assign(company.run_ids[1], [trip_id])
    dropped = "UPDATE notice SET superseded_by = event_id WHERE event_id = 4"
    merged = "UPDATE notice SET driver_id = %(driver)s, event_ids = %(events)s WHERE event_id = 5"
    company.write(dropped)
    company.write(merged, driver=driver_id, events=[4, 5])
    (claimed,) = _claim(company)
    assert _changes(claimed) == [(trip_id, Change.MOVED)]
    assert claimed.notice.trips[0].times is not None


def test_a_driver_has_one_message_for_each_day(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    (other_run, *_), (trip_id,) = company.roster(NEXT_DAY), company.book(1, NEXT_DAY)
    company.assign(other_run, [trip_id], service_on=NEXT_DAY)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    claimed = _claim(company)
    assert [(each.notice.service_on, len(each.notice.trips)) for each in claimed] == [(NEXT_DAY, 1), (DAY, 2)]


def test_where_old_events_are_gone_a_trip_taken_off_is_still_told(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:2])
    _mark(company, *_claim(company))
    company.write("UPDATE notice SET event_ids = '{}'")
    company.take_off(company.trip_ids[0])
    company.assign(company.run_ids[0], company.trip_ids[1:2], late_s=30)
    assert [_changes(each) for each in _claim(company)] == [
        [(company.trip_ids[1], Change.MOVED), (company.trip_ids[0], Change.TAKEN)]
    ]


# Claims


def test_what_is_claimed_is_handed_to_nobody_else(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    assert len(_claim(company)) == 1
    assert _claim(company) == []
    assert _states(company) == [NoticeState.CLAIMED]


def test_a_later_notice_waits_while_an_earlier_one_is_claimed(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    claimed = _claim(company)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    assert _claim(company) == []
    _mark(company, *claimed)
    assert [_changes(each) for each in _claim(company)] == [[(company.trip_ids[1], Change.NEW)]]


def test_a_claim_runs_out_by_the_clock_of_the_database(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    claim_due(company.database, company.company_id, limit=1, actor="test", lease_s=0)
    assert [each.claim for each in _claim(company)] == [2]


def test_a_claim_that_was_taken_over_can_mark_nothing(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    late = _claim(company)
    _let_claims_run_out(company)
    held = _claim(company)
    assert [_mark(company, *late, fate=fate) for fate in (Fate.SENT, Fate.LATER, Fate.DEAD)] == [0, 0, 0]
    assert _mark(company, *held) == 1
    assert _mark(company, *held) == 0


def test_a_claim_that_ran_out_untaken_still_marks(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    late = _claim(company)
    _let_claims_run_out(company)
    assert _mark(company, *late) == 1


@pytest.mark.parametrize("how", ["the claim ran out", "the channel cannot tell"])
def test_what_may_have_arrived_is_repeated_unchanged_before_anything_later(
    company: Dispatched, how: str
) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:2])
    first = _claim(company)
    company.take_off(company.trip_ids[0])
    {"the claim ran out": _let_claims_run_out, "the channel cannot tell": _not_sure}[how](company)
    assert NoticeState.IN_DOUBT in _states(company)
    again = _claim(company)
    assert (_numbers(again), _changes(again[0])) == (_numbers(first), _changes(first[0]))
    _mark(company, *again)
    assert [_changes(each) for each in _claim(company)] == [[(company.trip_ids[0], Change.TAKEN)]]


def _not_sure(company: Dispatched) -> None:
    company.write("UPDATE notice SET claimed_until = NULL, in_doubt = true WHERE claimed_until IS NOT NULL")


def test_what_is_in_doubt_stays_so_when_a_repetition_does_not_go_through(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    first = _claim(company)
    _let_claims_run_out(company)
    _mark(company, *_claim(company), fate=Fate.LATER)
    company.take_off(company.trip_ids[0])
    assert _numbers(_claim(company)) == _numbers(first)


def test_what_did_not_go_through_makes_room_for_another_message(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _mark(company, *_claim(company), fate=Fate.LATER)
    company.take_off(company.trip_ids[0])
    (claimed,) = _claim(company)
    assert (claimed.notice.trips, claimed.notice.attempts) == ((), 2)


def test_what_was_not_tried_costs_no_attempt(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _mark(company, *_claim(company), fate=Fate.UNTRIED)
    assert [each.notice.attempts for each in _claim(company)] == [1]


def test_a_failed_notice_holds_its_driver_until_it_is_due_again(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _mark(company, *_claim(company), fate=Fate.LATER, wait_s=600)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    company.assign(company.run_ids[1], company.trip_ids[2:3])
    assert [each.notice.driver for each in _claim(company)] == ["Driver 2"]
    _pass_time(company)
    assert [each.notice.driver for each in _claim(company)] == ["Driver 1"]


def test_who_failed_often_does_not_keep_others_waiting(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _mark(company, *_claim(company), fate=Fate.LATER)
    company.assign(company.run_ids[1], company.trip_ids[1:2])
    assert [each.notice.driver for each in _claim(company, limit=1)] == ["Driver 2"]


@pytest.mark.parametrize("trips", [1, 4])
def test_claiming_and_marking_take_one_statement_each_whatever_is_due(
    company: Dispatched, trips: int
) -> None:
    for run_id, trip_id in zip(company.run_ids * 2, company.trip_ids[:trips], strict=False):
        company.assign(run_id, [trip_id])
    company.database.count()
    claimed = _claim(company)
    counted = company.database.count()
    assert (counted.round_trips, counted.statements) == (1, 5)  # begin, scope, lock, claim, commit
    _mark(company, *claimed)
    assert company.database.count() == counted


# Dead letters


def test_a_dead_letter_is_listed_with_the_reason_and_holds_up_nobody(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _mark(company, *_claim(company), fate=Fate.DEAD)
    assert _claim(company) == []
    (dead,) = list_notice_states(company.database, company.company_id, dead=True)
    assert (dead.driver_ref, dead.state, dead.why, dead.attempts) == ("d1", NoticeState.DEAD, "no signal", 1)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    assert len(_claim(company)) == 1


def test_a_later_message_says_what_the_dead_one_would_have_said(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _mark(company, *_claim(company), fate=Fate.DEAD)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    (claimed,) = _claim(company)
    assert _changes(claimed) == [(trip_id, Change.NEW) for trip_id in company.trip_ids[:2]]
    _mark(company, claimed)
    assert _states(company) == [NoticeState.SUPERSEDED, NoticeState.SENT]
    assert _resend(company) == 0


def test_after_a_dead_letter_in_doubt_a_trip_taken_off_is_told_to_be_safe(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _claim(company)
    _let_claims_run_out(company)
    _mark(company, *_claim(company), fate=Fate.DEAD)
    company.take_off(company.trip_ids[0])
    assert [_changes(each) for each in _claim(company)] == [[(company.trip_ids[0], Change.TAKEN)]]


def test_a_dead_letter_lives_on_when_the_message_in_its_place_does_not_go_through(
    company: Dispatched,
) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _mark(company, *_claim(company), fate=Fate.DEAD)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    _mark(company, *_claim(company), fate=Fate.LATER)
    assert _states(company) == [NoticeState.DEAD, NoticeState.WAITING]


def test_a_dead_letter_sent_again_has_fresh_attempts(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    first = _claim(company)
    _mark(company, *first, fate=Fate.DEAD)
    key = NoticeKey(driver_id=company.driver_ids[0], event_id=first[0].notice.event_id)
    assert _resend(company, NoticeKey(driver_id=company.driver_ids[1], event_id=key.event_id)) == 0
    assert _resend(company, key) == 1
    (again,) = _claim(company)
    assert (again.notice, again.claim) == (first[0].notice, 2)


def test_all_dead_letters_are_sent_again_at_once(company: Dispatched) -> None:
    for run_id, trip_id in zip(company.run_ids, company.trip_ids, strict=False):
        company.assign(run_id, [trip_id])
    _mark(company, *_claim(company), fate=Fate.DEAD)
    assert (_resend(company), len(_claim(company))) == (3, 3)


def _resend(company: Dispatched, key: NoticeKey | None = None) -> int:
    return resend_notices(company.database, company.company_id, key, actor="test")


def test_the_list_says_why_and_until_when_a_driver_waits_and_forgets_it_when_sent(
    company: Dispatched,
) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _mark(company, *_claim(company), fate=Fate.LATER, wait_s=600)
    (waiting,) = list_notice_states(company.database, company.company_id)
    assert waiting.why == "no signal"
    assert waiting.due_at is not None
    assert waiting.due_at > waiting.created_at
    _pass_time(company)
    _mark(company, *_claim(company))
    (sent,) = list_notice_states(company.database, company.company_id, service_on=DAY)
    assert (sent.state, sent.why, sent.due_at) == (NoticeState.SENT, None, None)


def test_the_list_names_what_is_not_settled_or_all_of_a_day(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    _mark(company, *_claim(company))
    company.assign(company.run_ids[1], company.trip_ids[1:2])
    scope = company.database, company.company_id
    assert [each.state for each in list_notice_states(*scope)] == [NoticeState.WAITING]
    assert _states(company) == [NoticeState.SENT, NoticeState.WAITING]
    assert list_notice_states(*scope, service_on=NEXT_DAY) == []


# A driver's own list


def test_a_driver_reads_notices_from_a_cursor_each_as_it_was_written(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.assign(company.run_ids[1], company.trip_ids[:1])
    _mark(company, *_claim(company))
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
