"""The command solve: a file, here and now, or a day, by the workers."""

from datetime import date
from pathlib import Path

import click
from click.core import ParameterSource

from estafette.domain.solve import LONGEST_S, MOST_WORKERS, SolveRequest
from estafette.edge.cli.jobs import ask_workers
from estafette.edge.cli.options import json_option, seed_option, threads_option
from estafette.edge.cli.session import company_option, day_of_choice
from estafette.edge.cli.solving_file import ANSWERS, FileSolve, solve_file

_DEFAULT_S = 10.0
_OF_A_FILE = ("iterations", "threads", "out", "answer", "progress")


@click.command()
@click.argument(
    "file", metavar="[FILE]", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@day_of_choice
@company_option
@click.option(
    "--time-limit", "time_limit_s", type=click.FloatRange(min=0), metavar="S",
    help="Seconds to search for a better plan  [default: 10; none with --iterations].",
)  # fmt: skip
@click.option("--iterations", type=click.IntRange(min=0), metavar="N", help="Steps to search, at most.")
@seed_option
@threads_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where to write the plan of a file; - prints it."
)
@click.option(
    "--format", "answer", type=click.Choice(ANSWERS), default="plan", show_default=True,
    help="In which words to write it.",
)  # fmt: skip
@click.option("--progress", is_flag=True, help="Say every second how far the search of a file is.")
@click.option(
    "--workers", type=click.IntRange(1, MOST_WORKERS), default=1, show_default=True, metavar="N",
    help="Workers that may share a large day, as many as are free.",
)  # fmt: skip
@click.option(
    "--apply", "applies", is_flag=True, help="Apply the plan of a day too; without, it is proposed."
)
@json_option
@click.pass_context
def solve(
    context: click.Context,
    file: Path | None,
    service_on: date | None,
    company_id: int,
    time_limit_s: float | None,
    iterations: int | None,
    seed: int,
    threads: int,
    out: Path | None,
    answer: str,
    progress: bool,
    workers: int,
    applies: bool,
    as_json: bool,
) -> None:
    """
    Plan what a file describes, without a database; or ask the workers to plan a day.

    A file is a problem of ours, of VROOM, of Li and Lim or of Cordeau (docs/problem.md); its content tells
    which. Ctrl-C ends the search with its best plan so far. A solve that waits for the same day already takes
    the wish for one in; a worker searches with the threads that it was started with. With --workers, those
    that are free help with a day of 200 trips or more: each searches a part of it, round by round.

    \b
    Example:
      estafette solve lr104.txt --time-limit 30 --format li-lim --out lr104.sol
      estafette solve --day 2026-11-25 --time-limit 30 --apply
      estafette solve --day 2026-11-25 --time-limit 120 --workers 4
    """
    if (file is None) == (service_on is None):
        message = f"Give {'either' if file else ''} a FILE or --day{', not both' if file else ''}."
        raise click.UsageError(" ".join(message.split()))
    if service_on is not None:
        _refuse(context, _OF_A_FILE, "is for a FILE, not for a day that workers plan")
        wish = SolveRequest(
            service_on=service_on, time_limit_s=_of_a_day(time_limit_s), seed=seed, applies=applies,
            workers=workers,
        )  # fmt: skip
        ask_workers(company_id, wish, as_json=as_json)
    elif file is not None:
        _refuse(context, ("applies",), "is for a --day; the plan of a file is only written")
        _refuse(context, ("workers",), "is for a --day; a file is planned here, with --threads")
        if time_limit_s is None and iterations is None:
            time_limit_s = _DEFAULT_S
        solve_file(FileSolve(file, time_limit_s, iterations, seed, threads, out, answer, progress, as_json))


def _of_a_day(time_limit_s: float | None) -> float:
    if time_limit_s is not None and time_limit_s > LONGEST_S:
        message = f"Workers search for at most {LONGEST_S} seconds."
        raise click.BadParameter(message, param_hint="--time-limit")
    return _DEFAULT_S if time_limit_s is None else time_limit_s


def _refuse(context: click.Context, names: tuple[str, ...], why: str) -> None:
    """End the command if one of these options was given."""
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if parameter.name in names and given:
            message = f"{parameter.opts[0]} {why}."
            raise click.UsageError(message)
