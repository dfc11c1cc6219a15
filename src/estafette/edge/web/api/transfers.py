"""Files in and out: imports with an outcome for each row, exports of a day."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from types import GenericAlias
from typing import Annotated, Any

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.imported import FileForm, FileKind, ImportReport, Roster, SentFile
from estafette.domain.manifest import Manifest
from estafette.domain.outcome import ImportOptions
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.domain.request import Ref, TripRequest
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.exchange.csv import MAX_BYTES, write_csv
from estafette.exchange.csv.cell import TEXT
from estafette.exchange.csv.table import write_table
from estafette.exchange.json_list import REQUESTS
from estafette.flow.intake import import_content
from estafette.store.board import get_company
from estafette.store.bookings import list_trip_requests
from estafette.store.manifest import list_manifests

_CSV = "text/csv"  # the framework names the charset of every text


class How(Record, frozen=True, kw_only=True):
    """
    `dry_run` stores nothing and says what would be; `atomic`: all rows or none; `name` is for messages.

    Without `format` the file is what its `Content-Type` says: JSON, a calendar, otherwise CSV.
    """

    dry_run: bool = False
    atomic: bool = False
    name: Ref = "upload"
    format: FileForm | None = None


class HowShifts(How, frozen=True, kw_only=True):
    """Also what a calendar does not say of its shifts: whose they are, with what, from where."""

    driver: Ref | None = None
    vehicle: Ref | None = None
    start: Ref | None = None


class Form(StrEnum):
    """How to write an export."""

    CSV = "csv"
    JSON = "json"


class Export(Record, frozen=True, kw_only=True):
    """Which day to export, and how."""

    day: date
    format: Annotated[Form, msgspec.Meta(description="csv or json")] = Form.CSV


class TripExport(Record, frozen=True, kw_only=True):
    """The trips of a day as they would be asked for."""

    trips: tuple[TripRequest, ...]


class RunExport(Record, frozen=True, kw_only=True):
    """The runs of a day, stop by stop."""

    runs: tuple[Manifest, ...]


_FORMS = {"application/json": FileForm.JSON, "text/calendar": FileForm.ICS}


def _form(ask: Ask) -> FileForm:
    media_type = ask.media_type.partition(";")[0].strip().lower()
    return ask.query.format or _FORMS.get(media_type, FileForm.CSV)


def _list_of(kind: FileKind) -> type[msgspec.Struct]:
    """Make the record of a list in JSON: the records of the API under the name of their kind."""
    items: Any = GenericAlias(tuple, (REQUESTS[kind], ...))
    name = f"{kind.title()}File"
    return msgspec.defstruct(name, [(kind.value, items)], bases=(Record,), frozen=True, kw_only=True)


def _import(kind: FileKind) -> Callable[[Ask], Answer]:
    def take(ask: Ask) -> Answer:
        how: How = ask.query
        options = ImportOptions(actor=ask.actor, dry_run=how.dry_run, atomic=how.atomic)
        if not ask.body:
            message = "the body is empty: expected a file"
            raise Invalid(message, pointer="")
        roster = msgspec.convert(how, Roster, from_attributes=True) if kind is FileKind.SHIFTS else Roster()
        sent = SentFile(kind=kind, form=_form(ask), name=how.name, roster=roster)
        return Answer(
            import_content(ask.database, ask.company_id, content=ask.body, sent=sent, options=options)
        )

    take.__doc__ = f"Import a file of {kind}, described in docs/import.md; every row has an outcome."
    return take


def export_trips(ask: Ask) -> Answer:
    """Export the trips of a day; the CSV can be imported again."""
    q: Export = ask.query
    zone = get_company(ask.database, ask.company_id).zone
    trips = list_trip_requests(ask.database, ask.company_id, q.day, actor=ask.actor)
    if q.format is Form.JSON:
        return Answer(TripExport(trips=tuple(trips)))
    return Answer(write_csv(trips, FileKind.TRIPS, zone=zone), media_type=_CSV)


_STOP = (
    "run_id", "driver", "vehicle", "manifest", "kind", "at", "until", "place", "address", "access_note",
    "trip_ref", "rider", "phone",
)  # fmt: skip


def export_runs(ask: Ask) -> Answer:
    """Export the runs of a day, a line for each stop."""
    q: Export = ask.query
    found = list_manifests(ask.database, ask.company_id, q.day, actor=ask.actor).manifests
    if q.format is Form.JSON:
        return Answer(RunExport(runs=found))
    rows = [_cells(run, stop) for run in found for stop in run.stops]
    return Answer(write_table([list(_STOP), *rows], ","), media_type=_CSV)


def _cells(run: Manifest, stop: Any) -> list[str]:
    whole = [run.run_id, TEXT.write(run.driver), TEXT.write(run.vehicle), run.number]
    times = [stop.kind, stop.at.isoformat(), stop.until.isoformat()]
    said = [stop.place, stop.address, stop.access_note, stop.trip_ref, stop.rider, stop.phone]
    return [*map(str, (*whole, *times)), *map(TEXT.write, said)]


ROUTES = (
    *(
        Route(
            "POST", f"/imports/{kind}", Right.TRANSFER_WRITE, _import(kind), ImportReport, _list_of(kind),
            query=HowShifts if kind is FileKind.SHIFTS else How,
            raw=True, limit=MAX_BYTES + 1,
        )
        for kind in FileKind
    ),
    Route(
        "GET", "/exports/trips", Right.TRANSFER_READ, export_trips, TripExport, query=Export, also="text/csv",
    ),
    Route("GET", "/exports/runs", Right.TRANSFER_READ, export_runs, RunExport, query=Export, also="text/csv"),
)  # fmt: skip
