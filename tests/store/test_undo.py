"""Every apply can be taken back: exactly, by its number, whole or not at all, and the undo as well."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estafette.domain.applied import Applied, Outcome
from estafette.domain.error import Invalid, NotFound
from estafette.domain.undone import Undone
from estafette.store import undo as undo_module
from estafette.store.apply import apply_plan
from estafette.store.database import Database, Statement
from estafette.store.undo import Take, newest_in_force, undo_apply, undo_last
from tests.store.days import DAY, Day, Timetable, a_day, a_plan

_STATE = """
SELECT (SELECT jsonb_agg(to_jsonb(a) - 'version' ORDER BY trip_id) FROM assignment a),
    (SELECT jsonb_agg(jsonb_build_array(id, pull_out_at, pull_in_at, breaks) ORDER BY id) FROM run)
"""
WHOLE = Take(actor="test")
WHAT_CAN = Take(actor="test", what_can=True)


def applied(database: Database, day: Day, timetable: Timetable, key: str) -> Applied:
    return apply_plan(database, a_plan(database, day, timetable), key=key, actor="test")


def state(database: Database, day: Day) -> Any:
    return database.read(day.company_id, _STATE, {})


def placed(database: Database, day: Day) -> list[int]:
    return [row[0] for row in database.read(day.company_id, "SELECT trip_id FROM assignment ORDER BY 1", {})]


def cancel(database: Database, day: Day, trip_id: int) -> None:
    """Call a trip off, as whoever writes: with an event and the version of it."""
    change = (
        "WITH next AS (UPDATE feed SET last_event_id = last_event_id + 1 RETURNING last_event_id AS id), told AS ("
        " INSERT INTO event (company_id, id, kind, payload) SELECT %(c)s, id, 'status_changed', '{}' FROM next)"
        " UPDATE trip SET status = 'cancelled', version = next.id FROM next WHERE trip.id = %(trip)s"
    )
    scope = {"c": day.company_id, "trip": trip_id}
    database.transact(day.company_id, [Statement(change, scope)], actor="someone")


def in_the_way(undone: Undone) -> dict[int, Outcome]:
    return {trip.trip_id: trip.outcome for trip in undone.in_the_way}


def test_undo_restores_every_assignment_and_run_as_it_was(database: Database) -> None:
    day = a_day(database, trips=3, runs=2)
    a, b, c = day.trip_ids
    one, two = day.run_ids
    applied(database, day, {one: [(a, 480), (b, 500)]}, "1")
    before = state(database, day)
    applied(database, day, {two: [(a, 485), (c, 500)]}, "2")
    undone = undo_last(database, day.company_id, DAY, take=WHOLE)
    assert undone.applied is not None
    assert undone.applied.counts()[Outcome.APPLIED] == 3
    assert state(database, day) == before


def test_undo_twice_takes_back_the_plan_before_and_then_there_is_none(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    for minute in (480, 490):
        applied(database, day, {day.run_ids[0]: [(day.trip_ids[0], minute)]}, str(minute))
    undo_last(database, day.company_id, DAY, take=WHOLE)
    undo_last(database, day.company_id, DAY, take=WHOLE)
    assert placed(database, day) == []
    with pytest.raises(NotFound, match="no applied plan"):
        undo_last(database, day.company_id, DAY, take=WHOLE)


def test_an_older_apply_is_taken_back_by_its_number_while_the_newer_one_stays(database: Database) -> None:
    day = a_day(database, trips=2, runs=2)
    a, b = day.trip_ids
    one, two = day.run_ids
    first = applied(database, day, {one: [(a, 480)]}, "1")
    applied(database, day, {one: [(a, 480)], two: [(b, 480)]}, "2")
    undone = undo_apply(database, day.company_id, first.applied_id, take=WHOLE)
    assert undone.in_the_way == ()
    assert placed(database, day) == [b]


def test_when_one_trip_moved_on_nothing_is_restored_and_the_report_says_where_it_stands(
    database: Database,
) -> None:
    day = a_day(database, trips=2, runs=2)
    a, b = day.trip_ids
    one, two = day.run_ids
    first = applied(database, day, {one: [(a, 480), (b, 500)]}, "1")
    applied(database, day, {one: [(b, 500)], two: [(a, 480)]}, "2")
    before = state(database, day)
    undone = undo_apply(database, day.company_id, first.applied_id, take=WHOLE)
    assert (undone.applied, in_the_way(undone)) == (None, {a: Outcome.STALE})
    assert [trip.standing.run_id for trip in undone.in_the_way if trip.standing] == [two]
    assert state(database, day) == before


def test_what_can_be_restored_is_restored_on_demand(database: Database) -> None:
    day = a_day(database, trips=2, runs=2)
    a, b = day.trip_ids
    one, two = day.run_ids
    first = applied(database, day, {one: [(a, 480), (b, 500)]}, "1")
    applied(database, day, {one: [(b, 500)], two: [(a, 480)]}, "2")
    undone = undo_apply(database, day.company_id, first.applied_id, take=WHAT_CAN)
    assert in_the_way(undone) == {a: Outcome.STALE}
    assert placed(database, day) == [a]


def test_a_chosen_trip_is_restored_alone_and_the_rest_can_be_restored_later(database: Database) -> None:
    day = a_day(database, trips=3, runs=1)
    a, b, c = day.trip_ids
    only = Take(actor="test", trips=frozenset({b}))
    first = applied(database, day, {day.run_ids[0]: [(a, 480), (b, 500), (c, 520)]}, "1")
    assert undo_apply(database, day.company_id, first.applied_id, take=only).in_the_way == ()
    assert placed(database, day) == [a, c]
    assert undo_last(database, day.company_id, DAY, take=WHOLE).in_the_way == ()
    assert placed(database, day) == []


def test_a_trip_that_the_apply_did_not_change_cannot_be_chosen(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    first = applied(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]}, "1")
    other = Take(actor="test", trips=frozenset({day.trip_ids[1]}))
    with pytest.raises(Invalid, match=f"did not change trip {day.trip_ids[1]}"):
        undo_apply(database, day.company_id, first.applied_id, take=other)


def test_an_undo_can_be_taken_back_and_then_the_apply_again(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    a, b = day.trip_ids
    first = applied(database, day, {day.run_ids[0]: [(a, 480), (b, 500)]}, "1")
    after = state(database, day)
    undone = undo_apply(database, day.company_id, first.applied_id, take=WHOLE)
    assert undone.applied is not None
    undo_apply(database, day.company_id, undone.applied.applied_id, take=WHOLE)
    assert state(database, day) == after
    undo_last(database, day.company_id, DAY, take=WHOLE)
    assert placed(database, day) == []


def test_a_cancelled_trip_stands_in_the_way_and_is_reported_gone(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    a, b = day.trip_ids
    first = applied(database, day, {day.run_ids[0]: [(a, 480), (b, 500)]}, "1")
    cancel(database, day, a)
    before = state(database, day)
    undone = undo_apply(database, day.company_id, first.applied_id, take=WHOLE)
    assert (undone.applied, in_the_way(undone)) == (None, {a: Outcome.GONE})
    assert [trip.standing.status for trip in undone.in_the_way if trip.standing] == ["cancelled"]
    assert state(database, day) == before


def test_a_place_that_another_trip_took_meanwhile_keeps_the_whole_undo_out(database: Database) -> None:
    day = a_day(database, trips=3, runs=2)
    a, b, c = day.trip_ids
    one, two = day.run_ids
    applied(database, day, {one: [(a, 480)], two: [(b, 480)]}, "1")
    move = applied(database, day, {two: [(b, 480), (a, 500)]}, "2")
    applied(database, day, {two: [(b, 480), (a, 500)], one: [(c, 481)]}, "3")
    before = state(database, day)
    undone = undo_apply(database, day.company_id, move.applied_id, take=WHOLE)
    assert (undone.applied, in_the_way(undone)) == (None, {a: Outcome.ILLEGAL_NOW})
    assert state(database, day) == before


def test_a_trip_that_moves_between_reading_and_applying_does_not_make_half_an_undo(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = a_day(database, trips=2, runs=1)
    a, b = day.trip_ids
    first = applied(database, day, {day.run_ids[0]: [(a, 480), (b, 500)]}, "1")
    apply_targets = undo_module.apply_targets

    def after_somebody_else(*arguments: Any, **more: Any) -> Applied:
        applied(database, day, {day.run_ids[0]: [(a, 490), (b, 500)]}, "meanwhile")
        return apply_targets(*arguments, **more)

    monkeypatch.setattr(undo_module, "apply_targets", after_somebody_else)
    undone = undo_apply(database, day.company_id, first.applied_id, take=WHOLE)
    assert (undone.applied, in_the_way(undone)) == (None, {a: Outcome.STALE})
    assert placed(database, day) == [a, b]
    assert database.read(day.company_id, "SELECT count(*) FROM applied WHERE undoes IS NOT NULL", {}) == [
        (0,)
    ]


def test_two_who_take_back_the_same_at_once_take_it_back_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = a_day(database, trips=1, runs=1)
    first = applied(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]}, "1")
    seen = undo_module._read(database, day.company_id, first.applied_id)
    monkeypatch.setattr(undo_module, "_read", lambda *_: seen)
    one, two = (undo_apply(database, day.company_id, first.applied_id, take=WHOLE) for _ in range(2))
    assert one.applied is not None
    assert two.applied is not None
    assert (one.applied.replayed, two.applied.replayed) == (False, True)
    assert one.applied.applied_id == two.applied.applied_id


def test_undo_takes_one_round_trip_to_read_and_one_to_apply(database: Database) -> None:
    day = a_day(database, trips=30, runs=1)
    timetable = {day.run_ids[0]: [(trip, 400 + 10 * n) for n, trip in enumerate(day.trip_ids)]}
    first = applied(database, day, timetable, "1")
    database.count()
    undo_apply(database, day.company_id, first.applied_id, take=WHOLE)
    sent = database.count()
    assert sent is not None
    assert sent.round_trips == 2


def test_there_is_no_undo_of_an_apply_that_changed_nothing_or_of_another_company(database: Database) -> None:
    day, other = a_day(database, trips=1, runs=1), a_day(database, trips=1, runs=1)
    timetable = {day.run_ids[0]: [(day.trip_ids[0], 480)]}
    first = applied(database, day, timetable, "1")
    same = applied(database, day, timetable, "2")
    with pytest.raises(NotFound, match=f"no apply {same.applied_id} that changed"):
        undo_apply(database, day.company_id, same.applied_id, take=WHOLE)
    with pytest.raises(NotFound):
        undo_apply(database, other.company_id, first.applied_id, take=WHOLE)


@given(st.lists(st.tuples(st.integers(0, 8), st.frozensets(st.integers(1, 3), min_size=1)), max_size=8))
def test_the_newest_in_force_is_no_undo_and_was_not_taken_back_whole(
    made: list[tuple[int, frozenset[int]]],
) -> None:
    history = [
        undo_module._Entry(number, undoes if 0 < undoes < number else None, trips)
        for number, (undoes, trips) in enumerate(made, start=1)
    ]
    newest = newest_in_force(history)
    originals = [entry.applied_id for entry in history if entry.undoes is None]
    undone = {entry.undoes for entry in history}
    assert newest in [*originals, None]
    assert max([each for each in originals if each not in undone], default=0) <= (newest or 0)


def test_hundreds_of_chosen_trips_are_restored_as_well_as_one(database: Database) -> None:
    day = a_day(database, trips=400, runs=10)
    timetable = {
        run: [(trip, 400 + 10 * n) for n, trip in enumerate(day.trip_ids[k::10])]
        for k, run in enumerate(day.run_ids)
    }
    first = applied(database, day, timetable, "1")
    chosen = frozenset(day.trip_ids[:399])
    undo_apply(database, day.company_id, first.applied_id, take=Take(actor="test", trips=chosen))
    assert placed(database, day) == day.trip_ids[399:]
