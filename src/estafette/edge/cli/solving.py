"""How the commands solve."""

import time

from estafette.domain.travel import Travel
from estafette.edge.cli.progress import search_progress
from estafette.flow.day import Solve
from estafette.planning.budget import Budget


def how_to_solve(travel: Travel, *, time_limit_s: float, seed: int, threads: int) -> Solve:
    """Plan on these travel times, showing progress."""
    return Solve(
        travel=travel,
        budget=Budget(time_limit_s=time_limit_s, clock=time.perf_counter),
        seed=seed,
        threads=threads,
        on_progress=search_progress(),
    )
