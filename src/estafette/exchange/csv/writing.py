"""From requests to the bytes of a file that reads as the same requests."""

from collections.abc import Sequence
from typing import Any

from estafette.domain.imported import FileKind
from estafette.domain.request import Request
from estafette.exchange.csv.reading import SHEETS
from estafette.exchange.csv.sheet import Sheet
from estafette.exchange.csv.table import write_table


def write_csv(requests: Sequence[Request], kind: FileKind, *, zone: str, separator: str = ",") -> bytes:
    """Write requests of one kind, with all columns, times as the wall clock of `zone` where that is exact."""
    sheet = SHEETS[kind]
    header = [column.name for column in sheet.columns]
    rows = (_row(sheet, sheet.take(request, zone)) for request in requests)
    return write_table([header, *rows], separator)


def _row(sheet: Sheet[Any], values: dict[str, Any]) -> list[str]:
    taken = ((column, values.get(column.name)) for column in sheet.columns)
    return ["" if value is None else column.cell.write(value) for column, value in taken]
