"""A day prepared again after changes answers as one prepared from nothing, whatever was changed."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings

from estafette.domain.error import EstafetteError, Unavailable
from estafette.domain.offer import Move
from estafette.domain.place import Place
from estafette.domain.travel import Travel, TravelMatrix
from estafette.domain.weights import Weights
from estafette.flow.check import applied_last, plan_in_force
from estafette.flow.standings import Standings
from estafette.planning.by_hand import by_hand
from estafette.planning.kernel.arrays import (
    BUSY_S,
    CHANGES,
    CLOSED,
    COST,
    DRIVE_S,
    END,
    HERE,
    LEAST_WORK,
    MAY_WORK,
    NODE,
    PLACE,
    PULL_OUT,
    RUN_OF,
    SIZE,
    START,
    TOTAL,
    WORK_S,
)  # fmt: skip
from estafette.planning.offers import offers
from estafette.planning.standing import Standing, standing_of
from estafette.store.company import change_company
from estafette.store.database import Database
from estafette.store.day_now import load_now
from estafette.travel.estimate import EstimateTravel
from tests.examples import up_to
from tests.properties.changed_days import (
    DAY,
    KNOWN,
    Act,
    Company,
    Histories,
    to_apply,
    to_assign,
    to_book,
    to_cancel,
    to_expect,
    to_plan,
    to_undo,
)

replace = msgspec.structs.replace


def anew(company: Company, like: Standing) -> Standing:
    """Prepare the day from nothing, at the time at which the other was."""
    now = load_now(company.database, company.company_id, DAY)
    now = now._replace(problem=replace(now.problem, now_s=like.room.now_s))
    matrix = company.travel.matrix(now.problem.places)
    plan = plan_in_force(now, matrix, applied=applied_last(company.database, now.problem))
    return standing_of(now.problem, matrix, Weights(), plan)


def answers_alike(one: Standing, other: Standing) -> None:
    """Compare plan, arrays and answers; a matrix may know more places than there are now."""
    assert one.room == other.room
    assert one.plan == other.plan
    assert arrays(one).keys() == arrays(other).keys()
    for name, table in arrays(one).items():
        assert np.array_equal(table, arrays(other)[name]), name
    for trip in one.room.trips[:-1:3]:
        assert offers(one, trip.trip_id, 3) == offers(other, trip.trip_id, 3)
        move = [Move(trip_id=trip.trip_id, run_id=one.room.runs[trip.trip_id % len(one.room.runs)].run_id)]
        assert by_hand(one, move) == by_hand(other, move)


def test_room_that_is_held_for_riders_who_are_expected_stands_while_other_runs_change(
    one_database: Database,
) -> None:
    company = Company(one_database)
    to_expect(company, 3, 0)
    to_plan(company, 0, 0)
    with company.standings.lent(company.company_id, DAY) as before:
        assert _held(before)
    to_book(company, KNOWN, 0)
    with company.standings.lent(company.company_id, DAY) as after:
        assert after.matrix.extends(before.matrix)
        assert _held(after) == _held(before)
        assert all(run is was for run, was in zip(after.plan.runs, before.plan.runs, strict=True))
        answers_alike(after, anew(company, after))


def _held(standing: Standing) -> set[int | None]:
    expected = {trip.trip_id for trip in standing.room.trips if trip.expected and trip.assigned is None}
    return {stop.trip_id for run in standing.plan.runs for stop in run.stops} & expected


def arrays(standing: Standing) -> dict[str, np.ndarray[Any, Any]]:
    """Give what questions are answered from, with places by their ids."""
    day, state = standing.day, standing.state
    ids = np.append(standing.matrix.place_ids, 0)
    tables = {
        name: getattr(day, name) for name in ("window", "trip", "layout", "rest", "pair", "price", "rule")
    }
    node, run, line = state.node.copy(), day.run.copy(), state.line.copy()
    node[:, PLACE], line[:, :, HERE] = ids[node[:, PLACE]], ids[line[:, :, HERE]]
    run[:, START], run[:, END] = ids[run[:, START]], ids[run[:, END]]
    for row, size in enumerate(state.sheet[:, SIZE].tolist()):
        line[row, size + 1 :] = 0
        line[row, size] = line[row, size] * (np.arange(8) != NODE)
    # The rest is room to work in.
    sheet = state.sheet[:, [SIZE, COST, CLOSED, PULL_OUT, MAY_WORK, WORK_S, LEAST_WORK, DRIVE_S, BUSY_S]]
    return tables | {
        "node": node,
        "run": run,
        "line": line,
        "sheet": sheet,
        "total": state.figure[[TOTAL, CHANGES]],
        "run of": state.card[:, RUN_OF],
    }


@pytest.fixture
def one_database(database: Database) -> Database:
    return database


@settings(max_examples=up_to(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=Histories)
@example(history=[(to_undo, 0, 0), (to_assign, 0, 1)])  # a run timed alone forgot whose its trips were
@example(
    history=[
        (to_expect, 3, 0),
        (to_plan, 0, 0),
        (to_cancel, 1, 0),
        (to_expect, 5, 0),
        (to_assign, 2, 1),
        (to_plan, 0, 0),
    ]
)
def test_a_day_prepared_again_answers_as_one_prepared_from_nothing(
    one_database: Database, history: list[tuple[Act, int, int]]
) -> None:
    company = Company(one_database)  # a company of its own: examples share the database, not the day
    to_apply(company, 0, 5)
    for act, a, b in history:
        with suppress(EstafetteError):
            act(company, a, b)
        if b % 2:
            company.standings.catch_up(company.company_id)
        with company.standings.lent(company.company_id, DAY) as kept:
            answers_alike(kept, anew(company, kept))


class Beside:
    """Prepares a fresh day in two steps: what is asked for is made at once, and taken up by the next question."""

    def __init__(self, company: Company) -> None:
        self.at_s, self.made = 0.0, 0
        self.standings = Standings(company.database, lambda _: company.travel, lambda: self.at_s, self)

    def __call__(self, make: Callable[[], None]) -> None:
        self.made += 1
        make()


@settings(max_examples=up_to(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=Histories)
def test_what_changes_after_a_fresh_day_was_prepared_beside_is_in_it_when_it_is_taken_up(
    one_database: Database, history: list[tuple[Act, int, int]]
) -> None:
    company = Company(one_database)
    beside = Beside(company)
    company.standings = beside.standings
    to_apply(company, 0, 5)
    for made, (act, a, b) in enumerate(history):
        with company.standings.lent(company.company_id, DAY) as before:
            assert beside.made == made
        beside.at_s += 61 if before.room.now_s is not None else 610
        with company.standings.lent(company.company_id, DAY) as kept:
            assert beside.made == made + 1  # read before the change
            answers_alike(kept, anew(company, kept))
        with suppress(EstafetteError):
            act(company, a, b)
        with company.standings.lent(company.company_id, DAY) as taken:
            assert taken is not kept
            answers_alike(taken, anew(company, taken))


@pytest.mark.parametrize(("freeze_s", "lasts"), [(600, 1), (None, 10)])
def test_a_day_is_prepared_beside_once_and_who_asks_after_a_long_while_waits_for_it(
    one_database: Database, freeze_s: int | None, lasts: int
) -> None:
    company, asked, at = Company(one_database), list[Callable[[], None]](), [0.0]
    change_company(one_database, company.company_id, {"freeze_s": freeze_s}, actor="test")
    standings = Standings(one_database, lambda _: company.travel, lambda: at[0], asked.append)

    def ask() -> Standing:
        with standings.lent(company.company_id, DAY) as standing:
            return standing

    first = ask()
    at[0] = 59 * lasts
    assert ask() is first
    assert not asked
    at[0] = 61 * lasts
    assert ask() is first
    assert ask() is first
    assert len(asked) == 1
    at[0] = 130 * lasts
    waited = ask()
    assert waited is not first
    asked.pop()()
    assert ask() is not waited  # begun later than what was waited for
    assert not asked


class Counted(EstimateTravel):
    """Counts how often it is asked."""

    asked = 0

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        self.asked += 1
        return super().matrix(places)


def test_after_a_change_a_day_is_read_beside_once_and_who_asks_next_finds_that_done(
    one_database: Database,
) -> None:
    company, beside, travel = Company(one_database), list[Callable[[], None]](), Counted()
    standings = Standings(one_database, lambda _: travel, beside=beside.append)
    with standings.lent(company.company_id, DAY) as first:
        known = len(first.room.trips)
    to_book(company, KNOWN, 2)
    standings.catch_up(company.company_id)
    standings.catch_up(company.company_id)
    assert len(beside) == 1
    assert travel.asked == 1
    beside.pop()()
    assert travel.asked == 2
    with standings.lent(company.company_id, DAY) as asked:
        assert len(asked.room.trips) == known + 3
    assert travel.asked == 2


def test_a_day_that_could_not_be_read_beside_is_made_by_who_asks_next(one_database: Database) -> None:
    company, beside = Company(one_database), list[Callable[[], None]]()
    broken = [False]

    def travel(_: int) -> Travel:
        if broken[0]:
            raise Unavailable("no roads")
        return company.travel

    standings = Standings(one_database, travel, beside=beside.append)
    with standings.lent(company.company_id, DAY) as first:
        pass
    to_book(company, KNOWN, 0)
    standings.catch_up(company.company_id)
    broken[0] = True
    beside.pop()()
    with pytest.raises(Unavailable), standings.lent(company.company_id, DAY):
        pass
    broken[0] = False
    with standings.lent(company.company_id, DAY) as whole:
        assert whole is not first
        answers_alike(whole, anew(company, whole))
