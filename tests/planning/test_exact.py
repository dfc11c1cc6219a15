"""
The optimiser on tiny days against exhaustive search, and what no change of a day may do to its cost.

`FEATURES` are those of `tests/planning/featured.py`; each is asked for alone, and all of them together. Three are
left out where the least cost is asked, `TANGLED`. Linked legs, also where the vehicle waits: each run is timed by
itself, between the moments at which the linked legs of other runs stand, so a plan that needs both to move at once can
be missed. A limit on waiting aboard: three trips can be legal together where two of them are not, because the third
fills a wait, and trips come one by one. Such plans are legal all the same.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from estafette.domain.booking import RideLimit, TripFacts
from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.budget import Budget, Progress
from estafette.planning.check import violations
from estafette.planning.solve import solve
from estafette.planning.terms import priced
from tests.examples import up_to
from tests.planning import featured
from tests.planning.cheapest import UNTIMED, cheapest, most_served
from tests.planning.featured import a_featured_matrix, a_random_featured_day

TANGLED = ["links", "waits", "onboard_wait"]
FEATURES = [name for name in featured.FEATURES if name not in TANGLED]
TOGETHER = [[], *([name] for name in FEATURES), *([FEATURES] if len(FEATURES) > 1 else [])]

SEEDS = st.integers(0, 100_000)
CONVERGED = Budget(iterations=3000)


def best(problem: Problem, matrix: TravelMatrix, seed: int = 1) -> Plan:
    """A converged plan, looked at by the checker and priced apart from the search."""
    plan = solve(problem, matrix, budget=CONVERGED, seed=seed, weights=UNTIMED)
    assert violations(problem, matrix, plan) == []
    assert priced(problem, matrix, UNTIMED, plan).cost == plan.cost
    return plan


@pytest.mark.parametrize("features", TOGETHER)
@given(seed=SEEDS)
@settings(max_examples=up_to(15), deadline=None)
def test_a_tiny_day_is_planned_at_the_least_cost(features: list[str], seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 4, 2, features), a_featured_matrix(seed)
    plan = best(problem, matrix)
    assert plan.cost == cheapest(problem, matrix)[0]


@pytest.mark.parametrize("feature", TANGLED)
@given(seed=SEEDS)
@settings(max_examples=up_to(20), deadline=None)
def test_a_tiny_day_whose_trips_hang_together_is_legal_and_at_most_one_trip_short(
    feature: str, seed: int
) -> None:
    problem, matrix = a_random_featured_day(seed, 4, 2, [feature]), a_featured_matrix(seed)
    assert best(problem, matrix).placed() >= cheapest(problem, matrix)[1].placed() - 1


@given(seed=SEEDS)
@settings(max_examples=up_to(6), deadline=None)
def test_a_day_of_five_trips_is_planned_at_the_least_cost_and_serves_as_many_as_can_be(seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 2, FEATURES), a_featured_matrix(seed)
    plan = best(problem, matrix)
    assert plan.cost == cheapest(problem, matrix)[0]
    if not {"priority", "optional", "expected"} & set(FEATURES):
        assert plan.placed() == most_served(problem, matrix)


def of_trips(change: Callable[[TripFacts], dict[str, Any]]) -> Callable[[Problem], Problem]:
    return lambda problem: msgspec.structs.replace(
        problem, trips=tuple(msgspec.structs.replace(trip, **change(trip)) for trip in problem.trips)
    )


def with_another_driver(problem: Problem) -> Problem:
    more = msgspec.structs.replace(problem.runs[0], run_id=9, driver_id=109, vehicle_id=209)
    return msgspec.structs.replace(problem, runs=(*problem.runs, more))


RELAXED: dict[str, Callable[[Problem], Problem]] = {
    "another driver": with_another_driver,
    "wider windows": of_trips(
        lambda trip: {"pickup_from_s": trip.pickup_from_s - 300, "dropoff_to_s": trip.dropoff_to_s + 600}
    ),
    "a looser ride limit": lambda problem: msgspec.structs.replace(
        problem, ride_limit=RideLimit(factor_percent=300, allowance_s=1800)
    ),
}


@pytest.mark.parametrize("relaxed", RELAXED)
@given(seed=SEEDS)
@settings(max_examples=up_to(8), deadline=None)
def test_a_day_that_allows_more_never_costs_more(relaxed: str, seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 2, FEATURES), a_featured_matrix(seed)
    assert best(RELAXED[relaxed](problem), matrix).cost <= best(problem, matrix).cost


@given(seed=SEEDS, order=st.permutations(range(1, 6)))
@settings(max_examples=up_to(10), deadline=None)
def test_other_names_for_the_trips_do_not_change_the_cost(seed: int, order: list[int]) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 2, FEATURES), a_featured_matrix(seed)
    assert best(renamed(problem, order), matrix).cost == best(problem, matrix).cost


def renamed(problem: Problem, order: list[int]) -> Problem:
    """The same trips under other ids, and in the order of these."""
    name = dict(zip((trip.trip_id for trip in problem.trips), order, strict=True))

    def other(trip: TripFacts) -> TripFacts:
        link = trip.link and msgspec.structs.replace(trip.link, after_trip_id=name[trip.link.after_trip_id])
        return msgspec.structs.replace(trip, trip_id=name[trip.trip_id], link=link)

    trips = sorted(map(other, problem.trips), key=lambda trip: trip.trip_id)
    return msgspec.structs.replace(problem, trips=tuple(trips))


# When all runs of a driver are timed a last time, one may take time that another has given up since.
@given(
    seed=SEEDS,
    features=st.lists(st.sampled_from([each for each in FEATURES if each != "one_driver"]), unique=True),
)
@settings(max_examples=up_to(25), deadline=None)
def test_what_the_search_takes_a_plan_to_cost_is_what_its_stops_cost(seed: int, features: list[str]) -> None:
    # Where no time is asked for the search does not look for the cheapest one; only the plan has it.
    asked = of_trips(lambda trip: {"target_s": trip.pickup_from_s + 300})
    problem, matrix = asked(a_random_featured_day(seed, 10, 3, features)), a_featured_matrix(seed)
    told: list[Progress] = []

    def hear(progress: Progress) -> bool:
        told.append(progress)
        return True

    plan = solve(problem, matrix, budget=Budget(iterations=100), seed=seed, on_progress=hear)
    assume(told[-1].left_over == len(plan.left_over))  # what comes in at the very end is not told any more
    assert told[-1].cost == plan.cost


@given(
    seed=SEEDS,
    features=st.lists(st.sampled_from(FEATURES), unique=True) if FEATURES else st.just([]),
    trips=st.integers(1, 12),
)
@settings(max_examples=up_to(40), deadline=None)
def test_random_days_with_any_features_never_break_the_checker(
    seed: int, features: list[str], trips: int
) -> None:
    problem, matrix = a_random_featured_day(seed, trips, 3, features), a_featured_matrix(seed)
    plan = solve(problem, matrix, budget=Budget(iterations=100), seed=seed)
    assert violations(problem, matrix, plan) == []
