"""A file that somebody sent: what it is a list of, and what became of each of its rows."""

from enum import StrEnum

from estafette.domain.outcome import Intake
from estafette.domain.record import Record
from estafette.domain.request import Ref


class FileKind(StrEnum):
    """What a file is a list of."""

    TRIPS = "trips"
    DRIVERS = "drivers"
    VEHICLES = "vehicles"
    SHIFTS = "shifts"
    RIDERS = "riders"


class FileForm(StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSON = "json"
    ICS = "ics"


class Roster(Record, frozen=True, kw_only=True):
    """Whose the shifts of a calendar are, with what and from where, unless an event says so itself."""

    driver: Ref | None = None
    vehicle: Ref | None = None
    start: Ref | None = None


class SentFile(Record, frozen=True, kw_only=True):
    """A file that somebody sent: what it is a list of, how it is written, its name for messages."""

    kind: FileKind
    form: FileForm = FileForm.CSV
    name: str
    roster: Roster = Roster()


class RowProblem(Record, frozen=True, kw_only=True):
    """
    Why a row is not taken.

    `row` is its line as an editor shows it, in JSON its place in the list; `column` may be empty for the row.
    """

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
