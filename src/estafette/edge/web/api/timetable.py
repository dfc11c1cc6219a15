"""The timed stops of a day: when each vehicle drives, waits and serves."""

from datetime import date

from estafette.domain.error import Invalid
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.domain.timetable import Timetable
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.store.feed import last_event_id


class Day(Record, frozen=True, kw_only=True):
    """Of which day."""

    day: date


def timetable(ask: Ask) -> Answer:
    """Give the timed stops of all runs of a day, in seconds since its start; no rider is named."""
    try:
        with ask.world.standings.lent(ask.company_id, ask.query.day) as standing:
            plan = standing.plan
    except Invalid as error:
        if error.pointer != "/service_on":
            raise
        # A day with neither shifts nor trips has no stops, and that is an answer.
        return Answer(Timetable(board_version=last_event_id(ask.database, ask.company_id), runs=()))
    return Answer(Timetable(board_version=plan.board_version, runs=plan.runs))


ROUTES = (Route("GET", "/timetable", Right.BOARD_READ, timetable, Timetable, query=Day),)
