"""The rests that a shift owes its driver."""

from collections.abc import Iterator

from estafette.domain.plan import Stop, StopKind, Violation
from estafette.planning.check.known import Way
from estafette.planning.rules import breaks_in_order


def breaks(way: Way) -> Iterator[Violation]:
    """Every break is taken, in order, in its window, whole, with nobody aboard; no others are."""
    run_id, owed = way.run.run_id, breaks_in_order(way.run)
    taken: list[Stop] = []
    riders = 0
    for stop, _ in way.visits:
        riders += (stop.kind == StopKind.PICKUP) - (stop.kind == StopKind.DROPOFF)
        if stop.kind == StopKind.BREAK:
            taken.append(stop)
            if riders:
                yield Violation(rule="break", run_id=run_id, by=riders)
    if len(taken) != len(owed):
        yield Violation(rule="break", run_id=run_id, by=abs(len(owed) - len(taken)))
    for rest, stop in zip(owed, taken, strict=False):
        off_s = max(rest.from_s - stop.start_s, stop.start_s - rest.to_s, 0)
        off_s += abs(stop.depart_s - stop.start_s - rest.duration_s)
        if off_s:
            yield Violation(rule="break", run_id=run_id, by=off_s)
