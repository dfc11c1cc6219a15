"""The checker of the benchmarks: published answers are legal at their value, broken ones are named."""

import random
from pathlib import Path

import msgspec
import pytest
from benchmarks.engine import cordeau, days, li_lim, real
from benchmarks.engine.case import Case, CaseRun, CaseTrip, shave, task_of
from benchmarks.engine.verify import Tour, verdict
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from estafette.exchange.instances.reading import read_instance
from tests.examples import up_to

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no public instances at {DATA}")

# Places 0 to 5 on a road, ten minutes from one to the next.
ROAD = tuple(tuple(10.0 * abs(a - b) for b in range(6)) for a in range(6))
RUN = CaseRun(start=0, end=0, shift=(0, 200), layouts=((2, 0), (0, 1)))


def a_trip(origin: int, destination: int, pickup=(0, 200), dropoff=(0, 200), **facts) -> CaseTrip:
    return CaseTrip(
        origin=origin, destination=destination, pickup=pickup, dropoff=dropoff, dwell=(1, 1),
        **{"takes": (1, 0), **facts},
    )  # fmt: skip


def a_case(*trips: CaseTrip, run: CaseRun = RUN, **facts) -> Case:
    return Case(
        name="road",
        objective="day",
        scale=1,
        trips=trips,
        runs=(run, run),
        travel=ROAD,
        run_price=60,
        **facts,
    )


def broken(case: Case, *stops: int, on_the_way: bool = False) -> tuple[str, ...]:
    return verdict(case, (Tour(run=0, stops=stops),), on_the_way=on_the_way).broken


def run_with(**facts) -> CaseRun:
    return msgspec.structs.replace(RUN, **facts)


@needs_data
@pytest.mark.parametrize("name", ["100/lr104", "100/lrc203", "200/lc1_2_1", "400/lr2_4_1"])
def test_published_answers_to_li_and_lim_are_legal_at_their_value(name):
    path = DATA / "li_lim" / f"{name}.txt"
    case = li_lim.read(path)
    found = verdict(case, li_lim.solution(case, path.with_suffix(".sol")))
    assert (found.broken, found.left, found.runs) == ((), 0, case.best.runs)
    assert found.drive == pytest.approx(case.best.cost, abs=0.01)


@needs_data
@pytest.mark.parametrize("name", ["pr01", "pr04", "pr07", "pr09"])
def test_published_answers_with_ride_limits_are_legal_at_their_value(name):
    path = DATA / "darp" / "pr" / name
    case = cordeau.read(path)
    found = verdict(case, cordeau.solution(case, path.with_suffix(".res")))
    assert (found.broken, found.left) == ((), 0)
    assert found.cost == pytest.approx(case.best.cost, abs=0.01)


@needs_data
def test_published_answers_on_real_addresses_are_legal_at_their_value():
    for path in real.paths(DATA / "real" / "sartori_buriol"):
        case = real.read(path)
        found = verdict(case, li_lim.solution(case, next(path.parent.glob(f"{path.stem}.*.sol.txt"))))
        assert (found.broken, found.left, found.runs, found.drive) == ((), 0, case.best.runs, case.best.cost)


@needs_data
def test_most_published_answers_break_when_two_stops_change_places():
    path = DATA / "darp" / "pr" / "pr01"
    case, dice = cordeau.read(path), random.Random(1)
    tours = list(cordeau.solution(case, path.with_suffix(".res")))
    refused = 0
    for _ in range(50):
        stops = list(tours[1].stops)
        a, b = dice.sample(range(len(stops)), 2)
        stops[a], stops[b] = stops[b], stops[a]
        refused += bool(verdict(case, (tours[0], Tour(run=1, stops=tuple(stops)), tours[2])).broken)
    assert refused > 40


def test_a_legal_answer_costs_its_driving_and_its_vehicles():
    case = a_case(a_trip(1, 3), a_trip(2, 4))
    found = verdict(case, (Tour(run=0, stops=(0, 2, 1, 3)),))
    assert (found.broken, found.left, found.drive, found.cost) == ((), 0, 80, 140)
    assert verdict(case, (Tour(run=1, stops=(0, 1)),)).left == 1


def test_a_trip_must_be_picked_up_and_then_dropped_off_by_one_run():
    case = a_case(a_trip(1, 3), a_trip(2, 4))
    assert broken(case, 1, 0) == ("run 0: pairing of trip 0",)
    assert broken(case, 0) == ("run 0: pairing of trip 0",)
    split = verdict(case, (Tour(run=0, stops=(0,)), Tour(run=1, stops=(1,))))
    assert split.broken == ("run 0: pairing of trip 0", "run 1: pairing of trip 0")


def test_nothing_is_done_twice():
    case = a_case(a_trip(1, 3))
    both = verdict(case, (Tour(run=0, stops=(0, 1)), Tour(run=1, stops=(0, 1))))
    assert both.broken == ("trip 0: served twice",)
    again = verdict(
        a_case(a_trip(1, 2), a_trip(2, 3)), (Tour(run=0, stops=(0, 1)), Tour(run=0, stops=(2, 3)))
    )
    assert again.broken == ("run 0: used twice",)


def test_a_window_is_missed_by_the_road_and_a_shift_by_its_end():
    late = a_case(a_trip(5, 4, pickup=(0, 49)))
    assert broken(late, 0, 1) == ("run 0: time_window of trip 0",)
    assert broken(a_case(a_trip(5, 4, pickup=(0, 50))), 0, 1) == ()
    assert broken(a_case(a_trip(5, 4), run=run_with(shift=(0, 101))), 0, 1) == ("run 0: shift",)
    assert broken(a_case(a_trip(5, 4), run=run_with(shift=(0, 102))), 0, 1) == ()


def test_a_vehicle_holds_one_of_its_layouts_and_no_mixture():
    wheelchair = a_trip(2, 4, takes=(0, 1))
    assert broken(a_case(a_trip(1, 3), wheelchair), 0, 2, 1, 3) == ("run 0: space at trip 1",)
    assert broken(a_case(a_trip(1, 3), wheelchair), 0, 1, 2, 3) == ()
    assert broken(a_case(a_trip(1, 3), a_trip(1, 3)), 0, 2, 1, 3) == ()


def test_a_skill_is_asked_for():
    case = a_case(a_trip(1, 2, needs=("stairs",)))
    assert broken(case, 0, 1) == ("run 0: skill of trip 0",)
    assert broken(a_case(a_trip(1, 2, needs=("stairs",)), run=run_with(skills=("stairs",))), 0, 1) == ()


def test_a_pick_up_waits_for_a_ride_to_be_short_but_not_beyond_its_window():
    opens_late = {"dropoff": (100, 120), "max_ride": 30}
    assert broken(a_case(a_trip(1, 2, **opens_late)), 0, 1) == ()
    assert broken(a_case(a_trip(1, 2, pickup=(0, 69), **opens_late)), 0, 1) == ()
    assert broken(a_case(a_trip(1, 2, pickup=(0, 68), **opens_late)), 0, 1) == ("run 0: ride_time",)


def test_two_rides_that_push_each_other_without_end_are_refused():
    first, second = a_trip(1, 3, max_ride=25), a_trip(2, 4, pickup=(90, 95), max_ride=25)
    assert broken(a_case(first, second), 0, 2, 1, 3) == ()
    assert broken(a_case(msgspec.structs.replace(first, max_ride=20), second), 0, 2, 1, 3) == (
        "run 0: ride_time",
    )


def test_work_is_limited_from_pull_out_to_pull_in():
    trip = a_trip(1, 2, pickup=(100, 110))
    assert broken(a_case(trip, run=run_with(max_work=42)), 0, 1) == ()
    assert broken(a_case(trip, run=run_with(max_work=41)), 0, 1) == ("run 0: work",)


def test_a_break_is_taken_with_nobody_aboard_and_found_a_place_for_when_not_given():
    run = run_with(rests=((12, 40, 15),))
    case = a_case(a_trip(1, 2, pickup=(0, 20)), run=run)
    assert broken(case, 0, 1) == ()
    assert broken(case, 0, 1, -1) == ()
    assert broken(case, 0, -1, 1) == ("run 0: break",)
    assert broken(a_case(a_trip(1, 5, pickup=(0, 20)), run=run), 0, 1) == ("run 0: break",)


def test_a_break_on_the_way_counts_for_those_to_whom_it_is_allowed():
    case = a_case(a_trip(4, 5, pickup=(60, 60)), run=run_with(shift=(5, 200), rests=((20, 20, 15),)))
    assert broken(case, -1, 0, 1) == ("run 0: time_window of trip 0",)
    assert broken(case, -1, 0, 1, on_the_way=True) == ()
    short = a_case(a_trip(4, 5, pickup=(59, 59)), run=run_with(shift=(5, 200), rests=((20, 20, 15),)))
    assert broken(short, -1, 0, 1, on_the_way=True) == ("run 0: time_window of trip 0",)


def test_the_linear_form_of_the_van_allows_the_loads_of_its_layouts():
    assert days.loads_fit_alike()


@given(st.integers(0, 100), st.integers(1, 60), st.integers(0, 100), st.integers(1, 60), st.integers(0, 40))
@settings(max_examples=up_to(60), deadline=None)
def test_no_ride_within_shaved_windows_is_too_long(opens, wide, drop_opens, drop_wide, extra):
    drop_from = opens + drop_opens
    trip = a_trip(1, 3, (opens, opens + wide), (drop_from, drop_from + drop_wide), max_ride=20 + extra)
    assume(not broken(a_case(trip, run=run_with(shift=(0, 500))), 0, 1))
    narrow = shave(trip, ROAD)
    assert narrow.dropoff[1] - narrow.pickup[0] - trip.dwell[0] <= trip.max_ride
    for wide_, narrow_ in ((trip.pickup, narrow.pickup), (trip.dropoff, narrow.dropoff)):
        assert wide_[0] <= narrow_[0] <= narrow_[1] <= wide_[1]
    assert not broken(a_case(narrow, run=run_with(shift=(0, 500))), 0, 1)


def test_a_day_is_the_same_on_every_machine_and_every_trip_of_it_can_be_served_alone():
    case = days.day(60, 3)
    assert case == days.day(60, 3)
    able = next(k for k, run in enumerate(case.runs) if run.skills)
    run = msgspec.structs.replace(case.runs[able], shift=(0, 24 * 3600), rests=())
    alone = msgspec.structs.replace(case, runs=(run,))
    for k in range(len(case.trips)):
        assert broken(alone, 2 * k, 2 * k + 1) == ()


def test_what_is_legal_in_whole_numbers_is_legal_in_the_data():
    task = task_of(
        msgspec.structs.replace(
            a_case(a_trip(1, 3, (0.35, 9.95), max_ride=33.33)), scale=10, linear=((1, 1),)
        ),
        shaved=False,
        rests=True,
    )
    assert task["trips"][0]["pickup"] == [4, 99]
    assert task["trips"][0]["max_ride"] == 333
    assert task["travel"][0][3] == 300


@needs_data
@pytest.mark.parametrize(("reader", "name"), [(li_lim, "li_lim/100/lrc106.txt"), (cordeau, "darp/pr/pr03")])
def test_the_product_reads_the_same_trips_from_a_file_in_the_same_order(reader, name):
    case = reader.read(DATA / name)
    read = read_instance(Path(case.file))
    assert len(read.problem.runs) == len(case.runs)
    for trip, facts in zip(case.trips, read.problem.trips, strict=True):
        assert (trip.origin + 1, trip.destination + 1) == (facts.origin_id, facts.destination_id)
        assert facts.pickup_to_s == pytest.approx(trip.pickup[1] * read.scale, abs=1)
        assert facts.dropoff_from_s == pytest.approx(trip.dropoff[0] * read.scale, abs=1)
    assert read.matrix.travel_s(1, 2, 0) == pytest.approx(case.travel[0][1] * read.scale, abs=1)
