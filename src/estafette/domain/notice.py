"""What a driver is told about a plan: the trips that are new, moved or taken off, and nothing else."""

from datetime import date, datetime
from enum import StrEnum

from estafette.domain.board import Times
from estafette.domain.fleet import Spaces
from estafette.domain.record import Record

MAX_ATTEMPTS = 20
_FIRST_RETRY_S, _LAST_RETRY_S = 2.0, 300.0


class Change(StrEnum):
    """
    What became of a trip for one driver.

    new: it is theirs now. moved: it still is, at other times or on another of their runs. taken: it is
    no longer theirs.
    """

    NEW = "new"
    MOVED = "moved"
    TAKEN = "taken"


class ChangedTrip(Record, frozen=True, kw_only=True):
    """One trip of a notice. `times` is `None` when it was taken off. No rider's name."""

    trip_id: int
    change: Change
    origin: str
    destination: str
    takes: Spaces
    times: Times | None = None


class Notice(Record, frozen=True, kw_only=True):
    """
    One message to one driver about one service day, complete.

    `event_id` numbers it: the id of the last event it comes from, its cursor, and with `driver_id` the
    key by which a repeated delivery is known. `attempts` counts this delivery too. `language` and
    `zone` say how to write it. Trips stand in the order of their pick-up, those taken off last.
    """

    driver_id: int
    event_id: int
    service_on: date
    created_at: datetime
    attempts: int
    driver: str
    language: str
    zone: str
    trips: tuple[ChangedTrip, ...]


class NoticeKey(Record, frozen=True, kw_only=True):
    """Which notice: it survives every repetition."""

    driver_id: int
    event_id: int


class ClaimedNotice(Record, frozen=True, kw_only=True):
    """A notice in somebody's hands for a while; without `claim`, its number, nobody may mark it."""

    notice: Notice
    claim: int


class Fate(StrEnum):
    """
    What became of a claimed notice.

    sent: the driver has it. superseded: nothing was left to say. dead: given up, until somebody sends it
    again. later: it did not go through. unsure: perhaps it did; it comes again unchanged. untried: an
    earlier one of the driver did not go through, or there was no time left.
    """

    SENT = "sent"
    SUPERSEDED = "superseded"
    DEAD = "dead"
    LATER = "later"
    UNSURE = "unsure"
    UNTRIED = "untried"


class Mark(Record, frozen=True, kw_only=True):
    """The fate of a claimed notice, why, and after how many seconds it is due again."""

    driver_id: int
    event_id: int
    claim: int
    fate: Fate
    why: str = ""
    wait_s: float = 0.0


class NoticeState(StrEnum):
    """
    Where a notice stands.

    waiting: for its turn or its time. claimed: in the hands of a worker. in_doubt: perhaps delivered, and
    repeated first of all. sent: the driver has it. superseded: a later message speaks for it, or nothing
    was left to say. dead: given up.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    IN_DOUBT = "in_doubt"
    SENT = "sent"
    SUPERSEDED = "superseded"
    DEAD = "dead"


class NoticeStatus(Record, frozen=True, kw_only=True):
    """
    One line of the list of notices: for whom and where it stands. No names, no trips.

    `due_at` is `None` when it is due at once or not any more; `why` is what went wrong the last time.
    """

    driver_id: int
    driver_ref: str
    event_id: int
    service_on: date
    state: NoticeState
    attempts: int
    created_at: datetime
    due_at: datetime | None = None
    why: str | None = None
    superseded_by: int | None = None


def retry_after_s(driver_id: int, attempts: int) -> float:
    """
    Give how long to wait after so many attempts: doubled each time, from 2 s up to 5 minutes.

    A quarter more or less by driver and attempt, so that those who failed together do not come back
    together (Knuth's multiplicative hash: The Art of Computer Programming 3, section 6.4).
    """
    spread = ((driver_id * 31 + attempts) * 2654435761 % 2**32) / 2**32
    return min(_FIRST_RETRY_S * 2.0 ** min(attempts - 1, 16), _LAST_RETRY_S) * (0.75 + spread / 2)
