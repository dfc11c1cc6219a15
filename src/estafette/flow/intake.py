"""Taking in what others hand over: files of trips, fleet and riders, and the invented day."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from estafette.demo import DemoDay
from estafette.domain.error import Invalid
from estafette.domain.imported import (
    FileForm,
    FileKind,
    ImportedRow,
    ImportReport,
    Roster,
    RowProblem,
    SentFile,
)
from estafette.domain.outcome import ImportOptions, Intake, Refusal, RequestOutcome, Stored
from estafette.exchange.apart import read_apart
from estafette.exchange.csv import MAX_BYTES, TakenRow
from estafette.store.board import get_company
from estafette.store.database import Database
from estafette.store.intake import (
    Delivery,
    deliver,
    driver_delivery,
    rider_delivery,
    shift_delivery,
    trip_delivery,
    vehicle_delivery,
)

_DELIVERIES: dict[FileKind, Callable[[Any, int, ImportOptions], Delivery]] = {
    FileKind.TRIPS: trip_delivery,
    FileKind.DRIVERS: driver_delivery,
    FileKind.VEHICLES: vehicle_delivery,
    FileKind.SHIFTS: shift_delivery,
    FileKind.RIDERS: rider_delivery,
}

_SUFFIXES = {".json", ".ics"}
_NO_ROSTER = Roster()

# Which column is at fault, and what was expected in it; `{}` is the reference that the refusal names.
_EXPECTED: dict[Refusal, tuple[str, str]] = {
    Refusal.SAME_REF: ("ref", "a reference that no earlier row has"),
    Refusal.OTHER_FACTS: ("", "the same facts of {} as in an earlier row"),
    Refusal.UNKNOWN_DRIVER: ("", "drivers of the company: there is no {}"),
    Refusal.UNKNOWN_VEHICLE: ("vehicle", "a vehicle of the company"),
    Refusal.UNKNOWN_PLACE: ("", "a place of the company, or its name and position"),
    Refusal.DRIVER_BUSY: ("driver", "a driver who is free: shift {} overlaps"),
    Refusal.VEHICLE_BUSY: ("vehicle", "a vehicle that is free: shift {} overlaps"),
    Refusal.OTHER_RIDER: ("rider", "the rider of booking {}"),
    Refusal.UNDER_WAY: ("ref", "a trip that is not under way"),
    Refusal.ENDED: ("ref", "a trip that has not ended"),
    Refusal.ASSIGNED: (
        "ref",
        "a trip that no driver has: take it off its run to change day or lose its time",
    ),
    Refusal.RUN_NOT_EMPTY: ("ref", "a shift whose run is empty, or the same driver, vehicle and enough time"),
}


def import_file(
    database: Database, company_id: int, *, kind: FileKind, path: Path, options: ImportOptions,
    roster: Roster = _NO_ROSTER,
) -> ImportReport:  # fmt: skip
    """Import a file, `.json`, `.ics` or CSV; raises as `import_content`, and `Invalid` without it."""
    form = FileForm(path.suffix[1:].lower()) if path.suffix.lower() in _SUFFIXES else FileForm.CSV
    sent = SentFile(kind=kind, form=form, name=path.name, roster=roster)
    return import_content(database, company_id, content=_content(path), sent=sent, options=options)


def import_content(
    database: Database,
    company_id: int,
    *,
    content: bytes,
    sent: SentFile,
    options: ImportOptions,
) -> ImportReport:
    """
    Import the content of a file: every row has an outcome, and no row is stored in part.

    Raises
    ------
    Invalid
        The file as a whole cannot be read.
    NotFound
        The company does not exist.
    Conflict
        The database refused it all.
    """
    zone = get_company(database, company_id).zone
    reading = read_apart(content, sent, zone=zone)
    judge_only = options.dry_run or (options.atomic and bool(reading.problems))
    delivery = partial(_DELIVERIES[sent.kind], [taken.request for taken in reading.taken])
    how = ImportOptions(actor=options.actor, dry_run=judge_only, atomic=options.atomic)
    stored = deliver(database, company_id, [delivery], how)[0]
    rows = [*_unread(reading.problems), *map(_imported, reading.taken, stored.outcomes)]
    return ImportReport(
        file=sent.name,
        kind=sent.kind,
        dry_run=options.dry_run,
        atomic=options.atomic,
        stored=stored.stored,
        rows=tuple(sorted(rows, key=lambda row: row.row)),
    )


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"{path.name}: cannot be read, {error.strerror}"
        raise Invalid(message) from error


def _unread(problems: Sequence[RowProblem]) -> list[ImportedRow]:
    by_row: defaultdict[int, list[RowProblem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    return [
        ImportedRow(row=row, ref="", outcome=Intake.REFUSED, problems=tuple(found))
        for row, found in by_row.items()
    ]


def _imported(taken: TakenRow, outcome: RequestOutcome) -> ImportedRow:
    problems = (_problem(taken, outcome.refusal, outcome.detail),) if outcome.refusal else ()
    return ImportedRow(row=taken.row, ref=outcome.ref, outcome=outcome.outcome, problems=problems)


def _problem(taken: TakenRow, refusal: Refusal, detail: str) -> RowProblem:
    column, expected = _EXPECTED[refusal]
    column = column or _column_of(taken, detail)
    value = taken.cells.get(column, "")
    return RowProblem(row=taken.row, column=column, value=value, expected=expected.format(detail))


def _column_of(taken: TakenRow, detail: str) -> str:
    """Find the column that holds the reference in `detail`, which is `reference` or `kind reference`."""
    wanted = {detail, detail.partition(" ")[2]} - {""}
    return next((column for column, cell in taken.cells.items() if wanted & _references(cell)), "")


def _references(cell: str) -> set[str]:
    return {cell, *(part.strip() for part in cell.split("|"))}


def store_demo_day(database: Database, company_id: int, day: DemoDay, *, actor: str) -> list[Stored]:
    """Store an invented day in one transaction; give the outcomes of all its parts."""
    deliveries = [
        partial(driver_delivery, day.drivers),
        partial(rider_delivery, day.riders),
        partial(vehicle_delivery, day.vehicles),
        partial(shift_delivery, day.shifts),
        partial(trip_delivery, day.trips),
    ]
    return deliver(database, company_id, deliveries, ImportOptions(actor=actor))
