"""Claims on notices: one worker at a time, repeated unchanged while in doubt, or dead until sent again."""

import pytest

from estafette.domain.notice import Change, Fate, NoticeKey, NoticeState
from estafette.store.database import Database
from estafette.store.notices import claim_due, list_notice_states
from tests.dispatched import DAY, Dispatched
from tests.store.notified import (
    NEXT_DAY,
    changes,
    claim,
    let_claims_run_out,
    mark,
    numbers,
    pass_time,
    resend,
    states,
)


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database)
    company.roster()
    company.book(4)
    return company


def test_what_is_claimed_is_handed_to_nobody_else(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    assert len(claim(company)) == 1
    assert claim(company) == []
    assert states(company) == [NoticeState.CLAIMED]


def test_a_later_notice_waits_while_an_earlier_one_is_claimed(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    claimed = claim(company)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    assert claim(company) == []
    mark(company, *claimed)
    assert [changes(each) for each in claim(company)] == [[(company.trip_ids[1], Change.NEW)]]


def test_a_claim_runs_out_by_the_clock_of_the_database(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    claim_due(company.database, company.company_id, limit=1, actor="test", lease_s=0)
    assert [each.claim for each in claim(company)] == [2]


def test_a_claim_that_was_taken_over_can_mark_nothing(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    late = claim(company)
    let_claims_run_out(company)
    held = claim(company)
    assert [mark(company, *late, fate=fate) for fate in (Fate.SENT, Fate.LATER, Fate.DEAD)] == [0, 0, 0]
    assert mark(company, *held) == 1
    assert mark(company, *held) == 0


def test_a_claim_that_ran_out_untaken_still_marks(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    late = claim(company)
    let_claims_run_out(company)
    assert mark(company, *late) == 1


@pytest.mark.parametrize("how", ["the claim ran out", "the channel cannot tell"])
def test_what_may_have_arrived_is_repeated_unchanged_before_anything_later(
    company: Dispatched, how: str
) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:2])
    first = claim(company)
    company.take_off(company.trip_ids[0])
    {"the claim ran out": let_claims_run_out, "the channel cannot tell": _not_sure}[how](company)
    assert NoticeState.IN_DOUBT in states(company)
    again = claim(company)
    assert (numbers(again), changes(again[0])) == (numbers(first), changes(first[0]))
    mark(company, *again)
    assert [changes(each) for each in claim(company)] == [[(company.trip_ids[0], Change.TAKEN)]]


def _not_sure(company: Dispatched) -> None:
    company.write("UPDATE notice SET claimed_until = NULL, in_doubt = true WHERE claimed_until IS NOT NULL")


def test_what_is_in_doubt_stays_so_when_a_repetition_does_not_go_through(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    first = claim(company)
    let_claims_run_out(company)
    mark(company, *claim(company), fate=Fate.LATER)
    company.take_off(company.trip_ids[0])
    assert numbers(claim(company)) == numbers(first)


def test_what_did_not_go_through_makes_room_for_another_message(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    mark(company, *claim(company), fate=Fate.LATER)
    company.take_off(company.trip_ids[0])
    (claimed,) = claim(company)
    assert (claimed.notice.trips, claimed.notice.attempts) == ((), 2)


def test_what_was_not_tried_costs_no_attempt(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    mark(company, *claim(company), fate=Fate.UNTRIED)
    assert [each.notice.attempts for each in claim(company)] == [1]


def test_a_failed_notice_holds_its_driver_until_it_is_due_again(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    mark(company, *claim(company), fate=Fate.LATER, wait_s=600)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    company.assign(company.run_ids[1], company.trip_ids[2:3])
    assert [each.notice.driver for each in claim(company)] == ["Driver 2"]
    pass_time(company)
    assert [each.notice.driver for each in claim(company)] == ["Driver 1"]


def test_who_failed_often_does_not_keep_others_waiting(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    mark(company, *claim(company), fate=Fate.LATER)
    company.assign(company.run_ids[1], company.trip_ids[1:2])
    assert [each.notice.driver for each in claim(company, limit=1)] == ["Driver 2"]


@pytest.mark.parametrize("trips", [1, 4])
def test_claiming_and_marking_take_one_statement_each_whatever_is_due(
    company: Dispatched, trips: int
) -> None:
    for run_id, trip_id in zip(company.run_ids * 2, company.trip_ids[:trips], strict=False):
        company.assign(run_id, [trip_id])
    company.database.count()
    claimed = claim(company)
    counted = company.database.count()
    assert (counted.round_trips, counted.statements) == (1, 5)  # begin, scope, lock, claim, commit
    mark(company, *claimed)
    assert company.database.count() == counted


def test_a_dead_letter_is_listed_with_the_reason_and_holds_up_nobody(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    mark(company, *claim(company), fate=Fate.DEAD)
    assert claim(company) == []
    (dead,) = list_notice_states(company.database, company.company_id, dead=True)
    assert (dead.driver_ref, dead.state, dead.why, dead.attempts) == ("d1", NoticeState.DEAD, "no signal", 1)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    assert len(claim(company)) == 1


def test_a_later_message_says_what_the_dead_one_would_have_said(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    mark(company, *claim(company), fate=Fate.DEAD)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    (claimed,) = claim(company)
    assert changes(claimed) == [(trip_id, Change.NEW) for trip_id in company.trip_ids[:2]]
    mark(company, claimed)
    assert states(company) == [NoticeState.SUPERSEDED, NoticeState.SENT]
    assert resend(company) == 0


def test_after_a_dead_letter_in_doubt_a_trip_taken_off_is_told_to_be_safe(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    claim(company)
    let_claims_run_out(company)
    mark(company, *claim(company), fate=Fate.DEAD)
    company.take_off(company.trip_ids[0])
    assert [changes(each) for each in claim(company)] == [[(company.trip_ids[0], Change.TAKEN)]]


def test_a_dead_letter_lives_on_when_the_message_in_its_place_does_not_go_through(
    company: Dispatched,
) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    mark(company, *claim(company), fate=Fate.DEAD)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    mark(company, *claim(company), fate=Fate.LATER)
    assert states(company) == [NoticeState.DEAD, NoticeState.WAITING]


def test_a_dead_letter_sent_again_has_fresh_attempts(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    first = claim(company)
    mark(company, *first, fate=Fate.DEAD)
    key = NoticeKey(driver_id=company.driver_ids[0], event_id=first[0].notice.event_id)
    assert resend(company, NoticeKey(driver_id=company.driver_ids[1], event_id=key.event_id)) == 0
    assert resend(company, key) == 1
    (again,) = claim(company)
    assert (again.notice, again.claim) == (first[0].notice, 2)


def test_all_dead_letters_are_sent_again_at_once(company: Dispatched) -> None:
    for run_id, trip_id in zip(company.run_ids, company.trip_ids, strict=False):
        company.assign(run_id, [trip_id])
    mark(company, *claim(company), fate=Fate.DEAD)
    assert (resend(company), len(claim(company))) == (3, 3)


def test_the_list_says_why_and_until_when_a_driver_waits_and_forgets_it_when_sent(
    company: Dispatched,
) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    mark(company, *claim(company), fate=Fate.LATER, wait_s=600)
    (waiting,) = list_notice_states(company.database, company.company_id)
    assert waiting.why == "no signal"
    assert waiting.due_at is not None
    assert waiting.due_at > waiting.created_at
    pass_time(company)
    mark(company, *claim(company))
    (sent,) = list_notice_states(company.database, company.company_id, service_on=DAY)
    assert (sent.state, sent.why, sent.due_at) == (NoticeState.SENT, None, None)


def test_the_list_names_what_is_not_settled_or_all_of_a_day(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    mark(company, *claim(company))
    company.assign(company.run_ids[1], company.trip_ids[1:2])
    scope = company.database, company.company_id
    assert [each.state for each in list_notice_states(*scope)] == [NoticeState.WAITING]
    assert states(company) == [NoticeState.SENT, NoticeState.WAITING]
    assert list_notice_states(*scope, service_on=NEXT_DAY) == []
