"""
The rules of the model, among themselves: the checker against exhaustive search, and a table of each rule.

Nothing here knows the optimiser.
"""

from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.booking import Link, Lock, TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import Plan, Violation
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.check import violations
from estafette.planning.check.known import known_of, way_of
from estafette.planning.check.road import onboard_waits
from estafette.planning.terms import priced
from tests.examples import up_to
from tests.planning.builders import (
    CAR,
    VAN,
    WHEELCHAIR,
    a_break,
    a_day,
    a_run,
    a_trip,
    on_a_line,
    placed,
    seconds,
)
from tests.planning.cheapest import UNTIMED, Choices, cheapest, most_served, written
from tests.planning.driving import a_plan, plan_of, timed
from tests.planning.exhaustive import Line, schedule
from tests.planning.featured import FEATURES, RULED, a_featured_matrix, a_random_featured_day, without

SEEDS = st.integers(0, 100_000)
MATRIX = on_a_line()


def judged(problem: Problem, matrix: TravelMatrix, plan: Plan) -> set[Violation]:
    """Every violation, with those of waiting aboard."""
    known = known_of(problem, matrix)
    waits = {
        found
        for planned in plan.runs
        if planned.stops
        for found in onboard_waits(known, way_of(known, known.runs[planned.run_id], planned))
    }
    return waits | set(violations(problem, matrix, plan))


# Rider 1 from 2 to 5 and rider 2 from 3 to 4 share run 1; the car waits four minutes at place 4.
TOGETHER = "08:00 +1, 08:11 +2, 08:26 -2, 08:37 -1"


def a_shared_day(**facts: Any) -> Problem:
    first = a_trip(1, 2, 5, takes=WHEELCHAIR, groups=("ward",))
    return a_day([first, a_trip(2, 3, 4), a_trip(3, 5, 2)], [a_run(1, layouts=VAN), a_run(2)], **facts)


def with_trip(problem: Problem, trip_id: int, **facts: Any) -> Problem:
    trips = tuple(
        msgspec.structs.replace(trip, **facts) if trip.trip_id == trip_id else trip for trip in problem.trips
    )
    return msgspec.structs.replace(problem, trips=trips)


def with_run(problem: Problem, **facts: Any) -> Problem:
    first = msgspec.structs.replace(problem.runs[0], **facts)
    return msgspec.structs.replace(problem, runs=(first, *problem.runs[1:]))


def on_day(**facts: Any) -> Any:
    return lambda problem: msgspec.structs.replace(problem, **facts)


def on_trip(trip_id: int, **facts: Any) -> Any:
    return lambda problem: with_trip(problem, trip_id, **facts)


def on_run(**facts: Any) -> Any:
    return lambda problem: with_run(problem, **facts)


def held(trip_id: int, run_id: int, pickup_s: int, lock: Lock = Lock.NONE, **day: Any) -> Any:
    """The trip in force on a run, on a day that knows what is in force."""

    def change(problem: Problem) -> Problem:
        trips = tuple(
            placed(trip, run_id, pickup_s, pickup_s + 2220, lock) if trip.trip_id == trip_id else trip
            for trip in problem.trips
        )
        return msgspec.structs.replace(problem, trips=trips, **day)

    return change


AT_8, AT_9 = seconds("08:00"), seconds("09:00")
BACK = Link(after_trip_id=1, min_stay_s=1200)

# Pulled out at 07:50; 10 + 10 + 10 + 10 + 40 minutes of driving; pulled in at 09:18.
CASES: list[tuple[str, Any, Any, str]] = [
    ("skill by 1: run 1, trip 1", on_trip(1, needs=("oxygen", "lift")), on_run(skills=("lift",)), ""),
    ("", on_trip(1, needs=("oxygen", "lift")), on_run(skills=("lift", "oxygen", "stairs")), ""),
    ("banned by 0: run 1, trip 2", on_trip(2, banned_driver_ids=(7, 101)), None, ""),
    ("", on_trip(2, banned_driver_ids=(102,)), None, ""),
    ("no_share by 1: run 1, trip 2", on_trip(1, no_share=True), None, ""),
    ("no_share by 1: run 1, trip 2", on_trip(2, no_share=True), None, ""),
    ("no_share by 1: run 1, trip 2", on_trip(2, apart_from=("child", "ward")), None, ""),
    ("no_share by 1: run 1, trip 2", on_trip(2, groups=("child",)), on_trip(1, apart_from=("child",)), ""),
    ("", on_trip(2, groups=("ward",), apart_from=("child",)), None, ""),
    ("", on_trip(3, no_share=True), None, ", 09:00 +3, 09:31 -3"),
    ("onboard_wait by 1: run 1, trip 2", on_day(max_onboard_wait_s=239), None, ""),
    ("", on_day(max_onboard_wait_s=240), None, ""),
    ("drive_limit by 1: run 1", on_run(max_drive_s=4799), None, ""),
    ("", on_run(max_drive_s=4800), None, ""),
    ("work_limit by 1: run 1", on_run(max_work_s=5279), None, ""),
    ("", on_run(max_work_s=5280), None, ""),
    ("shift by 60: run 1", on_run(shift_to_s=seconds("09:00"), overtime_s=1020), None, ""),
    ("", on_run(shift_to_s=seconds("09:00"), overtime_s=1080), None, ""),
    ("", on_run(wheeled_dwell_s=0), None, ""),
    ("", held(1, 1, AT_8, Lock.TIME), None, ""),
    ("fixed by 3600: run 1, trip 1", held(1, 1, AT_9, now_s=AT_9 - 60, freeze_s=61), None, ""),
    ("", held(1, 1, AT_9, now_s=AT_9 - 60, freeze_s=60), None, ""),
    ("", held(1, 1, AT_9, freeze_s=61), None, ""),
    ("fixed by 0: run 2, trip 1", held(1, 2, AT_8, now_s=AT_8, freeze_s=1), None, ""),
    ("max_changes by 1", held(1, 2, AT_8, max_changes=0), None, ""),
    ("", held(1, 2, AT_8, max_changes=1), None, ""),
    ("", held(1, 1, AT_8, max_changes=0), None, ""),
    ("", held(1, 77, AT_8, max_changes=0), None, ""),
    ("", held(3, 1, AT_8, max_changes=0), None, ""),
    ("linked_leg by 1: run 1, trip 3", on_trip(3, link=BACK), None, ", 08:57:59 +3, 09:28:59 -3"),
    ("", on_trip(3, link=BACK), None, ", 08:58 +3, 09:29 -3"),
    ("", on_trip(3, link=BACK), None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("says", "change", "also", "more"), CASES)
def test_a_plan_keeps_a_rule_to_the_second_or_is_told_by_how_much_it_does_not(
    says: str, change: Any, also: Any, more: str
) -> None:
    problem = change(a_shared_day())
    problem = also(problem) if also else problem
    plan = a_plan(problem, MATRIX, {1: TOGETHER + more})
    assert [str(found) for found in judged(problem, MATRIX, plan)] == ([says] if says else [])


def test_wheels_take_longer_at_both_doors_and_only_wheels() -> None:
    problem = a_shared_day()
    plan = a_plan(problem, MATRIX, {1: TOGETHER})
    slower = with_run(problem, wheeled_dwell_s=30)
    found = violations(slower, MATRIX, plan)
    assert [str(each) for each in found] == ["dwell by 30: run 1, trip 1"] * 2


def test_a_run_without_an_end_place_ends_at_its_last_stop() -> None:
    problem = with_run(a_shared_day(), end_place_id=None)
    plan = a_plan(problem, MATRIX, {1: TOGETHER})
    assert plan.runs[0].stops[-1].place_id == 5
    assert violations(problem, MATRIX, plan) == []
    assert {found.rule for found in violations(with_run(problem, end_place_id=1), MATRIX, plan)} == {"place"}


def test_waiting_is_found_also_where_the_arrival_is_written_late() -> None:
    problem = a_shared_day(max_onboard_wait_s=239)
    plan = a_plan(problem, MATRIX, {1: TOGETHER})
    stops = list(plan.runs[0].stops)
    stops[3] = msgspec.structs.replace(stops[3], arrive_s=stops[3].start_s)
    plan = msgspec.structs.replace(
        plan, runs=(msgspec.structs.replace(plan.runs[0], stops=tuple(stops)), *plan.runs[1:])
    )
    assert [str(found) for found in judged(problem, MATRIX, plan)] == ["onboard_wait by 1: run 1, trip 2"]


def test_a_pinned_stop_may_be_waited_for() -> None:
    times = placed(a_trip(2, 3, 4), 1, seconds("08:11"), seconds("08:26"), Lock.TIME)
    problem = a_day([a_trip(1, 2, 5), times], [a_run(1)], max_onboard_wait_s=0)
    assert judged(problem, MATRIX, a_plan(problem, MATRIX, {1: TOGETHER})) == set()


LEGS = {1: "08:00 +1, 08:31 -1", 2: "09:00 +2, 09:31 -2"}


def two_legs(link: Link, runs: list[RunFacts], lock: Lock = Lock.NONE) -> list[str]:
    """What is said of a rider who is brought by run 1, and fetched by run 2 at 09:00."""
    there, back = a_trip(1, 2, 5), a_trip(2, 5, 2, link=link)
    if lock is not Lock.NONE:
        there = placed(there, 1, seconds("08:00"), seconds("08:31"), lock)
        back = placed(back, 2, seconds("09:00"), seconds("09:31"), lock)
    problem = a_day([there, back], runs)
    return [str(found) for found in violations(problem, MATRIX, a_plan(problem, MATRIX, LEGS))]


def test_linked_legs_on_two_runs_are_judged_together() -> None:
    early, other = Link(after_trip_id=1, min_stay_s=1681), Link(after_trip_id=1, same_driver=True)
    runs = [a_run(1), a_run(2)]
    assert two_legs(early, runs) == ["linked_leg by 1: run 2, trip 2"]
    assert two_legs(msgspec.structs.replace(early, min_stay_s=1680), runs) == []
    assert two_legs(other, runs) == ["linked_leg by 0: run 2, trip 2"]
    assert two_legs(other, [a_run(1), msgspec.structs.replace(a_run(2), driver_id=101)]) == []


def test_legs_that_a_person_put_where_they_are_are_not_asked_for_their_link() -> None:
    link = Link(after_trip_id=1, min_stay_s=1681, same_driver=True)
    runs = [a_run(1), a_run(2)]
    assert two_legs(link, runs, Lock.TIME) == []
    assert two_legs(link, runs, Lock.DRIVER) == ["linked_leg by 1: run 2, trip 2"]


def test_a_link_to_a_leg_that_is_not_of_this_day_binds_nobody() -> None:
    assert two_legs(Link(after_trip_id=77, same_driver=True), [a_run(1), a_run(2)]) == []


WAIT = Link(after_trip_id=1, min_stay_s=1200, waits=True)


def wait_and_return(visits: str, third: TripFacts | None = None, lock: Lock = Lock.NONE) -> list[str]:
    """What is said of run 1 that brings rider 1 to place 5 at 08:31 and fetches the rider there at 09:00."""
    there, back = a_trip(1, 2, 5), a_trip(2, 5, 2, link=WAIT)
    if lock is not Lock.NONE:
        there = placed(there, 1, seconds("08:00"), seconds("08:31"), lock)
        back = placed(back, 1, seconds("09:00"), seconds("09:31"), lock)
    run = a_run(1, breaks=(a_break("08:32-08:40", 10),) if "break" in visits else ())
    problem = a_day([there, back, third or a_trip(3, 5, 5)], [run, a_run(2)])
    return [str(found) for found in violations(problem, MATRIX, a_plan(problem, MATRIX, {1: visits}))]


def test_a_vehicle_that_waits_stays_at_the_door_until_the_rider_is_fetched() -> None:
    assert wait_and_return("08:00 +1, 08:31 -1, 09:00 +2, 09:31 -2") == []
    assert (
        wait_and_return("07:40 +3, 07:41 -3, 08:31 +1, 09:02 -1, 09:30 +2, 10:01 -2", a_trip(3, 2, 2)) == []
    )


def test_the_driver_may_take_a_break_at_the_door() -> None:
    assert wait_and_return("08:00 +1, 08:31 -1, 08:32 break, 09:00 +2, 09:31 -2") == []


def test_nobody_else_is_served_while_the_vehicle_waits() -> None:
    between = "08:00 +1, 08:31 -1, 08:40 +3, 08:41 -3, 09:00 +2, 09:31 -2"
    assert wait_and_return(between) == ["linked_leg by 1: run 1, trip 2"]
    assert wait_and_return(between, lock=Lock.DRIVER) == ["linked_leg by 1: run 1, trip 2"]
    assert wait_and_return(between, lock=Lock.TIME) == []


def test_nobody_else_is_aboard_while_the_vehicle_waits() -> None:
    aboard = "07:58 +3, 08:00 +1, 08:31 -1, 09:00 +2, 09:31 -2, 09:35 -3"
    third = a_trip(3, 2, 2, max_ride_s=7200)
    assert wait_and_return(aboard, third) == ["linked_leg by 1: run 1, trip 2"]


def test_a_vehicle_cannot_wait_for_a_rider_whom_another_fetches() -> None:
    runs = [a_run(1), msgspec.structs.replace(a_run(2), driver_id=101)]
    assert two_legs(WAIT, runs) == ["linked_leg by 0: run 2, trip 2"]
    assert two_legs(WAIT, runs, Lock.DRIVER) == []


@pytest.mark.parametrize("features", [[], *([name] for name in FEATURES), list(FEATURES)])
@given(seed=SEEDS)
@settings(max_examples=up_to(4), deadline=None)
def test_the_cheapest_plan_is_legal_and_costs_what_its_terms_say(features: list[str], seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 4, 2, features), a_featured_matrix(seed)
    cost, plan = cheapest(problem, matrix)
    assert judged(problem, matrix, plan) == set()
    assert priced(problem, matrix, UNTIMED, plan).cost == cost


@given(seed=SEEDS)
@settings(max_examples=up_to(5), deadline=None)
def test_the_cheapest_plan_of_a_plain_day_serves_as_many_as_can_be(seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 2, ["links", "no_share"]), a_featured_matrix(seed)
    _, plan = cheapest(problem, matrix)
    assert plan.placed() == most_served(problem, matrix)


def forbidden(problem: Problem, matrix: TravelMatrix, name: str) -> Iterator[Plan]:
    """Plans, one for each order, that would be legal if the feature's rule were not there, and cannot be so."""
    free = without(problem, name)
    strict, lax = Choices(problem, matrix), Choices(free, matrix)
    for run, free_run in zip(problem.runs, free.runs, strict=True):
        allowed = {order(line) for _, line in strict.legal(run, problem.trips)}
        for _, line in lax.legal(free_run, free.trips):
            if order(line) not in allowed:
                yield written(free, matrix, (line,))


def order(line: Line) -> tuple[tuple[int, bool], ...]:
    return tuple((step.trip.trip_id, step.is_pickup) for step in line.steps if step.trip)


@pytest.mark.parametrize("name", RULED)
def test_what_a_rule_alone_forbids_is_refused_under_its_name(name: str) -> None:
    judgements = []
    for seed in range(80):
        problem, matrix = a_random_featured_day(seed, 2, 1, [name]), a_featured_matrix(seed)
        plans = forbidden(problem, matrix, name)
        judgements += [{found.rule for found in judged(problem, matrix, plan)} for plan in plans]
    assert len(judgements) >= 5
    assert all(judgement == {FEATURES[name].rule} for judgement in judgements)


@st.composite
def coarse_days(draw: st.DrawFn) -> Problem:
    """Two riders and one run; everything takes whole units of ten minutes, so a grid of them misses nothing."""

    def rider(trip_id: int, origin: int, destination: int) -> Any:
        pickup, dropoff = draw(st.integers(0, 2)), draw(st.integers(1, 4))
        return msgspec.structs.replace(
            a_trip(trip_id, origin, destination, dwell_s=0, max_ride_s=600 * draw(st.integers(2, 5))),
            pickup_from_s=600 * pickup, pickup_to_s=600 * (pickup + draw(st.integers(1, 3))),
            dropoff_from_s=600 * dropoff, dropoff_to_s=600 * (dropoff + draw(st.integers(1, 4))),
        )  # fmt: skip

    run = a_run(
        1,
        "00:00-00:50",
        CAR,
        max_work_s=600 * draw(st.integers(4, 9)),
        overtime_s=600 * draw(st.integers(0, 5)),
    )
    return a_day(
        [rider(1, 1, 3), rider(2, 2, 3)],
        [run],
        max_onboard_wait_s=draw(st.none() | st.sampled_from([0, 600])),
    )


@given(problem=coarse_days())
@settings(max_examples=up_to(25), deadline=None)
def test_exhaustive_search_times_an_order_if_and_only_if_some_timing_passes_the_checker(
    problem: Problem,
) -> None:
    for line in every_line(problem):
        spans = [range(step.from_s, step.to_s + 1, 600) for step in line.steps]
        passes = any(
            not judged(problem, MATRIX, on_time(problem, line, times[1:], times[0]))
            for times in product(range(0, 3001, 600), *spans)
            if could_be(line, times)
        )
        assert passes == (schedule(problem, MATRIX, [line]) is not None)


def every_line(problem: Problem) -> list[Line]:
    wide = [
        msgspec.structs.replace(trip, pickup_from_s=0, pickup_to_s=99_999, dropoff_from_s=0, dropoff_to_s=99_999)
        for trip in problem.trips
    ]  # fmt: skip
    (run,) = problem.runs
    found = Choices(a_day(wide, problem.runs), MATRIX)
    ways = found.legal(msgspec.structs.replace(run, max_work_s=None, overtime_s=99_999), tuple(wide))
    mine = {trip.trip_id: trip for trip in problem.trips}
    return [Line(run, [own_step(step, mine) for step in line.steps]) for _, line in ways]


def own_step(step: Any, trips: dict[int, Any]) -> Any:
    trip = trips[step.trip.trip_id]
    window = (
        (trip.pickup_from_s, trip.pickup_to_s) if step.is_pickup else (trip.dropoff_from_s, trip.dropoff_to_s)
    )
    return step._replace(trip=trip, from_s=window[0], to_s=window[1])


def could_be(line: Line, times: tuple[int, ...]) -> bool:
    return all(before <= after for before, after in pairwise(times))


def on_time(problem: Problem, line: Line, times: tuple[int, ...], pull_out_s: int) -> Plan:
    visits = [(at_s, s.trip, s.is_pickup) for at_s, s in zip(times, line.steps, strict=True)]
    return plan_of(problem, MATRIX, [timed(MATRIX, line.run, visits, pull_out_s)])
