"""Notices to drivers: where they stand, and sending dead letters again."""

from datetime import date

from estafette.domain.hand import Id
from estafette.domain.notice import NoticeKey, NoticeStatus
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.edge.web.api.page import Listed, page_by
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.store.notices import list_notice_states, resend_notices


class Which(Listed, frozen=True, kw_only=True):
    """Which notices to list: all of a day, or those not settled yet; `dead`: those given up alone."""

    day: date | None = None
    dead: bool = False


class ResendBody(Record, frozen=True, kw_only=True):
    """Which dead letter to send again; none named means all."""

    driver_id: Id | None = None
    event_id: Id | None = None

    def __post_init__(self) -> None:
        """Refuse half a name."""
        if (self.driver_id is None) != (self.event_id is None):
            message = "a notice is named by driver and event"
            raise ValueError(message)


class Resent(Record, frozen=True, kw_only=True):
    """How many are in line again."""

    resent: int


def list_(ask: Ask) -> Answer:
    """List where notices stand, by driver."""
    q: Which = ask.query

    def read(driver_id: int, event_id: int, limit: int) -> list[NoticeStatus]:
        after = NoticeKey(driver_id=driver_id, event_id=event_id)
        return list_notice_states(
            ask.database, ask.company_id, service_on=q.day, dead=q.dead, after=after, limit=limit
        )

    return Answer(page_by(q, read, lambda notice: (notice.driver_id, notice.event_id), numbers=2))


def resend(ask: Ask) -> Answer:
    """Put dead letters back in line."""
    driver, event = ask.body.driver_id, ask.body.event_id
    key = NoticeKey(driver_id=driver, event_id=event) if driver is not None else None
    return Answer(Resent(resent=resend_notices(ask.database, ask.company_id, key, actor=ask.actor)))


ROUTES = (
    Route("GET", "/notices", Right.BOARD_READ, list_, NoticeStatus, query=Which),
    Route("POST", "/notices/resend", Right.ASSIGNMENT_WRITE, resend, Resent, ResendBody),
)
