"""A file that somebody sent: what it is a list of, and what became of each of its rows."""

from enum import StrEnum

from estafette.domain.record import Record
from estafette.domain.request import Intake


class FileKind(StrEnum):
    """What a file is a list of."""

    TRIPS = "trips"
    DRIVERS = "drivers"
    VEHICLES = "vehicles"
    SHIFTS = "shifts"
    RIDERS = "riders"


class RowProblem(Record, frozen=True, kw_only=True):
    """Why a row is not taken: `row` is its line as an editor shows it, `column` may be empty for the row."""

    row: int
    column: str
    value: str
    expected: str


class ImportedRow(Record, frozen=True, kw_only=True):
    """What became of one row of a file; `problems` say why it was refused."""

    row: int
    ref: str
    outcome: Intake
    problems: tuple[RowProblem, ...] = ()


class ImportReport(Record, frozen=True, kw_only=True):
    """
    What became of a file, row by row. `stored` is false when nothing was (to be) written.

    With `dry_run`, and when `atomic` stored nothing, the outcomes are those that the rows would have had.
    """

    file: str
    kind: FileKind
    dry_run: bool
    atomic: bool
    stored: bool
    rows: tuple[ImportedRow, ...]

    def counts(self) -> dict[Intake, int]:
        """Count the rows by outcome, every outcome named."""
        counts = dict.fromkeys(Intake, 0)
        for row in self.rows:
            counts[row.outcome] += 1
        return counts
