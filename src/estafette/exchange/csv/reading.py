"""From the bytes of a file to requests, or to what is wrong with each row."""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from estafette.domain.error import Invalid
from estafette.domain.imported import FileKind, RowProblem
from estafette.domain.request import Request
from estafette.exchange.csv.cell import BadCell
from estafette.exchange.csv.fleet import DRIVERS, SHIFTS, VEHICLES
from estafette.exchange.csv.riders import RIDERS
from estafette.exchange.csv.sheet import BadValue, Column, Sheet, read_cell
from estafette.exchange.csv.table import Row, read_table
from estafette.exchange.csv.trips import TRIPS

SHEETS: dict[FileKind, Sheet[Any]] = {
    FileKind.TRIPS: TRIPS,
    FileKind.DRIVERS: DRIVERS,
    FileKind.VEHICLES: VEHICLES,
    FileKind.SHIFTS: SHIFTS,
    FileKind.RIDERS: RIDERS,
}


class TakenRow(NamedTuple):
    """A row that became a request, with its cells by column for whoever has to report on it later."""

    row: int
    cells: dict[str, str]
    request: Request


class Reading(NamedTuple):
    """A file as read: the requests of the good rows, and everything that is wrong with the others."""

    taken: tuple[TakenRow, ...]
    problems: tuple[RowProblem, ...]


def read_csv(content: bytes, kind: FileKind, *, zone: str, file: str) -> Reading:
    """
    Read a file; times are those of `zone`, `file` is its name for messages.

    Raises
    ------
    Invalid
        The file as a whole cannot be read: size, encoding, quotes, or its header.
    """
    sheet = SHEETS[kind]
    table = read_table(content, file)
    header, *rows = table.rows
    names = tuple(cell.strip().lower() for cell in header.cells)
    _check_header(sheet, names, f"{file}:{header.line}")
    taken: list[TakenRow] = []
    problems: list[RowProblem] = []
    for row in rows:
        match _read_row(sheet, names, row, separator=table.separator, zone=zone):
            case TakenRow() as good:
                taken.append(good)
            case wrong:
                problems.extend(wrong)
    return Reading(tuple(taken), tuple(problems))


# A header of another file may be all wrong: so many of its columns say it.
_NAMED = 10


def _check_header(sheet: Sheet[Any], names: Sequence[str], where: str) -> None:
    problems = [*_unknown(sheet, names), *_repeated(names), *_missing(sheet, names)]
    if problems:
        message = f"{where}: " + "; ".join(problems)
        raise Invalid(message)


def _unknown(sheet: Sheet[Any], names: Sequence[str]) -> Iterator[str]:
    known = [column.name for column in sheet.columns]
    unknown = [name for name in names if name not in known]
    for name in unknown[:_NAMED]:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        yield f"unknown column {name!r}" + (f", did you mean {near[0]!r}?" if near else "")
    if len(unknown) > _NAMED:
        yield f"{len(unknown) - _NAMED} more unknown columns"


def _repeated(names: Sequence[str]) -> Iterator[str]:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    return (f"column {name!r} appears twice" for name in twice[:_NAMED])


def _missing(sheet: Sheet[Any], names: Sequence[str]) -> Iterator[str]:
    for column in sheet.columns:
        if column.required and column.name not in names:
            yield f"column {column.name!r} is missing"


def _read_row(
    sheet: Sheet[Any], names: Sequence[str], row: Row, *, separator: str, zone: str
) -> TakenRow | list[RowProblem]:
    if len(row.cells) < len(names) or any(row.cells[len(names) :]):
        expected = f"{len(names)} cells, as in the header"
        return [RowProblem(row=row.line, column="", value=f"{len(row.cells)} cells", expected=expected)]
    cells = dict(zip(names, row.cells, strict=False))
    values: dict[str, Any] = {}
    problems = []
    for column in sheet.columns:
        try:
            values[column.name] = read_cell(column, cells.get(column.name, ""), separator)
        except BadCell as problem:
            problems.append(_problem(row, column, cells, str(problem)))
    return problems or _request(sheet, row, cells, values, zone)


def _request(
    sheet: Sheet[Any], row: Row, cells: dict[str, str], values: dict[str, Any], zone: str
) -> TakenRow | list[RowProblem]:
    try:
        return TakenRow(row.line, cells, sheet.make(values, zone))
    except BadValue as problem:
        column = next(column for column in sheet.columns if column.name == problem.column)
        return [_problem(row, column, cells, problem.expected)]


def _problem(row: Row, column: Column, cells: dict[str, str], expected: str) -> RowProblem:
    return RowProblem(row=row.line, column=column.name, value=cells.get(column.name, ""), expected=expected)
