"""`estafette import`: files of trips, drivers, vehicles, shifts and riders into the database."""

from pathlib import Path

import click

from estafette.domain.imported import FileKind, ImportReport, Roster, RowProblem
from estafette.domain.outcome import ImportOptions, Intake
from estafette.edge.cli.session import (
    DONE,
    REFUSED,
    actor_name,
    company_option,
    open_database,
    print_json,
)
from estafette.flow.intake import import_file


@click.group(name="import")
def importing() -> None:
    """
    Import a file, CSV, JSON (.json) or shifts of a calendar (.ics): an outcome for every row, no row in part.

    docs/import.md describes the columns. A reference that is known already changes what it names, so the same
    file can be imported again.

    \b
    Example:
      estafette import trips monday.csv --dry-run
      estafette import trips monday.csv
      estafette import shifts nora.ics --driver D007 --vehicle V001 --start depot
    """


def _command(kind: FileKind) -> click.Command:
    example = f"\b\nExample:\n  estafette import {kind} {kind}.csv --dry-run"

    @click.command(name=kind.value, help=f"Import {kind} from a file.\n\n{example}")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Say what would happen to each row and store nothing.")
    @click.option("--atomic", is_flag=True, help="Store all rows, or none when one is refused.")
    @click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
    @company_option
    @click.pass_context
    def command(
        context: click.Context, /, company_id: int, file: Path, *, dry_run: bool, atomic: bool, as_json: bool,
        **roster: str,
    ) -> None:  # fmt: skip
        options = ImportOptions(actor=actor_name(), dry_run=dry_run, atomic=atomic)
        with open_database() as database:
            report = import_file(
                database, company_id, kind=kind, path=file, options=options, roster=Roster(**roster)
            )
        print_json(report) if as_json else _print(report)
        context.exit(REFUSED if report.counts()[Intake.REFUSED] else DONE)

    if kind is FileKind.SHIFTS:
        for name, says in _OF_CALENDAR.items():
            command = click.option(f"--{name}", metavar="REF", help=says)(command)
    return command


# What the events of a calendar may leave out.
_OF_CALENDAR = {
    "start": "Where the shifts of a calendar start and end.",
    "vehicle": "Which vehicle the shifts of a calendar are with.",
    "driver": "Whose the shifts of a calendar are.",
}


for _kind in FileKind:
    importing.add_command(_command(_kind))


def _print(report: ImportReport) -> None:
    for row in report.rows:
        for problem in row.problems:
            click.echo(_line(report.file, problem), err=True)
    counts = report.counts()
    total = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Intake)
    click.echo(f"{report.file}: {len(report.rows)} {report.kind}: {total}{_aside(report)}")


def _line(file: str, problem: RowProblem) -> str:
    where = f" column {problem.column!r}:" if problem.column else ""
    return f"{file}:{problem.row}{where} value {problem.value!r}, expected {problem.expected}"


def _aside(report: ImportReport) -> str:
    if report.dry_run:
        return " (dry run: nothing is stored)"
    return "" if report.stored or not report.rows else " (nothing is stored)"
