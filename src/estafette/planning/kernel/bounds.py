"""
Bounds on what a run does at each position, whatever else is put on it.

From windows and travel alone inside a block, exact between blocks.
"""

from estafette.planning.kernel.arrays import (
    ABOARD,
    END,
    FROM,
    HERE,
    LATEST,
    LATEST_TO,
    LEAVE,
    NODE,
    PLACE,
    SHIFT_FROM,
    SIZE,
    TO,
    Day,
    State,
    dwell_s,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.road import latest_departure_s, travel_s
from estafette.planning.kernel.timing import breaks_of


@inner
def look_ahead(day: Day, state: State, run: int, first: int, last: int) -> None:
    """
    Renew the bounds on departing, from position `first` to `last` and on until one is as it was.
    """
    line, gate, breaks = state.line, state.gate, breaks_of(day, state, run)
    for k in range(first, state.sheet[run, SIZE] + 1):
        at_s = day.run[run, SHIFT_FROM]
        if k > 0:
            node = line[run, k - 1, NODE]
            at_s = line[run, k - 1, LEAVE]
            at_s += travel_s(day, line[run, k - 1, HERE], state.node[node, PLACE], at_s)
            at_s = max(at_s, state.node[node, FROM]) + dwell_s(day, state, run, node)
        if line[run, k, ABOARD] == 0:
            least_s = gate[run, k, 0, 0]
            for b in range(1, breaks + 1):
                least_s = min(least_s, gate[run, k, 0, b])
            at_s = max(at_s, least_s)
        if k > last and line[run, k, LEAVE] == at_s:
            return
        line[run, k, LEAVE] = at_s


@inner
def look_behind(day: Day, state: State, run: int, last: int, first: int) -> None:
    """
    Renew the bounds on starting, from before position `last` back to `first` and on until one is as it was.
    """
    line, gate, breaks, count = state.line, state.gate, breaks_of(day, state, run), state.sheet[run, SIZE]
    by_s, there = day.run[run, LATEST_TO], day.run[run, END]
    line[run, count, LATEST] = by_s
    if last < count:
        by_s, there = line[run, last, LATEST], line[run, last + 1, HERE]
    for k in range(last - 1, -1, -1):
        node = line[run, k, NODE]
        here = state.node[node, PLACE]
        depart_s = latest_departure_s(day, here, there, by_s)
        by_s = min(depart_s - dwell_s(day, state, run, node), state.node[node, TO])
        if line[run, k, ABOARD] == 0:
            most_s = gate[run, k, 1, 0]
            for b in range(1, breaks + 1):
                most_s = max(most_s, gate[run, k, 1, b])
            by_s = min(by_s, most_s)
        if k < first and line[run, k, LATEST] == by_s:
            return
        line[run, k, LATEST] = by_s
        there = here
