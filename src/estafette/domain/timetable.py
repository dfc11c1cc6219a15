"""The timed stops of a day, as they stand."""

from estafette.domain.plan import PlannedRun
from estafette.domain.record import Record


class Timetable(Record, frozen=True, kw_only=True):
    """The runs as they stand on the board of that version, stop by stop, with what driving them takes."""

    board_version: int
    runs: tuple[PlannedRun, ...]
