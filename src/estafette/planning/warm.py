"""Getting the kernel ready before it is needed: compiled once, or loaded."""

import gc
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from estafette.cores import usable_cores
from estafette.domain.booking import Anchor, TripFacts
from estafette.domain.fleet import RunFacts, Spaces
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.kernel.arrays import Day, State, new_state
from estafette.planning.kernel.compiled import INNERS, has, is_cached
from estafette.planning.kernel.doors import ask_nothing, make_nothing
from estafette.planning.kernel.entry import make, tell
from estafette.planning.kernel.sharing import shared, translate
from estafette.planning.problem import day_of
from estafette.planning.solve import solve

# For how long the other process is waited for once this one is done.
_PATIENCE_S = 120
# So many new objects before Python looks for cycles again: numba makes millions that live until the end.
_SELDOM = 100_000


def compile_kernels(say: Callable[[str], None]) -> None:
    """
    Compile the whole kernel, or load it from the cache on disk.

    The first time takes up to a minute, and `say` is told so before; later it takes about a second. Python
    never looks for cycles again in what is loaded by then: in a short search that would take long.
    """
    if not is_cached():
        say("compiling the optimiser (once)")
        if usable_cores() > 1:
            _compile_halves()
    plan = None
    with _seldom_collecting():
        for divide_from in (0, 400):
            budget = Budget(iterations=200)
            plan = solve(*_smallest_day(), budget=budget, threads=2, divide_from=divide_from, begin=plan)
    gc.freeze()


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Have Python look for cycles among its objects seldom."""
    as_before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *as_before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*as_before)


def _compile_halves() -> None:
    """
    Compile what makes plans here and what answers questions in another process, side by side.

    numba compiles one function at a time in a process. What one of them has translated the other one takes.
    Whatever becomes of the other process, what it did not leave in the cache is compiled here when it is
    first called.
    """
    with tempfile.TemporaryDirectory() as folder:
        program = f"from {__name__} import compile_questions; compile_questions({folder!r})"
        command, null = [sys.executable, "-c", program], subprocess.DEVNULL
        try:
            other = subprocess.Popen(command, stdin=null, stdout=null, stderr=null)  # noqa: S603 - our own program
        except OSError:  # no Python that could be started
            return
        with other:
            try:
                compile_plans(folder)
                other.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                other.kill()
            except BaseException:
                other.kill()
                raise


def compile_plans(folder: str) -> None:
    """Compile what makes plans; `folder` is shared with the other process."""
    _compile(make, make_nothing, folder)


def compile_questions(folder: str) -> None:
    """Compile what answers questions about a plan; `folder` is shared with the other process."""
    _compile(tell, ask_nothing, folder)


def _compile(door: Any, enter: Callable[[Day, State], None], folder: str) -> None:
    day, state = _smallest_state()
    with _seldom_collecting(), shared(INNERS, Path(folder)):
        if not has(door.__name__):
            translate(door, day, state)
        enter(day, state)


def _smallest_state() -> tuple[Day, State]:
    day, node = day_of(*_smallest_day(), Weights())
    return day, new_state(day, node, 1)


def _smallest_day() -> tuple[Problem, TravelMatrix]:
    """Make a day with a trip that can be served and one that cannot, so that every kernel is used."""
    trips = tuple(
        TripFacts(
            trip_id=trip_id, version=0, origin_id=1, destination_id=2, anchor=Anchor.PICKUP_AT,
            pickup_from_s=0, pickup_to_s=900, dropoff_from_s=0, dropoff_to_s=900, pickup_dwell_s=1,
            dropoff_dwell_s=1, takes=Spaces(wheelchairs=trip_id - 1),
        )
        for trip_id in (1, 2)
    )  # fmt: skip
    run = RunFacts(
        run_id=1, driver_id=1, vehicle_id=1, version=0, shift_from_s=0, shift_to_s=3600, start_place_id=1,
        end_place_id=1, layouts=(Spaces(),),
    )  # fmt: skip
    day_start_at = datetime(1970, 1, 1, tzinfo=UTC)
    problem = Problem(
        company_id=0, service_on=day_start_at.date(), zone="UTC", day_start_at=day_start_at,
        board_version=0, places=(), trips=trips, runs=(run,),
    )  # fmt: skip
    minutes = np.array([[0, 60], [60, 0]], dtype=np.int32)
    matrix = TravelMatrix(
        place_ids=np.array([1, 2]), durations_s=minutes, distances_m=minutes,
        profile_permille=np.array([1000], dtype=np.int32), source="none", estimated=True,
    )  # fmt: skip
    return problem, matrix
