"""`estafette company`: what a company is called, its rules for every plan; another company."""

from typing import Any

import click

from estafette.domain.company import CompanyView
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    LANGUAGES,
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.store.company import change_company, create_company, get_company_view

_DAY_S = click.IntRange(0, 86_400)
_NONE = "none"


class _SecondsOrNone(click.ParamType[int | str]):
    name = "SECONDS|none"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        return _NONE if value == _NONE else int(_DAY_S.convert(value, param, ctx))


@click.group(invoke_without_command=True)
@click.option("--name", help="What it is called.")
@click.option("--zone", help="Where its clocks are, as Europe/Paris, until there are trips or shifts.")
@click.option("--language", type=LANGUAGES, help="Of its boards, unless a reader's is another.")
@click.option("--max-onboard-wait-s", type=_SecondsOrNone(), help="Longest wait with a rider aboard.")
@click.option(
    "--ride-factor-percent",
    type=click.IntRange(100, 1000),
    help="Longest ride: percent of the direct one ...",
)
@click.option("--ride-allowance-s", type=_DAY_S, help="... and so many seconds on top.")
@click.option(
    "--freeze-s", type=_SecondsOrNone(), help="Plans leave trips alone so long before their pick-up."
)
@company_option
@json_option
@click.pass_context
def company(context: click.Context, /, company_id: int, *, as_json: bool, **given: int | str | None) -> None:
    """
    Show the company with its rules for every plan, or change what is named.

    \b
    Example:
      estafette company --name "Ambulances Leman" --zone Europe/Paris --language fr
      estafette company --max-onboard-wait-s 600 --freeze-s 1800
    """
    if context.invoked_subcommand is not None:
        return
    changes = {name: None if said == _NONE else said for name, said in given.items() if said is not None}
    with open_database() as database, errors_in_one_line():
        if changes:
            change_company(database, company_id, changes, actor=actor_name())
        found = get_company_view(database, company_id)
    print_json(found) if as_json else _print(found)


@company.command()
@click.argument("name")
@click.option("--zone", required=True, help="Where its clocks are, as Europe/Paris.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True)
def add(name: str, zone: str, language: str) -> None:
    """
    Make another company in this database: its people and theirs see nothing of each other.

    \b
    Example: estafette company add "Ambulances Leman" --zone Europe/Paris --language fr
    """
    with open_database() as database, errors_in_one_line():
        made = create_company(database.server, name=name, zone=zone, language=language)
    click.echo(f"company {made}: commands work for it with --company {made} or ESTAFETTE_COMPANY={made}")


def _print(found: CompanyView) -> None:
    rules = found.rules
    click.echo(f"{found.name}, {found.zone}, {found.language}")
    wait = "no limit" if rules.max_onboard_wait_s is None else f"{rules.max_onboard_wait_s} s"
    freeze = (
        "no trips" if rules.freeze_s is None else f"trips whose pick-up is less than {rules.freeze_s} s away"
    )
    click.echo(f"longest wait aboard  {wait}")
    click.echo(
        f"longest ride         {rules.ride_factor_percent} % of the direct one and {rules.ride_allowance_s} s"
    )
    click.echo(f"left alone           {freeze}")
