"""What an insertion costs by making a run longer, where time on duty has a price: a low estimate."""

from typing import NamedTuple

from estafette.planning.kernel.arrays import (
    BALANCE,
    BEGINS,
    BUSY_S,
    PULL_OUT,
    SIZE,
    TO,
    WORK,
    WORK_S,
    WORKED,
    ZERO,
    Day,
    State,
    dwell_s,
)
from estafette.planning.kernel.compiled import inner


class Pickup(NamedTuple):
    """
    A pick-up tried before stop `position` of a run: departure from it, and its cost up to there.

    `way_s` is that to it, `more_s` what it makes the driving longer up to there.
    """

    trip: int
    run: int
    position: int
    out_s: int
    cost: int
    loose: bool
    way_s: int
    more_s: int


class Dropoff(NamedTuple):
    """
    A drop-off tried before stop `position` of a run.

    `drive_s` is the driving that is new from the pick-up on, `on_s` that up to the next stop that was there
    before, `reach_s` the moment at which the stop after it is reached.
    """

    position: int
    drive_s: int
    on_s: int
    reach_s: int


class Longer(NamedTuple):
    """What is known of a run with one trip more: driving and dwell that are new, pull-out and pull-in."""

    busy_s: int
    pull_out_s: int
    home_s: int


@inner
def work_has_price(day: Day) -> bool:
    """Tell whether it matters for how long a run is on duty."""
    return day.price[WORK] > 0 or day.price[BALANCE] > 0


@inner
def price_of_longer(day: Day, state: State, run: int, longer: Longer) -> int:
    """
    Give what it costs that a run gets longer: it must hold its driving and dwell, and reach its ends.

    Waits in it are taken to give way to what is new.
    """
    now_s, before_s = state.sheet[run, WORK_S], day.run[run, WORKED]
    span_s = longer.home_s - longer.pull_out_s
    more_s = max(ZERO, span_s - now_s, state.sheet[run, BUSY_S] + longer.busy_s - now_s)
    worked_s = before_s + now_s
    balance = day.price[BALANCE] * ((worked_s + more_s) ** 2 - worked_s**2) // 3600
    return day.price[WORK] * more_s + balance


@inner
def present_home_s(state: State, run: int) -> int:
    """Give when a run is home as it is settled."""
    return state.sheet[run, PULL_OUT] + state.sheet[run, WORK_S]


@inner
def price_of_work(day: Day, state: State, pickup: Pickup, dropoff: Dropoff) -> int:
    """Give what a trip at these positions costs at least by making its run longer."""
    run, node, count = pickup.run, 2 * pickup.trip, state.sheet[pickup.run, SIZE]
    dwell, left = dwell_s(day, state, run, node), dwell_s(day, state, run, node + 1)
    out_s = state.sheet[run, PULL_OUT]
    if pickup.position == 0:
        out_s = state.node[node, TO] - pickup.way_s
        if count > 0:
            service_s = dwell + (left if dropoff.position == 0 else ZERO)
            out_s = min(out_s, state.line[run, 0, BEGINS] - pickup.way_s - service_s - dropoff.on_s)
        else:
            out_s = pickup.out_s - dwell - pickup.way_s
    home_s = dropoff.reach_s if dropoff.position == count else present_home_s(state, run)
    busy_s = pickup.more_s + dropoff.drive_s + dwell + left
    return price_of_longer(day, state, run, Longer(busy_s, out_s, home_s))
