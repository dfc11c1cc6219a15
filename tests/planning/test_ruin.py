"""Each ruin operator by itself: it leads to better plans, and to legal ones whatever the day asks for."""

import pytest

from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.kernel.odds import ODDS, RUINS
from estafette.planning.solve import solve
from tests.planning.builders import a_random_day, on_a_plane
from tests.planning.featured import a_featured_matrix, a_random_featured_day


@pytest.fixture(params=sorted(RUINS))
def one_operator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in RUINS:
        monkeypatch.setitem(ODDS, name, int(name == request.param))
    return str(request.param)


@pytest.mark.usefixtures("one_operator")
def test_one_operator_alone_makes_a_plan_cheaper() -> None:
    matrix = on_a_plane(4, 40)
    problem = a_random_day(4, 60, 12, matrix)
    first = solve(problem, matrix, budget=Budget(iterations=0))
    then = solve(problem, matrix, budget=Budget(iterations=1_500))
    assert violations(problem, matrix, then) == []
    assert then.cost < first.cost


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.usefixtures("one_operator")
def test_one_operator_alone_keeps_every_rule(seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 12, 4), a_featured_matrix(seed)
    plan = solve(problem, matrix, budget=Budget(iterations=300))
    assert violations(problem, matrix, plan) == []
