"""What every command needs: a migrated database, a company, a name for the record, errors in one line."""

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar

import click
import msgspec

from estafette.domain.error import EstafetteError
from estafette.settings import read_settings
from estafette.store.company import ensure_company
from estafette.store.database import Database
from estafette.store.migrate import migrate
from estafette.store.server import address

Command = TypeVar("Command", bound=Callable[..., Any])

DONE, REFUSED, WRONG_USE = 0, 1, 2


class Failed(click.ClickException):
    """Ends a command with one line and exit code 1."""

    exit_code = REFUSED

    def show(self, file: Any = None) -> None:
        """Print the line."""
        click.echo(f"estafette: {self.format_message()}", err=True, file=file)


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Turn an expected error into one line on standard error."""
    try:
        yield
    except EstafetteError as error:
        raise Failed(str(error)) from error
    except msgspec.ValidationError as error:
        raise Failed(str(error)) from error


@contextmanager
def open_database(*, counting: bool = False, database: str | None = None) -> Iterator[Database]:
    """Give the database of the settings, started and migrated; errors end the command in one line."""
    settings = read_settings()
    with errors_in_one_line():
        server = address(
            settings.home, database_url=settings.database_url, database=database or settings.database
        )
        migrate(server)
        ensure_company(server)
        with Database(server, counting=counting) as opened:
            yield opened


def company_option(command: Command) -> Command:
    """Add `--company`, the id of the company to work for."""
    return click.option(
        "--company",
        "company_id",
        type=int,
        default=1,
        show_default=True,
        envvar="ESTAFETTE_COMPANY",
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
