"""Claiming and marking by the shortest name, for tests of notices."""

from datetime import timedelta

from estafette.domain.notice import Change, ClaimedNotice, Fate, Mark, NoticeKey, NoticeState
from estafette.store.notices import claim_due, list_notice_states, mark_notices, resend_notices
from tests.dispatched import DAY, Dispatched

NEXT_DAY = DAY + timedelta(days=1)


def claim(company: Dispatched, limit: int = 100) -> list[ClaimedNotice]:
    return claim_due(company.database, company.company_id, limit=limit, actor="test")


def mark(company: Dispatched, *claimed: ClaimedNotice, fate: Fate = Fate.SENT, wait_s: float = 0.0) -> int:
    """Mark with one fate; gives how many claims still held."""
    marks = [
        Mark(
            driver_id=each.notice.driver_id,
            event_id=each.notice.event_id,
            claim=each.claim,
            fate=fate,
            why="" if fate is Fate.SENT else "no signal",
            wait_s=wait_s,
        )
        for each in claimed
    ]
    return len(mark_notices(company.database, company.company_id, marks, actor="test"))


def resend(company: Dispatched, key: NoticeKey | None = None) -> int:
    return resend_notices(company.database, company.company_id, key, actor="test")


def changes(each: ClaimedNotice) -> list[tuple[int, Change]]:
    return [(trip.trip_id, trip.change) for trip in each.notice.trips]


def numbers(claimed: list[ClaimedNotice]) -> list[int]:
    return [each.notice.event_id for each in claimed]


def states(company: Dispatched) -> list[NoticeState]:
    listed = list_notice_states(company.database, company.company_id, service_on=DAY)
    return [each.state for each in listed]


def pass_time(company: Dispatched) -> None:
    """Let what waits for its next try be due."""
    company.write("UPDATE notice SET due_at = '-infinity'")


def let_claims_run_out(company: Dispatched) -> None:
    company.write("UPDATE notice SET claimed_until = '-infinity' WHERE claimed_until IS NOT NULL")
