"""A plan is applied whole, once, and truthfully."""

from datetime import timedelta

import psycopg
import pytest

from estafette.domain.applied import Applied, Detail, Outcome
from estafette.domain.error import ApplyFailed, Conflict
from estafette.store.apply import apply_plan
from estafette.store.database import Database, Statement
from estafette.store.day import load_day
from tests.store.days import DAY, Day, Timetable, a_company, a_day, a_plan, plan_for


def apply(database: Database, day: Day, timetable: Timetable, *, key: str = "key") -> Applied:
    return apply_plan(database, a_plan(database, day, timetable), key=key, actor="test")


def outcomes(applied: Applied) -> dict[int, Outcome]:
    return {trip.trip_id: trip.outcome for trip in applied.trips}


def details(applied: Applied) -> dict[int, Detail]:
    return {trip.trip_id: trip.detail for trip in applied.trips}


def standing(database: Database, day: Day) -> list[tuple[int, int]]:
    return database.read(day.company_id, "SELECT trip_id, run_id FROM assignment ORDER BY trip_id", {})


def change(database: Database, day: Day, sql: str, **parameters: object) -> None:
    """Change rows as another writer would: with a new version."""
    bump = "UPDATE feed SET last_event_id = last_event_id + 1 WHERE company_id = %(company)s"
    event = (
        "INSERT INTO event (company_id, id, kind, payload)"
        " SELECT company_id, last_event_id, 'booked', '{\"trips\": [], \"places\": []}' FROM feed"
        " WHERE company_id = %(company)s"
    )
    parameters["company"] = day.company_id
    database.transact(
        day.company_id, [Statement(text, parameters) for text in (bump, event, sql)], actor="someone"
    )


NEW_VERSION = "(SELECT last_event_id FROM feed WHERE company_id = %(company)s)"


def test_every_trip_of_a_plan_is_applied_and_read_back_as_planned(database: Database) -> None:
    day = a_day(database, trips=3, runs=2)
    one, two, three = day.trip_ids
    first, second = day.run_ids
    plan = a_plan(database, day, {first: [(one, 480), (two, 500)], second: [(three, 480)]})
    applied = apply_plan(database, plan, key="key", actor="test")
    assert outcomes(applied) == dict.fromkeys((one, two, three), Outcome.APPLIED)
    facts = {trip.trip_id: trip.assigned for trip in load_day(database, day.company_id, DAY).trips}
    assert [(facts[trip].run_id, facts[trip].pickup_s, facts[trip].dropoff_s) for trip in day.trip_ids] == [
        (first, 480 * 60, 485 * 60),
        (first, 500 * 60, 505 * 60),
        (second, 480 * 60, 485 * 60),
    ]


def test_the_report_names_the_changed_runs_and_the_drivers_who_will_be_told(database: Database) -> None:
    day = a_day(database, trips=2, runs=3)
    applied = apply(
        database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)], day.run_ids[2]: [(day.trip_ids[1], 480)]}
    )
    assert applied.changed_runs == (day.run_ids[0], day.run_ids[2])
    assert applied.notices == 2
    assert applied.board_version == 2


def test_the_same_key_twice_gives_the_same_answer_and_tells_nobody_twice(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    plan = a_plan(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    first = apply_plan(database, plan, key="key", actor="test")
    again = apply_plan(database, plan, key="key", actor="test")
    assert again.replayed
    assert again.trips == first.trips
    assert again.board_version == first.board_version
    assert database.read(day.company_id, "SELECT count(*) FROM notice", {}) == [(1,)]


def test_the_same_key_for_another_plan_is_refused(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    apply(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    with pytest.raises(Conflict, match="was used for another plan"):
        apply(database, day, {day.run_ids[0]: [(day.trip_ids[0], 490)]})


def test_applying_what_already_stands_changes_nothing_and_tells_nobody(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    timetable = {day.run_ids[0]: [(day.trip_ids[0], 480)]}
    before = apply(database, day, timetable, key="first")
    after = apply(database, day, timetable, key="second")
    assert outcomes(after) == {day.trip_ids[0]: Outcome.UNCHANGED}
    assert (after.notices, after.board_version) == (0, before.board_version)


def test_an_empty_plan_is_no_error_and_no_statement(database: Database) -> None:
    day = a_day(database, trips=0, runs=1)
    plan = a_plan(database, day, {})
    database.count()
    assert apply_plan(database, plan, key="key", actor="test").trips == ()
    assert database.count().statements == 0


def test_a_trip_that_the_plan_leaves_over_is_taken_off_its_run(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    apply(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]}, key="on")
    off = apply(database, day, {}, key="off")
    assert outcomes(off) == {day.trip_ids[0]: Outcome.APPLIED}
    assert standing(database, day) == []
    assert database.read(day.company_id, "SELECT pull_out_at FROM run", {}) == [(None,)]


def test_exactly_what_changed_after_the_plan_is_stale_and_the_rest_is_applied(database: Database) -> None:
    day = a_day(database, trips=3, runs=1)
    run = day.run_ids[0]
    plan = a_plan(database, day, {run: [(trip, 480 + 10 * n) for n, trip in enumerate(day.trip_ids)]})
    changed = day.trip_ids[1]
    change(
        database, day, f"UPDATE trip SET seats = 2, version = {NEW_VERSION} WHERE id = %(trip)s", trip=changed
    )
    applied = apply_plan(database, plan, key="key", actor="test")
    assert [trip for trip, outcome in outcomes(applied).items() if outcome is Outcome.STALE] == [changed]
    assert [trip for trip, _ in standing(database, day)] == [day.trip_ids[0], day.trip_ids[2]]


def test_a_stale_trip_says_how_it_stands_now_and_says_so_again_on_replay(database: Database) -> None:
    day = a_day(database, trips=2, runs=2)
    one, two = day.run_ids
    late = a_plan(database, day, {one: [(trip_id, 480 + 20 * n) for n, trip_id in enumerate(day.trip_ids)]})
    apply(database, day, {two: [(day.trip_ids[0], 600)]}, key="someone else")
    answers = [apply_plan(database, late, key="late", actor="test") for _ in range(2)]
    assert answers[0].trips == answers[1].trips
    stale, applied = answers[0].trips
    assert stale.standing is not None
    assert (stale.outcome, stale.standing.run_id, stale.standing.status) == ("stale", two, "booked")
    assert stale.standing.pickup_at == late.day_start_at + timedelta(minutes=600)
    assert applied.standing is None


def test_a_trip_taken_off_by_someone_else_meanwhile_is_stale(database: Database) -> None:
    day = a_day(database, trips=1, runs=2)
    apply(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]}, key="on")
    late = a_plan(database, day, {day.run_ids[1]: [(day.trip_ids[0], 480)]})
    apply(database, day, {}, key="off")
    assert outcomes(apply_plan(database, late, key="late", actor="test")) == {day.trip_ids[0]: Outcome.STALE}


@pytest.mark.parametrize(
    ("statement", "outcome", "detail"),
    [
        ("UPDATE trip SET status = 'cancelled', version = {v}", Outcome.GONE, Detail.NONE),
        ("UPDATE trip SET status = 'en_route', version = {v}", Outcome.LOCKED, Detail.NONE),
        ("UPDATE driver SET active = false", Outcome.ILLEGAL_NOW, Detail.DRIVER_INACTIVE),
        ("UPDATE vehicle SET active = false", Outcome.ILLEGAL_NOW, Detail.VEHICLE_INACTIVE),
        ("UPDATE shift SET starts_at = starts_at + interval '5 h'", Outcome.ILLEGAL_NOW, Detail.OFF_SHIFT),
        ("UPDATE run SET service_on = service_on + 1", Outcome.ILLEGAL_NOW, Detail.OTHER_DAY),
    ],
)
def test_what_the_world_forbids_meanwhile_is_refused_with_its_reason(
    database: Database, statement: str, outcome: Outcome, detail: Detail
) -> None:
    day = a_day(database, trips=1, runs=1)
    plan = a_plan(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    change(database, day, statement.format(v=NEW_VERSION))
    applied = apply_plan(database, plan, key="key", actor="test")
    assert (outcomes(applied)[day.trip_ids[0]], details(applied)[day.trip_ids[0]]) == (outcome, detail)
    assert standing(database, day) == []


def test_a_trip_on_an_unknown_run_is_refused_and_the_others_are_applied(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    unknown = 10**9
    applied = apply(
        database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)], unknown: [(day.trip_ids[1], 480)]}
    )
    assert list(outcomes(applied).values()) == [Outcome.APPLIED, Outcome.ILLEGAL_NOW]
    assert details(applied)[day.trip_ids[1]] is Detail.UNKNOWN_RUN


def test_another_companys_trip_and_run_do_not_exist_here(database: Database) -> None:
    ours, theirs = (
        a_day(database, trips=1, runs=1),
        a_day(database, trips=1, runs=1, company_id=a_company(database)),
    )
    problem = load_day(database, ours.company_id, DAY)
    plan = plan_for(
        problem, {theirs.run_ids[0]: [(ours.trip_ids[0], 480)], ours.run_ids[0]: [(theirs.trip_ids[0], 480)]}
    )
    applied = apply_plan(database, plan, key="key", actor="test")
    assert details(applied)[ours.trip_ids[0]] is Detail.UNKNOWN_RUN
    assert outcomes(applied)[theirs.trip_ids[0]] is Outcome.GONE


def test_a_locked_trip_is_not_moved_to_another_driver_but_may_move_in_time_on_its_run(
    database: Database,
) -> None:
    day = a_day(database, trips=1, runs=2)
    trip, (home, away) = day.trip_ids[0], day.run_ids
    apply(database, day, {home: [(trip, 480)]}, key="1")
    for lock, minute in (("driver", 490), ("order", 495)):
        change(database, day, f"UPDATE assignment SET lock = '{lock}'")
        away_too = apply(database, day, {away: [(trip, 480)]}, key=f"{lock} away")
        assert outcomes(away_too) == {trip: Outcome.LOCKED}
        later = apply(database, day, {home: [(trip, minute)]}, key=f"{lock} later")
        assert outcomes(later) == {trip: Outcome.APPLIED}
    change(database, day, "UPDATE assignment SET lock = 'time'")
    assert outcomes(apply(database, day, {home: [(trip, 500)]}, key="4")) == {trip: Outcome.LOCKED}


def test_where_one_of_the_trips_locked_in_their_order_has_changed_the_others_stay(database: Database) -> None:
    day = a_day(database, trips=3, runs=1)
    first, second, free = day.trip_ids
    run = day.run_ids[0]
    apply(database, day, {run: [(first, 480), (second, 540), (free, 600)]}, key="before")
    change(database, day, "UPDATE assignment SET lock = 'order' WHERE trip_id <> %(free)s", free=free)
    plan = a_plan(database, day, {run: [(first, 520), (second, 560), (free, 620)]})
    earlier = "SET {}, version = " + NEW_VERSION + " WHERE trip_id = %(trip)s"
    ends = ("pickup_at", "pickup_until", "dropoff_at", "dropoff_until")
    by_hand = earlier.format(", ".join(f"{end} = {end} - interval '45 min'" for end in ends))
    change(database, day, "UPDATE assignment " + by_hand, trip=second)
    # 08:40 would be after the second one, which has 08:15 now.
    assert outcomes(apply_plan(database, plan, key="key", actor="test")) == {
        first: Outcome.STALE, second: Outcome.STALE, free: Outcome.APPLIED,
    }  # fmt: skip
    again = apply(database, day, {run: [(first, 485), (second, 495), (free, 620)]}, key="again")
    assert (outcomes(again)[first], outcomes(again)[second]) == (Outcome.APPLIED, Outcome.UNCHANGED)


def test_a_stop_that_would_overlap_one_that_stays_is_refused_and_so_is_what_it_then_blocks(
    database: Database,
) -> None:
    day = a_day(database, trips=3, runs=2)
    stays, first, second = day.trip_ids
    here, there = day.run_ids
    apply(database, day, {here: [(stays, 480), (first, 500)], there: [(second, 500)]}, key="before")
    plan = a_plan(database, day, {here: [(first, 480), (stays, 520), (second, 500)]})
    change(database, day, f"UPDATE trip SET version = {NEW_VERSION} WHERE id = %(trip)s", trip=stays)
    applied = apply_plan(database, plan, key="key", actor="test")
    assert outcomes(applied)[stays] is Outcome.STALE
    # `first` cannot have 08:00, which `stays` holds; it stays at 08:20, where `second` therefore cannot go.
    assert details(applied)[first] is Detail.OVERLAP
    assert details(applied)[second] is Detail.OVERLAP
    assert standing(database, day) == [(stays, here), (first, here), (second, there)]


def test_two_drivers_swap_all_their_trips_in_one_apply(database: Database) -> None:
    day = a_day(database, trips=10, runs=2)
    one, two = day.run_ids
    early, late = day.trip_ids[:5], day.trip_ids[5:]
    times = [480 + 20 * n for n in range(5)]
    apply(
        database,
        day,
        {one: list(zip(early, times, strict=True)), two: list(zip(late, times, strict=True))},
        key="a",
    )
    swapped = apply(
        database,
        day,
        {two: list(zip(early, times, strict=True)), one: list(zip(late, times, strict=True))},
        key="b",
    )
    assert swapped.counts()[Outcome.APPLIED] == 10


def test_a_plan_that_overlaps_itself_is_refused_by_the_database_and_nothing_changes(
    database: Database,
) -> None:
    day = a_day(database, trips=2, runs=1)
    with pytest.raises(ApplyFailed, match="two stops would overlap .stops_of_a_driver_never_overlap."):
        apply(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480), (day.trip_ids[1], 481)]})
    assert standing(database, day) == []
    assert database.read(day.company_id, "SELECT count(*) FROM event", {}) == [(0,)]


@pytest.mark.parametrize("trips", [1, 10, 300])
def test_statements_and_round_trips_do_not_depend_on_the_number_of_trips(
    database: Database, trips: int
) -> None:
    day = a_day(database, trips=trips, runs=1 + trips // 10)
    runs = len(day.run_ids)
    timetable = {
        run: [(trip, 400 + 10 * n) for n, trip in enumerate(day.trip_ids[at::runs])]
        for at, run in enumerate(day.run_ids)
    }
    plan = a_plan(
        database, day, {run: trips_of_run for run, trips_of_run in timetable.items() if trips_of_run}
    )
    database.count()
    load_day(database, day.company_id, DAY)
    loaded = database.count()
    apply_plan(database, plan, key="key", actor="test")
    applied = database.count()
    # BEGIN, company, statement, COMMIT; the apply also locks the feed row.
    assert (loaded.statements, loaded.round_trips) == (4, 1)
    assert (applied.statements, applied.round_trips) == (5, 1)


def test_an_assignment_without_its_trip_or_with_another_driver_is_refused_by_the_database(
    database: Database,
) -> None:
    day = a_day(database, trips=2, runs=2)
    apply(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    for forged in ("trip_id = 10 ^ 9", "driver_id = (SELECT max(id) FROM driver)"):
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            change(database, day, f"UPDATE assignment SET {forged}")


def test_events_are_gap_free_and_a_notice_names_those_of_its_driver(database: Database) -> None:
    day = a_day(database, trips=4, runs=2)
    one, two = day.run_ids
    a, b, c, d = day.trip_ids
    apply(database, day, {one: [(a, 480), (b, 500)], two: [(c, 480), (d, 500)]}, key="1")
    apply(database, day, {one: [(a, 480)], two: [(b, 540), (c, 480), (d, 500)]}, key="2")
    assert database.read(day.company_id, "SELECT array_agg(id ORDER BY id), max(id) FROM event", {}) == [
        ([1, 2, 3, 4], 4)
    ]
    assert database.read(day.company_id, "SELECT event_ids FROM notice ORDER BY event_id", {}) == [
        ([1],),
        ([2],),
        ([3],),
        ([4],),
    ]


def test_a_driver_for_whom_nothing_changed_gets_no_notice(database: Database) -> None:
    day = a_day(database, trips=2, runs=2)
    one, two = day.run_ids
    a, b = day.trip_ids
    apply(database, day, {one: [(a, 480)], two: [(b, 480)]}, key="1")
    applied = apply(database, day, {one: [(a, 480)], two: [(b, 490)]}, key="2")
    assert applied.changed_runs == (two,)
    assert applied.notices == 1
