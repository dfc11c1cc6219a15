"""`estafette standing`: bookings that repeat."""

from datetime import UTC, datetime, timedelta

import click

from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.flow.standing_orders import make_bookings


@click.group()
def standing() -> None:
    """
    Bookings that repeat. A worker makes those of the next two weeks every hour.

    \b
    Example: estafette standing make --days 30
    """


@standing.command()
@click.option("--days", type=click.IntRange(0, 366), default=14, show_default=True, help="How far ahead.")
@json_option
@company_option
def make(days: int, as_json: bool, company_id: int) -> None:
    """
    Make the bookings of standing orders that were not made before. It is safe to repeat.

    \b
    Example: estafette standing make --days 30
    """
    through = datetime.now(UTC).date() + timedelta(days=days)
    with open_database() as database, errors_in_one_line():
        made = make_bookings(database, company_id, through=through, actor=actor_name())
    if as_json:
        print_json(made)
        return
    click.echo(f"bookings made through {through}: {made.made}")
    for ref in made.refused:
        click.echo(f"trip {ref} could not be booked: a place of its order is not known", err=True)
