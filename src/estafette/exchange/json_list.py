"""
Lists in JSON: what an export as JSON wrote, or any program by the same records.

`{"trips": [...]}`, with the records of the API. A record is taken or refused by itself.
"""

from typing import Any

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.imported import FileKind, RowProblem, SentFile
from estafette.domain.request import DriverRequest, RiderRequest, ShiftRequest, TripRequest, VehicleRequest
from estafette.domain.time import FIRST_YEAR, LAST_YEAR, far_moments
from estafette.exchange.csv.reading import Reading, TakenRow
from estafette.exchange.csv.table import MAX_BYTES, MAX_ROWS

REQUESTS: dict[FileKind, Any] = {
    FileKind.TRIPS: TripRequest,
    FileKind.DRIVERS: DriverRequest,
    FileKind.VEHICLES: VehicleRequest,
    FileKind.SHIFTS: ShiftRequest,
    FileKind.RIDERS: RiderRequest,
}
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_list(content: bytes, sent: SentFile) -> Reading:
    """Read a list; raises `Invalid` where the file as a whole cannot be read."""
    taken: list[TakenRow] = []
    problems: list[RowProblem] = []
    for row, item in enumerate(_items(content, sent), 1):
        read = _read(item, row, sent.kind)
        problems.append(read) if isinstance(read, RowProblem) else taken.append(read)
    return Reading(tuple(taken), tuple(problems))


def _items(content: bytes, sent: SentFile) -> list[msgspec.Raw]:
    if len(content) > MAX_BYTES:
        message = f"{sent.name}: larger than {MAX_BYTES:,} bytes"
        raise Invalid(message)
    try:
        lists = msgspec.json.decode(content, type=dict[str, list[msgspec.Raw]])
    except _UNREADABLE as error:
        message = f"{sent.name}: cannot be read as JSON, {error}"
        raise Invalid(message) from error
    if lists.keys() != {sent.kind.value}:
        message = f'{sent.name}: expected {{"{sent.kind}": [...]}} and nothing beside it'
        raise Invalid(message)
    if len(lists[sent.kind]) > MAX_ROWS:
        message = f"{sent.name}: more than {MAX_ROWS:,} {sent.kind}"
        raise Invalid(message)
    return lists[sent.kind]


def _read(item: msgspec.Raw, row: int, kind: FileKind) -> TakenRow | RowProblem:
    try:
        request = msgspec.json.decode(item, type=REQUESTS[kind])
    except _UNREADABLE as error:
        expected, _, place = str(error).partition(" - at `$")
        return RowProblem(row=row, column=place.strip(".`"), value="", expected=expected)
    for pointer in far_moments(request, ""):
        expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
        return RowProblem(row=row, column=pointer.strip("/"), value="", expected=expected)
    return TakenRow(row, {"ref": request.ref}, request)
