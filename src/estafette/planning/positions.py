"""Where on a run a trip goes that somebody puts there by hand without saying where."""

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement

from estafette.domain.booking import Anchor
from estafette.domain.plan import StopKind
from estafette.planning.offers import best_positions, marginal, standing_run, without
from estafette.planning.part import run_violations
from estafette.planning.rules import direct_s
from estafette.planning.standing import Asked, is_closed, timed


def positions_of(asked: Asked, run: int, line: Sequence[int]) -> tuple[int, int]:
    """
    Give the positions of pick-up and drop-off among the other stops of a run, by its row.

    They are the cheapest legal ones; where none is legal, those that its times ask for, so that what is
    forced disturbs least. `line` are the other stops, which may be others than those that stand.
    """
    return _cheapest(asked, run, line) or _by_time(asked, run, line)


def _cheapest(asked: Asked, run: int, line: Sequence[int]) -> tuple[int, int] | None:
    if line == without(asked, run) and not is_closed(asked.standing, run):
        return best_positions(asked, run)
    # The kernel knows the run as it stands. One that was touched, or has no legal schedule (a trip was taken
    # off that filled another rider's wait), may have one with the trip: every position is timed.
    return min(_legal(asked, run, line), default=(0, None))[1]


def _legal(asked: Asked, run: int, line: Sequence[int]) -> Iterator[tuple[int, tuple[int, int]]]:
    before, node = standing_run(asked.standing, run), 2 * asked.row
    for pickup, dropoff in combinations_with_replacement(range(len(line) + 1), 2):
        nodes = [*line[:pickup], node, *line[pickup:dropoff], node + 1, *line[dropoff:]]
        planned = timed(asked, run, nodes, joins=asked.row)
        if planned is not None and not run_violations(asked.problem, asked.standing.matrix, planned):
            yield marginal(asked, run, before, planned).cost(), (pickup, dropoff)


def _by_time(asked: Asked, run: int, line: Sequence[int]) -> tuple[int, int]:
    stops = standing_run(asked.standing, run).stops
    starts = {(stop.trip_id, stop.kind is StopKind.DROPOFF): stop.start_s for stop in stops}
    windows = asked.day.window
    trips = asked.problem.trips
    at_s = [starts.get((trips[node >> 1].trip_id, bool(node & 1)), int(windows[node, 0])) for node in line]
    pickup_s, dropoff_s = _wanted(asked)
    pickup = sum(each < pickup_s for each in at_s)
    return pickup, max(pickup, sum(each < dropoff_s for each in at_s))


def _wanted(asked: Asked) -> tuple[int, int]:
    """Give the seconds at which a trip would be picked up and dropped off by itself."""
    trip = asked.trip
    ride_s = trip.pickup_dwell_s + direct_s(trip, asked.standing.matrix)
    if trip.anchor is Anchor.ARRIVE_BY:
        dropoff_s = trip.dropoff_to_s if trip.target_s is None else trip.target_s
        return dropoff_s - ride_s, dropoff_s
    pickup_s = trip.pickup_from_s if trip.target_s is None else trip.target_s
    return pickup_s, pickup_s + ride_s
