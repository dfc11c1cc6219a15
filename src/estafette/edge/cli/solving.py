"""Options that several commands share, and how the commands solve."""

import time

import click

from estafette.edge.cli.progress import search_progress
from estafette.flow.day import Solve
from estafette.planning.budget import Budget
from estafette.travel.estimate import EstimateTravel

time_limit_option = click.option(
    "--time-limit",
    "time_limit_s",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    metavar="S",
    help="Seconds to search for a better plan.",
)
seed_option = click.option("--seed", type=int, default=1, show_default=True, help="Seed of the search.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
key_option = click.option(
    "--key", default=None, help="Applies once under this key, however often it is called."
)


def how_to_solve(*, time_limit_s: float, seed: int) -> Solve:
    """Plan on estimated travel times, showing progress."""
    budget = Budget(time_limit_s=time_limit_s, clock=time.perf_counter)
    return Solve(travel=EstimateTravel(), budget=budget, seed=seed, on_progress=search_progress())
