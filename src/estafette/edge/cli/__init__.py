"""The command line: `estafette COMMAND`. Exit codes: 0 done, 1 refused or partly done, 2 wrong use."""

import sys
from importlib import import_module

import click

from estafette import __version__
from estafette.edge.cli.failure import errors_in_one_line
from estafette.edge.stdout import own_stdout
from estafette.settings import read_settings

# In which module each command stands, as a function of its name (`importing` for what is a word of Python).
_COMMANDS = {
    "apply": "applies", "audit": "auditing", "check": "check", "company": "company", "db": "databases",
    "demo": "demo", "dispatch": "day", "import": "importing",
    "institution": "institutions", "key": "keys", "notices": "notices",
    "offers": "asking", "phone": "phones", "plan": "plans", "plans": "plans", "problem": "instances",
    "replay": "plans", "retention": "keeping", "rider": "riders", "roads": "roads", "runs": "day",
    "serve": "serving",
    "settings": "settings", "solve": "solve", "solves": "jobs", "standing": "standing", "undo": "applies",
    "user": "users",
    "webhooks": "webhooks", "why": "asking", "worker": "working",
}  # fmt: skip


class _Commands(click.Group):
    """Imports the command that is asked for and no other: together they take seconds to import."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """Name the commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Give a command; None for none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"{__name__}.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, "importing" if cmd_name == "import" else cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="estafette")
def main() -> None:
    """
    Dispatch for patient, paratransit and non-emergency medical transport.

    \b
    Example:
      estafette import drivers drivers.csv
      estafette import vehicles vehicles.csv
      estafette import shifts shifts.csv
      estafette import trips trips.csv
      estafette dispatch --day 2026-11-25
      estafette serve --day 2026-11-25

    The database is an embedded PostgreSQL under ESTAFETTE_HOME, or the server at DATABASE_URL; what can be
    set is listed by `estafette settings`.
    """
    with errors_in_one_line():
        read_settings()  # what cannot be used is refused before anything is done


def program() -> None:
    """Run the command line as a program of its own."""
    if sys.stdout and sys.stderr:  # whoever started us may have closed either
        own_stdout()
    main()
