"""`estafette institution`: clinics, wards and care homes that book for their own riders."""

import click

from estafette.domain.counted import counted
from estafette.domain.institution import InstitutionRequest
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.store.institutions import add_institution, list_institutions


@click.group()
def institution() -> None:
    """
    Clinics, wards and care homes that book for their own riders.

    \b
    Example:
      estafette institution add ward-3 "Ward 3"
      estafette user add ward3@example.org --name "Ward 3" --role institution --institution ward-3
    """


@institution.command()
@click.argument("ref")
@click.argument("name")
@company_option
@json_option
def add(ref: str, name: str, company_id: int, as_json: bool) -> None:
    """
    Make an institution, by a reference of yours and its name.

    \b
    Example: estafette institution add ward-3 "Ward 3"
    """
    with open_database() as database, errors_in_one_line():
        new = InstitutionRequest(ref=ref, name=name)
        made = add_institution(database, company_id, new, actor=actor_name())
    print_json(made) if as_json else click.echo(f"institution {made.institution_id}: {made.ref}, {made.name}")


@institution.command(name="list")
@company_option
@json_option
def list_(company_id: int, as_json: bool) -> None:
    """
    List the institutions, with how many riders each has.

    \b
    Example: estafette institution list
    """
    with open_database() as database, errors_in_one_line():
        found = list_institutions(database, company_id, limit=100_000)
    if as_json:
        print_json({"items": found})
        return
    for each in found:
        click.echo(f"{each.institution_id:>6}  {each.ref:<20}  {each.name}  {counted(each.riders, 'rider')}")
