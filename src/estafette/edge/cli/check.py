"""The command check: the day as it stands, a plan for it, or anybody's plan of a file."""

import sys
from datetime import date
from pathlib import Path

import click

from estafette.domain.instance import Instance
from estafette.domain.plan import Plan
from estafette.edge.cli.instances import figures_of, in_units, violation_lines
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    DONE,
    REFUSED,
    company_option,
    day_of_choice,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.edge.travel import travel_here
from estafette.exchange.instances.reading import read_bytes, read_instance
from estafette.exchange.instances.solution_text import read_solution
from estafette.exchange.plan_file import read_plan
from estafette.flow.acceptance import still_wrong
from estafette.flow.check import check_day
from estafette.planning.check import violations
from estafette.planning.sequence import Visit, plan_of_sequences
from estafette.store.day import load_day


@click.command()
@day_of_choice
@company_option
@click.argument(
    "files",
    metavar="[PROBLEM] [PLAN]",
    nargs=-1,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@json_option
def check(service_on: date | None, company_id: int, files: tuple[Path, ...], as_json: bool) -> None:
    """
    Check with code that knows nothing of the search: a day as it stands, a plan for it, or a plan of a file.

    A plan of a file is one of ours, or routes in the numbers of Li and Lim or Cordeau; these get the earliest
    legal times.

    \b
    Example:
      estafette check --day 2026-11-25
      estafette check --day 2026-11-25 plan.json
      estafette check lr104.txt lr104.sol
    """
    if service_on is not None and len(files) <= 1:
        _check_day(service_on, company_id, files[0] if files else None, as_json=as_json)
    elif service_on is None and len(files) == 2:
        _check_file(*files, as_json=as_json)
    else:
        message = "Give --day with or without a PLAN, or a PROBLEM and a PLAN without --day."
        raise click.UsageError(message)


def _check_day(service_on: date, company_id: int, plan_file: Path | None, *, as_json: bool) -> None:
    with open_database() as database, errors_in_one_line():
        travel = travel_here(database, company_id)
        if plan_file is None:
            found = check_day(database, company_id, service_on, travel=travel)
        else:
            problem = load_day(database, company_id, service_on)
            found = still_wrong(problem, travel.matrix(problem.places), read_plan(plan_file))
    if as_json:
        print_json({"violations": [str(violation) for violation in found]})
    else:
        click.echo("\n".join(map(str, found)) or "no rule is broken")
    sys.exit(REFUSED if found else DONE)


def _check_file(problem_file: Path, plan_file: Path, *, as_json: bool) -> None:
    with errors_in_one_line():
        instance = read_instance(problem_file)
        plan = _read_answer(plan_file, instance)
    found = violations(instance.problem, instance.matrix, plan)
    figures = figures_of(instance, plan)
    if as_json:
        broken = [
            {"rule": each.rule, "run": each.run_id, "trip": each.trip_id, "by": in_units(each, instance)}
            for each in found
        ]
        said = {"vehicles": figures.vehicles, "distance": figures.distance, "left_over": len(plan.left_over)}
        print_json({"format": instance.format, "trips": figures.trips, **said, "violations": broken})
    else:
        click.echo("\n".join(violation_lines(found, instance)) or "no rule is broken")
        left_over = f"left over: {len(plan.left_over)} of {figures.trips}"
        click.echo(f"vehicles: {figures.vehicles}, distance: {figures.distance_text}, {left_over}")
    sys.exit(REFUSED if found else DONE)


def _read_answer(path: Path, instance: Instance) -> Plan:
    content = read_bytes(path)
    if content.lstrip().startswith(b"{"):
        return read_plan(path)
    # Only names of authors are ever written in another encoding.
    routes = read_solution(content.decode("utf-8", errors="replace"), instance, file=str(path))
    sequences = [[Visit(*stop) for stop in route.stops] for route in routes]
    return plan_of_sequences(instance.problem, instance.matrix, sequences)
