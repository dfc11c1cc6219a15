"""How a command ends that cannot do what it was asked: one line on standard error, exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import msgspec

from estafette.domain.error import EstafetteError

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
