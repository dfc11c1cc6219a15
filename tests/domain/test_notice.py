"""How long a notice waits for its next attempt."""

from hypothesis import given
from hypothesis import strategies as st

from estafette.domain.notice import MAX_ATTEMPTS, retry_after_s


@given(driver_id=st.integers(1, 10**9), attempts=st.integers(1, MAX_ATTEMPTS))
def test_the_wait_stays_within_a_quarter_of_its_step_whoever_it_is(driver_id: int, attempts: int) -> None:
    step_s = min(2.0**attempts, 300.0)
    assert 0.75 * step_s <= retry_after_s(driver_id, attempts) <= 1.25 * step_s


def test_those_who_failed_together_do_not_come_back_together() -> None:
    assert len({round(retry_after_s(driver_id, 5)) for driver_id in range(100)}) > 10


def test_the_same_driver_and_attempt_always_waits_the_same() -> None:
    assert retry_after_s(7, 3) == retry_after_s(7, 3)
