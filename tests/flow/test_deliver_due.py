"""Delivering notices: everybody after commit, in order, nobody twice."""

from collections.abc import Sequence

import pytest

from estafette.domain.notice import MAX_ATTEMPTS, Notice
from estafette.flow.notices import Delivery, deliver_due
from estafette.notify.channel import PORTION_S, Delivered, GiveUp, Later, Outcome, Unsure
from estafette.notify.memory import MemoryChannel
from estafette.store.database import Database
from estafette.store.notices import claim_due, list_notice_states
from tests.dispatched import Dispatched

NOTHING = Delivery(sent=0, later=0, given_up=0)
SENT = Delivery(sent=1, later=0, given_up=0)
NO_SIGNAL = Later(reason="no signal")
OF_ANOTHER_DAY = (
    "UPDATE notice SET driver_id = %(driver)s, service_on = '2026-11-26' WHERE driver_id <> %(driver)s"
)


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database)
    company.roster()
    company.book(6)
    return company


def _deliver(company: Dispatched, channel: MemoryChannel) -> Delivery:
    return deliver_due(company.database, company.company_id, channel)


def _pass_time(company: Dispatched) -> None:
    company.write("UPDATE notice SET due_at = '-infinity'")


def _let_claims_run_out(company: Dispatched) -> None:
    company.write("UPDATE notice SET claimed_until = '-infinity' WHERE claimed_until IS NOT NULL")


def _why_dead(company: Dispatched) -> list[str | None]:
    return [each.why for each in list_notice_states(company.database, company.company_id, dead=True)]


def test_every_driver_with_a_change_is_told_once(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:3])
    company.assign(company.run_ids[1], company.trip_ids[3:])
    channel = MemoryChannel()
    assert _deliver(company, channel) == Delivery(sent=2, later=0, given_up=0)
    assert _deliver(company, channel) == NOTHING
    assert [(notice.driver, len(notice.trips)) for notice in channel.kept] == [
        ("Driver 1", 3),
        ("Driver 2", 3),
    ]


def test_a_driver_for_whom_nothing_changed_is_told_nothing(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids)
    channel = MemoryChannel()
    _deliver(company, channel)
    assert {notice.driver for notice in channel.kept} == {"Driver 1"}


def test_with_nothing_due_no_channel_is_bothered(company: Dispatched) -> None:
    channel = MemoryChannel()
    assert _deliver(company, channel) == NOTHING
    assert channel.calls == 0


def test_a_driver_who_gains_and_loses_a_trip_before_delivery_hears_nothing(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.take_off(company.trip_ids[0])
    channel = MemoryChannel()
    assert _deliver(company, channel) == Delivery(sent=0, later=0, given_up=0, silent=1)
    assert (channel.calls, _deliver(company, channel)) == (0, NOTHING)


def test_who_gains_and_loses_a_trip_while_the_phone_is_off_hears_nothing_either(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    channel = MemoryChannel(answers={company.driver_ids[0]: NO_SIGNAL})
    _deliver(company, channel)
    company.take_off(company.trip_ids[0])
    _pass_time(company)
    assert _deliver(company, channel).silent == 1


def test_what_did_not_go_through_is_tried_again_later_with_what_came_since(company: Dispatched) -> None:
    driver_id = company.driver_ids[0]
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.assign(company.run_ids[1], company.trip_ids[2:3])
    channel = MemoryChannel(answers={driver_id: NO_SIGNAL})
    assert _deliver(company, channel) == Delivery(sent=1, later=1, given_up=0)
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    assert _deliver(company, channel) == NOTHING
    channel.answers[driver_id] = Delivered()
    _pass_time(company)
    assert _deliver(company, channel) == SENT
    assert [trip.trip_id for trip in channel.kept[-1].trips] == company.trip_ids[:2]


def test_of_a_driver_who_cannot_be_reached_the_message_for_another_day_waits_too(
    company: Dispatched,
) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.assign(company.run_ids[1], company.trip_ids[1:2])
    company.write(OF_ANOTHER_DAY, driver=company.driver_ids[0])
    channel = MemoryChannel(answers={company.driver_ids[0]: NO_SIGNAL})
    assert _deliver(company, channel) == Delivery(sent=0, later=2, given_up=0)
    assert channel.calls == 1


def test_what_a_slow_channel_leaves_no_time_for_is_due_at_once_and_was_no_attempt(
    company: Dispatched,
) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.assign(company.run_ids[1], company.trip_ids[1:2])
    company.write(OF_ANOTHER_DAY, driver=company.driver_ids[0])
    channel = Slow()
    told = deliver_due(company.database, company.company_id, channel, clock=lambda: channel.now_s)
    assert told == Delivery(sent=1, later=1, given_up=0)
    assert company.write("SELECT attempts, claimed_until FROM notice WHERE sent_at IS NULL") == [(0, None)]
    assert _deliver(company, channel) == SENT


class Slow(MemoryChannel):
    """Takes longer for each call than there is time for a portion."""

    now_s = 0.0

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        self.now_s += PORTION_S + 1
        return super().send(notices)


def test_what_may_have_arrived_comes_again_unchanged(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    channel = HalfDeaf()
    assert _deliver(company, channel) == Delivery(sent=0, later=1, given_up=0)
    company.take_off(company.trip_ids[0])
    _pass_time(company)
    assert [_deliver(company, channel), _deliver(company, channel)] == [SENT, SENT]
    first, again, taken = channel.heard
    assert (first.event_id, first.trips) == (again.event_id, again.trips)
    assert taken.event_id > again.event_id


class HalfDeaf(MemoryChannel):
    """Hears every notice, and cannot tell that it heard the first."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Notice] = []

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        self.heard += notices
        return super().send(notices) if self.heard[1:] else [Unsure(reason="time-out")]


def test_a_notice_given_up_does_not_hold_up_the_next(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    channel = MemoryChannel(answers={company.driver_ids[0]: GiveUp(reason="no such number")})
    assert _deliver(company, channel) == Delivery(sent=0, later=0, given_up=1)
    assert _deliver(company, channel) == NOTHING
    assert _why_dead(company) == ["no such number"]


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (NO_SIGNAL, "no signal (20 attempts)"),
        (Unsure(reason="time-out"), "nobody knows whether it arrived (20 attempts)"),
    ],
)
def test_after_so_many_attempts_a_notice_is_a_dead_letter(
    company: Dispatched, outcome: Outcome, why: str
) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.write("UPDATE notice SET attempts = %(n)s", n=MAX_ATTEMPTS - 2)
    channel = MemoryChannel(answers={company.driver_ids[0]: outcome})
    for _ in range(3):
        _deliver(company, channel)
        _pass_time(company)
    assert _why_dead(company) == [why]
    assert channel.calls == 2


def test_who_dies_between_sending_and_marking_tells_nobody_twice(
    company: Dispatched, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.assign(company.run_ids[0], company.trip_ids)
    channel = MemoryChannel()
    with monkeypatch.context() as patched:
        patched.setattr("estafette.flow.notices.mark_notices", _dies)
        with pytest.raises(SystemExit):
            _deliver(company, channel)
    assert _deliver(company, channel) == NOTHING
    _let_claims_run_out(company)
    assert _deliver(company, channel) == SENT
    assert (channel.calls, len(channel.kept)) == (2, 1)


def _dies(*_: object, **__: object) -> None:
    raise SystemExit


def test_a_worker_that_was_overtaken_reports_no_success(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids)
    assert _deliver(company, Sleeper(company)) == Delivery(sent=0, later=0, given_up=0, overtaken=1)


class Sleeper(MemoryChannel):
    """Sleeps over its claim: meanwhile another worker takes it."""

    def __init__(self, company: Dispatched) -> None:
        super().__init__()
        self._company = company

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        _let_claims_run_out(self._company)
        claim_due(self._company.database, self._company.company_id, limit=9, actor="other")
        return super().send(notices)


@pytest.mark.parametrize("notices", [1, 3])
def test_delivery_takes_two_round_trips_whatever_is_due(company: Dispatched, notices: int) -> None:
    for run_id, trip_id in zip(company.run_ids[:notices], company.trip_ids, strict=False):
        company.assign(run_id, [trip_id])
    company.database.count()
    _deliver(company, MemoryChannel())
    assert company.database.count().round_trips == 2
