"""Putting a plan on a state that holds an earlier one: only runs that may differ are timed again."""

from typing import NamedTuple

import numpy as np

from estafette.planning.census import NOT
from estafette.planning.kernel.arrays import (
    AFTER,
    BEFORE,
    CHANGED,
    CHANGES,
    COST,
    HOME,
    LINKS,
    NEXT,
    RUN_OF,
    SIZE,
    TOTAL,
    WAS,
    Day,
    Ints,
    State,
    new_state,
    roomy,
)
from estafette.planning.kernel.doors import stand
from estafette.planning.stops import Lines

# Above this share of the runs it is as quick to time all of them.
_MOST = 0.5


class Stood(NamedTuple):
    """A plan that stands on a state."""

    day: Day
    lines: Lines
    state: State


def stand_again(before: Stood, day: Day, node: Ints, lines: Lines) -> State | None:
    """
    Put a plan on the state of an earlier one, which is used up; `None` where that would not be any quicker.

    Timed again are the runs with another record, with a linked trip, and those that either has to do with.
    It is the state that `stand` gives, but for what is scratch in it. `node` as in `new_state`.
    """
    if not _alike(before, day, lines):
        return None
    rows = _touched(before, day, lines)
    if len(rows) > _MOST * len(day.run):
        return None
    part = _among(day, rows)
    few = new_state(part, node, 1)
    if few.line.shape[1:] != before.state.line.shape[1:] or few.gate.shape[1:] != before.state.gate.shape[1:]:
        return None
    stand(part, few, *_columns(lines, rows))
    return _put_back(before.state, few, rows, lines)


def _alike(before: Stood, day: Day, lines: Lines) -> bool:
    """Tell whether the runs are the same, and the trips on them in the same rows, under the same rules."""
    if day.run is not before.day.run or not _same_roads(day, before.day):
        return False
    if not np.array_equal(day.rule, before.day.rule):
        return False
    used = before.lines.pair[:, 0] >> 1
    return bool((before.lines.rows_in(lines.names)[used] == used).all())


def _same_roads(day: Day, before: Day) -> bool:
    """Tell whether travel between the places that there were is the same; there may be more of them."""
    if day.travel is before.travel:
        return True
    n = len(before.travel)
    return (
        np.array_equal(day.profile, before.profile)
        and np.array_equal(day.zone[:n], before.zone)
        and np.array_equal(day.travel[:n, :n], before.travel)
    )


def _touched(before: Stood, day: Day, lines: Lines) -> list[int]:
    pairs = enumerate(zip(lines.planned, before.lines.planned, strict=True))
    touched = {row for row, (planned, stood) in pairs if planned is not stood}
    if day.rule[LINKS] or before.day.rule[LINKS]:
        touched |= _linked(day, lines) | _linked(before.day, before.lines)
    return sorted(_with_those_read(day, lines, touched))


def _with_those_read(day: Day, lines: Lines, rows: set[int]) -> set[int]:
    """Add the runs that timing these reads: those they share limits with, those their trips stand on now."""
    found = rows | {int(day.run[row, NEXT]) for row in rows}
    for row in rows:
        trips = lines.pair[lines.offsets[row] : lines.offsets[row + 1], 0] >> 1
        found.update(day.trip[trips][:, [HOME, WAS]].ravel().tolist())
    found.discard(NOT)
    return rows if found == rows else _with_those_read(day, lines, found)


def _linked(day: Day, lines: Lines) -> set[int]:
    """Name the runs that have a trip which is linked to another."""
    tied = (day.trip[:, BEFORE] != NOT) | (day.trip[:, AFTER] != NOT)
    stops = np.flatnonzero(tied[lines.pair[:, 0] >> 1])
    return set((np.searchsorted(lines.offsets, stops, "right") - 1).tolist())


def _among(day: Day, rows: list[int]) -> Day:
    """Give a day with some of the runs alone; those that share limits are in it together."""
    place = np.full(len(day.run) + 1, NOT)  # the last one is for NOT
    place[rows] = np.arange(len(rows))
    run, trip = day.run[rows], day.trip.copy()
    run[:, NEXT] = place[run[:, NEXT]]
    trip[:, [HOME, WAS]] = place[trip[:, [HOME, WAS]]]
    return day._replace(run=run, trip=trip)


def _columns(lines: Lines, rows: list[int]) -> tuple[Ints, Ints, Ints]:
    own = [lines.pair[lines.offsets[row] : lines.offsets[row + 1]] for row in rows]
    return lines._replace(
        pair=np.concatenate([np.zeros((0, 2), np.int64), *own]),
        offsets=np.cumsum([0, *map(len, own)], dtype=np.int64),
    ).columns()


def _put_back(whole: State, few: State, rows: list[int], lines: Lines) -> State:
    """Put runs that were timed by themselves where they stand among all."""
    for mine, theirs in ((whole.line, few.line), (whole.gate, few.gate), (whole.sheet, few.sheet)):
        mine[rows] = theirs
    few.card[:, RUN_OF] = NOT
    few.card[lines.pair[:, 0] >> 1, RUN_OF] = np.repeat(np.arange(len(lines.planned)), np.diff(lines.offsets))
    whole.figure[TOTAL] = whole.sheet[:, COST].sum()
    whole.figure[CHANGES] = whole.sheet[:, CHANGED].sum()
    # What is sized by the trips is new; what is by the runs, or for one run, stays.
    order = few.order if len(few.order) > len(whole.order) else whole.order
    return whole._replace(
        node=few.node, card=few.card, near=few.near, in_time=few.in_time, absent=few.absent, order=order
    )


# By the runs, and as long as the longest run may be: hundreds of times what is in use.
_LONG = ("line", "gate")
# Of the search, which questions do not touch.
_OF_SEARCH = ("near", "in_time", "absent", "open", "kept_line", "kept_gate", "best")


def copied(state: State) -> State:
    """Copy a state whose plan stands, for `stand_again`; what is of the search is the same."""
    used = int(state.sheet[:, SIZE].max(initial=0)) + 2
    return apart(state)._replace(line=_begun(state.line, used), gate=_begun(state.gate, used))


def _begun(table: Ints, used: int) -> Ints:
    begun = roomy(*table.shape)
    begun[:, :used] = table[:, :used]
    return begun


def apart(state: State) -> State:
    """
    Give a state for a thread that asks beside others about a plan that stands.

    The stops of the runs are the same and only read; room to work in, and what is noted there, is its own.
    """
    shared = (*_LONG, *_OF_SEARCH)
    own = {name: getattr(state, name).copy() for name in State._fields if name not in shared}
    return state._replace(**own)
