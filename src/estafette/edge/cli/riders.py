"""`estafette rider`: medical notes of a rider, all that is held of one, and erasing one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from estafette.domain.caller import Caller
from estafette.domain.counted import counted
from estafette.domain.permission import RIGHTS, Role
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.exchange.whole_file import write_whole
from estafette.flow.notes import change_key, read_note, write_note
from estafette.flow.riders import erase_rider, export_rider
from estafette.settings import read_settings
from estafette.store.database import Database
from estafette.store.erasure import find_rider
from estafette.store.occasion import Occasion, on_occasion
from estafette.store.sealing import SealingKeys, note_keys

_rider = click.argument("ref")
_why = click.option("--why", default="", help="The reason, for the audit log.")


@click.group()
def rider() -> None:
    """
    Read and write the medical notes of a rider, hand out all that is held, erase. RIDER is your reference.

    Everything here is entered in the audit log.

    \b
    Example: estafette rider notes R00012
    """


@contextmanager
def _working(company_id: int, why: str) -> Iterator[tuple[Database, Caller]]:
    caller = Caller(company_id=company_id, actor=actor_name(), rights=RIGHTS[Role.ADMIN])
    with open_database() as database, errors_in_one_line(), on_occasion(Occasion(why=why)):
        yield database, caller


def _keys() -> SealingKeys:
    with errors_in_one_line():
        return note_keys(read_settings().notes_keys)


@rider.command()
@_rider
@click.option("--write", is_flag=True, help="Write what comes from standard input; nothing clears the notes.")
@_why
@json_option
@company_option
def notes(ref: str, write: bool, why: str, as_json: bool, company_id: int) -> None:
    """
    Read the medical notes of a rider, or write them from standard input. They are kept encrypted.

    \b
    Example: estafette rider notes R00012 --write <notes.txt
    """
    keys = _keys()
    with _working(company_id, why) as (database, caller):
        rider_id = find_rider(database, company_id, ref)
        if write:
            write_note(database, keys, caller, rider_id, sys.stdin.read())
            return
        found = read_note(database, keys, caller, rider_id)
    print_json({"notes": found}) if as_json else click.echo("no notes" if found is None else found)


@rider.command(name="change-key")
@json_option
@company_option
def changing_key(as_json: bool, company_id: int) -> None:
    """
    Encrypt all medical notes with the first key of ESTAFETTE_NOTES_KEYS; after that the others can go.

    \b
    Example: estafette rider change-key
    """
    keys = _keys()
    with open_database() as database, errors_in_one_line():
        changed = change_key(database, keys, company_id, actor=actor_name())
    print_json({"changed": changed}) if as_json else click.echo(
        f"{changed} notes are under key {keys.current} now"
    )


@rider.command()
@_rider
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_why
@company_option
def export(ref: str, file: Path, why: str, company_id: int) -> None:
    """
    Write all that is held of a rider to a file, as JSON: facts, bookings, trips, notes, and who looked.

    \b
    Example: estafette rider export R00012 R00012.json --why "asked by the rider"
    """
    setting = read_settings().notes_keys
    keys = _keys() if setting else None
    with _working(company_id, why) as (database, caller):
        found = export_rider(database, keys, caller, find_rider(database, company_id, ref))
        write_whole(file, msgspec.json.format(msgspec.json.encode(found), indent=2))
    click.echo(f"{file}: {counted(len(found['bookings']), 'booking')}")


@rider.command()
@_rider
@click.option("--yes", is_flag=True, help="Erase for good.")
@_why
@json_option
@company_option
def erase(ref: str, yes: bool, why: str, as_json: bool, company_id: int) -> None:
    """
    Make a rider nameless, for good. Trips stay, with their times and figures.

    Gone are name, reference, needs, wishes and notes, the references and purposes of the bookings, places
    that nobody else uses, and what plans of those days were made from. A rider with trips to come is refused.

    \b
    Example: estafette rider erase R00012 --yes --why "asked by the rider"
    """
    if not yes:
        message = "this cannot be taken back; say --yes to do it"
        raise click.UsageError(message)
    with _working(company_id, why) as (database, caller):
        erased = erase_rider(database, caller, find_rider(database, company_id, ref))
    if as_json:
        print_json(erased)
        return
    click.echo(
        f"erased: {counted(erased.riders, 'rider')}, {counted(erased.bookings, 'booking')},"
        f" {counted(erased.trips, 'trip')},"
        f" {counted(erased.places, 'place')}; {counted(erased.plans, 'plan')} can no longer be replayed"
    )
