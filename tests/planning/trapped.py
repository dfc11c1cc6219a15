"""
What `test_traps` runs in a process whose kernel traps indices out of range.

    ESTAFETTE_KERNEL_TRAPS=1 python -m tests.planning.trapped within|outside
"""

import sys

from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.kernel.arrays import new_state
from estafette.planning.kernel.doors import arrange
from estafette.planning.offers import offers
from estafette.planning.problem import day_of
from estafette.planning.solve import solve
from estafette.planning.standing import standing_of
from estafette.planning.why import why
from tests.planning.builders import a_random_day, on_a_plane
from tests.planning.featured import a_featured_matrix, a_random_featured_day
from tests.planning.solving import in_force


def within() -> None:
    """Plan days that ask for everything, plan them again, and ask about them; the last is divided."""
    days = [(a_random_featured_day(seed, 14, 4), a_featured_matrix(seed)) for seed in range(40)]
    matrix = on_a_plane(1, 60)
    days.append((a_random_day(1, 120, 24, matrix), matrix))
    for seed, (problem, matrix) in enumerate(days):
        weights = Weights(work_percent=50 * (seed % 2), balance_percent=100 * (seed % 3 == 0))
        plan = solve(
            problem, matrix, budget=Budget(iterations=400), threads=2, divide_from=100, weights=weights
        )
        solve(in_force(problem, plan), matrix, budget=Budget(iterations=100), begin=plan, weights=weights)
        for trip in problem.trips[:3]:
            why(problem, matrix, weights, plan, trip.trip_id)
        if plan.left_over:
            offers(standing_of(problem, matrix, weights, plan), plan.left_over[0].trip_id)


def outside() -> None:
    """Sort more absent trips than there are."""
    day, node = day_of(a_random_featured_day(1, 4, 2), a_featured_matrix(1), Weights())
    arrange(day, new_state(day, node, 1), 0, 5)


if __name__ == "__main__":
    {"within": within, "outside": outside}[sys.argv[1]]()
