"""What the contest prints: losses and misses are named, and only an answer that is legal can win."""

import msgspec
import pytest
from benchmarks.engine.case import Best, Case, CaseRun, CaseTrip
from benchmarks.engine.solvers import Attempt
from benchmarks.engine.tables import Results, goals, losses, no_worse, table
from benchmarks.engine.verify import Verdict

TRIP = CaseTrip(origin=0, destination=1, pickup=(0, 9), dropoff=(0, 9), dwell=(0, 0), takes=(1,))
RUN = CaseRun(start=0, end=0, shift=(0, 9), layouts=((1,),))


def a_case(name="lr104", best=Best(runs=9, cost=1000.0)) -> Case:  # noqa: B008 - frozen
    return Case(
        name=name, objective="fleet", scale=1, trips=(TRIP,), runs=(RUN,), travel=((0.0, 1.0), (1.0, 0.0)),
        best=best,
    )  # fmt: skip


def an_answer(
    solver: str, runs: int, drive: float, *, left: int = 0, broken: tuple[str, ...] = (), seed: int = 1
):
    worth = Verdict(broken=broken, left=left, runs=runs, drive=drive, cost=float(runs))
    return Attempt(case="lr104", solver=solver, seed=seed, verdict=worth, threads=1)


def printed(*answers: Attempt) -> list[str]:
    return list(losses(Results([a_case()], answers)))


def test_a_rival_with_a_vehicle_less_is_a_loss_although_it_drives_more():
    lines = printed(an_answer("ours", 10, 900.0), an_answer("pyvrp", 9, 1000.0))
    assert [line.split(":")[0] for line in lines] == ["LOSS lr104", "MISS lr104"]


def test_an_illegal_rival_or_one_that_leaves_trips_over_wins_nothing():
    ours = an_answer("ours", 9, 1000.0)
    assert printed(ours, an_answer("pyvrp", 5, 400.0, broken=("run 0: ride_time",))) == []
    assert printed(ours, an_answer("vroom", 5, 400.0, left=1)) == []


def test_our_own_illegal_answer_is_a_loss_and_a_miss():
    ours = an_answer("ours", 5, 400.0, broken=("run 0: shift",))
    assert [line.split(":")[0] for line in printed(ours, an_answer("vroom", 12, 2000.0))] == [
        "LOSS lr104",
        "MISS lr104",
    ]


def test_a_best_known_value_is_reached_to_its_published_digits():
    assert printed(an_answer("ours", 9, 1000.05)) == []
    assert printed(an_answer("ours", 9, 1000.5)) != []
    assert printed(an_answer("ours", 8, 1700.0)) == []


def test_the_middle_seed_speaks_for_a_solver():
    seeds = [an_answer("ours", runs, 1000.0, seed=seed) for seed, runs in enumerate((12, 9, 10), start=1)]
    assert "10, 1000.0 +1v ±1.5v" in list(table(Results([a_case()], seeds)))[1]


def test_an_answer_that_failed_is_shown_and_is_a_loss():
    silent = Attempt(case="lr104", solver="ours", seed=1, failed="no answer in time")
    results = Results([a_case()], [silent, an_answer("vroom", 12, 2000.0)])
    assert [line for line in losses(results) if "ours no answer" in line]
    assert next(goals(results, rivals=True)) == "GOAL every answer of ours is legal: 0 of 1"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, 0, 9, 500), (0, 0, 10, 400), True),
        ((0, 1, 9, 500), (0, 0, 10, 900), False),
        ((0, 0, 9, 5), (0, 0, 9, 5), True),
    ],
)
def test_ranks_are_compared_figure_by_figure(one, other, expected):
    assert no_worse(one, other) is expected


def a_day_of_a_hundred(seed: int) -> Case:
    return msgspec.structs.replace(a_case(f"day-{seed}", best=None), objective="day", trips=(TRIP,) * 100)


def a_plan_of(case: Case, solver: str, cost: float, *, left: int = 0) -> Attempt:
    worth = Verdict(broken=(), left=left, runs=1, drive=cost, cost=cost)
    return Attempt(case=case.name, solver=solver, seed=1, verdict=worth, threads=1)


def test_days_are_set_beside_the_best_rival_that_serves_all():
    one, other, unserved = map(a_day_of_a_hundred, (1, 2, 3))
    answers = [
        a_plan_of(one, "ours", 90), a_plan_of(one, "vroom", 120), a_plan_of(one, "ortools", 100),
        a_plan_of(other, "ours", 94), a_plan_of(other, "vroom", 100), a_plan_of(other, "ortools", 80, left=1),
        a_plan_of(unserved, "ours", 94), a_plan_of(unserved, "vroom", 50, left=1),
    ]  # fmt: skip
    assert list(goals(Results([one, other, unserved], answers), rivals=True))[2] == (
        "GOAL days of 100 trips cost 8 % less than with the best rival: "
        "8.0 % on average, 6.0 % at least, 2 of 3 days that a rival serves"
    )


def test_a_day_that_a_rival_serves_and_we_do_not_is_told():
    case = a_day_of_a_hundred(1)
    answers = [a_plan_of(case, "ours", 90, left=1), a_plan_of(case, "vroom", 120)]
    assert "-inf % at least" in list(goals(Results([case], answers), rivals=True))[2]
