"""Commands that change the day by a plan that exists: apply, undo."""

import sys
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import click

from estafette.domain.plan import Plan
from estafette.domain.undone import Undone
from estafette.edge.cli.naming import Names
from estafette.edge.cli.options import json_option, key_option
from estafette.edge.cli.outcomes import applied_lines, echo_lines, exit_code, undone_lines
from estafette.edge.cli.progress import say
from estafette.edge.cli.session import (
    DONE,
    REFUSED,
    actor_name,
    company_option,
    day_of_choice,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.edge.travel import travel_here
from estafette.exchange.plan_file import read_plan
from estafette.flow.acceptance import Part, apply_from_file, apply_part
from estafette.flow.check import check_day
from estafette.store.board import get_board
from estafette.store.database import Database
from estafette.store.plans import get_plan
from estafette.store.undo import Take, undo_apply, undo_last


class _NumberOrFile(click.ParamType[int | Path]):
    name = "plan"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | Path:
        if isinstance(value, int | Path):
            return value
        if value.isdecimal():
            return int(value)
        path: Path = click.Path(exists=True, dir_okay=False, path_type=Path).convert(value, param, ctx)
        return path


def _plan_of(database: Database, company_id: int, named: int | Path) -> Plan:
    return get_plan(database, company_id, named).plan if isinstance(named, int) else read_plan(named)


@click.command()
@click.argument("named", metavar="PLAN", type=_NumberOrFile())
@click.option("--run", "runs", type=int, multiple=True, help="Accept all that concerns this run; repeatable.")
@click.option("--trip", "trips", type=int, multiple=True, help="Accept this trip; repeatable.")
@company_option
@key_option
@json_option
def apply(
    named: int | Path,
    runs: tuple[int, ...],
    trips: tuple[int, ...],
    company_id: int,
    key: str | None,
    as_json: bool,
) -> None:
    """
    Apply a plan, by its number in the history or from a file: once, and with an outcome for every trip.

    Trips that changed after the plan was computed are reported stale and left as they are. With --run or
    --trip only that part is applied, if it can be driven, and the rest stays a proposal.

    \b
    Example: estafette apply 12 --run 3 --trip 407
    """
    part = Part(
        key=key or f"apply:{uuid.uuid4()}",
        actor=actor_name(),
        runs=frozenset(runs),
        trips=frozenset(trips),
    )
    with open_database() as database, errors_in_one_line():
        plan, travel = _plan_of(database, company_id, named), travel_here(database, company_id)
        if runs or trips:
            applied = apply_part(database, plan, part, travel=travel)
        else:
            applied = apply_from_file(database, plan, travel=travel, key=part.key, actor=part.actor)
        names = Names(get_board(database, plan.company_id, plan.service_on))
    if as_json:
        print_json(applied)
    else:
        echo_lines(applied_lines(applied, names))
    sys.exit(exit_code(applied))


@click.command()
@day_of_choice
@click.option("--apply", "applied_id", type=int, metavar="N", help="Number of the apply to take back.")
@click.option("--trip", "trips", type=int, multiple=True, help="Restore this trip alone; repeatable.")
@click.option("--what-can", is_flag=True, help="Restore what can be, even if not all can.")
@company_option
@json_option
def undo(
    service_on: date | None,
    applied_id: int | None,
    trips: tuple[int, ...],
    what_can: bool,
    company_id: int,
    as_json: bool,
) -> None:
    """
    Take back an apply by its number, or the last one of a day; again for the one before.

    All of it or nothing: if a trip has moved on since, that is said and nothing changes. An undo is an
    apply too, so it can be taken back by its own number.

    \b
    Example: estafette undo --day 2026-11-25
    """
    if (service_on is None) == (applied_id is None):
        message = "say which: --day for the last apply of a day, or --apply with its number"
        raise click.UsageError(message)
    take = Take(actor=actor_name(), trips=frozenset(trips), what_can=what_can)
    with open_database() as database, errors_in_one_line():
        if applied_id is not None:
            undone = undo_apply(database, company_id, applied_id, take=take)
        elif service_on is not None:
            undone = undo_last(database, company_id, service_on, take=take)
        names = Names(get_board(database, company_id, undone.service_on))
        if as_json:
            print_json(undone)
        else:
            echo_lines(undone_lines(undone, names))
        _warn_of_violations(database, company_id, undone)
    sys.exit(REFUSED if undone.in_the_way else DONE)


def _warn_of_violations(database: Database, company_id: int, undone: Undone) -> None:
    """Let the checker look at the day: what stood before may not fit to what came since."""
    if undone.applied is None:
        return
    found = check_day(database, company_id, undone.service_on, travel=travel_here(database, company_id))
    if found:
        say(f"as it stands now, the day breaks rules ({len(found)}); see them with:")
        say(f"  estafette check --day {undone.service_on}")
