"""Taking trips off: an operator for each step, one file each; `odds.py` says how often each is drawn."""

from estafette.planning.kernel.arrays import CLOSED, RUN_OF, TOUCHED, ZERO, Day, State
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.near import neighbours
from estafette.planning.kernel.odds import RELATED, RUN, STRINGS, TAILS, drawn
from estafette.planning.kernel.route import refresh
from estafette.planning.kernel.ruin.related import take_related
from estafette.planning.kernel.ruin.strings import take_strings
from estafette.planning.kernel.ruin.tails import exchange_tails
from estafette.planning.kernel.ruin.whole_run import take_run

# So many related trips are taken at most beyond the second, and half of that on average.
MOST_RELATED: int = ZERO + 18
# And so many beside an exchange of tails.
MOST_BESIDE: int = ZERO + 5


@inner
def ruin(day: Day, state: State) -> bool:
    """
    Take some trips off with one operator drawn by lot, and refresh the runs they left.

    False when a run is no longer legal: a break is taken where the stop before it was, so a run that
    loses that stop may have to drive further after the break.
    """
    seed = draw_trip(day, state)
    neighbours(day, state, seed)
    operator = drawn(day, state, STRINGS, TAILS)
    if operator == STRINGS:
        take_strings(day, state, seed)
    elif operator == RELATED:
        take_related(day, state, seed, MOST_RELATED)
    elif operator == RUN:
        take_run(day, state, seed)
    else:
        exchange_tails(day, state, seed)
        take_related(day, state, seed, MOST_BESIDE)
    return refresh_touched(day, state)


@inner
def draw_trip(day: Day, state: State) -> int:
    """Draw a trip by lot, if possible one on an open run."""
    trip = draw(state.dice) % len(day.trip)
    for _ in range(30):
        run = state.card[trip, RUN_OF]
        if run >= 0 and not state.sheet[run, CLOSED]:
            break
        trip = draw(state.dice) % len(day.trip)
    return trip


@inner
def refresh_touched(day: Day, state: State) -> bool:
    """Refresh the runs touched in this step; tell whether all are legal."""
    legal = True
    for i in range(state.figure[TOUCHED]):
        legal = refresh(day, state, state.touched[i]) and legal
    return legal
