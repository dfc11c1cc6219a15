"""Random plans on a real database: applying twice is applying once, and undo is exact."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estafette.domain.applied import Outcome
from estafette.store.apply import apply_plan
from estafette.store.database import Database
from estafette.store.undo import Take, undo_last
from tests.examples import up_to
from tests.store.days import DAY, Day, Timetable, a_company, a_day, a_plan

RUNS, TRIPS, SLOTS = 3, 8, 12

_STATE = """
SELECT (SELECT jsonb_agg(to_jsonb(a) - 'version' ORDER BY trip_id) FROM assignment a),
    (SELECT jsonb_agg(jsonb_build_array(id, pull_out_at, pull_in_at) ORDER BY id) FROM run)
"""
_ALL = """
SELECT (SELECT jsonb_agg(to_jsonb(a) ORDER BY trip_id) FROM assignment a),
    (SELECT jsonb_agg(to_jsonb(r) ORDER BY id) FROM run r),
    (SELECT jsonb_agg(to_jsonb(e) ORDER BY id) FROM event e), (SELECT jsonb_agg(to_jsonb(n)) FROM notice n)
"""

# Each trip of a plan: left over, or one of the free slots of a run. A slot is ten minutes, so nothing overlaps.
Places = st.lists(
    st.none() | st.tuples(st.integers(0, RUNS - 1), st.integers(0, SLOTS - 1)),
    min_size=TRIPS,
    max_size=TRIPS,
)


def timetable(day: Day, places: list[tuple[int, int] | None]) -> Timetable:
    table: dict[int, list[tuple[int, int]]] = {}
    taken: set[tuple[int, int]] = set()
    for trip, place in zip(day.trip_ids, places, strict=True):
        if place is not None and place not in taken:
            taken.add(place)
            table.setdefault(day.run_ids[place[0]], []).append((trip, 480 + 10 * place[1]))
    return {run: sorted(trips, key=lambda trip: trip[1]) for run, trips in table.items()}


def state(database: Database, day: Day, sql: Any = _STATE) -> list[tuple[Any, ...]]:
    return database.read(day.company_id, sql, {})


a_database = settings(
    max_examples=up_to(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@a_database
@given(before=Places, plan=Places)
def test_applying_twice_is_applying_once(database: Database, before: Any, plan: Any) -> None:
    day = a_day(database, trips=TRIPS, runs=RUNS, company_id=a_company(database))
    apply_plan(database, a_plan(database, day, timetable(day, before)), key="before", actor="test")
    again = a_plan(database, day, timetable(day, plan))
    first = apply_plan(database, again, key="plan", actor="test")
    once = state(database, day, _ALL)
    replay = apply_plan(database, again, key="plan", actor="test")
    other_key = apply_plan(database, a_plan(database, day, timetable(day, plan)), key="other", actor="test")
    assert state(database, day, _ALL) == once
    assert replay.trips == first.trips
    assert {trip.outcome for trip in other_key.trips} == {Outcome.UNCHANGED}


@a_database
@given(plans=st.lists(Places, min_size=1, max_size=4))
def test_undoing_every_plan_in_turn_goes_back_through_every_state(database: Database, plans: Any) -> None:
    day = a_day(database, trips=TRIPS, runs=RUNS, company_id=a_company(database))
    states = []
    for number, places in enumerate(plans):
        before = state(database, day)
        applied = apply_plan(
            database, a_plan(database, day, timetable(day, places)), key=str(number), actor="test"
        )
        states += [before] if applied.changed_runs else []
    for before in reversed(states):
        undo_last(database, day.company_id, DAY, take=Take(actor="test"))
        assert state(database, day) == before


@a_database
@given(plans=st.lists(Places, min_size=1, max_size=4))
def test_the_feed_has_no_gaps_and_ends_at_the_board_version(database: Database, plans: Any) -> None:
    day = a_day(database, trips=TRIPS, runs=RUNS, company_id=a_company(database))
    version = 0
    for number, places in enumerate(plans):
        plan = a_plan(database, day, timetable(day, places))
        version = apply_plan(database, plan, key=str(number), actor="test").board_version
    ids = [row[0] for row in database.read(day.company_id, "SELECT id FROM event ORDER BY id", {})]
    assert ids == list(range(1, version + 1))


@a_database
@given(before=Places, plan=Places, meanwhile=Places)
def test_a_plan_that_comes_late_is_applied_as_far_as_it_can_and_never_overlaps(
    database: Database, before: Any, plan: Any, meanwhile: Any
) -> None:
    day = a_day(database, trips=TRIPS, runs=RUNS, company_id=a_company(database))
    apply_plan(database, a_plan(database, day, timetable(day, before)), key="before", actor="test")
    late = a_plan(database, day, timetable(day, plan))
    # Five minutes off the grid: a stop of one plan then meets a stop of the other.
    shifted = {
        run: [(trip, minute + 5) for trip, minute in trips]
        for run, trips in timetable(day, meanwhile[: TRIPS // 2] + before[TRIPS // 2 :]).items()
    }
    other = a_plan(database, day, shifted)
    changed = {
        trip.trip_id
        for trip in apply_plan(database, other, key="other", actor="test").trips
        if trip.outcome is Outcome.APPLIED
    }
    applied = apply_plan(database, late, key="late", actor="test")
    stale = {trip.trip_id for trip in applied.trips if trip.outcome is Outcome.STALE}
    assert stale <= changed
    assert all(trip.outcome is not Outcome.APPLIED for trip in applied.trips if trip.trip_id in changed)


@a_database
@given(trips=st.integers(1, 60), runs=st.integers(1, 6))
def test_the_statements_sent_do_not_depend_on_the_day(database: Database, trips: int, runs: int) -> None:
    day = a_day(database, trips=trips, runs=runs, company_id=a_company(database))
    table: dict[int, list[tuple[int, int]]] = {}
    for at, trip in enumerate(day.trip_ids):
        table.setdefault(day.run_ids[at % runs], []).append((trip, 360 + 10 * (at // runs)))
    database.count()
    plan = a_plan(database, day, table)
    loaded = database.count()
    applied = apply_plan(database, plan, key="plan", actor="test")
    sent = database.count()
    assert len(applied.trips) == trips
    assert (loaded.statements, loaded.round_trips, sent.statements, sent.round_trips) == (4, 1, 5, 1)
