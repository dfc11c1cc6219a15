"""Solves made by workers: ask for one, list them, cancel one, have days planned by themselves."""

from collections.abc import Mapping
from datetime import datetime

import click

from estafette.domain.counted import counted
from estafette.domain.solve import Automatic, SolveCard, SolveRequest, SolveState, Trouble
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.store.jobs import ask_for_solve, cancel_solve, list_solves, set_automatic


def ask_workers(company_id: int, wish: SolveRequest, *, as_json: bool) -> None:
    """Ask the workers to plan a day, and say under which number."""
    with open_database() as database, errors_in_one_line():
        solve_id = ask_for_solve(database, company_id, wish, actor=actor_name())
    if as_json:
        print_json({"solve_id": solve_id})
    else:
        click.echo(f"solve {solve_id} waits for a worker; see it with: estafette solves")


@click.group(invoke_without_command=True)
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Service day  [default: any]."
)
@company_option
@json_option
@click.pass_context
def solves(context: click.Context, day: datetime | None, company_id: int, as_json: bool) -> None:
    """
    List the latest solves, the newest first, with how far they are or why they failed.

    \b
    Example: estafette solves --day 2026-11-25
    """
    if context.invoked_subcommand:
        return
    with open_database() as database, errors_in_one_line():
        cards = list_solves(database, company_id, service_on=day.date() if day else None)
    if as_json:
        print_json({"solves": cards})
    else:
        click.echo("\n".join(map(_line, cards)) or "no solves")


_TROUBLES: Mapping[str, str] = {
    Trouble.WORKER_LOST: "its worker was lost",
    Trouble.TOO_LONG: "it took much longer than it was allowed to search",
    Trouble.PROCESS_ENDED: "its process ended without a plan (the worker's log says more)",
}


def _line(card: SolveCard) -> str:
    parts = [f"{card.solve_id:>6}  {card.service_on}  {card.state:<9}"]
    if card.figures:
        of = card.figures.placed + card.figures.left_over
        parts.append(f"{card.figures.placed} of {of} placed, {card.figures.seconds:.0f} s")
    if card.parts:
        parts.append(f"{counted(card.parts, 'part')}, {card.helped} by other workers")
    if card.plan_id:
        parts.append(f"plan {card.plan_id}{', applied' if card.applied_id else ''}")
    if card.trouble and card.state is not SolveState.DONE:
        parts.append(_TROUBLES.get(card.trouble, card.trouble))
    return "  ".join([*parts, f"asked by {card.asked_by}"])


@solves.command()
@click.argument("solve_id", metavar="N", type=int)
@company_option
@json_option
def cancel(solve_id: int, company_id: int, as_json: bool) -> None:
    """
    Call a solve off. One that runs ends within about a second, and its best plan so far is kept.

    \b
    Example: estafette solves cancel 12
    """
    with open_database() as database, errors_in_one_line():
        state = cancel_solve(database, company_id, solve_id, actor=actor_name())
    if as_json:
        print_json({"solve_id": solve_id, "state": state})
    elif state is SolveState.CANCELLED:
        click.echo(f"solve {solve_id} is cancelled")
    else:
        click.echo(f"solve {solve_id} ends now with its best plan so far")


@solves.command()
@click.argument("how", type=click.Choice([choice.value for choice in Automatic]))
@company_option
@json_option
def automatic(how: str, company_id: int, as_json: bool) -> None:
    """
    Say what new bookings set off: nothing (by_hand), a plan (propose), or a plan that is applied (apply).

    \b
    Example: estafette solves automatic propose
    """
    with open_database() as database, errors_in_one_line():
        set_automatic(database, company_id, Automatic(how), actor=actor_name())
    if as_json:
        print_json({"automatic": how})
    else:
        click.echo(f"new bookings: {how}")
