"""`estafette retention`: how long a company keeps what."""

from typing import Any

import click

from estafette.domain.counted import counted
from estafette.domain.retention import RetentionRules
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.flow.retention import keep_rules
from estafette.store.erasure import change_retention, get_retention

_NEVER = "none"


class _DaysOrNone(click.ParamType[int | str]):
    name = "DAYS|none"

    def __init__(self, least: int) -> None:
        self._days = click.IntRange(least, 36_500)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        return _NEVER if value == _NEVER else int(self._days.convert(value, param, ctx))


@click.group(invoke_without_command=True)
@click.option(
    "--keep-events-days", type=click.IntRange(1, 36_500), help="Events of the feed, and settled notices."
)
@click.option("--keep-trips-days", type=_DaysOrNone(30), help="What trips say of people, after their day.")
@click.option("--keep-plans-days", type=_DaysOrNone(30), help="What plans say, after their day.")
@click.option("--keep-riders-days", type=_DaysOrNone(30), help="What names a rider, after the last trip.")
@click.option("--keep-ledger-days", type=_DaysOrNone(365), help="Entries of the audit log.")
@json_option
@company_option
@click.pass_context
def retention(
    context: click.Context, /, company_id: int, *, as_json: bool, **given: int | str | None
) -> None:
    """
    Show how long the company keeps what, or change what is named. A worker keeps the rules every hour.

    \b
    Example: estafette retention --keep-riders-days 730 --keep-trips-days none
    """
    if context.invoked_subcommand is not None:
        return
    changes = {name: _days(said) for name, said in given.items() if said is not None}
    with open_database() as database, errors_in_one_line():
        if changes:
            change_retention(database, company_id, changes, actor=actor_name())
        rules = get_retention(database, company_id)
    print_json(rules) if as_json else _print(rules)


@retention.command()
@json_option
@company_option
def run(as_json: bool, company_id: int) -> None:
    """
    Keep the rules now: let everything go that is older.

    \b
    Example: estafette retention run
    """
    with open_database() as database, errors_in_one_line():
        kept = keep_rules(database, company_id, actor=actor_name())
    if as_json:
        print_json(kept)
        return
    click.echo(
        f"gone: {counted(kept.events, 'event')}, {counted(kept.notices, 'notice')},"
        f" {counted(kept.plans, 'plan')},"
        f" {counted(kept.entries, 'entry', 'entries')} of the audit log;"
        f" made nameless: {counted(kept.trips, 'trip')}, {counted(kept.riders, 'rider')}"
    )
    if kept.held_by:
        click.echo(f"older events are held back: {kept.held_by}")


def _days(said: int | str) -> int | None:
    return said if isinstance(said, int) else None


def _print(rules: RetentionRules) -> None:
    for name, means in _MEANS.items():
        days = getattr(rules, name)
        click.echo(f"{means:<34} {'for ever' if days is None else f'{days} days'}")


_MEANS = {
    "keep_events_days": "events of the feed, sent notices",
    "keep_trips_days": "what trips say of people",
    "keep_plans_days": "what plans say",
    "keep_riders_days": "names of riders after the last trip",
    "keep_ledger_days": "entries of the audit log",
}
