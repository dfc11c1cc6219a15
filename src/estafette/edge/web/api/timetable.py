"""The timed stops of a day: when each vehicle drives, waits and serves."""

from datetime import date

from estafette.domain.permission import Right
from estafette.domain.plan import PlannedRun
from estafette.domain.record import Record
from estafette.edge.web.api.route import Answer, Ask, Route


class Day(Record, frozen=True, kw_only=True):
    """Of which day."""

    day: date


class Timetable(Record, frozen=True, kw_only=True):
    """The runs as they stand on the board of that version, stop by stop, with what driving them takes."""

    board_version: int
    runs: tuple[PlannedRun, ...]


def timetable(ask: Ask) -> Answer:
    """Give the timed stops of all runs of a day, in seconds since its start; no rider is named."""
    with ask.world.standings.lent(ask.company_id, ask.query.day) as standing:
        plan = standing.plan
    return Answer(Timetable(board_version=plan.board_version, runs=plan.runs))


ROUTES = (Route("GET", "/timetable", Right.BOARD_READ, timetable, Timetable, query=Day),)
