"""A company whose day is changed by all who write, in random histories."""

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from hypothesis import strategies as st

from estafette.demo.day import DemoDay, invented_day
from estafette.domain.booking import Lock, TripStatus
from estafette.domain.error import NotFound
from estafette.domain.hand import Assign, HandOrder, SetLock, SwapTrips, Unassign
from estafette.domain.outcome import ImportOptions
from estafette.domain.request import PlaceRequest, RiderRequest, TripRequest
from estafette.flow.bookings import cancel, change_status
from estafette.flow.day import Dispatch, Solve, dispatch
from estafette.flow.hand import Hand, carried_out, decided
from estafette.flow.intake import store_demo_day
from estafette.flow.stages import Stages
from estafette.flow.standings import Standings
from estafette.notify.memory import MemoryChannel
from estafette.planning.budget import Budget
from estafette.store.apply import apply_plan
from estafette.store.company import change_company, create_company
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.intake import store_drivers, store_riders, store_shifts, store_trips, store_vehicles
from estafette.store.trip_moves import CalledOffBy, Ending
from estafette.store.trips import get_trip
from estafette.store.undo import Take, undo_last
from estafette.travel.estimate import EstimateTravel
from estafette.travel.recent import RecentTravel
from tests.store.days import plan_for

DAY = date(2026, 11, 25)
NEXT_DAY, DAY_BEFORE = DAY + timedelta(days=1), DAY - timedelta(days=1)
TRIPS, DRIVERS, KNOWN = 24, 4, 14
INVENTED = invented_day(7, trips=TRIPS, drivers=DRIVERS, service_on=DAY)
YESTERDAY = invented_day(8, trips=3, drivers=DRIVERS, service_on=DAY_BEFORE)
OPTIONS = ImportOptions(actor="test")

replace = msgspec.structs.replace
Pick = st.integers(0, 1000)


class Company:
    """What the acts change, and the days that are kept of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.company_id = create_company(database.server, name="Example", zone="Europe/Zurich")
        self.travel = RecentTravel(EstimateTravel())
        self.standings = Standings(database, lambda _: self.travel)
        self.keys = 0
        some: DemoDay = replace(INVENTED, trips=INVENTED.trips[:KNOWN])
        store_demo_day(database, self.company_id, some, actor="test")
        store_shifts(database, self.company_id, YESTERDAY.shifts, OPTIONS)

    def key(self) -> str:
        self.keys += 1
        return f"key {self.keys}"

    def hand(self, *changes: Any) -> None:
        order = HandOrder(service_on=DAY, changes=changes, force=True)
        hand = Hand(company_id=self.company_id, actor="test", key=self.key())
        with self.standings.lent(self.company_id, DAY) as standing:
            what = decided(standing, order)
        carried_out(self.database, hand, order, what)

    def deliver(self, *trips: TripRequest) -> None:
        store_trips(self.database, self.company_id, trips, OPTIONS)


Act = Callable[[Company, int, int], None]


def _pick(found: Sequence[Any], a: int) -> Any:
    if not found:
        raise NotFound("nothing to choose from")
    return found[a % len(found)]


def _trip_id(company: Company, a: int) -> int:
    return int(_pick(load_day(company.database, company.company_id, DAY).trips, a).trip_id)


def _run_id(company: Company, a: int) -> int:
    return int(_pick(load_day(company.database, company.company_id, DAY).runs, a).run_id)


def to_assign(company: Company, a: int, b: int) -> None:
    company.hand(Assign(trip_id=_trip_id(company, a), run_id=_run_id(company, b)))


def to_assign_two(company: Company, a: int, b: int) -> None:
    one, other = _trip_id(company, a), _trip_id(company, a + 1)
    company.hand(*(Assign(trip_id=trip, run_id=_run_id(company, b)) for trip in {one, other}))


def to_swap(company: Company, a: int, b: int) -> None:
    company.hand(SwapTrips(trip_id=_trip_id(company, a), other_trip_id=_trip_id(company, b)))


def to_unassign(company: Company, a: int, b: int) -> None:
    company.hand(Unassign(trip_id=_trip_id(company, a)))


def to_lock(company: Company, a: int, b: int) -> None:
    company.hand(SetLock(trip_id=_trip_id(company, a), lock=list(Lock)[b % 4]))


def to_cancel(company: Company, a: int, b: int) -> None:
    trip = get_trip(company.database, company.company_id, _trip_id(company, a))
    ending = Ending(by=CalledOffBy.RIDER)
    cancel(company.database, company.company_id, [trip], ending, key=company.key(), actor="test")


def to_move_on(company: Company, a: int, b: int) -> None:
    trip = get_trip(company.database, company.company_id, _trip_id(company, a))
    status = _pick([TripStatus.EN_ROUTE, TripStatus.NO_SHOW, TripStatus.BOOKED], b)
    change_status(company.database, company.company_id, trip, status, actor="test")


def to_book(company: Company, a: int, b: int) -> None:
    company.deliver(*INVENTED.trips[a % TRIPS : a % TRIPS + 1 + b % 3])


def to_book_between_known_places(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % KNOWN]
    number = company.key()
    company.deliver(
        replace(trip, ref=number, booking=number, rider=number, needs=("oxygen",) if b % 2 else ())
    )


def to_change_trip(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % KNOWN]
    other = INVENTED.trips[b % KNOWN].origin
    destination = other if other != trip.origin else trip.destination
    later = trip.requested_at and trip.requested_at + timedelta(minutes=b % 90)
    company.deliver(
        replace(trip, destination=destination, requested_at=later, companions=b % 2, priority=b % 3)
    )


def to_change_day(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % KNOWN]
    later = trip.requested_at and trip.requested_at + timedelta(days=1)
    company.deliver(replace(trip, service_on=NEXT_DAY, requested_at=later))


def to_lose_time(company: Company, a: int, b: int) -> None:
    company.deliver(replace(INVENTED.trips[a % KNOWN], requested_at=None))


def to_expect(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % KNOWN]
    company.deliver(replace(trip, requested_at=None, expected_at=trip.requested_at))


def to_move_place(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % KNOWN]
    assert isinstance(trip.origin, PlaceRequest)
    company.deliver(replace(trip, origin=replace(trip.origin, lon=trip.origin.lon + b / 1e5)))


def to_wish(company: Company, a: int, b: int) -> None:
    rider = INVENTED.trips[a % KNOWN]
    drivers = [driver.ref for driver in INVENTED.drivers]
    wishes = RiderRequest(
        ref=rider.rider, name=rider.rider_name, needs=("oxygen",) if a % 2 else (), no_share=b % 2 == 0,
        apart_from=("quiet",) if b % 3 else (), groups=("quiet",) if b % 3 == 0 else (),
        banned_drivers=(drivers[a % DRIVERS],), preferred_drivers=(drivers[(a + 1) % DRIVERS],),
    )  # fmt: skip
    store_riders(company.database, company.company_id, [wishes], OPTIONS)


def to_change_shift(company: Company, a: int, b: int) -> None:
    shift = INVENTED.shifts[a % DRIVERS]
    moved = replace(shift, ends_at=shift.ends_at + timedelta(minutes=b % 60))
    store_shifts(company.database, company.company_id, [moved], OPTIONS)


def to_change_fleet(company: Company, a: int, b: int) -> None:
    driver, vehicle = INVENTED.drivers[a % DRIVERS], INVENTED.vehicles[a % DRIVERS]
    changed = replace(driver, active=b % 3 > 0, overtime_s=60 * (b % 20), skills=("oxygen",) if a % 2 else ())
    store_drivers(company.database, company.company_id, [changed], OPTIONS)
    slower = replace(vehicle, wheeled_dwell_s=b % 100)
    store_vehicles(company.database, company.company_id, [slower], OPTIONS)


def to_change_rules(company: Company, a: int, b: int) -> None:
    rules = {"ride_factor_percent": 150 + b % 100, "freeze_s": 60 * b if a % 3 == 0 else None}
    change_company(company.database, company.company_id, rules, actor="test")


def to_apply(company: Company, a: int, b: int, service_on: date = DAY) -> None:
    problem = load_day(company.database, company.company_id, service_on)
    timetable: dict[int, list[tuple[int, int]]] = {}
    for n, trip in enumerate(problem.trips[a % 5 : a % 5 + 1 + b % 6]):
        run = problem.runs[(a + n * b) % len(problem.runs)]
        timetable.setdefault(run.run_id, []).append((trip.trip_id, run.shift_from_s // 60 + 20 + 10 * n))
    apply_plan(company.database, plan_for(problem, timetable), key=company.key(), actor="test")


def to_work_yesterday(company: Company, a: int, b: int) -> None:
    company.deliver(YESTERDAY.trips[a % 3])
    to_apply(company, a, b, DAY_BEFORE)


def to_undo(company: Company, a: int, b: int) -> None:
    undo_last(company.database, company.company_id, DAY, take=Take(actor="test"))


def to_plan(company: Company, a: int, b: int) -> None:
    """Plan the day and apply it: room for riders who are expected is held from now on."""
    with TemporaryDirectory() as folder:
        order = Dispatch(
            company_id=company.company_id,
            service_on=DAY,
            key=company.key(),
            actor="test",
            keep_in=Path(folder),
        )
        how = Solve(travel=company.travel, budget=Budget(iterations=20), threads=1)
        stages = Stages(company.database, time.perf_counter)
        dispatch(company.database, order, how=how, channel=MemoryChannel(), stages=stages)


OFTEN = (
    to_assign,
    to_assign_two,
    to_unassign,
    to_swap,
    to_lock,
    to_cancel,
    to_book,
    to_book_between_known_places,
    to_undo,
    to_apply,
)
SELDOM = (
    to_move_on, to_change_trip, to_change_day, to_lose_time, to_expect, to_move_place, to_wish, to_change_shift,
    to_change_fleet, to_change_rules, to_work_yesterday, to_plan,
)  # fmt: skip
Histories = st.lists(
    st.tuples(st.sampled_from((*OFTEN, *OFTEN, *SELDOM)), Pick, Pick), min_size=2, max_size=8
)
