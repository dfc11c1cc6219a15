"""Commands of a service day: dispatch, runs."""

import sys
import time
import uuid
from datetime import UTC, date, datetime

import click

from estafette.edge.cli.options import json_option, key_option, seed_option, threads_option, time_limit_option
from estafette.edge.cli.outcomes import exit_code, refuse_violations
from estafette.edge.cli.progress import end_progress, warm_up
from estafette.edge.cli.report import as_text, dispatched_as_object, outcome_lines, stage_table
from estafette.edge.cli.session import (
    REFUSED,
    actor_name,
    company_option,
    day_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.edge.cli.solving import how_to_solve
from estafette.edge.travel import travel_here
from estafette.exchange.manifest_text import manifest_text
from estafette.flow.day import Dispatch
from estafette.flow.day import dispatch as dispatch_day
from estafette.flow.stages import Stages
from estafette.notify.files import FileChannel
from estafette.settings import read_settings
from estafette.store.manifest import list_manifests


@click.command()
@day_option
@company_option
@time_limit_option
@seed_option
@threads_option
@key_option
@click.option("--profile", is_flag=True, help="Show where the time goes and what reached the database.")
@json_option
def dispatch(
    service_on: date,
    company_id: int,
    time_limit_s: float,
    seed: int,
    threads: int,
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
            how=how_to_solve(
                travel_here(database, company_id), time_limit_s=time_limit_s, seed=seed, threads=threads
            ),
            channel=FileChannel(settings.home / "notices", today=lambda: datetime.now(UTC).date()),
            stages=Stages(database, time.perf_counter),
        )
    end_progress()
    if as_json:
        print_json(dispatched_as_object(done))
    else:
        click.echo("\n".join(as_text(done.planned)))
        click.echo(f"  history        plan {done.plan_id}")
        if done.applied:
            click.echo(f"  applied        {outcome_lines(done.applied.counts())}")
            click.echo(f"  drivers told   {done.applied.notices}")
        if profile:
            click.echo("\n".join(stage_table(done.stages)))
    refuse_violations([str(found) for found in done.planned.violations])
    sys.exit(exit_code(done.applied) if done.applied else REFUSED)


@click.command()
@day_option
@company_option
@json_option
def runs(service_on: date, company_id: int, as_json: bool) -> None:
    """
    Print the manifests of a day: every run with its stops.

    \b
    Example: estafette runs --day 2026-11-25
    """
    with open_database() as database, errors_in_one_line():
        day = list_manifests(database, company_id, service_on, actor=actor_name())
    if as_json:
        print_json(day)
        return
    click.echo(
        "\n\n".join(manifest_text(manifest, day.zone) for manifest in day.manifests)
        or f"no runs on {service_on}"
    )
