"""Everything that can be asked of a plan, through the database: the planner knows it, keeps it, and it can be undone."""

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estafette.domain.applied import Outcome
from estafette.domain.outcome import ImportOptions, Intake
from estafette.flow.check import check_day
from estafette.flow.day import Dispatch, Dispatched, Solve, dispatch
from estafette.flow.history import replay_plan
from estafette.flow.stages import Stages
from estafette.notify.memory import MemoryChannel
from estafette.planning.budget import Budget
from estafette.store.company import create_company
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.intake import store_drivers, store_riders, store_shifts, store_trips, store_vehicles
from estafette.store.undo import Take, undo_last
from estafette.travel.estimate import EstimateTravel
from tests.examples import up_to
from tests.flow.featured_requests import (
    DAY,
    Delivered,
    a_featured_delivery,
    asked_of_run,
    asked_of_trip,
    known_of,
)

TRAVEL = EstimateTravel()
STORE = ImportOptions(actor="test")


def stored(database: Database, delivered: Delivered) -> int:
    """Store a delivery for a company of its own."""
    company_id = create_company(database.server, name="Example", zone="Europe/Zurich")
    answers = [
        store_drivers(database, company_id, delivered.drivers, STORE),
        store_riders(database, company_id, delivered.riders, STORE),
        store_vehicles(database, company_id, delivered.vehicles, STORE),
        store_shifts(database, company_id, delivered.shifts, STORE),
        store_trips(database, company_id, delivered.trips, STORE),
    ]
    assert {row.outcome for answer in answers for row in answer.outcomes} == {Intake.CREATED}
    return company_id


def dispatched(database: Database, company_id: int, folder: Path, key: str) -> Dispatched:
    order = Dispatch(company_id=company_id, service_on=DAY, key=key, actor="test", keep_in=folder)
    how = Solve(travel=TRAVEL, budget=Budget(iterations=300))
    return dispatch(database, order, how=how, channel=MemoryChannel(), stages=Stages(database, perf_counter))


@settings(max_examples=up_to(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_the_planner_gets_exactly_what_was_asked_for(database: Database, seed: int) -> None:
    delivered = a_featured_delivery(seed, bookings=5, runs=3)
    problem = load_day(database, stored(database, delivered), DAY)
    drivers = {shift.driver: run.driver_id for shift, run in zip(delivered.shifts, problem.runs, strict=True)}
    legs = {trip.ref: trip.trip_id for trip in problem.trips}
    wanted = {
        trip.ref: asked_of_trip(trip, delivered, drivers, legs)
        for trip in delivered.trips
        if trip.ref in legs
    }
    assert {trip.ref: known_of(trip, wanted[trip.ref]) for trip in problem.trips} == wanted
    for number, run in enumerate(problem.runs):
        asked = asked_of_run(number, delivered)
        assert known_of(run, asked) == asked
        assert (run.end_place_id is None) == (delivered.shifts[number].end is None)
    unknown = [trip for trip in delivered.trips if not (trip.requested_at or trip.expected_at)]
    assert len(problem.trips) + len(unknown) == len(delivered.trips)
    assert len(problem.will_calls) == len(unknown)


@pytest.mark.parametrize("seed", range(3))
def test_a_day_on_which_everything_is_asked_for_is_dispatched_legally_replayed_and_undone(
    database: Database, tmp_path: Path, seed: int
) -> None:
    company_id = stored(database, a_featured_delivery(seed, bookings=12, runs=5))
    done = dispatched(database, company_id, tmp_path, "first")
    assert (done.planned.violations, done.planned.plan.placed() > 10) == ((), True)
    expected = {trip.trip_id for trip in done.planned.problem.trips if trip.expected}
    assert check_day(database, company_id, DAY, travel=TRAVEL) == []
    sent = {name: (done.stages[name].statements, done.stages[name].round_trips) for name in ("load", "apply")}
    assert sent == {"load": (4, 1), "apply": (5, 1)}
    assert done.applied is not None
    for trip in done.applied.trips:
        on_run = trip.run_id is not None and trip.trip_id not in expected
        assert trip.outcome is (Outcome.APPLIED if on_run else Outcome.UNCHANGED)
    assert replay_plan(database, company_id, done.plan_id, travel=TRAVEL).same
    undo_last(database, company_id, DAY, take=Take(actor="test"))
    assert all(trip.assigned is None for trip in load_day(database, company_id, DAY).trips)


def test_planning_again_is_legal_and_gives_nobody_who_has_not_called_a_driver(
    database: Database, tmp_path: Path
) -> None:
    company_id = stored(database, a_featured_delivery(1, bookings=12, runs=5))
    dispatched(database, company_id, tmp_path, "first")
    again = dispatched(database, company_id, tmp_path, "second")
    assert again.planned.violations == ()
    expected = [trip for trip in again.planned.problem.trips if trip.expected]
    assert expected
    assert [trip for trip in expected if trip.assigned] == []
