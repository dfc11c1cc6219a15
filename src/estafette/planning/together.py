"""Putting the parts of a day together again: one plan of the whole, never worse than the one before."""

from collections.abc import Sequence

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.part import DayPart
from estafette.domain.plan import LeftOver, Plan, Violation
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.check import violations
from estafette.planning.part import trips_of
from estafette.planning.prices import unserved_prices
from estafette.planning.terms import added_up, priced

Answer = tuple[DayPart, Plan]


def put_together(
    problem: Problem, matrix: TravelMatrix, weights: Weights, plan: Plan, answers: Sequence[Answer]
) -> Plan:
    """
    Give a priced plan with the runs of those answers that make it cheaper; reasons are left to be found.

    An answer that breaks a rule of the day (one made on other travel times, say) is not taken. With none to
    take, it is the plan as it was.

    Raises
    ------
    Invalid
        An answer is one to another problem.
    """
    _refuse_others(answers)
    known = [(part, _priced(problem, matrix, weights, part, found)) for part, found in answers]
    better = [answer for answer in known if _saves(plan, weights, *answer)]
    while better:
        whole = added_up(problem, weights, _with(problem, plan, better))
        found = set(violations(problem, matrix, whole))
        broken = found and found - set(violations(problem, matrix, plan))
        if not broken:
            return whole if whole.cost < plan.cost else plan
        better = _without(better, broken)
    return plan


def _refuse_others(answers: Sequence[Answer]) -> None:
    for part, answer in answers:
        if answer.problem_sha256 != part.begin.problem_sha256:
            message = f"an answer to problem {answer.problem_sha256}, not {part.begin.problem_sha256}"
            raise Invalid(message)


def _priced(problem: Problem, matrix: TravelMatrix, weights: Weights, part: DayPart, found: Plan) -> Plan:
    """Price the runs of an answer as runs of the day, whose drivers and windows the part does not know."""
    ids = {trip.trip_id for trip in part.problem.trips}
    own = tuple(trip for trip in problem.trips if trip.trip_id in ids)
    return priced(msgspec.structs.replace(problem, trips=own), matrix, weights, found)


def _saves(plan: Plan, weights: Weights, part: DayPart, found: Plan) -> bool:
    """Tell whether an answer is cheaper than what it began from, by the runs and the trips of the part."""
    prices = unserved_prices(part.problem, weights)
    ids = {run.run_id for run in part.begin.runs}
    stood = sum(run.terms.cost() for run in plan.runs if run.run_id in ids)
    return found.cost < stood + sum(prices[left.trip_id] for left in part.begin.left_over)


def _with(problem: Problem, plan: Plan, answers: Sequence[Answer]) -> Plan:
    new = {run.run_id: run for _, found in answers for run in found.runs}
    runs = tuple(new.get(run.run_id, run) for run in plan.runs)
    placed = set(trips_of(runs))
    left = sorted(trip.trip_id for trip in problem.trips if trip.trip_id not in placed)
    left_over = tuple(LeftOver(trip_id=trip_id, refusals=()) for trip_id in left)
    return msgspec.structs.replace(plan, runs=runs, left_over=left_over, course=None)


def _without(answers: Sequence[Answer], broken: set[Violation]) -> list[Answer]:
    """Leave those out on whose runs a rule is broken; all, where none is named."""
    runs = {violation.run_id for violation in broken}
    kept = [answer for answer in answers if runs.isdisjoint(run.run_id for run in answer[1].runs)]
    return kept if len(kept) < len(answers) else []
