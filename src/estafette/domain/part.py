"""A part of a large day: some of its runs with their trips, to be improved apart from the rest."""

from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.record import Record


class DayPart(Record, frozen=True, kw_only=True):
    """
    A problem of its own, and the plan that its search begins from; `begin.seed` is the seed to search with.

    It has no names: places and trips are their numbers.
    """

    problem: Problem
    begin: Plan
