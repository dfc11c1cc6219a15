"""Random applies and undos on a real database: an undo restores the exact earlier state or changes nothing."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estafette.domain.applied import Applied, Outcome
from estafette.domain.undone import Undone
from estafette.store.apply import apply_plan
from estafette.store.database import Database
from estafette.store.undo import Take, undo_apply
from tests.examples import up_to
from tests.properties.test_apply import RUNS, TRIPS, Places, timetable
from tests.store.days import Day, a_company, a_day, a_plan

_TRIP_STATE = """
SELECT t.id, to_jsonb(a) - 'version' FROM trip t LEFT JOIN assignment a ON a.trip_id = t.id AND a.company_id = t.company_id
"""
_EVERYTHING = """
SELECT (SELECT jsonb_agg(to_jsonb(a) ORDER BY trip_id) FROM assignment a),
    (SELECT jsonb_agg(to_jsonb(r) ORDER BY id) FROM run r),
    (SELECT last_event_id FROM feed), (SELECT max(id) FROM applied), (SELECT count(*) FROM notice)
"""

a_database = settings(
    max_examples=up_to(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def trips(database: Database, day: Day) -> dict[int, Any]:
    return dict(database.read(day.company_id, _TRIP_STATE, {}))


def everything(database: Database, day: Day) -> Any:
    return database.read(day.company_id, _EVERYTHING, {})


def apply_all(
    database: Database, day: Day, plans: list[Any]
) -> list[tuple[Applied, dict[int, Any], dict[int, Any]]]:
    """Apply plan after plan; give those that changed something, with the trips before and after."""
    done = []
    for number, places in enumerate(plans):
        before = trips(database, day)
        plan = a_plan(database, day, timetable(day, places))
        applied = apply_plan(database, plan, key=str(number), actor="test")
        done.append((applied, before, trips(database, day)))
    return [each for each in done if each[0].changed_runs]


def changed(applied: Applied) -> set[int]:
    return {trip.trip_id for trip in applied.trips if trip.outcome is Outcome.APPLIED}


def in_the_way(undone: Undone) -> set[int]:
    return {trip.trip_id for trip in undone.in_the_way}


@a_database
@given(plans=st.lists(Places, min_size=1, max_size=4), which=st.integers(0, 3))
def test_an_undo_of_any_apply_restores_its_trips_exactly_or_changes_nothing(
    database: Database, plans: Any, which: int
) -> None:
    day = a_day(database, trips=TRIPS, runs=RUNS, company_id=a_company(database))
    done = apply_all(database, day, plans)
    for applied, before, after in done[which : which + 1]:
        now, all_now = trips(database, day), everything(database, day)
        undone = undo_apply(database, day.company_id, applied.applied_id, take=Take(actor="test"))
        moved_on = {trip for trip in changed(applied) if now[trip] not in (before[trip], after[trip])}
        restored = {trip: before[trip] if trip in changed(applied) else now[trip] for trip in now}
        whole = undone.applied is not None
        assert moved_on <= in_the_way(undone)
        assert whole == (undone.in_the_way == ())
        assert trips(database, day) == (restored if whole else now)
        assert whole or everything(database, day) == all_now


@a_database
@given(plans=st.lists(Places, min_size=1, max_size=4), which=st.integers(0, 3))
def test_an_undo_of_what_can_be_restores_every_trip_but_those_it_names(
    database: Database, plans: Any, which: int
) -> None:
    day = a_day(database, trips=TRIPS, runs=RUNS, company_id=a_company(database))
    done = apply_all(database, day, plans)
    for applied, before, _ in done[which : which + 1]:
        now = trips(database, day)
        take = Take(actor="test", what_can=True)
        undone = undo_apply(database, day.company_id, applied.applied_id, take=take)
        restored = changed(applied) - in_the_way(undone)
        assert trips(database, day) == {trip: before[trip] if trip in restored else now[trip] for trip in now}


@a_database
@given(plans=st.lists(Places, min_size=1, max_size=3))
def test_taking_an_undo_back_is_as_if_nothing_had_been_undone(database: Database, plans: Any) -> None:
    day = a_day(database, trips=TRIPS, runs=RUNS, company_id=a_company(database))
    for applied, before, after in apply_all(database, day, plans)[-1:]:
        undone = undo_apply(database, day.company_id, applied.applied_id, take=Take(actor="test"))
        assert undone.applied is not None
        assert trips(database, day) == before
        undo_apply(database, day.company_id, undone.applied.applied_id, take=Take(actor="test"))
        assert trips(database, day) == after
