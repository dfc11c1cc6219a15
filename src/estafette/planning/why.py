"""Why a trip is on its run: what every other run would cost more, or why it cannot."""

import msgspec

from estafette.domain.offer import Alternative, Offer, Why
from estafette.domain.plan import Plan, PlannedRun, Reason
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Terms, Weights
from estafette.planning.explain import refusals_of
from estafette.planning.kernel.arrays import NEVER, UNSERVED
from estafette.planning.offers import marginal, offers, written
from estafette.planning.standing import Asked, asking, standing_of


def why(problem: Problem, matrix: TravelMatrix, weights: Weights, plan: Plan, trip_id: int) -> Why:
    """
    Say for each run but a trip's own what the trip would cost more there, or why it cannot be there.

    For a trip on no run the alternatives give what it costs on each run that could take it.

    Raises
    ------
    Invalid
        The problem has no such trip, or as `standing_of`.
    """
    standing = standing_of(problem, matrix, weights, without_trip(plan, trip_id))
    with asking(standing, trip_id) as asked:
        offered = offers(standing, trip_id, len(problem.runs))
        home = next((run for run in plan.runs if _has(run, trip_id)), None)
        own = home.run_id if home else None
        now = Terms() if home is None else _terms_at(asked, home)
        # Where the trip would be legal no rule refuses it, whatever the price.
        priceless = standing.day._replace(trip=standing.day.trip.copy())
        priceless.trip[asked.row, UNSERVED] = -NEVER
        refused = refusals_of(problem, priceless, standing.state, asked.row)
    return Why(
        trip_id=trip_id,
        run_id=own,
        alternatives=tuple(_alternative(each, now) for each in offered if each.run_id != own),
        refusals=tuple(each for each in refused if each.reason is not Reason.BEATEN),
    )


def _has(run: PlannedRun, trip_id: int) -> bool:
    return any(stop.trip_id == trip_id for stop in run.stops)


def without_trip(plan: Plan, trip_id: int) -> Plan:
    """Give a plan with a trip on no run, its stops simply left out."""
    runs = (
        msgspec.structs.replace(run, stops=tuple(stop for stop in run.stops if stop.trip_id != trip_id))
        for run in plan.runs
    )
    return msgspec.structs.replace(plan, runs=tuple(runs))


def _terms_at(asked: Asked, home: PlannedRun) -> Terms:
    """Give what the trip costs where it is."""
    row = asked.standing.book.names.run[home.run_id]
    alone = written(asked, row, asked.standing.nodes(row))
    return marginal(asked, row, alone, home)


def _alternative(offer: Offer, now: Terms) -> Alternative:
    terms = offer.terms.minus(now)
    return Alternative(run_id=offer.run_id, driver_id=offer.driver_id, cost=terms.cost(), terms=terms)
