"""Commands of the database: migrate, status, check, backup, restore, prune."""

from pathlib import Path

import click

from estafette.domain.counted import counted
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.settings import read_settings
from estafette.store.audit import Audit, audit
from estafette.store.backup import backup as write_backup
from estafette.store.backup import restore as read_backup
from estafette.store.migrate import migrate as migrate_server
from estafette.store.retention import KEEP_DAYS, HeldBy, prune_events
from estafette.store.revision import schema_status
from estafette.store.server import Server, address

_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def db() -> None:
    """
    Look after the database.

    \b
    Example: estafette db backup tonight.dump
    """


def _server() -> Server:
    settings = read_settings()
    return address(settings.home, database_url=settings.database_url, database=settings.database)


@db.command()
def migrate() -> None:
    """
    Bring the database to the newest schema.

    \b
    Example: estafette db migrate
    """
    with errors_in_one_line():
        status = migrate_server(_server())
    click.echo(f"schema {status.current}, up to date")


@db.command()
@json_option
def status(as_json: bool) -> None:
    """
    Say which schema the database has, changing nothing.

    \b
    Example: estafette db status --json
    """
    with errors_in_one_line():
        found = schema_status(_server())
    if as_json:
        print_json({"current": found.current, "newest": found.newest, "up_to_date": found.up_to_date})
    else:
        click.echo(f"schema {found.current or 'empty'}, newest {found.newest}")
    raise SystemExit(0 if found.up_to_date else 1)


@db.command()
@_file
def backup(file: Path) -> None:
    """
    Write the whole database to a file, while it is in use.

    \b
    Example: estafette db backup tonight.dump
    """
    with errors_in_one_line():
        size = write_backup(_server(), file)
    click.echo(f"{file}: {size / 1_000_000:.1f} MB written")


@db.command()
@_file
@click.option("--yes", is_flag=True, help="Replace what the database holds now.")
def restore(file: Path, yes: bool) -> None:
    """
    Replace the whole database by a backup. What it held is lost.

    \b
    Example: estafette db restore tonight.dump --yes
    """
    if not yes:
        message = "this replaces everything in the database; say --yes to do it"
        raise click.UsageError(message)
    with errors_in_one_line():
        verified = read_backup(_server(), file)
    unverified = "" if verified else f" (not verified: there is no {file.name}.sha256 beside it)"
    click.echo(f"restored from {file}{unverified}")


@db.command()
@click.option("--company", "company_id", type=int, help="Check the rows of this company alone.")
@click.option(
    "--show",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Findings of a rule to show.",
)
@json_option
def check(company_id: int | None, show: int, as_json: bool) -> None:
    """
    Read the whole database and prove that it is sound; exit code 1 and a line for each finding if it is not.

    It may run while dispatch goes on, and changes nothing.

    \b
    Example: estafette db check
    """
    with errors_in_one_line():
        found = audit(_server(), company_id=company_id, show=show)
    if as_json:
        print_json({"rows": found.rows, "findings": found.findings, "rules": found.rules})
    else:
        _print_audit(found)
    raise SystemExit(1 if found.findings else 0)


def _print_audit(found: Audit) -> None:
    for rule in found.rules:
        click.echo(f"{'FAILED' if rule.findings else 'ok':8}{rule.rule:20}{rule.proves}")
        for line in rule.shown:
            click.echo(f"        {line}")
        if rule.findings > len(rule.shown):
            click.echo(f"        and {rule.findings - len(rule.shown):,} more")
    click.echo(f"{len(found.rules)} rules, {found.rows:,} rows, {counted(found.findings, 'finding')}")


@db.command()
@click.option(
    "--keep-days",
    type=click.IntRange(1),
    default=KEEP_DAYS,
    show_default=True,
    help="Days of events to keep.",
)
@json_option
@company_option
def prune(keep_days: int, as_json: bool, company_id: int) -> None:
    """
    Remove old events and the notices made of them. Plans, assignments and their history stay.

    \b
    Example: estafette db prune --keep-days 30
    """
    with open_database() as database, errors_in_one_line():
        pruned = prune_events(database, company_id, keep_days=keep_days, actor=actor_name())
    if as_json:
        print_json(pruned)
        return
    click.echo(f"{counted(pruned.events, 'event')} and {counted(pruned.notices, 'notice')} removed")
    if pruned.held_by:
        click.echo(f"older ones are held back by {_HOLDERS[pruned.held_by]}")


_HOLDERS = {
    HeldBy.NOTICES: "notices that nobody has delivered yet; is a worker running?",
    HeldBy.UNDO: "applied plans that can still be undone",
}
