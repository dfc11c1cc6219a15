"""Commands of a service day: plan, apply, dispatch, undo, runs, check."""

import sys
import time
import uuid
from datetime import date
from pathlib import Path

import click

from estafette.domain.applied import Applied, Outcome
from estafette.edge.cli.progress import end_progress, say, search_progress, warm_up
from estafette.edge.cli.report import (
    as_object,
    as_text,
    dispatched_as_object,
    outcome_lines,
    stage_table,
)
from estafette.edge.cli.session import (
    DONE,
    REFUSED,
    actor_name,
    company_option,
    day_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.exchange.manifest_text import manifest_text
from estafette.exchange.plan_file import read_plan, write_plan
from estafette.flow.check import check_day
from estafette.flow.day import Dispatch, Solve, apply_from_file, plan_day, still_wrong
from estafette.flow.day import dispatch as dispatch_day
from estafette.flow.stages import Stages
from estafette.notify.files import FileChannel
from estafette.planning.budget import Budget
from estafette.settings import read_settings
from estafette.store.day import load_day
from estafette.store.manifest import list_manifests
from estafette.store.undo import undo_last
from estafette.travel.estimate import EstimateTravel

_time_limit = click.option(
    "--time-limit",
    "time_limit_s",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    metavar="S",
    help="Seconds to search for a better plan.",
)
_seed = click.option("--seed", type=int, default=1, show_default=True, help="Seed of the search.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
_key = click.option("--key", default=None, help="Applies once under this key, however often it is called.")


def how_to_solve(*, time_limit_s: float, seed: int) -> Solve:
    """Plan on estimated travel times, showing progress."""
    budget = Budget(time_limit_s=time_limit_s, clock=time.perf_counter)
    return Solve(travel=EstimateTravel(), budget=budget, seed=seed, on_progress=search_progress())


@click.command()
@day_option
@company_option
@_time_limit
@_seed
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the plan.")
@_json
def plan(
    service_on: date, company_id: int, time_limit_s: float, seed: int, out: Path | None, as_json: bool
) -> None:
    """
    Plan a day and write the plan to a file; nothing is applied.

    \b
    Example: estafette plan --day 2026-11-25 --time-limit 5 --out tomorrow.json
    """
    warm_up()
    with open_database(counting=True) as database:
        stages = Stages(database, time.perf_counter)
        how = how_to_solve(time_limit_s=time_limit_s, seed=seed)
        with errors_in_one_line():
            planned = plan_day(database, company_id, service_on, how=how, stages=stages)
            path = write_plan(planned.plan, out or Path(f"plan-{service_on}.json"))
    end_progress()
    if as_json:
        print_json({**as_object(planned, stages.done), "plan": str(path)})
    else:
        click.echo("\n".join(as_text(planned)))
        click.echo(f"plan written to {path}; apply it with: estafette apply {path}")
    _refuse_violations([str(found) for found in planned.violations])


@click.command()
@click.argument("plan_file", metavar="PLAN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_key
@_json
def apply(plan_file: Path, key: str | None, as_json: bool) -> None:
    """
    Apply a plan from a file: whole, once, and with an outcome for every trip.

    Trips that changed after the plan was computed are reported stale and left as they are.

    \b
    Example: estafette apply plan-2026-11-25.json
    """
    with open_database() as database, errors_in_one_line():
        plan = read_plan(plan_file)
        applied = apply_from_file(
            database, plan, travel=EstimateTravel(), key=key or f"file:{uuid.uuid4()}", actor=actor_name()
        )
    _show_applied(applied, as_json=as_json)


@click.command()
@day_option
@company_option
@_time_limit
@_seed
@_key
@click.option("--profile", is_flag=True, help="Show where the time goes and what reached the database.")
@_json
def dispatch(
    service_on: date,
    company_id: int,
    time_limit_s: float,
    seed: int,
    key: str | None,
    profile: bool,
    as_json: bool,
) -> None:
    """
    Plan a day, apply the plan and tell the drivers.

    \b
    Example: estafette dispatch --day 2026-11-25 --profile
    """
    warm_up()
    settings = read_settings()
    order = Dispatch(
        company_id=company_id,
        service_on=service_on,
        key=key or f"dispatch:{uuid.uuid4()}",
        actor=actor_name(),
        keep_in=settings.home / "plans",
    )
    with open_database(counting=True) as database, errors_in_one_line():
        done = dispatch_day(
            database,
            order,
            how=how_to_solve(time_limit_s=time_limit_s, seed=seed),
            channel=FileChannel(settings.home / "notices"),
            stages=Stages(database, time.perf_counter),
        )
    end_progress()
    if as_json:
        print_json(dispatched_as_object(done))
    else:
        click.echo("\n".join(as_text(done.planned)))
        if done.applied:
            click.echo(f"  applied        {outcome_lines(done.applied.counts())}")
            click.echo(f"  drivers told   {done.applied.notices}")
        if profile:
            click.echo("\n".join(stage_table(done.stages)))
    _refuse_violations([str(found) for found in done.planned.violations])
    sys.exit(_exit_code(done.applied) if done.applied else REFUSED)


@click.command()
@day_option
@company_option
@_json
def undo(service_on: date, company_id: int, as_json: bool) -> None:
    """
    Take back the last applied plan of a day; again for the one before.

    Trips that have moved on since stay as they are and are reported stale.

    \b
    Example: estafette undo --day 2026-11-25
    """
    with open_database() as database, errors_in_one_line():
        applied = undo_last(database, company_id, service_on, actor=actor_name())
    _show_applied(applied, as_json=as_json)


@click.command()
@day_option
@company_option
@_json
def runs(service_on: date, company_id: int, as_json: bool) -> None:
    """
    Print the manifests of a day: every run with its stops.

    \b
    Example: estafette runs --day 2026-11-25
    """
    with open_database() as database, errors_in_one_line():
        day = list_manifests(database, company_id, service_on)
    if as_json:
        print_json(day)
        return
    click.echo(
        "\n\n".join(manifest_text(manifest, day.zone) for manifest in day.manifests)
        or f"no runs on {service_on}"
    )


@click.command()
@day_option
@company_option
@click.argument(
    "plan_file",
    metavar="[PLAN]",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@_json
def check(service_on: date, company_id: int, plan_file: Path | None, as_json: bool) -> None:
    """
    Check the day as it stands, or a plan for it, with code that knows nothing of the search.

    \b
    Example: estafette check --day 2026-11-25
    """
    travel = EstimateTravel()
    with open_database() as database, errors_in_one_line():
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


def _show_applied(applied: Applied, *, as_json: bool) -> None:
    if as_json:
        print_json(applied)
    else:
        click.echo(
            f"{applied.service_on}: {outcome_lines(applied.counts())}; {applied.notices} drivers to be told"
        )
        for trip in applied.trips:
            if trip.outcome not in (Outcome.APPLIED, Outcome.UNCHANGED):
                detail = "" if trip.detail == "none" else f" ({trip.detail})"
                click.echo(f"  trip {trip.trip_id}: {trip.outcome}{detail}")
    sys.exit(_exit_code(applied))


def _exit_code(applied: Applied) -> int:
    refused = any(trip.outcome not in (Outcome.APPLIED, Outcome.UNCHANGED) for trip in applied.trips)
    return REFUSED if refused else DONE


def _refuse_violations(found: list[str]) -> None:
    if found:
        say(f"the checker refuses this plan ({len(found)} violations); nothing was applied:")
        say("\n".join(f"  {line}" for line in found[:10]))
        sys.exit(REFUSED)
