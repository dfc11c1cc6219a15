"""What a channel is: it takes notices to drivers and says what became of each."""

from collections.abc import Sequence
from typing import Protocol

from estafette.domain.notice import Notice
from estafette.domain.record import Record


class Delivered(Record, frozen=True, kw_only=True):
    """It reached the driver, or whatever keeps it for the driver."""


class Later(Record, frozen=True, kw_only=True):
    """It did not go through this time; trying again may help."""

    reason: str


class GiveUp(Record, frozen=True, kw_only=True):
    """It can never go through."""

    reason: str


Outcome = Delivered | Later | GiveUp


class Channel(Protocol):
    """
    A way to drivers: files, a stream, push messages.

    A notice may come again (delivery is at least once): `driver_id` and `event_id` tell a channel that it
    has seen it, and the driver must not be told twice.
    """

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        """Deliver notices, at most one for each driver, and give their outcomes in the same order."""
        ...
