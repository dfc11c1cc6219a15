"""The ways into the kernel: compiled once, whatever is asked."""

import numpy as np
import pytest
from numba.core.errors import TypingError

from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.kernel import entry
from estafette.planning.kernel.arrays import new_state
from estafette.planning.kernel.doors import open_all
from estafette.planning.offers import offers
from estafette.planning.problem import day_of
from estafette.planning.solve import solve
from estafette.planning.standing import standing_of
from estafette.planning.warm import compile_kernels
from estafette.planning.why import why
from tests.planning.builders import a_day, a_run, a_trip, on_a_line


def kinds_of_arguments() -> list[int]:
    return [len(way.signatures) for way in (entry.make, entry.tell)]  # type: ignore[attr-defined]


def test_what_is_compiled_at_first_serves_every_question() -> None:
    compile_kernels(lambda _: None)
    assert kinds_of_arguments() == [1, 1]
    day = a_day([a_trip(1, 2, 5, "08:00-08:15"), a_trip(2, 3, 4, "08:05-08:30")], [a_run(1), a_run(2)])
    plan = solve(day, on_a_line(), budget=Budget(iterations=20), threads=2, divide_from=1)
    again = solve(day, on_a_line(), budget=Budget(iterations=20), begin=plan)
    assert offers(standing_of(day, on_a_line(), Weights(), again), 1)
    assert why(day, on_a_line(), Weights(), again, 2).run_id is not None
    assert kinds_of_arguments() == [1, 1]


def test_an_array_whose_rows_are_apart_is_not_let_in() -> None:
    day, node = day_of(a_day([a_trip(1, 2, 5, "08:00-08:15")], [a_run(1)]), on_a_line(), Weights())
    state = new_state(day, node, 1)
    with pytest.raises(TypingError, match=r"State.sheet: its rows are apart"):
        open_all(day, state._replace(sheet=np.zeros((2, *state.sheet.shape), np.int64)[:, :, ::2][0]))
