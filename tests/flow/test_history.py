"""What was dispatched is explained by the history and can be made again."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from time import perf_counter

import msgspec
import numpy as np
import pytest

from estafette.demo import invented_day
from estafette.domain.difference import TripChange
from estafette.domain.error import Conflict
from estafette.domain.place import Place
from estafette.domain.record import encode
from estafette.domain.travel import TravelMatrix
from estafette.flow.acceptance import apply_from_file
from estafette.flow.day import Dispatch, Dispatched, Planned, Solve, dispatch, plan_day
from estafette.flow.history import compare_plans, replay_plan
from estafette.flow.intake import store_demo_day
from estafette.flow.stages import Stages
from estafette.notify.memory import MemoryChannel
from estafette.planning.budget import Budget
from estafette.store.company import create_company
from estafette.store.database import Database
from estafette.store.plans import get_plan, list_plans, save_plan
from estafette.travel.estimate import EstimateTravel

DAY = date(2026, 11, 25)
TRAVEL = EstimateTravel()
FOR_A_MOMENT = Budget(time_limit_s=0.2, clock=perf_counter)


@pytest.fixture
def company_id(database: Database) -> int:
    """Give a company with an invented day of thirty trips."""
    company_id = create_company(database.server, name="Demo", zone="Europe/Zurich")
    store_demo_day(database, company_id, invented_day(3, trips=30, drivers=8, service_on=DAY), actor="test")
    return company_id


def dispatched(database: Database, company_id: int, folder: Path) -> Dispatched:
    order = Dispatch(company_id=company_id, service_on=DAY, key="one", actor="ana", keep_in=folder)
    how = Solve(travel=TRAVEL, budget=FOR_A_MOMENT, seed=5, threads=2)
    return dispatch(database, order, how=how, channel=MemoryChannel(), stages=Stages(database, perf_counter))


def planned(database: Database, company_id: int, iterations: int = 200) -> Planned:
    how = Solve(travel=TRAVEL, budget=Budget(iterations=iterations))
    return plan_day(database, company_id, DAY, how=how, stages=Stages(database, perf_counter))


class Faster(EstimateTravel):
    """Travel times of another day: a second less on one way."""

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        """Give the estimate, almost."""
        matrix = super().matrix(places)
        way = np.unravel_index(matrix.durations_s.argmax(), matrix.durations_s.shape)
        matrix.durations_s[way] -= 1
        return matrix


def test_planning_a_day_writes_nothing(database: Database, company_id: int) -> None:
    planned(database, company_id)
    assert list_plans(database, company_id) == ()


def test_what_was_dispatched_stands_in_the_history_and_names_its_apply(
    database: Database, company_id: int, tmp_path: Path
) -> None:
    done = dispatched(database, company_id, tmp_path)
    assert done.applied is not None
    kept = get_plan(database, company_id, done.plan_id)
    assert (kept.plan, kept.problem) == (done.planned.plan, done.planned.problem)
    assert [apply.applied_id for apply in kept.entry.applies] == [done.applied.applied_id]
    assert (kept.entry.actor, kept.entry.parameters.time_limit_s) == ("ana", 0.2)
    assert set(kept.entry.versions) == {"estafette", "optimiser", "python", "numba", "numpy"}


def test_a_plan_searched_by_the_clock_is_made_again_byte_for_byte(
    database: Database, company_id: int, tmp_path: Path
) -> None:
    done = dispatched(database, company_id, tmp_path)
    again = replay_plan(database, company_id, done.plan_id, travel=TRAVEL)
    assert again.same
    assert encode(again.plan) == encode(done.planned.plan)


def test_a_plan_that_does_not_come_out_the_same_is_said_to_be_another(
    database: Database, company_id: int
) -> None:
    made = planned(database, company_id)
    forged = msgspec.structs.replace(made.plan, cost=made.plan.cost + 1)
    number = save_plan(database, forged, made.made, actor="test")
    again = replay_plan(database, company_id, number, travel=TRAVEL)
    assert (again.same, again.by_same_optimiser) == (False, True)


@pytest.mark.parametrize("then", [{"optimiser": "0123456789ab"}, {"numba": "0.1"}])
def test_another_plan_by_another_optimiser_is_told_apart(
    database: Database, company_id: int, then: dict[str, str]
) -> None:
    made = planned(database, company_id)
    forged = msgspec.structs.replace(made.plan, cost=made.plan.cost + 1)
    how = msgspec.structs.replace(made.made, versions=then)
    number = save_plan(database, forged, how, actor="test")
    again = replay_plan(database, company_id, number, travel=TRAVEL)
    assert (again.same, again.by_same_optimiser) == (False, False)


@pytest.mark.parametrize(
    ("course", "weights"), [(True, {"long_gone_s": 1}), (False, {})], ids=["other weights", "no course"]
)
def test_a_search_that_was_recorded_in_another_form_is_refused_in_clear_words(
    database: Database, company_id: int, course: bool, weights: dict[str, int]
) -> None:
    made = planned(database, company_id)
    asked = msgspec.structs.replace(made.made.parameters, weights=weights)
    how = msgspec.structs.replace(made.made, parameters=asked)
    plan = made.plan if course else msgspec.structs.replace(made.plan, course=None)
    number = save_plan(database, plan, how, actor="test")
    with pytest.raises(Conflict, match=f"plan {number} was made by another version of the optimiser"):
        replay_plan(database, company_id, number, travel=TRAVEL)


def test_other_travel_times_are_refused_in_clear_words(database: Database, company_id: int) -> None:
    made = planned(database, company_id)
    number = save_plan(database, made.plan, made.made, actor="test")
    with pytest.raises(Conflict, match=f"plan {number} cannot be made again: the travel times are not those"):
        replay_plan(database, company_id, number, travel=Faster())


def test_an_applied_file_is_explained_too_but_cannot_be_made_again(
    database: Database, company_id: int
) -> None:
    plan = msgspec.structs.replace(planned(database, company_id).plan, course=None)
    applied = apply_from_file(database, plan, travel=TRAVEL, key="k", actor="ana")
    (entry,) = list_plans(database, company_id)
    assert [apply.applied_id for apply in entry.applies] == [applied.applied_id]
    with pytest.raises(Conflict, match="came from a file"):
        replay_plan(database, company_id, entry.plan_id, travel=TRAVEL)


def test_a_plan_written_to_a_file_and_applied_from_there_keeps_its_number(
    database: Database, company_id: int
) -> None:
    made = planned(database, company_id)
    number = save_plan(database, made.plan, made.made, actor="ana")
    apply_from_file(database, made.plan, travel=TRAVEL, key="k", actor="ben")
    (entry,) = list_plans(database, company_id)
    assert (entry.plan_id, len(entry.applies)) == (number, 1)


def test_two_plans_of_the_history_are_compared(database: Database, company_id: int) -> None:
    made = planned(database, company_id)
    empty = msgspec.structs.replace(
        made.plan,
        runs=tuple(msgspec.structs.replace(r, stops=(), drive_s=0, drive_m=0) for r in made.plan.runs),
    )
    before, after = (save_plan(database, plan, made.made, actor="ana") for plan in (empty, made.plan))
    found = compare_plans(database, company_id, before, after)
    assert {each.change for each in found.trips} == {TripChange.GAINED}
    assert (found.before.trips, found.after.trips) == (0, made.plan.placed())
