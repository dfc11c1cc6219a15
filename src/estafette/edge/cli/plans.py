"""Commands of plans and their history: plan, plan show, plan diff, plans, replay."""

import sys
import time
from datetime import date
from pathlib import Path

import click

from estafette.edge.cli.history_text import difference_lines, plan_lines, plan_table
from estafette.edge.cli.naming import Names
from estafette.edge.cli.options import json_option, seed_option, threads_option, time_limit_option
from estafette.edge.cli.outcomes import echo_lines, refuse_violations
from estafette.edge.cli.progress import end_progress, warm_up
from estafette.edge.cli.report import as_object, as_text
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
from estafette.edge.cli.solving import how_to_solve
from estafette.edge.travel import travel_here
from estafette.exchange.plan_file import write_plan
from estafette.flow.day import plan_day
from estafette.flow.history import Replay, compare_plans, replay_plan
from estafette.flow.stages import Stages
from estafette.store.board import get_board, get_company
from estafette.store.plans import get_plan, list_plans, save_plan


@click.group(invoke_without_command=True)
@day_of_choice
@company_option
@time_limit_option
@seed_option
@threads_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the plan.")
@json_option
@click.pass_context
def plan(
    context: click.Context,
    service_on: date | None,
    company_id: int,
    time_limit_s: float,
    seed: int,
    threads: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """
    Plan a day, keep the plan in the history and write it to a file; nothing is applied.

    \b
    Example: estafette plan --day 2026-11-25 --time-limit 5 --out tomorrow.json
    """
    if context.invoked_subcommand is not None:
        return
    if service_on is None:
        message = "Missing option '--day'."
        raise click.UsageError(message)
    warm_up()
    with open_database(counting=True) as database:
        stages = Stages(database, time.perf_counter)
        with errors_in_one_line():
            travel = travel_here(database, company_id)
            how = how_to_solve(travel, time_limit_s=time_limit_s, seed=seed, threads=threads)
            planned = plan_day(database, company_id, service_on, how=how, stages=stages)
            path = write_plan(planned.plan, out or Path(f"plan-{service_on}.json"))
            plan_id = save_plan(database, planned.plan, planned.made, actor=actor_name())
    end_progress()
    if as_json:
        print_json({**as_object(planned, stages.done), "plan": str(path), "plan_id": plan_id})
    else:
        echo_lines(as_text(planned))
        click.echo(f"kept as plan {plan_id}, written to {path}; apply it with: estafette apply {plan_id}")
    refuse_violations([str(found) for found in planned.violations])


@plan.command()
@click.argument("number", type=int)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write the plan to a file.")
@company_option
@json_option
def show(number: int, out: Path | None, company_id: int, as_json: bool) -> None:
    """
    Show a plan of the history: how it was made, what it says, when it was applied.

    \b
    Example: estafette plan show 12
    """
    with open_database() as database, errors_in_one_line():
        kept = get_plan(database, company_id, number)
        names = Names(get_board(database, company_id, kept.entry.service_on))
        if out is not None:
            write_plan(kept.plan, out)
    if as_json:
        print_json({"entry": kept.entry, "plan": kept.plan})
    else:
        echo_lines(plan_lines(kept, names, kept.plan.zone))


@plan.command()
@click.argument("before", type=int)
@click.argument("after", type=int)
@company_option
@json_option
def diff(before: int, after: int, company_id: int, as_json: bool) -> None:
    """
    Compare two plans of a day: who gains, loses and moves; minutes and kilometres.

    \b
    Example: estafette plan diff 12 13
    """
    with open_database() as database, errors_in_one_line():
        found = compare_plans(database, company_id, before, after)
        names = Names(get_board(database, company_id, found.service_on))
    if as_json:
        print_json(found)
    else:
        echo_lines(difference_lines(found, names))


@click.command()
@day_of_choice
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many, at most.")
@company_option
@json_option
def plans(service_on: date | None, limit: int, company_id: int, as_json: bool) -> None:
    """
    List the plans of the history, the newest first, with the applies that they explain.

    \b
    Example: estafette plans --day 2026-11-25
    """
    with open_database() as database, errors_in_one_line():
        zone = get_company(database, company_id).zone
        entries = list_plans(database, company_id, service_on=service_on, limit=limit)
    if as_json:
        print_json(entries)
    else:
        echo_lines(plan_table(entries, zone))


@click.command()
@click.argument("number", type=int)
@company_option
@json_option
def replay(number: int, company_id: int, as_json: bool) -> None:
    """
    Make a plan of the history again and compare: the same plan, byte for byte, or exit code 1.

    Where it is another plan, the versions that differ are named: another optimiser finds other plans.

    \b
    Example: estafette replay 12
    """
    warm_up()
    with open_database() as database, errors_in_one_line():
        said = get_plan(database, company_id, number).entry.travel_source
        again = replay_plan(database, company_id, number, travel=travel_here(database, company_id, like=said))
    if as_json:
        made = {"versions": again.versions, "versions_then": again.kept.entry.versions}
        print_json({"plan": number, "same": again.same, "same_optimiser": again.by_same_optimiser, **made})
    else:
        click.echo(_replayed(number, again))
    sys.exit(DONE if again.same else REFUSED)


def _replayed(number: int, again: Replay) -> str:
    entry = again.kept.entry
    if again.same:
        return f"plan {number}: the same again, {entry.iterations} iterations, {entry.answer_sha256[:12]}"
    cause = "" if again.by_same_optimiser else "made by another version of the optimiser; now "
    said = f"plan {number}: {cause}another plan, cost {again.plan.cost} instead of {entry.cost}"
    others = [
        f"{name} {was}, now {again.versions.get(name, 'none')}"
        for name, was in entry.versions.items()
        if again.versions.get(name) != was
    ]
    return f"{said}; made with {', '.join(others)}" if others else said
