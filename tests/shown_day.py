"""A day to look at: invented, planned, applied, half over; with vehicles on their way, a ward, and a link for each page."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from estafette.demo import invented_day
from estafette.domain.account import NewAccount, Purpose
from estafette.domain.board import Board
from estafette.domain.moment import Fix
from estafette.domain.permission import Role
from estafette.edge.web.app import routed, serving
from estafette.edge.web.people import link_of
from estafette.flow.accounts.people import invite, let_in, operators_link
from estafette.flow.day import Dispatch, Solve, dispatch, plan_day
from estafette.flow.intake import store_demo_day
from estafette.flow.stages import Stages
from estafette.notify.memory import MemoryChannel
from estafette.planning.budget import Budget
from estafette.settings import Settings
from estafette.store.board import get_board
from estafette.store.company import create_company
from estafette.store.database import Database, Statement
from estafette.store.moments import keep_position
from estafette.store.plans import save_plan
from estafette.travel.estimate import EstimateTravel
from tests.edge.conftest import SIGN_IN_KEY
from tests.edge.web_client import running

ZONE = "Europe/Zurich"
_DRIVERS, _TRIPS, _LEFT_OVER = 14, 84, 5
# Steps follow each other, as drivers take them; those of late trips have not begun.
_STEP = """
WITH mark AS (UPDATE feed SET last_event_id = last_event_id + 1 WHERE company_id = %(company)s RETURNING last_event_id),
told AS (INSERT INTO event (company_id, id, kind, payload)
    SELECT %(company)s, last_event_id, 'booked', '{"trips": [], "places": []}'::jsonb FROM mark)
UPDATE trip SET status = %(step)s, version = last_event_id FROM assignment a, mark
WHERE trip.company_id = %(company)s AND a.company_id = trip.company_id AND a.trip_id = trip.id
    AND a.pickup_at - make_interval(mins => %(early)s) < %(now)s AND (NOT %(done)s OR a.dropoff_at < %(now)s)
    AND NOT trip.id = ANY (%(late)s)
"""
_STEPS = (("en_route", 7, False), ("arrived", 2, False), ("on_board", -1, False), ("completed", 0, True))
_WARD = """
WITH ward AS (INSERT INTO institution (company_id, ref, name) VALUES (%(company)s, 'ward-7', 'Ward 7') RETURNING id),
riders AS (SELECT DISTINCT b.rider_id FROM booking b JOIN trip t ON t.company_id = b.company_id AND t.booking_id = b.id
    JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id WHERE b.company_id = %(company)s ORDER BY 1 LIMIT 6),
theirs AS (UPDATE rider SET institution_id = ward.id FROM ward, riders WHERE rider.company_id = %(company)s AND rider.id = riders.rider_id)
SELECT id FROM ward
"""


class Shown(NamedTuple):
    """A served company, its board as it was planned, and the instant at which the day is looked at."""

    database: Database
    company_id: int
    address: str
    board: Board
    at: datetime
    ward_user_id: int

    def sign_in(self) -> str:
        """Give an address that lets an operator in once."""
        token = operators_link(self.database, self.company_id, actor="test")
        return (
            f"{self.address}/?day={self.board.service_on}{link_of(Purpose.SIGN_IN, token).removeprefix('/')}"
        )

    def ward(self) -> str:
        """Give an address that lets somebody of the ward in once."""
        token = let_in(self.database, self.company_id, self.ward_user_id, actor="test").token
        return f"{self.address}/sign-in#sign-in={token}"


@contextmanager
def shown_day(database: Database) -> Iterator[Shown]:
    """Make the day of tomorrow as it will be at 10:20, and serve it for as long as the block lasts."""
    on = (datetime.now(ZoneInfo(ZONE)) + timedelta(days=1)).date()
    at = datetime(on.year, on.month, on.day, 10, 20, tzinfo=ZoneInfo(ZONE))
    company_id = create_company(database.server, name="Alpine Rides", zone=ZONE, language="en")
    store_demo_day(
        database, company_id, invented_day(7, trips=_TRIPS, drivers=_DRIVERS, service_on=on), actor="demo"
    )
    _plan(database, company_id, on)
    board = get_board(database, company_id, on)
    ward = _half_over(database, company_id, board, at)
    _proposal(database, company_id, on)
    app = serving(routed(), database, service_on=on, settings=Settings(sign_in_keys=SIGN_IN_KEY))
    with running(app) as address:
        yield Shown(database, company_id, address, board, at, ward)


def _solve() -> Solve:
    return Solve(travel=EstimateTravel(), budget=Budget(iterations=3000))


def _plan(database: Database, company_id: int, on: date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        order = Dispatch(company_id=company_id, service_on=on, key="demo", actor="demo", keep_in=Path(folder))
        stages = Stages(database, time.perf_counter)
        dispatch(database, order, how=_solve(), channel=MemoryChannel(), stages=stages)


def _half_over(database: Database, company_id: int, board: Board, at: datetime) -> int:
    """Let the morning have happened, some trips have lost their driver, vehicles be where they are; gives a user of the ward."""
    planned = sorted(
        (trip for trip in board.trips if trip.times is not None), key=lambda trip: trip.times.pickup_at
    )  # type: ignore[union-attr]
    begun = [trip for trip in planned if trip.times.pickup_at < at]  # type: ignore[union-attr]
    late = [trip.trip_id for trip in begun[-2:]]
    later = [trip for trip in planned if trip.times.pickup_at > at + timedelta(hours=1)]  # type: ignore[union-attr]
    lost = [trip.trip_id for trip in later[:: max(1, len(later) // _LEFT_OVER)]][:_LEFT_OVER]
    told = database.transact(
        company_id,
        [
            *(
                Statement(
                    _STEP,
                    {
                        "company": company_id,
                        "now": at,
                        "late": late,
                        "step": step,
                        "early": early,
                        "done": done,
                    },
                )
                for step, early, done in _STEPS
            ),
            Statement(
                "DELETE FROM assignment WHERE company_id = %(company)s AND trip_id = ANY (%(lost)s)",
                {"company": company_id, "lost": lost},
            ),
            Statement(_WARD, {"company": company_id}),
        ],
        actor="demo",
    )
    places = {place.place_id: place for place in board.places}
    where = {trip.run_id: places[trip.destination_id] for trip in begun if trip.run_id is not None}
    for n, (run_id, place) in enumerate(where.items()):
        seen = datetime.now(UTC) - timedelta(seconds=20)
        keep_position(
            database,
            company_id,
            run_id,
            Fix(at=seen, lon=place.lon + 0.004 * (n % 3 - 1), lat=place.lat + 0.003),
        )
    new = NewAccount(
        email="ward@example.org", name="Ward 7", role=Role.INSTITUTION, institution_id=told[-1][0][0]
    )
    return invite(database, company_id, new, actor="demo").account.user_id


def _proposal(database: Database, company_id: int, on: date) -> None:
    """Have a plan in the history that gives the trips left over drivers again."""
    planned = plan_day(database, company_id, on, how=_solve(), stages=Stages(database, lambda: 0.0))
    save_plan(database, planned.plan, planned.made, actor="demo")
