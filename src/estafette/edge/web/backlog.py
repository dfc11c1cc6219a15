"""The newest events in memory, ready to send: joined once for all streams that stand at the same place."""

from collections.abc import Sequence
from typing import NamedTuple

from estafette.domain.event import Event
from estafette.domain.record import encode

_KEPT_BYTES = 8_000_000
_PORTION_BYTES = 256_000
_SHARED_PORTIONS = 32


class Frame(NamedTuple):
    """One event as it goes over a stream."""

    event_id: int
    sent: bytes


class Portion(NamedTuple):
    """What to send now, and the cursor after it."""

    sent: bytes
    cursor: int


def frame_of(event: Event) -> Frame:
    """Write an event as a message of a stream."""
    return Frame(event.id, b"id: %d\ndata: %b\n\n" % (event.id, encode(event)))


def portion_of(frames: Sequence[Frame], cursor: int) -> Portion:
    """Join the first frames after a cursor, at least one where there is any, at most so many bytes."""
    size, count = 0, 0
    for frame in frames:
        size += len(frame.sent)
        if count and size > _PORTION_BYTES:
            break
        count += 1
    taken = frames[:count]
    return Portion(b"".join(frame.sent for frame in taken), taken[-1].event_id if taken else cursor)


class Backlog:
    """The frames that follow one another up to `last`, without a gap, at most so many bytes."""

    def __init__(self, last: int, *, kept_bytes: int | None = None) -> None:
        self.last = last
        self._kept_bytes = kept_bytes or _KEPT_BYTES
        self._frames: list[Frame] = []
        self._bytes = 0
        self._shared: dict[int, Portion] = {}

    def add(self, frames: Sequence[Frame]) -> None:
        """Take in what follows, and let go of the oldest beyond the limit."""
        self._frames.extend(frames)
        self.last = frames[-1].event_id
        self._bytes += sum(len(frame.sent) for frame in frames)
        self._shared.clear()
        excess = 0
        while self._bytes > self._kept_bytes:
            self._bytes -= len(self._frames[excess].sent)
            excess += 1
        del self._frames[:excess]

    def after(self, cursor: int) -> Portion | None:
        """Give what follows the event `cursor`; `None` when that is not in memory."""
        oldest = self.last - len(self._frames)
        if not oldest <= cursor <= self.last:
            return None
        found = self._shared.get(cursor)
        if found is None:
            # Ids have no gaps, so a difference of ids is a position.
            found = portion_of(self._frames[cursor - oldest :], cursor)
            if len(self._shared) >= _SHARED_PORTIONS:
                self._shared.clear()
            self._shared[cursor] = found
        return found
