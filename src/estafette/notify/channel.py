"""What a channel is: it takes notices to drivers and says what became of each."""

from collections.abc import Sequence
from typing import Protocol

from estafette.domain.notice import Notice
from estafette.domain.record import Record

# For so long a channel begins to send what it was handed. What has begun by then may wait for somebody
# who does not answer, and is done before the notices are another worker's (`store/notices.py`).
PORTION_S = 10.0


class Delivered(Record, frozen=True, kw_only=True):
    """It reached the driver, or whatever keeps it for the driver."""


class Later(Record, frozen=True, kw_only=True):
    """It certainly did not go through this time; trying again may help."""

    reason: str


class Unsure(Record, frozen=True, kw_only=True):
    """Nobody can tell (a time-out, half a reply): it will come again, unchanged."""

    reason: str


class Untried(Record, frozen=True, kw_only=True):
    """There was no time left for it: it is due again at once, and this was no attempt."""


class GiveUp(Record, frozen=True, kw_only=True):
    """It can never go through."""

    reason: str


Outcome = Delivered | Later | Unsure | Untried | GiveUp


class Channel(Protocol):
    """
    A way to drivers: files, a stream, push messages.

    A notice may come again (delivery is at least once). Then it has the same `driver_id` and `event_id` and
    says the same: a channel leaves it out, and the driver is not told twice. For one driver and day the
    numbers only grow, so one that is not above the last is a repetition, or comes from a worker that slept
    until later ones had gone out.
    """

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        """
        Deliver notices, at most one for each driver, and give their outcomes in the same order.

        Where one of them may take long, what has not begun within `PORTION_S` is `Untried`.
        """
        ...
