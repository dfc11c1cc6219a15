"""`estafette settings`: every setting as it is in force."""

import click

from estafette.edge.cli.failure import errors_in_one_line
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import print_json
from estafette.settings import Setting, list_settings


@click.command()
@json_option
def settings(as_json: bool) -> None:
    """
    List every setting with its value, where the value comes from, and what it means. Secrets are masked.

    Set a variable in the environment, or a name in the TOML file that ESTAFETTE_CONFIG names.

    \b
    Example: estafette settings --json
    """
    with errors_in_one_line():
        found = list_settings()
    if as_json:
        print_json({"settings": found})
        return
    for setting in found:
        click.echo(_line(setting))


def _line(setting: Setting) -> str:
    value = "none" if setting.value is None else str(setting.value)
    return f"{setting.variable} = {value}  ({setting.source})\n    {setting.means}"
