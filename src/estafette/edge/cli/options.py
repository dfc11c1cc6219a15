"""Options that several commands share."""

import click

from estafette.cores import usable_cores

_MOST_THREADS = 4


def usable_threads() -> int:
    """Give how many threads to search with unless told: one for each core that may be used, at most 4."""
    return min(_MOST_THREADS, usable_cores())


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
threads_option = click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=usable_threads,
    show_default=f"one for each core, at most {_MOST_THREADS}",
    metavar="N",
    help="Threads to search with.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
key_option = click.option(
    "--key", default=None, help="Applies once under this key, however often it is called."
)
