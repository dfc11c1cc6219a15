"""`estafette phone`: drivers' phones, linked by a code, told by push."""

import click
import segno

from estafette.domain.account import LASTS, Purpose
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.edge.web.people import link_of
from estafette.flow.accounts.people import link_phone
from estafette.notify.push import new_key
from estafette.settings import read_settings
from estafette.store.named import driver_of


@click.group()
def phone() -> None:
    """
    The phones of drivers: link one, make the key for telling them.

    \b
    Example: estafette phone link d1 --address https://dispatch.example.org
    """


@phone.command()
@click.argument("driver")
@click.option(
    "--address",
    help="Address of the server as the phone reaches it; over HTTPS the page works without signal."
    "  [default: ESTAFETTE_PUBLIC_ADDRESS, otherwise http://127.0.0.1:8000]",
)  # fmt: skip
@company_option
@json_option
def link(driver: str, address: str | None, company_id: int, as_json: bool) -> None:
    """
    Print the code that links the phone of the DRIVER with this reference: good once, for 10 minutes.

    \b
    Example: estafette phone link d1 --address https://dispatch.example.org
    """
    with open_database() as database, errors_in_one_line():
        invited = link_phone(
            database, company_id, driver_of(database, company_id, driver), actor=actor_name()
        )
    reached_at = address or read_settings().public_address or "http://127.0.0.1:8000"
    url = reached_at.rstrip("/") + link_of(Purpose.DRIVER, invited.token)
    if as_json:
        expires_in_s = round(LASTS[Purpose.DRIVER].total_seconds())
        print_json({"user": invited.account, "link": url, "code": invited.code, "expires_in_s": expires_in_s})
        return
    segno.make(url, error="l").terminal(compact=True)
    click.echo(f"{invited.account.name}: scan this, once and within 10 minutes, or open\n{url}")
    click.echo(f"or type {invited.code}")


@phone.command()
def key() -> None:
    """
    Print a new key for ESTAFETTE_PUSH_KEY. With another key every phone has to ask to be told again.

    \b
    Example: export ESTAFETTE_PUSH_KEY=$(estafette phone key)
    """
    click.echo(new_key())
