"""A day prepared again after changes answers as one prepared from nothing, whatever was changed."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from estafette.demo.day import DemoDay, invented_day
from estafette.domain.booking import Lock, TripStatus
from estafette.domain.error import EstafetteError, NotFound
from estafette.domain.hand import Assign, HandOrder, SetLock, SwapTrips, Unassign
from estafette.domain.offer import Move
from estafette.domain.outcome import ImportOptions
from estafette.domain.request import PlaceRequest, RiderRequest, TripRequest
from estafette.domain.weights import Weights
from estafette.flow.bookings import cancel, change_status
from estafette.flow.check import applied_last, plan_in_force
from estafette.flow.hand import Hand, change_by_hand
from estafette.flow.intake import store_demo_day
from estafette.flow.standings import Standings
from estafette.planning.by_hand import by_hand
from estafette.planning.kernel.arrays import (
    BUSY_S,
    CHANGES,
    CLOSED,
    COST,
    DRIVE_S,
    END,
    HERE,
    LEAST_WORK,
    MAY_WORK,
    NODE,
    PLACE,
    PULL_OUT,
    RUN_OF,
    SIZE,
    START,
    TOTAL,
    WORK_S,
)  # fmt: skip
from estafette.planning.offers import offers
from estafette.planning.standing import Standing, standing_of
from estafette.store.apply import apply_plan
from estafette.store.company import change_rules, create_company
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.day_now import load_now
from estafette.store.intake import store_drivers, store_riders, store_shifts, store_trips, store_vehicles
from estafette.store.trip_moves import CalledOffBy, Ending
from estafette.store.trips import get_trip
from estafette.store.undo import Take, undo_last
from estafette.travel.estimate import EstimateTravel
from estafette.travel.recent import RecentTravel
from tests.examples import up_to
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
            change_by_hand(self.database, hand, order, standing=standing)

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


def _assign(company: Company, a: int, b: int) -> None:
    company.hand(Assign(trip_id=_trip_id(company, a), run_id=_run_id(company, b)))


def _assign_two(company: Company, a: int, b: int) -> None:
    one, other = _trip_id(company, a), _trip_id(company, a + 1)
    company.hand(*(Assign(trip_id=trip, run_id=_run_id(company, b)) for trip in {one, other}))


def _swap(company: Company, a: int, b: int) -> None:
    company.hand(SwapTrips(trip_id=_trip_id(company, a), other_trip_id=_trip_id(company, b)))


def _unassign(company: Company, a: int, b: int) -> None:
    company.hand(Unassign(trip_id=_trip_id(company, a)))


def _lock(company: Company, a: int, b: int) -> None:
    company.hand(SetLock(trip_id=_trip_id(company, a), lock=list(Lock)[b % 4]))


def _cancel(company: Company, a: int, b: int) -> None:
    trip = get_trip(company.database, company.company_id, _trip_id(company, a))
    ending = Ending(by=CalledOffBy.RIDER)
    cancel(company.database, company.company_id, [trip], ending, key=company.key(), actor="test")


def _move_on(company: Company, a: int, b: int) -> None:
    trip = get_trip(company.database, company.company_id, _trip_id(company, a))
    status = _pick([TripStatus.EN_ROUTE, TripStatus.NO_SHOW, TripStatus.BOOKED], b)
    change_status(company.database, company.company_id, trip, status, actor="test")


def _book(company: Company, a: int, b: int) -> None:
    company.deliver(*INVENTED.trips[a % TRIPS : a % TRIPS + 1 + b % 3])


def _book_between_known_places(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % KNOWN]
    number = company.key()
    company.deliver(
        replace(trip, ref=number, booking=number, rider=number, needs=("oxygen",) if b % 2 else ())
    )


def _change_trip(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % KNOWN]
    other = INVENTED.trips[b % KNOWN].origin
    destination = other if other != trip.origin else trip.destination
    later = trip.requested_at and trip.requested_at + timedelta(minutes=b % 90)
    company.deliver(
        replace(trip, destination=destination, requested_at=later, companions=b % 2, priority=b % 3)
    )


def _change_day(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % KNOWN]
    later = trip.requested_at and trip.requested_at + timedelta(days=1)
    company.deliver(replace(trip, service_on=NEXT_DAY, requested_at=later))


def _lose_time(company: Company, a: int, b: int) -> None:
    company.deliver(replace(INVENTED.trips[a % KNOWN], requested_at=None))


def _expect(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % KNOWN]
    company.deliver(replace(trip, requested_at=None, expected_at=trip.requested_at))


def _move_place(company: Company, a: int, b: int) -> None:
    trip = INVENTED.trips[a % KNOWN]
    assert isinstance(trip.origin, PlaceRequest)
    company.deliver(replace(trip, origin=replace(trip.origin, lon=trip.origin.lon + b / 1e5)))


def _wish(company: Company, a: int, b: int) -> None:
    rider = INVENTED.trips[a % KNOWN]
    drivers = [driver.ref for driver in INVENTED.drivers]
    wishes = RiderRequest(
        ref=rider.rider, name=rider.rider_name, needs=("oxygen",) if a % 2 else (), no_share=b % 2 == 0,
        apart_from=("quiet",) if b % 3 else (), groups=("quiet",) if b % 3 == 0 else (),
        banned_drivers=(drivers[a % DRIVERS],), preferred_drivers=(drivers[(a + 1) % DRIVERS],),
    )  # fmt: skip
    store_riders(company.database, company.company_id, [wishes], OPTIONS)


def _change_shift(company: Company, a: int, b: int) -> None:
    shift = INVENTED.shifts[a % DRIVERS]
    moved = replace(shift, ends_at=shift.ends_at + timedelta(minutes=b % 60))
    store_shifts(company.database, company.company_id, [moved], OPTIONS)


def _change_fleet(company: Company, a: int, b: int) -> None:
    driver, vehicle = INVENTED.drivers[a % DRIVERS], INVENTED.vehicles[a % DRIVERS]
    changed = replace(driver, active=b % 3 > 0, overtime_s=60 * (b % 20), skills=("oxygen",) if a % 2 else ())
    store_drivers(company.database, company.company_id, [changed], OPTIONS)
    slower = replace(vehicle, wheeled_dwell_s=b % 100)
    store_vehicles(company.database, company.company_id, [slower], OPTIONS)


def _change_rules(company: Company, a: int, b: int) -> None:
    rules = {"ride_factor_percent": 150 + b % 100, "freeze_s": 60 * b if a % 3 == 0 else None}
    change_rules(company.database, company.company_id, rules, actor="test")


def _apply(company: Company, a: int, b: int, service_on: date = DAY) -> None:
    problem = load_day(company.database, company.company_id, service_on)
    timetable: dict[int, list[tuple[int, int]]] = {}
    for n, trip in enumerate(problem.trips[a % 5 : a % 5 + 1 + b % 6]):
        run = problem.runs[(a + n * b) % len(problem.runs)]
        timetable.setdefault(run.run_id, []).append((trip.trip_id, run.shift_from_s // 60 + 20 + 10 * n))
    apply_plan(company.database, plan_for(problem, timetable), key=company.key(), actor="test")


def _work_yesterday(company: Company, a: int, b: int) -> None:
    company.deliver(YESTERDAY.trips[a % 3])
    _apply(company, a, b, DAY_BEFORE)


def _undo(company: Company, a: int, b: int) -> None:
    undo_last(company.database, company.company_id, DAY, take=Take(actor="test"))


OFTEN = (
    _assign,
    _assign_two,
    _unassign,
    _swap,
    _lock,
    _cancel,
    _book,
    _book_between_known_places,
    _undo,
    _apply,
)
SELDOM = (
    _move_on, _change_trip, _change_day, _lose_time, _expect, _move_place, _wish, _change_shift, _change_fleet,
    _change_rules, _work_yesterday,
)  # fmt: skip
Histories = st.lists(
    st.tuples(st.sampled_from((*OFTEN, *OFTEN, *SELDOM)), Pick, Pick), min_size=2, max_size=8
)


def anew(company: Company, like: Standing) -> Standing:
    """Prepare the day from nothing, at the time at which the other was."""
    now = load_now(company.database, company.company_id, DAY)
    now = now._replace(problem=replace(now.problem, now_s=like.room.now_s))
    matrix = company.travel.matrix(now.problem.places)
    plan = plan_in_force(now, matrix, applied=applied_last(company.database, now.problem))
    return standing_of(now.problem, matrix, Weights(), plan)


def answers_alike(one: Standing, other: Standing) -> None:
    """Compare plan, arrays and answers; a matrix may know more places than there are now."""
    assert one.room == other.room
    assert one.plan == other.plan
    assert arrays(one).keys() == arrays(other).keys()
    for name, table in arrays(one).items():
        assert np.array_equal(table, arrays(other)[name]), name
    for trip in one.room.trips[:-1:3]:
        assert offers(one, trip.trip_id, 3) == offers(other, trip.trip_id, 3)
        move = [Move(trip_id=trip.trip_id, run_id=one.room.runs[trip.trip_id % len(one.room.runs)].run_id)]
        assert by_hand(one, move) == by_hand(other, move)


def arrays(standing: Standing) -> dict[str, np.ndarray[Any, Any]]:
    """Give what questions are answered from, with places by their ids."""
    day, state = standing.day, standing.state
    ids = np.append(standing.matrix.place_ids, 0)
    tables = {
        name: getattr(day, name) for name in ("window", "trip", "layout", "rest", "pair", "price", "rule")
    }
    node, run, line = state.node.copy(), day.run.copy(), state.line.copy()
    node[:, PLACE], line[:, :, HERE] = ids[node[:, PLACE]], ids[line[:, :, HERE]]
    run[:, START], run[:, END] = ids[run[:, START]], ids[run[:, END]]
    for row, size in enumerate(state.sheet[:, SIZE].tolist()):
        line[row, size + 1 :] = 0
        line[row, size] = line[row, size] * (np.arange(8) != NODE)
    # The rest is room to work in.
    sheet = state.sheet[:, [SIZE, COST, CLOSED, PULL_OUT, MAY_WORK, WORK_S, LEAST_WORK, DRIVE_S, BUSY_S]]
    return tables | {
        "node": node,
        "run": run,
        "line": line,
        "sheet": sheet,
        "total": state.figure[[TOTAL, CHANGES]],
        "run of": state.card[:, RUN_OF],
    }


@pytest.fixture
def one_database(database: Database) -> Database:
    return database


@settings(max_examples=up_to(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=Histories)
@example(history=[(_undo, 0, 0), (_assign, 0, 1)])  # a run timed alone forgot whose its trips were
def test_a_day_prepared_again_answers_as_one_prepared_from_nothing(
    one_database: Database, history: list[tuple[Act, int, int]]
) -> None:
    company = Company(one_database)  # a company of its own: examples share the database, not the day
    _apply(company, 0, 5)
    for act, a, b in history:
        with suppress(EstafetteError):
            act(company, a, b)
        with company.standings.lent(company.company_id, DAY) as kept:
            answers_alike(kept, anew(company, kept))


class Beside:
    """Prepares a fresh day in two steps: what is asked for is made at once, and taken up by the next question."""

    def __init__(self, company: Company) -> None:
        self.at_s, self.made = 0.0, 0
        self.standings = Standings(company.database, lambda _: company.travel, lambda: self.at_s, self)

    def __call__(self, make: Callable[[], None]) -> None:
        self.made += 1
        make()


@settings(max_examples=up_to(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=Histories)
def test_what_changes_after_a_fresh_day_was_prepared_beside_is_in_it_when_it_is_taken_up(
    one_database: Database, history: list[tuple[Act, int, int]]
) -> None:
    company = Company(one_database)
    beside = Beside(company)
    company.standings = beside.standings
    _apply(company, 0, 5)
    for made, (act, a, b) in enumerate(history):
        with company.standings.lent(company.company_id, DAY):
            assert beside.made == made
        beside.at_s += 61
        with company.standings.lent(company.company_id, DAY) as kept:
            assert beside.made == made + 1  # read before the change
            answers_alike(kept, anew(company, kept))
        with suppress(EstafetteError):
            act(company, a, b)
        with company.standings.lent(company.company_id, DAY) as taken:
            assert taken is not kept
            answers_alike(taken, anew(company, taken))


def test_a_day_is_prepared_beside_once_and_who_asks_after_a_long_while_waits_for_it(
    one_database: Database,
) -> None:
    company, asked, at = Company(one_database), list[Callable[[], None]](), [0.0]
    standings = Standings(one_database, lambda _: company.travel, lambda: at[0], asked.append)

    def ask() -> Standing:
        with standings.lent(company.company_id, DAY) as standing:
            return standing

    first = ask()
    at[0] = 61
    assert ask() is first
    assert ask() is first
    assert len(asked) == 1
    at[0] = 130
    waited = ask()
    assert waited is not first
    asked.pop()()
    assert ask() is not waited  # begun later than what was waited for
    assert not asked
