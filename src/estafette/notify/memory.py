"""Notices kept in memory: the small real channel that tests look into."""

from collections.abc import Sequence

from estafette.domain.notice import Notice
from estafette.notify.channel import Delivered, Outcome


class MemoryChannel:
    """Keeps what it was given, each notice once; `answers` are outcomes other than `Delivered` by driver."""

    def __init__(self, answers: dict[int, Outcome] | None = None) -> None:
        self.kept: list[Notice] = []
        self.calls = 0
        self.answers = answers or {}
        self._seen: set[tuple[int, int]] = set()

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        """Keep the notices it has not seen."""
        self.calls += 1
        return [self._send(notice) for notice in notices]

    def _send(self, notice: Notice) -> Outcome:
        outcome = self.answers.get(notice.driver_id, Delivered())
        key = (notice.driver_id, notice.event_id)
        if isinstance(outcome, Delivered) and key not in self._seen:
            self._seen.add(key)
            self.kept.append(notice)
        return outcome
