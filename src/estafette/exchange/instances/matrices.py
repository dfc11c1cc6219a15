"""Square tables of whole numbers in JSON as arrays, with errors that name the row."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from estafette.exchange.instances.json_text import refused_field

LARGEST = 2**31 - 1

Table = list[list[int]]


def square(table: Table, size: int, *, file: str, field: str) -> npt.NDArray[np.int32]:
    """
    Make an array of a table with `size` rows and columns.

    Raises
    ------
    Invalid
        A row is missing or has another length, or a number is negative or does not fit 32 bits.
    """
    if len(table) != size:
        raise refused_field(file, field, f"{size} rows, one for each place", len(table))
    for number, row in enumerate(table):
        _check_row(row, size, file=file, field=f"{field}[{number}]")
    return np.array(table, dtype=np.int32).reshape(size, size)


def _check_row(row: Sequence[int], size: int, *, file: str, field: str) -> None:
    if len(row) != size:
        raise refused_field(file, field, f"{size} numbers, one for each place", len(row))
    if row and not (min(row) >= 0 and max(row) <= LARGEST):
        column = next(k for k, each in enumerate(row) if not 0 <= each <= LARGEST)
        raise refused_field(file, f"{field}[{column}]", f"a number from 0 to {LARGEST}", row[column])
