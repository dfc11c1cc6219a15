"""What holds for a moment, as streams send it: the newest word on each thing, and what changed since."""

from collections.abc import Sequence

from estafette.domain.moment import Gone, Hold, Moment, Position, Viewer
from estafette.domain.record import encode

Key = tuple[str, int]
_GONE_KEPT = 1000


def key_of(moment: Moment) -> Key:
    """Name the thing that a moment is about."""
    match moment:
        case Position():
            return "position", moment.run_id
        case Hold():
            return "hold", moment.hold_id
        case Viewer():
            return "viewer", moment.user_id
        case Gone():
            return moment.of, moment.id


class Moments:
    """
    The last word on each thing with a number that grows; a stream that stands at one is sent what came later.

    A stream that begins stands at 0 and is sent all of it. What is gone is a word too, kept for a while.
    """

    def __init__(self) -> None:
        self._number = 0
        self._present: dict[Key, Moment] = {}
        self._said: dict[Key, tuple[int, bytes]] = {}

    def take_in(self, present: Sequence[Moment]) -> bool:
        """Compare with what was there, and tell whether anything changed."""
        new = {key_of(moment): moment for moment in present}
        changed = [moment for key, moment in new.items() if self._present.get(key) != moment]
        gone = [Gone(of=of, id=number) for of, number in self._present.keys() - new.keys()]
        self._present = new
        for moment in (*changed, *gone):
            self._say(moment)
        self._let_go()
        return bool(changed or gone)

    def _say(self, moment: Moment) -> None:
        self._number += 1
        key = key_of(moment)
        self._said.pop(key, None)  # so that the order of the dictionary is that of the numbers
        self._said[key] = self._number, b"event: moment\ndata: %b\n\n" % encode(moment)

    def _let_go(self) -> None:
        gone = [key for key in self._said if key not in self._present]
        for key in gone[: max(0, len(gone) - _GONE_KEPT)]:
            del self._said[key]

    def after(self, number: int) -> tuple[bytes, int]:
        """Give what was said after a number, and the number that a stream stands at then."""
        if number == self._number:
            return b"", number
        return b"".join(sent for at, sent in self._said.values() if at > number), self._number
