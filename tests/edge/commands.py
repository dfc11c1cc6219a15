"""Calling a command as a person or a program does."""

from click.testing import CliRunner, Result

from estafette.edge.cli import main


def call(*arguments: object) -> Result:
    """Run `estafette` with these arguments."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])
