"""`estafette audit`: the log of who did what, the proof that it is whole, and heads to keep elsewhere."""

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from estafette.domain.counted import counted
from estafette.domain.error import Invalid
from estafette.domain.ledger import Anchor, LedgerEntry
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    DONE,
    REFUSED,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.store.ledger import Wanted, head_of, list_entries, verify_ledger

_SHOWN = 20


@click.group()
def audit() -> None:
    """
    Look into the audit log: every write, and every reading of a rider's record.

    \b
    Example: estafette audit verify
    """


@audit.command(name="list")
@click.option("--kind", help="Only about this kind, as rider, trip, applied.")
@click.option("--id", "subject", type=int, help="Only about the row with this number.")
@click.option("--actor", help="Only by this actor, as user:7.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="Only from then on (UTC).")
@click.option("--before", type=int, help="Only entries before this one: the next page.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most so many.")
@json_option
@company_option
def listing(
    kind: str | None, subject: int | None, actor: str | None, since: datetime | None, before: int | None,
    limit: int, as_json: bool, company_id: int,
) -> None:  # fmt: skip
    """
    List entries, the newest first.

    A change reads `field: before > after`; of a field in brackets it is known that it changed, not to what.

    \b
    Example: estafette audit list --kind rider --id 17
    """
    wanted = Wanted(before, kind, subject, actor, since.replace(tzinfo=UTC) if since else None)
    with open_database() as database, errors_in_one_line():
        found = list_entries(database, company_id, wanted, limit=limit)
    if as_json:
        print_json({"entries": found, "next": found[-1].id if len(found) == limit else None})
        return
    for entry in found:
        click.echo(_line(entry))
    if not found:
        click.echo("no such entries")


@audit.command()
@click.option(
    "--anchor", "files", multiple=True, type=click.Path(dir_okay=False, path_type=Path),
    help="A file that `audit anchor` wrote; may be repeated.",
)  # fmt: skip
@json_option
@company_option
@click.pass_context
def verify(context: click.Context, files: tuple[Path, ...], as_json: bool, company_id: int) -> None:
    """
    Prove that no entry was changed or left out; exit code 1 and a line for each break if one was.

    The log alone cannot tell that its end was cut off: an anchor that was kept elsewhere can.

    \b
    Example: estafette audit verify --anchor /mnt/elsewhere/estafette.anchor
    """
    with errors_in_one_line():
        anchors = [_read_anchor(file) for file in files]
    with open_database() as database, errors_in_one_line():
        found = verify_ledger(database, company_id, anchors=anchors)
    if as_json:
        print_json(found)
    else:
        for line in found.findings[:_SHOWN]:
            click.echo(line)
        if len(found.findings) > _SHOWN:
            click.echo(f"and {len(found.findings) - _SHOWN} more")
        beside = f", {counted(len(anchors), 'anchor')} met" if anchors and not found.findings else ""
        click.echo(
            f"{counted(found.entries, 'entry', 'entries')}, {found.first} to {found.last}:"
            f" {counted(len(found.findings), 'break')}{beside}"
        )
    context.exit(REFUSED if found.findings else DONE)


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@company_option
def anchor(file: Path, as_json: bool, company_id: int) -> None:
    """
    Write the head of the log to a file, to be kept where whoever changes the database cannot write.

    \b
    Example: estafette audit anchor /mnt/elsewhere/estafette.anchor
    """
    with open_database() as database, errors_in_one_line():
        head = head_of(database, company_id)
        _write_anchor(file, head)
    print_json(head) if as_json else click.echo(
        f"{file}: entry {head.id} of company {company_id}, {head.hash}"
    )


def _write_anchor(file: Path, head: Anchor) -> None:
    try:
        file.write_bytes(msgspec.json.encode(head) + b"\n")
    except OSError as error:
        message = f"{file} cannot be written, {error.strerror}"
        raise Invalid(message) from error


def _read_anchor(file: Path) -> Anchor:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Anchor)
    except OSError as error:
        message = f"{file} cannot be read, {error.strerror}"
        raise Invalid(message) from error
    except msgspec.DecodeError as error:
        message = f"{file} is no anchor: {error}"
        raise Invalid(message) from error


def _line(entry: LedgerEntry) -> str:
    head = f"{entry.id:>8}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.actor:<16} {entry.action:<7} {entry.kind}"
    why = f"  ({entry.why})" if entry.why else ""
    return "\n".join([f"{head} {_numbers(entry.ids)}{why}", *map(_change, entry.changes[:_SHOWN])])


def _numbers(ids: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, ids[:5]))
    return f"{shown} and {len(ids) - 5} more" if len(ids) > 5 else shown


def _change(change: dict[str, object]) -> str:
    fields = [_field(name, value) for name, value in change.items() if name != "id"]
    return f"          {change.get('id', '')}  {', '.join(fields)}"


def _field(name: str, value: object) -> str:
    match value:
        case [before, after]:
            return f"{name}: {_shown(before)} > {_shown(after)}"
        case True:
            return f"[{name}]"
        case other:
            return f"{name}: {_shown(other)}"


def _shown(value: object) -> str:
    return "-" if value is None else msgspec.json.encode(value).decode().strip('"')
