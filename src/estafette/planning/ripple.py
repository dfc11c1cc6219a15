"""Which stops change their time when a run changes."""

from collections.abc import Container, Iterator

from estafette.domain.offer import StopMove
from estafette.domain.plan import PlannedRun, Stop, StopKind

Key = tuple[StopKind, int | None]


def ripple(before: PlannedRun, after: PlannedRun, *, but: Container[int | None] = ()) -> Iterator[StopMove]:
    """
    Give the stops that both have and that start at another time, in the order of the run afterwards.

    The trips `but` are passed over. Breaks are told apart by their order.
    """
    was = _by_key(before.stops)
    for key, stop in _by_key(after.stops).items():
        known = was.get(key)
        if known is None or known.start_s == stop.start_s:
            continue
        if stop.trip_id is None or stop.trip_id not in but:
            yield StopMove(
                run_id=after.run_id, kind=stop.kind, trip_id=stop.trip_id, before_s=known.start_s,
                after_s=stop.start_s,
            )  # fmt: skip


def _by_key(stops: tuple[Stop, ...]) -> dict[Key, Stop]:
    found: dict[Key, Stop] = {}
    breaks = 0
    for stop in stops:
        number = stop.trip_id
        if stop.kind is StopKind.BREAK:
            number = breaks = breaks + 1
        found[stop.kind, number] = stop
    return found
