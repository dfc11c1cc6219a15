"""A plan as it stands, prepared once to answer many questions about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import msgspec
import numpy as np

from estafette.domain.booking import Anchor, TripFacts
from estafette.domain.error import Invalid
from estafette.domain.fleet import Spaces
from estafette.domain.plan import Plan, PlannedRun
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Terms, Weights
from estafette.planning.census import NOT, Census, census_of
from estafette.planning.kernel.arrays import (
    CLOSED,
    FROM,
    NEVER,
    NODE,
    PAIR,
    PAIR_END,
    REST,
    REST_END,
    RUN_OF,
    SIZE,
    TO,
    ZERO,
    Day,
    State,
    new_state,
)
from estafette.planning.kernel.doors import stand, time_sequence
from estafette.planning.names import Names
from estafette.planning.problem import Loaded, load
from estafette.planning.stand_again import Stood, stand_again
from estafette.planning.stops import Lines, stops_of
from estafette.planning.terms import PriceBook, book_of
from estafette.planning.timetable import Times, aiming, timed_run
from estafette.planning.trip_rows import Book, rows_of_trips

# A skill that no run has: it stands for those that nobody has heard of yet.
_UNHEARD_OF = "\0"
_MOST_NAMES = 60 - 1


class Standing(NamedTuple):
    """
    A plan on its runs, with a row of the arrays kept for a trip that the problem does not have.

    `room` is the problem with that spare trip as its last one. `prices` is what runs are priced by, `priced`
    what they cost, by row, as far as it was asked. Questions leave all else as it was; they must not be asked
    by two threads at once.
    """

    room: Problem
    matrix: TravelMatrix
    weights: Weights
    plan: Plan
    loaded: Loaded
    lines: Lines
    state: State
    book: Book
    planned: dict[int, PlannedRun]
    prices: PriceBook
    priced: dict[int, tuple[PlannedRun, Terms]]

    @property
    def day(self) -> Day:
        """Give the arrays of the problem."""
        return self.loaded.day

    @property
    def spare(self) -> int:
        """Give the row of the spare trip."""
        return len(self.room.trips) - 1

    def row_of(self, trip_id: int) -> int:
        """Give the row of a trip; raises `Invalid` for one that the problem does not have."""
        row = self.book.names.trip.get(trip_id)
        if row is None:
            message = f"the problem has no trip {trip_id}"
            raise Invalid(message)
        return row

    def run_of(self, row: int) -> int:
        """Give the row of the run that a trip is on, -1 for none."""
        return int(self.state.card[row, RUN_OF])

    def nodes(self, run: int) -> list[int]:
        """List the stops of a run, by its row, as `State.node` counts them."""
        found: list[int] = self.state.line[run, : self.state.sheet[run, SIZE], NODE].tolist()
        return found


def standing_of(
    problem: Problem, matrix: TravelMatrix, weights: Weights, plan: Plan, before: Standing | None = None
) -> Standing:
    """
    Prepare a plan of a problem for questions: its stops in their order, not the trips in force.

    A run whose stops have no legal schedule is closed: nothing is offered on it. What stood `before` only
    makes it quicker, where the same records are in both; it is used up, and must not be asked any more.

    Raises
    ------
    Invalid
        The plan has a run or a trip that the problem has not, a trip twice or without one of its stops, or a
        run too long to hold; otherwise as `day_of`.
    """
    known = census_of(problem, before.book.names.census if before else None)
    room = with_spare(problem, _any_trip(problem, matrix, known))
    return _standing(Book(room, matrix, weights, Names(room, census_of(room, known))), plan, before)


def _standing(book: Book, plan: Plan, before: Standing | None) -> Standing:
    room, matrix, weights, names = book
    loaded = load(book, before.loaded if before else None)
    # A plan is written so: the same stops must get the same times here.
    loaded = loaded._replace(day=aiming(loaded.day))
    lines = stops_of(room, names, plan, before.lines if before else None)
    state = _state(loaded, lines, before)
    planned = {planned.run_id: planned for planned in plan.runs}
    prices = book_of(room, matrix, weights, names.trip)
    return Standing(room, matrix, weights, plan, loaded, lines, state, book, planned, prices, {})


def _state(loaded: Loaded, lines: Lines, before: Standing | None) -> State:
    day, node = loaded.day, loaded.node
    stood = Stood(before.day, before.lines, before.state) if before else None
    state = stand_again(stood, day, node, lines) if stood else None
    if state is None:
        state = new_state(day, node, 1)
        stand(day, state, *lines.columns())
    return state


def with_spare(problem: Problem, trip: TripFacts) -> Problem:
    """Give the problem with one trip more."""
    return msgspec.structs.replace(problem, trips=(*problem.trips, trip))


def _any_trip(problem: Problem, matrix: TravelMatrix, census: Census) -> TripFacts:
    """Make a trip that asks for everything a trip can ask for, so that each name gets its bit."""
    skills = sorted({skill for run in problem.runs for skill in run.skills})
    groups, asked, avoided = sorted(census.groups()), census.needs(), census.avoided()
    if not len(matrix.place_ids):
        message = f"nothing is planned on {problem.service_on}: it has neither shifts nor trips"
        raise Invalid(message, pointer="/service_on")
    place_id = int(matrix.place_ids[0])
    return TripFacts(
        trip_id=int(census.ids.min(initial=0)) - (1 << 40), version=0,
        origin_id=place_id, destination_id=place_id, anchor=Anchor.PICKUP_AT, pickup_from_s=0, pickup_to_s=0,
        dropoff_from_s=0, dropoff_to_s=0, pickup_dwell_s=0, dropoff_dwell_s=0, takes=Spaces(), unserved_s=0,
        needs=(*skills, _UNHEARD_OF) if len({*skills, *asked}) <= _MOST_NAMES else (),
        apart_from=tuple(groups) if len({*groups, *avoided}) <= _MOST_NAMES else (),
    )  # fmt: skip


class Asked(NamedTuple):
    """A question about one trip: the plan as it stands, its problem with the trip in it, the trip's row."""

    standing: Standing
    problem: Problem
    day: Day
    row: int

    @property
    def trip(self) -> TripFacts:
        """Give the trip."""
        return self.problem.trips[self.row]


@contextmanager
def asking(standing: Standing, trip: TripFacts | int) -> Iterator[Asked]:
    """
    Let a question be asked about a trip: by its id one of the problem's, otherwise a new one.

    A trip that is linked to another takes a preparation of its own, some hundred milliseconds on a day with
    2,000 trips. Raises `Invalid` if the problem has no trip of this id, or has the new one already.
    """
    if isinstance(trip, int):
        yield Asked(standing, standing.room, standing.day, standing.row_of(trip))
        return
    if trip.trip_id in standing.book.names.trip:
        message = f"trip {trip.trip_id} is in the problem already: ask for it by its id"
        raise Invalid(message)
    if trip.link is not None or not _is_heard_of(standing, trip):
        problem = msgspec.structs.replace(standing.room, trips=standing.room.trips[:-1])
        room = with_spare(problem, _unassigned(trip))
        book = Book(room, standing.matrix, standing.weights, Names(room))
        own = _standing(book, standing.plan, None)
        yield Asked(own, own.room, own.day, own.spare)
        return
    yield _filled_in(standing, _unassigned(trip))


def _unassigned(trip: TripFacts) -> TripFacts:
    return msgspec.structs.replace(trip, assigned=None)


def _is_heard_of(standing: Standing, trip: TripFacts) -> bool:
    """Tell whether the arrays know all that a trip asks for; with over 60 names in use they may not."""
    any_trip, names = standing.room.trips[-1], standing.book.names
    skills = bool(any_trip.needs) or set(trip.needs) <= names.skill.keys()
    return skills and (bool(any_trip.apart_from) or set(trip.apart_from) <= names.group.keys())


def _filled_in(standing: Standing, trip: TripFacts) -> Asked:
    """Fill the spare row in."""
    names, row, day = standing.book.names, standing.spare, standing.day
    known = tuple(need if need in names.skill else _UNHEARD_OF for need in trip.needs)
    asked = msgspec.structs.replace(trip, needs=known)
    rows = rows_of_trips(standing.book, [asked], [NOT])
    standing.state.node[2 * row : 2 * row + 2] = rows.node
    day.trip[row] = rows.trip
    day.trip[row, [PAIR, PAIR_END]] += len(day.pair)
    day.window[2 * row : 2 * row + 2] = rows.node[:, [FROM, TO]]
    if len(rows.pair):
        day = day._replace(pair=np.vstack([day.pair, rows.pair]))
    return Asked(standing, with_spare(_bare(standing), trip), day, row)


def _bare(standing: Standing) -> Problem:
    return msgspec.structs.replace(standing.room, trips=standing.room.trips[:-1])


def timed(asked: Asked, run: int, nodes: list[int], *, joins: int = -1, lifted: int = 0) -> PlannedRun | None:
    """
    Write a run, by its row, as if its stops were `nodes`; `None` where they have no legal schedule.

    `joins` is the row of a trip that is new on it, `lifted` are rules not asked, as bits.
    """
    day, state, facts = asked.day, asked.standing.state, asked.problem.runs[run]
    if not nodes:
        return PlannedRun(run_id=facts.run_id, driver_id=facts.driver_id, stops=())
    breaks = int(day.run[run, REST_END] - day.run[run, REST])
    start, taken = np.zeros(len(nodes), np.int64), np.zeros(len(nodes) + 1, np.int64)
    rest_start = np.zeros(breaks, np.int64)
    sequence = np.array(nodes, dtype=np.int64)
    pull_out_s = time_sequence(
        day, state, ZERO + run, sequence, ZERO + joins, ZERO + lifted, start, taken, rest_start
    )
    if pull_out_s == NEVER:
        return None
    times = Times(start, taken, rest_start, int(pull_out_s))
    return timed_run(asked.problem, asked.standing.matrix, facts, nodes, times)


def is_closed(standing: Standing, run: int) -> bool:
    """Tell whether a run, by its row, has no legal schedule as it stands."""
    return bool(standing.state.sheet[run, CLOSED])
