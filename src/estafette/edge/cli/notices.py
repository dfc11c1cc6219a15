"""Commands of the notices to drivers: where they stand, and dead letters sent again."""

import sys
from collections.abc import Sequence
from datetime import datetime

import click

from estafette.domain.notice import NoticeKey, NoticeStatus
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    DONE,
    REFUSED,
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.store.notices import list_notice_states, resend_notices


@click.group(invoke_without_command=True)
@click.option("--dead", is_flag=True, help="Only those that were given up.")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="All of one service day, those sent and superseded too.",
)  # fmt: skip
@company_option
@json_option
@click.pass_context
def notices(context: click.Context, dead: bool, day: datetime | None, company_id: int, as_json: bool) -> None:
    """
    List the notices that drivers have not got yet, and why.

    waiting: for its turn or its next try. claimed: a worker is sending it. in_doubt: perhaps it arrived, so
    it is repeated first. dead: given up; `resend` puts it back in line. superseded: a later message says
    it, or nothing was left to say.

    \b
    Example:
      estafette notices --dead
      estafette notices --day 2026-11-25
    """
    if context.invoked_subcommand is not None:
        return
    with open_database() as database, errors_in_one_line():
        found = list_notice_states(database, company_id, service_on=day.date() if day else None, dead=dead)
    if as_json:
        print_json({"notices": found})
    else:
        click.echo("\n".join(_table(found)) if found else "no such notices")


@notices.command()
@click.argument("driver", type=int, required=False)
@click.argument("event", type=int, required=False)
@click.option("--all", "every", is_flag=True, help="Every dead letter of the company.")
@company_option
@json_option
def resend(driver: int | None, event: int | None, every: bool, company_id: int, as_json: bool) -> None:
    """
    Put a dead letter back in line, by driver and event as listed, or all of them.

    One that a later message has superseded in the meantime is no dead letter any more.

    \b
    Example:
      estafette notices resend 7 4211
      estafette notices resend --all
    """
    if every == (event is not None):
        message = "name DRIVER and EVENT as listed by `estafette notices --dead`, or say --all"
        raise click.UsageError(message)
    key = NoticeKey(driver_id=driver, event_id=event) if driver is not None and event is not None else None
    with open_database() as database, errors_in_one_line():
        resent = resend_notices(database, company_id, key, actor=actor_name())
    if as_json:
        print_json({"resent": resent})
    else:
        click.echo(f"back in line: {resent}" if resent else "no such dead letter")
    sys.exit(DONE if resent or every else REFUSED)


def _table(found: Sequence[NoticeStatus]) -> list[str]:
    head = f"{'driver':>8}  {'ref':<12} {'day':<10}  {'event':>8}  {'state':<10} {'tries':>5}  why"
    return [head, *(_line(each) for each in found)]


def _line(each: NoticeStatus) -> str:
    why = each.why or ""
    if each.superseded_by is not None:
        why = f"by {each.superseded_by}" if each.superseded_by != each.event_id else "nothing was left to say"
    return (
        f"{each.driver_id:>8}  {each.driver_ref:<12} {each.service_on}  {each.event_id:>8}  {each.state:<10}"
        f" {each.attempts:>5}  {why}"
    ).rstrip()
