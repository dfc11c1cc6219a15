"""What every command needs: a migrated database, a company, a name for the record, errors in one line."""

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar

import click
import msgspec

from estafette.edge.cli.failure import DONE, REFUSED, WRONG_USE, Failed, errors_in_one_line
from estafette.settings import read_settings
from estafette.store.company import ensure_company
from estafette.store.database import Database
from estafette.store.revision import schema_status
from estafette.store.server import Server, address

__all__ = [
    "DONE", "LANGUAGES", "REFUSED", "WRONG_USE", "Failed", "actor_name", "company_option", "day_of_choice",
    "day_option", "errors_in_one_line", "open_database", "print_json",
]  # fmt: skip

LANGUAGES = click.Choice(["en", "fr", "de", "it"])
Command = TypeVar("Command", bound=Callable[..., Any])


@contextmanager
def open_database(*, counting: bool = False, database: str | None = None) -> Iterator[Database]:
    """Give the database of the settings, started and migrated; errors end the command in one line."""
    settings = read_settings()
    with errors_in_one_line():
        server = address(
            settings.home, database_url=settings.database_url, database=database or settings.database
        )
        _migrated(server)
        ensure_company(server)
        with Database(server, counting=counting) as opened:
            yield opened


def _migrated(server: Server) -> None:
    if not schema_status(server).up_to_date:
        # Half a second of imports, which few starts need.
        from estafette.store.migrate import migrate  # noqa: PLC0415

        migrate(server)


def company_option(command: Command) -> Command:
    """Add `--company`, the id of the company to work for."""
    return click.option(
        "--company",
        "company_id",
        type=int,
        default=lambda: read_settings().company,
        show_default="the setting `company`",
        help="Company to work for.",
    )(command)


def day_option(command: Command) -> Command:
    """Add `--day`, the service day."""
    return click.option(
        "--day", "service_on", type=_Day(), required=True, metavar="YYYY-MM-DD", help="Service day."
    )(command)


def day_of_choice(command: Command) -> Command:
    """Add `--day`, a service day that may be left out."""
    return click.option("--day", "service_on", type=_Day(), metavar="YYYY-MM-DD", help="Service day.")(
        command
    )


def actor_name() -> str:
    """Give the name under which changes are recorded."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


def print_json(value: object) -> None:
    """Print one JSON object and nothing else."""
    click.echo(json.dumps(msgspec.to_builtins(value), indent=2, ensure_ascii=False))


class _Day(click.ParamType[date]):
    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            self.fail(f"{value!r} is not a date like 2026-11-25", param, ctx)
