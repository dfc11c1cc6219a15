"""Parts of a plan: what belongs to them, and the runs that they lead to."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estafette.domain.error import Invalid
from estafette.domain.plan import Plan
from estafette.planning.check import violations
from estafette.planning.part import part_of, run_violations, runs_with, trips_of
from tests.planning.builders import a_day, a_random_day, a_run, a_trip, on_a_line, on_a_plane
from tests.planning.solving import in_force, planned, told

MATRIX = on_a_plane(5, places=25)
DAY = a_random_day(5, trips=30, runs=3, matrix=MATRIX)
PLAN = planned(DAY, MATRIX)
RUN_IDS = frozenset(run.run_id for run in PLAN.runs)
LEFT = frozenset(left.trip_id for left in PLAN.left_over)
TRIP_IDS = frozenset(trips_of(PLAN.runs)) | LEFT

Runs = st.frozensets(st.sampled_from(sorted(RUN_IDS)))
Trips = st.frozensets(st.sampled_from(sorted(TRIP_IDS)))


def named(plan: Plan) -> frozenset[int]:
    return frozenset(trips_of(plan.runs)) | {left.trip_id for left in plan.left_over}


@given(runs=Runs, trips=Trips)
def test_a_part_has_the_named_trips_and_all_trips_of_the_named_runs_and_no_others(
    runs: frozenset[int], trips: frozenset[int]
) -> None:
    part = part_of(PLAN, runs=runs, trips=trips)
    of_runs = frozenset(trips_of(run for run in PLAN.runs if run.run_id in runs))
    assert named(part) == of_runs | trips
    assert all(stop in run.stops for each in part.runs for run in PLAN.runs if run.run_id == each.run_id
               for stop in each.stops)  # fmt: skip


@given(runs=Runs, trips=Trips)
def test_a_part_and_the_rest_make_the_whole_and_share_nothing(
    runs: frozenset[int], trips: frozenset[int]
) -> None:
    part = named(part_of(PLAN, runs=runs, trips=trips))
    rest = named(part_of(PLAN, trips=TRIP_IDS - part))
    assert (part | rest, part & rest) == (TRIP_IDS, frozenset())


def test_all_runs_and_all_trips_left_over_are_the_plan_itself() -> None:
    used = tuple(run for run in PLAN.runs if run.stops)
    part = part_of(PLAN, runs=RUN_IDS, trips=LEFT)
    assert (part.runs, part.left_over) == (used, PLAN.left_over)


@pytest.mark.parametrize(("runs", "trips", "said"), [({99}, set(), "run 99"), (set(), {999}, "trip 999")])
def test_what_the_plan_does_not_have_is_named(runs: set[int], trips: set[int], said: str) -> None:
    with pytest.raises(Invalid, match=f"the plan has no {said}"):
        part_of(PLAN, runs=runs, trips=trips)


def test_all_trips_at_once_lead_to_the_runs_as_planned() -> None:
    nothing = planned(a_day([], DAY.runs, places=25), MATRIX)
    changed = runs_with(DAY, MATRIX, nothing, plan=PLAN, moving=TRIP_IDS)
    assert changed == [run for run in PLAN.runs if run.stops]


def test_a_trip_between_two_that_stay_is_driven_with_them() -> None:
    trips = [a_trip(1, 2, 3, "08:00"), a_trip(2, 4, 5, "09:00"), a_trip(3, 6, 7, "10:00")]
    day, matrix = a_day(trips, [a_run(1), a_run(2)]), on_a_line()
    plan = planned(day, matrix)
    (run,) = [run for run in plan.runs if run.stops]
    without = part_of(plan, trips=frozenset({1, 3}))
    (changed,) = runs_with(day, matrix, without, plan=plan, moving=frozenset({2}))
    assert told(changed) == told(run) == "+1 -1 +2 -2 +3 -3"
    assert run_violations(day, matrix, changed) == []


def test_a_trip_whose_neighbours_leave_no_time_for_it_is_found_by_the_checker() -> None:
    one, other = a_trip(1, 2, 3, "08:00"), a_trip(2, 9, 10, "08:05")
    day, matrix = a_day([one, other], [a_run(1), a_run(2)]), on_a_line()
    plan = planned(day, matrix)
    home = {trip: run.run_id for run in plan.runs for trip in trips_of([run])}
    forced = next(run for run in plan.runs if run.run_id == home[1])
    theirs = next(run for run in plan.runs if run.run_id == home[2])
    proposal = msgspec.structs.replace(plan, runs=(msgspec.structs.replace(forced, stops=theirs.stops),))
    (changed, emptied) = sorted(
        runs_with(day, matrix, plan, plan=proposal, moving=frozenset({2})), key=lambda run: not run.stops
    )
    assert emptied.stops == ()
    assert "arrival" in {found.rule for found in run_violations(day, matrix, changed)}


def test_what_stays_as_it_is_does_not_change_any_run() -> None:
    after = in_force(DAY, PLAN)
    assert violations(after, MATRIX, PLAN) == []
    assert runs_with(after, MATRIX, PLAN, plan=PLAN, moving=TRIP_IDS) == []
