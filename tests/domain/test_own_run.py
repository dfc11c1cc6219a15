"""What a driver is told of changes, and which times of a phone are believed."""

from datetime import UTC, datetime, timedelta

import pytest

from estafette.domain.booking import TRANSITIONS, TripStatus
from estafette.domain.notice import Change
from estafette.domain.own_run import Step, occurred_at, since_acknowledged

NEW, MOVED, TAKEN = Change.NEW, Change.MOVED, Change.TAKEN
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(("steps", "left"), [
    ([NEW], NEW), ([NEW, MOVED], NEW), ([NEW, TAKEN], None), ([NEW, TAKEN, NEW], NEW),
    ([MOVED, MOVED], MOVED), ([MOVED, TAKEN], TAKEN), ([TAKEN, NEW], MOVED), ([TAKEN, NEW, TAKEN], TAKEN),
])  # fmt: skip
def test_the_driver_is_told_the_difference_and_no_detours(steps: list[Change], left: Change | None) -> None:
    found = since_acknowledged([(step, 7) for step in steps])
    assert [each.change for each in found] == ([left] if left else [])


@pytest.mark.parametrize(("off", "believed"), [
    (timedelta(hours=-24), True), (timedelta(minutes=4), True), (timedelta(hours=-26), False),
    (timedelta(hours=1), False),
])  # fmt: skip
def test_a_time_that_cannot_be_is_that_of_arrival(off: timedelta, believed: bool) -> None:
    assert occurred_at(NOW + off, NOW) == (NOW + off if believed else NOW)


def test_every_step_of_a_driver_is_a_legal_move_from_somewhere() -> None:
    for step in Step:
        assert step.after
        assert all((before, TripStatus(step)) in TRANSITIONS for before in step.after)
