"""Which runs could take a trip, best first, with what that costs and whom it moves."""

from collections.abc import Container
from typing import NamedTuple

import numpy as np

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.offer import Offer, StopMove
from estafette.domain.plan import PlannedRun, StopKind
from estafette.domain.weights import Terms
from estafette.planning.census import NOT
from estafette.planning.kernel.arrays import ZERO, Ints
from estafette.planning.kernel.doors import rank_runs
from estafette.planning.ripple import ripple
from estafette.planning.slack import slack_s
from estafette.planning.standing import Asked, Standing, asking, timed
from estafette.planning.terms import PriceBook, run_terms

# So many runs are priced exactly for each one wanted: the search's estimate misses waiting and duty.
_LOOKED_AT = 2
_AT_LEAST = 6


def offers(
    standing: Standing, trip: TripFacts | int, k: int = 3, only: Container[int] | None = None
) -> tuple[Offer, ...]:
    """
    Rank the k cheapest runs for a new trip, or for one of the problem by its id, as if it were on no run.

    With `only`, the ids of runs, no others are priced.

    Each run is offered once, at its cheapest legal position there; of empty runs that cannot be told apart
    only one. The runs that look cheapest by the search's estimate (at least 6, and 2k) are priced exactly,
    the others not looked at further. Empty when no run can take the trip, or when its own run has no legal
    times without it: somebody else would wait aboard for too long.

    Raises
    ------
    Invalid
        The problem has no trip of this id, or has a trip of the new one's id already; a place of the trip is
        not in the travel matrix.
    """
    with asking(standing, trip) as asked:
        left = _left(asked)
        if left is None:
            return ()
        found = np.zeros((max(_AT_LEAST, _LOOKED_AT * k), 4), dtype=np.int64)
        count = int(rank_runs(asked.day, asked.standing.state, ZERO + asked.row, ZERO + NOT, found))
        wanted = (row for row in found[:count] if only is None or _run_id(asked, row) in only)
        priced = filter(None, (_offer(asked, row, left) for row in wanted))
        return tuple(sorted(priced, key=lambda offer: offer.cost)[:k])


def _run_id(asked: Asked, found: Ints) -> int:
    facts: RunFacts = asked.problem.runs[found[1]]
    return facts.run_id


def offer_on(asked: Asked, run: int, pickup: int, dropoff: int) -> Offer | None:
    """Offer a run, by its row, at these positions to a trip on no run; `None` where that is not legal."""
    return _offer(asked, np.array((0, run, pickup, dropoff), dtype=np.int64), _Left(-1, None, ()))


class _Left(NamedTuple):
    """The run that the trip is on, by its row, as it is without the trip, and what moves there then."""

    home: int
    alone: PlannedRun | None
    moves: tuple[StopMove, ...]


def _left(asked: Asked) -> _Left | None:
    """Time the run of the trip without it, once for all offers; `None` where that is not legal."""
    home = asked.standing.run_of(asked.row)
    if home < 0:
        return _Left(home, None, ())
    alone = timed(asked, home, without(asked, home))
    if alone is None:
        return None
    return _Left(
        home, alone, tuple(ripple(standing_run(asked.standing, home), alone, but=(asked.trip.trip_id,)))
    )


def _offer(asked: Asked, found: Ints, left: _Left) -> Offer | None:
    """Write an offer; `None` where a linked trip on the same run is in the way once both are timed."""
    _, run, pickup, dropoff = (int(each) for each in found)
    facts, trip = asked.problem.runs[run], asked.trip
    alone = without(asked, run)
    node = 2 * asked.row
    nodes = [*alone[:pickup], node, *alone[pickup:dropoff], node + 1, *alone[dropoff:]]
    planned = timed(asked, run, nodes, joins=asked.row)
    if planned is None:
        return None
    stands = standing_run(asked.standing, run)
    before = left.alone if left.alone and left.home == run else stands
    terms = marginal(asked, run, before, planned)
    at = {stop.kind: stop.start_s for stop in planned.stops if stop.trip_id == trip.trip_id}
    moves = tuple(ripple(stands, planned, but=(trip.trip_id,)))
    return Offer(
        trip_id=trip.trip_id, run_id=facts.run_id, driver_id=facts.driver_id, pickup_s=at[StopKind.PICKUP],
        dropoff_s=at[StopKind.DROPOFF], pickup_position=pickup, dropoff_position=dropoff, cost=terms.cost(),
        terms=terms, extra_drive_s=planned.drive_s - before.drive_s,
        extra_drive_m=planned.drive_m - before.drive_m, extra_span_s=planned.span_s() - before.span_s(),
        slack_s=slack_s(asked, run, planned), ripple=moves if left.home == run else moves + left.moves,
    )  # fmt: skip


def best_positions(asked: Asked, run: int) -> tuple[int, int] | None:
    """Give the cheapest legal positions of the trip on a run, by its row; `None` where there are none."""
    found = np.zeros((1, 4), dtype=np.int64)
    if not rank_runs(asked.day, asked.standing.state, ZERO + asked.row, ZERO + run, found):
        return None
    return int(found[0, 2]), int(found[0, 3])


def without(asked: Asked, run: int) -> list[int]:
    """List the stops of a run without the trip asked about."""
    return [node for node in asked.standing.nodes(run) if node >> 1 != asked.row]


def written(asked: Asked, run: int, nodes: list[int]) -> PlannedRun:
    """Write a run with these stops; the run as it stands where they have no legal schedule."""
    return timed(asked, run, nodes) or standing_run(asked.standing, run)


def standing_run(standing: Standing, run: int) -> PlannedRun:
    """Give a run, by its row, as the plan has it; empty where the plan does not list it."""
    facts = standing.room.runs[run]
    empty = PlannedRun(run_id=facts.run_id, driver_id=facts.driver_id, stops=())
    return standing.planned.get(facts.run_id, empty)


def marginal(asked: Asked, run: int, before: PlannedRun, after: PlannedRun) -> Terms:
    """Give what a run costs more afterwards, by name."""
    book, facts = _book(asked), asked.problem.runs[run]
    cost = run_terms(book, facts, after)
    known = asked.standing.priced.get(run)
    if known is None or known[0] is not before:
        # Asked about again with each trip: of a plan that stands, what a run costs stays the same.
        known = asked.standing.priced[run] = before, run_terms(book, facts, before)
    return cost.minus(known[1])


def _book(asked: Asked) -> PriceBook:
    """Give what runs are priced by, with the trip asked about in it."""
    standing = asked.standing
    if asked.row != standing.spare:
        return standing.prices
    trips = {**standing.prices.trips, asked.trip.trip_id: asked.trip}
    return standing.prices._replace(problem=asked.problem, trips=trips)
