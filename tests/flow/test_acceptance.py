"""Accepting parts of a plan: what is named comes, the rest stays a proposal, and nothing undrivable stands."""

from datetime import date
from time import perf_counter

import msgspec
import pytest

from estafette.demo import invented_day
from estafette.domain.applied import Outcome
from estafette.domain.error import Conflict, Invalid
from estafette.domain.plan import LeftOver, Plan, PlannedRun
from estafette.flow.acceptance import Part, apply_from_file, apply_part
from estafette.flow.check import check_day
from estafette.flow.day import Solve, plan_day
from estafette.flow.intake import store_demo_day
from estafette.flow.stages import Stages
from estafette.planning.budget import Budget
from estafette.planning.part import trips_of
from estafette.store.company import create_company
from estafette.store.database import Database, Statement
from estafette.store.day import load_day
from estafette.store.plans import list_plans
from estafette.store.undo import Take, undo_last
from estafette.travel.estimate import EstimateTravel
from tests.dispatched import Dispatched

DAY = date(2026, 11, 25)
TRAVEL = EstimateTravel()
# The event of a change that follows, by `next.id`.
NEXT = """WITH next AS (UPDATE feed SET last_event_id = last_event_id + 1 RETURNING last_event_id AS id), told AS (
    INSERT INTO event (company_id, id, kind, payload) SELECT %(c)s, id, 'status_changed', '{}' FROM next) """


@pytest.fixture
def company_id(database: Database) -> int:
    """Give a company with an invented day of thirty trips."""
    company_id = create_company(database.server, name="Demo", zone="Europe/Zurich")
    store_demo_day(database, company_id, invented_day(3, trips=30, drivers=8, service_on=DAY), actor="test")
    return company_id


def planned(database: Database, company_id: int, *, iterations: int = 1000, seed: int = 1) -> Plan:
    how = Solve(travel=TRAVEL, budget=Budget(iterations=iterations), seed=seed)
    return plan_day(database, company_id, DAY, how=how, stages=Stages(database, perf_counter)).plan


def a_part(*, runs: set[int] | None = None, trips: set[int] | None = None, key: str = "part") -> Part:
    return Part(key=key, actor="ana", runs=frozenset(runs or ()), trips=frozenset(trips or ()))


def where(database: Database, company_id: int) -> dict[int, int]:
    rows = database.read(company_id, "SELECT trip_id, run_id FROM assignment", {})
    return {row[0]: row[1] for row in rows}


def home(plan: Plan) -> dict[int, int]:
    return {trip: run.run_id for run in plan.runs for trip in trips_of([run])}


def planned_times(plan: Plan) -> dict[int, list[int]]:
    times: dict[int, list[int]] = {}
    for stop in (stop for run in plan.runs for stop in run.stops):
        if stop.trip_id is not None:
            times.setdefault(stop.trip_id, []).append(stop.start_s)
    return times


def times_in_force(database: Database, company_id: int) -> dict[int, list[int]]:
    trips = load_day(database, company_id, DAY).trips
    return {t.trip_id: [t.assigned.pickup_s, t.assigned.dropoff_s] for t in trips if t.assigned}


def test_a_named_run_stands_as_planned_and_the_rest_stays_a_proposal(
    database: Database, company_id: int
) -> None:
    plan = planned(database, company_id)
    chosen = max(plan.runs, key=lambda run: len(run.stops))
    applied = apply_part(database, plan, a_part(runs={chosen.run_id}), travel=TRAVEL)
    assert {trip.outcome for trip in applied.trips} == {Outcome.APPLIED}
    assert where(database, company_id) == dict.fromkeys(trips_of([chosen]), chosen.run_id)
    assert check_day(database, company_id, DAY, travel=TRAVEL) == []


def test_all_runs_one_after_the_other_are_the_plan(database: Database, company_id: int) -> None:
    plan = planned(database, company_id)
    for run in plan.runs:
        apply_part(database, plan, a_part(runs={run.run_id}, key=str(run.run_id)), travel=TRAVEL)
    assert where(database, company_id) == home(plan)
    assert check_day(database, company_id, DAY, travel=TRAVEL) == []
    whole = apply_from_file(database, plan, travel=TRAVEL, key="whole", actor="ana")
    assert {trip.outcome for trip in whole.trips} == {Outcome.UNCHANGED}
    (entry,) = list_plans(database, company_id)
    assert len(entry.applies) > 2


def test_a_named_trip_comes_alone_at_its_times_and_may_at_worst_wait_aboard_where_a_stop_is_left_out(
    database: Database, company_id: int
) -> None:
    plan = planned(database, company_id)
    trip = next(iter(trips_of(plan.runs)))
    apply_part(database, plan, a_part(trips={trip}), travel=TRAVEL)
    assert where(database, company_id) == {trip: home(plan)[trip]}
    assert times_in_force(database, company_id)[trip] == planned_times(plan)[trip]
    broken = check_day(database, company_id, DAY, travel=TRAVEL)
    assert [(each.rule, each.trip_id) for each in broken] in ([], [("onboard_wait", trip)])


def test_what_leaves_a_named_run_goes_where_the_plan_puts_it(database: Database, company_id: int) -> None:
    first = planned(database, company_id)
    apply_from_file(database, first, travel=TRAVEL, key="first", actor="ana")
    emptied = next(run for run in first.runs if run.stops)
    second = planned(database, company_id)
    without = msgspec.structs.replace(
        second,
        runs=tuple(
            msgspec.structs.replace(run, stops=(), drive_s=0, drive_m=0) if run.run_id == emptied.run_id else run
            for run in second.runs
        ),
        left_over=(*second.left_over, *map(left_over, trips_of(r for r in second.runs if r.run_id == emptied.run_id))),
    )  # fmt: skip
    apply_part(database, without, a_part(runs={emptied.run_id}), travel=TRAVEL)
    assert emptied.run_id not in where(database, company_id).values()
    assert len(where(database, company_id)) == first.placed() - len(list(trips_of([emptied])))


def left_over(trip_id: int) -> LeftOver:
    return LeftOver(trip_id=trip_id, refusals=())


def shifted(plan: Plan, run_id: int, by_s: int) -> Plan:
    """The plan with the stops of one run so much later."""

    def later(run: PlannedRun) -> PlannedRun:
        stops = tuple(
            msgspec.structs.replace(
                stop,
                arrive_s=stop.arrive_s + by_s,
                start_s=stop.start_s + by_s,
                depart_s=stop.depart_s + by_s,
            )
            for stop in run.stops
        )
        return msgspec.structs.replace(run, stops=stops)

    return msgspec.structs.replace(
        plan, runs=tuple(later(run) if run.run_id == run_id else run for run in plan.runs)
    )


@pytest.mark.parametrize("lock", ["none", "driver", "order"])
def test_a_part_that_could_not_be_driven_is_refused_with_its_violations_and_nothing_changes(
    database: Database, company_id: int, lock: str
) -> None:
    first = planned(database, company_id)
    apply_from_file(database, first, travel=TRAVEL, key="first", actor="ana")
    held = Statement(
        "UPDATE assignment SET lock = %(lock)s WHERE company_id = %(c)s", {"lock": lock, "c": company_id}
    )
    database.transact(company_id, [held], actor="test")
    busy = max(first.runs, key=lambda run: len(run.stops))
    before = where(database, company_id)
    late = shifted(planned(database, company_id, iterations=0), busy.run_id, 7200)
    trip = next(iter(trips_of([busy])))
    with pytest.raises(Conflict, match=rf"this part of the plan alone breaks .*run {busy.run_id}"):
        apply_part(database, late, a_part(trips={trip}), travel=TRAVEL)
    assert where(database, company_id) == before


def test_trips_locked_in_their_order_stay_where_one_of_them_has_changed_and_break_nothing(
    database: Database, company_id: int
) -> None:
    first = planned(database, company_id)
    apply_from_file(database, first, travel=TRAVEL, key="first", actor="ana")
    busy = max(first.runs, key=lambda run: len(run.stops))
    trip, other, *_ = trips_of([busy])
    late = shifted(planned(database, company_id, iterations=0), busy.run_id, 7200)
    locked = Statement("UPDATE assignment SET lock = 'order' WHERE company_id = %(c)s", {"c": company_id})
    changed = Statement(
        NEXT + "UPDATE assignment SET version = next.id FROM next WHERE trip_id = %(trip)s",
        {"c": company_id, "trip": other},
    )
    database.transact(company_id, [locked, changed], actor="test")
    applied = apply_part(database, late, a_part(trips={trip}), travel=TRAVEL)
    assert [each.outcome for each in applied.trips] == [Outcome.STALE]
    assert check_day(database, company_id, DAY, travel=TRAVEL) == []


def test_a_trip_of_the_part_that_changed_after_the_plan_is_stale_and_stays(
    database: Database, company_id: int
) -> None:
    plan = planned(database, company_id)
    chosen = max(plan.runs, key=lambda run: len(run.stops))
    changed = next(iter(trips_of([chosen])))
    touch = NEXT + "UPDATE trip SET version = next.id FROM next WHERE trip.id = %(trip)s"
    database.transact(company_id, [Statement(touch, {"c": company_id, "trip": changed})], actor="test")
    rest = set(trips_of([chosen]))
    applied = apply_part(database, plan, a_part(trips=rest), travel=TRAVEL)
    assert [trip.trip_id for trip in applied.trips if trip.outcome is Outcome.STALE] == [changed]
    assert set(where(database, company_id)) == rest - {changed}
    assert check_day(database, company_id, DAY, travel=TRAVEL) == []


def test_a_run_that_cannot_be_driven_as_it_stands_takes_a_trip_of_the_plan_all_the_same(
    database: Database,
) -> None:
    company = Dispatched(database)
    (run, *_), trips = company.roster(), company.book(5)
    company.assign(run, trips[:2])  # four minutes for a ride of five
    plan = planned(database, company.company_id)
    assert home(plan)[trips[3]] == run
    apply_part(database, plan, a_part(trips={trips[3]}), travel=TRAVEL)
    assert where(database, company.company_id) == dict.fromkeys([*trips[:2], trips[3]], run)


def test_what_the_plan_does_not_have_cannot_be_accepted(database: Database, company_id: int) -> None:
    plan = planned(database, company_id, iterations=0)
    with pytest.raises(Invalid, match="the plan has no run 999999"):
        apply_part(database, plan, a_part(runs={999_999}), travel=TRAVEL)


def test_the_key_of_a_part_does_not_serve_for_another_part(database: Database, company_id: int) -> None:
    plan = planned(database, company_id)
    one, two = [run.run_id for run in plan.runs if run.stops][:2]
    apply_part(database, plan, a_part(runs={one}), travel=TRAVEL)
    with pytest.raises(Conflict, match="was used for another plan"):
        apply_part(database, plan, a_part(runs={two}), travel=TRAVEL)


def test_an_accepted_part_can_be_taken_back(database: Database, company_id: int) -> None:
    plan = planned(database, company_id)
    chosen = next(run for run in plan.runs if run.stops)
    apply_part(database, plan, a_part(runs={chosen.run_id}), travel=TRAVEL)
    undo_last(database, company_id, DAY, take=Take(actor="ana"))
    assert where(database, company_id) == {}
