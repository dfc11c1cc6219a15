"""`estafette company`: the rules of a company for every plan."""

from typing import Any

import click

from estafette.domain.company import CompanyRules
from estafette.edge.cli.session import (
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.store.company import change_rules, get_rules

_DAY_S = click.IntRange(0, 86_400)
_NONE = "none"


class _SecondsOrNone(click.ParamType[int | str]):
    name = "SECONDS|none"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        return _NONE if value == _NONE else int(_DAY_S.convert(value, param, ctx))


@click.command()
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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def company(company_id: int, *, as_json: bool, **given: int | str | None) -> None:
    """
    Show the rules of the company for every plan, or change those that are named.

    \b
    Example: estafette company --max-onboard-wait-s 600 --freeze-s 1800
    """
    changes = {name: None if said == _NONE else said for name, said in given.items() if said is not None}
    with open_database() as database, errors_in_one_line():
        if changes:
            change_rules(database, company_id, changes, actor=actor_name())
        rules = get_rules(database, company_id)
    print_json(rules) if as_json else _print(rules)


def _print(rules: CompanyRules) -> None:
    wait = "no limit" if rules.max_onboard_wait_s is None else f"{rules.max_onboard_wait_s} s"
    freeze = (
        "no trips" if rules.freeze_s is None else f"trips whose pick-up is less than {rules.freeze_s} s away"
    )
    click.echo(f"longest wait aboard  {wait}")
    click.echo(
        f"longest ride         {rules.ride_factor_percent} % of the direct one and {rules.ride_allowance_s} s"
    )
    click.echo(f"left alone           {freeze}")
