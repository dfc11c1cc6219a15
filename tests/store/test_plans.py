"""The history keeps plans whole, once, and says when they were applied."""

from datetime import date

import msgspec
import psycopg
import pytest

from estafette.domain.applied import Outcome
from estafette.domain.error import NotFound
from estafette.domain.history import Made, Parameters
from estafette.domain.plan import Plan
from estafette.domain.record import Record
from estafette.store.apply import apply_plan
from estafette.store.database import Database, Statement
from estafette.store.day import load_day
from estafette.store.plans import get_plan, list_plans, save_plan
from tests.store.days import DAY, Day, a_company, a_day, plan_for


def made(database: Database, day: Day) -> Made:
    return Made(
        parameters=Parameters(seed=1, iterations=100, weights={"run_s": 3600}),
        versions={"numba": "0.1"},
        problem=load_day(database, day.company_id, DAY),
        travel_sha256="t" * 64,
        duration_s=1.5,
    )


def a_kept_plan(database: Database, day: Day, minute: int) -> tuple[Plan, int]:
    how = made(database, day)
    assert how.problem is not None
    plan = plan_for(how.problem, {day.run_ids[0]: [(day.trip_ids[0], minute)]})
    return plan, save_plan(database, plan, how, actor="ana")


def test_a_kept_plan_comes_back_with_all_that_it_was_made_from(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    plan, number = a_kept_plan(database, day, 480)
    kept = get_plan(database, day.company_id, number)
    assert (kept.plan, kept.problem) == (plan, made(database, day).problem)
    entry = kept.entry
    assert (entry.plan_id, entry.actor, entry.placed, entry.left_over) == (number, "ana", 1, 1)
    assert (entry.parameters, entry.versions) == (made(database, day).parameters, {"numba": "0.1"})
    assert (entry.duration_s, entry.travel_sha256, entry.applies) == (1.5, "t" * 64, ())


def test_a_plan_whose_search_was_recorded_in_another_form_comes_back_without_it(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    plan = plan_for(load_day(database, day.company_id, DAY), {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    course = Elsewhere(tried=2, steps=(10, 20), explained=0)
    number = save_plan(
        database, msgspec.structs.replace(plan, course=course), made(database, day), actor="ana"
    )
    assert get_plan(database, day.company_id, number).plan == plan


class Elsewhere(Record, frozen=True, kw_only=True):
    """How the searches of one thread were recorded once."""

    tried: int
    steps: tuple[int, ...]
    explained: int


def test_the_same_plan_is_kept_once_and_keeps_its_number(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    plan, number = a_kept_plan(database, day, 480)
    assert save_plan(database, plan, made(database, day), actor="ben") == number
    assert [entry.actor for entry in list_plans(database, day.company_id)] == ["ana"]


def test_a_plan_from_elsewhere_is_kept_without_its_problem(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    plan = plan_for(load_day(database, day.company_id, DAY), {})
    elsewhere = Made(parameters=Parameters(seed=1, weights={}), versions={})
    kept = get_plan(database, day.company_id, save_plan(database, plan, elsewhere, actor="ana"))
    assert (kept.problem, kept.entry.travel_sha256, kept.entry.duration_s) == (None, None, None)


def test_plans_are_listed_newest_first_by_day_and_up_to_a_limit(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    numbers = [a_kept_plan(database, day, minute)[1] for minute in (480, 490, 500)]
    listed = list_plans(database, day.company_id, service_on=DAY)
    assert [entry.plan_id for entry in listed] == numbers[::-1]
    assert [entry.plan_id for entry in list_plans(database, day.company_id, limit=1)] == numbers[-1:]
    assert list_plans(database, day.company_id, service_on=date(2026, 1, 1)) == ()


def test_the_history_says_which_plans_were_applied_by_whom_and_with_which_outcomes(
    database: Database,
) -> None:
    day = a_day(database, trips=2, runs=1)
    plan, number = a_kept_plan(database, day, 480)
    proposal = a_kept_plan(database, day, 490)[1]
    first = apply_plan(database, plan, key="1", actor="ben", plan_id=number)
    again = apply_plan(database, plan, key="2", actor="cora", plan_id=number)
    never, applied = list_plans(database, day.company_id)
    assert [(a.applied_id, a.actor, a.counts) for a in applied.applies] == [
        (first.applied_id, "ben", {Outcome.APPLIED: 1, Outcome.UNCHANGED: 1}),
        (again.applied_id, "cora", {Outcome.UNCHANGED: 2}),
    ]
    assert (never.plan_id, never.applies) == (proposal, ())


def test_each_is_one_round_trip(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    plan, number = a_kept_plan(database, day, 480)
    how = made(database, day)
    database.count()
    save_plan(database, msgspec.structs.replace(plan, seed=2), how, actor="ana")
    list_plans(database, day.company_id)
    get_plan(database, day.company_id, number)
    sent = database.count()
    assert sent is not None
    assert sent.round_trips == 3


def test_a_plan_is_another_companys_secret(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    number = a_kept_plan(database, day, 480)[1]
    other = a_company(database)
    assert list_plans(database, other) == ()
    with pytest.raises(NotFound, match=f"no plan {number} in the history"):
        get_plan(database, other, number)


@pytest.mark.parametrize("change", ["UPDATE plan SET cost = 0", "DELETE FROM plan"])
def test_the_history_cannot_be_rewritten_by_the_application(database: Database, change: str) -> None:
    day = a_day(database, trips=1, runs=1)
    a_kept_plan(database, day, 480)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.transact(day.company_id, [Statement(change, {})], actor="test")
