"""An applied plan can be taken back; what moved on meanwhile stays and says so."""

import pytest

from estafette.domain.applied import Outcome
from estafette.domain.error import NotFound
from estafette.store.apply import apply_plan
from estafette.store.database import Database, Statement
from estafette.store.undo import undo_last
from tests.store.days import DAY, a_day, a_plan

_STATE = """
SELECT (SELECT jsonb_agg(to_jsonb(a) - 'version' ORDER BY trip_id) FROM assignment a),
    (SELECT jsonb_agg(jsonb_build_array(id, pull_out_at, pull_in_at, breaks) ORDER BY id) FROM run)
"""


def test_undo_restores_every_assignment_and_run_as_it_was(database: Database) -> None:
    day = a_day(database, trips=3, runs=2)
    a, b, c = day.trip_ids
    one, two = day.run_ids
    apply_plan(database, a_plan(database, day, {one: [(a, 480), (b, 500)]}), key="1", actor="test")
    before = database.read(day.company_id, _STATE, {})
    apply_plan(database, a_plan(database, day, {two: [(a, 485), (c, 500)]}), key="2", actor="test")
    undone = undo_last(database, day.company_id, DAY, actor="test")
    assert undone.counts()[Outcome.APPLIED] == 3
    assert database.read(day.company_id, _STATE, {}) == before


def test_undo_twice_takes_back_the_plan_before_and_then_there_is_none(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    for minute in (480, 490):
        timetable = {day.run_ids[0]: [(day.trip_ids[0], minute)]}
        apply_plan(database, a_plan(database, day, timetable), key=str(minute), actor="test")
    undo_last(database, day.company_id, DAY, actor="test")
    undo_last(database, day.company_id, DAY, actor="test")
    assert database.read(day.company_id, "SELECT count(*) FROM assignment", {}) == [(0,)]
    with pytest.raises(NotFound, match="no applied plan"):
        undo_last(database, day.company_id, DAY, actor="test")


def test_a_trip_that_moved_on_after_the_plan_is_not_restored_and_is_reported_stale(
    database: Database,
) -> None:
    day = a_day(database, trips=2, runs=1)
    a, b = day.trip_ids
    run = day.run_ids[0]
    apply_plan(database, a_plan(database, day, {run: [(a, 480), (b, 500)]}), key="1", actor="test")
    database.transact(
        day.company_id,
        [
            Statement(
                "UPDATE assignment SET pickup_at = pickup_at - interval '1 min' WHERE trip_id = %(trip)s",
                {"trip": a},
            )
        ],
        actor="someone",
    )
    undone = undo_last(database, day.company_id, DAY, actor="test")
    assert {trip.trip_id: trip.outcome for trip in undone.trips} == {a: Outcome.STALE, b: Outcome.APPLIED}
    assert database.read(day.company_id, "SELECT trip_id FROM assignment", {}) == [(a,)]
