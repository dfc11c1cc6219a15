"""Ruin: trips that begin and end near each other and at about the same time."""

from estafette.planning.kernel.arrays import CLOSED, FIXED, ON_RUN, RUN_OF, ZERO, Day, State
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.route import take


@inner
def take_related(day: Day, state: State, seed: int, most: int) -> None:
    """Take the trips most related to the seed, at most 1 + `most`, leaving some out by lot."""
    wanted = 2 + draw(state.dice) % most
    for k in range(state.near.shape[1]):
        trip = ZERO + state.near[seed, k]
        run = state.card[trip, RUN_OF]
        if run < 0 or state.sheet[run, CLOSED] or day.trip[trip, FIXED] > ON_RUN or draw(state.dice) % 5 == 0:
            continue
        take(day, state, trip)
        wanted -= 1
        if wanted == 0:
            return
