"""Which stops change their time when a run changes."""

from collections.abc import Container, Iterator

from estafette.domain.offer import StopMove
from estafette.domain.plan import PlannedRun, Stop, StopKind

Key = tuple[StopKind, int | None, int]


def ripple(before: PlannedRun, after: PlannedRun, *, but: Container[int | None] = ()) -> Iterator[StopMove]:
    """
    Give the stops that both have and that start at another time, in the order of the run afterwards.

    The trips `but` are passed over. Breaks are told apart by their order.
    """
    was = {key: stop.start_s for key, stop in _keyed(before.stops)}
    for key, stop in _keyed(after.stops):
        if stop.trip_id in but and stop.trip_id is not None:
            continue
        if was.get(key, stop.start_s) != stop.start_s:
            yield StopMove(
                run_id=after.run_id, kind=stop.kind, trip_id=stop.trip_id, before_s=was[key],
                after_s=stop.start_s,
            )  # fmt: skip


def _keyed(stops: tuple[Stop, ...]) -> Iterator[tuple[Key, Stop]]:
    breaks = 0
    for stop in stops:
        breaks += stop.kind is StopKind.BREAK
        yield (stop.kind, stop.trip_id, breaks if stop.kind is StopKind.BREAK else 0), stop
