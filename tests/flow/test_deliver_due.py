"""Delivering notices: everybody after commit, in order, nobody twice."""

import pytest

from estafette.flow.notices import Delivery, deliver_due
from estafette.notify.channel import Delivered, GiveUp, Later
from estafette.notify.memory import MemoryChannel
from estafette.store.database import Database
from tests.dispatched import Dispatched


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database)
    company.roster()
    company.book(6)
    return company


def _deliver(company: Dispatched, channel: MemoryChannel) -> Delivery:
    return deliver_due(company.database, company.company_id, channel)


def test_every_driver_with_a_change_is_told_once(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:3])
    company.assign(company.run_ids[1], company.trip_ids[3:])
    channel = MemoryChannel()
    assert _deliver(company, channel) == Delivery(sent=2, later=0, given_up=0)
    assert _deliver(company, channel) == Delivery(sent=0, later=0, given_up=0)
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
    assert _deliver(company, channel) == Delivery(sent=0, later=0, given_up=0)
    assert channel.calls == 0


def test_a_later_notice_waits_for_the_earlier_one(company: Dispatched) -> None:
    driver_id = company.driver_ids[0]
    company.assign(company.run_ids[0], company.trip_ids[:1])
    company.assign(company.run_ids[0], company.trip_ids[1:2])
    company.assign(company.run_ids[1], company.trip_ids[2:3])
    channel = MemoryChannel(answers={driver_id: Later(reason="no signal")})
    assert _deliver(company, channel) == Delivery(sent=1, later=2, given_up=0)
    channel.answers[driver_id] = Delivered()
    assert _deliver(company, channel) == Delivery(sent=2, later=0, given_up=0)
    told = [notice.trips[0].trip_id for notice in channel.kept if notice.driver_id == driver_id]
    assert told == company.trip_ids[:2]


def test_a_notice_given_up_does_not_hold_up_the_next(company: Dispatched) -> None:
    company.assign(company.run_ids[0], company.trip_ids[:1])
    channel = MemoryChannel(answers={company.driver_ids[0]: GiveUp(reason="no such number")})
    assert _deliver(company, channel) == Delivery(sent=0, later=0, given_up=1)
    assert _deliver(company, channel) == Delivery(sent=0, later=0, given_up=0)


def test_who_dies_between_sending_and_marking_tells_nobody_twice(
    company: Dispatched, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.assign(company.run_ids[0], company.trip_ids)
    channel = MemoryChannel()
    with monkeypatch.context() as patched:
        patched.setattr("estafette.flow.notices.mark_notices", _dies)
        with pytest.raises(SystemExit):
            _deliver(company, channel)
    assert _deliver(company, channel) == Delivery(sent=1, later=0, given_up=0)
    assert (channel.calls, len(channel.kept)) == (2, 1)


def _dies(*_: object, **__: object) -> None:
    raise SystemExit


@pytest.mark.parametrize("notices", [1, 3])
def test_delivery_takes_two_round_trips_whatever_is_due(company: Dispatched, notices: int) -> None:
    for run_id, trip_id in zip(company.run_ids[:notices], company.trip_ids, strict=False):
        company.assign(run_id, [trip_id])
    company.database.count()
    _deliver(company, MemoryChannel())
    assert company.database.count().round_trips == 2
