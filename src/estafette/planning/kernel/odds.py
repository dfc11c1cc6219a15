"""How often the search does what: data, so that `benchmarks.ablation` can switch each off."""

from estafette.planning.kernel.arrays import ZERO, Day, State
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw

# For each step one ruin operator (`ruin/`, a file each) and one order of insertion (`recreate.arrange`) is
# drawn, in these proportions; so many of a hundred steps have the habits.
RUINS = {"strings": 80, "related": 10, "run": 10, "tails": 100}
ORDERS = {"by_time": 30, "far_first": 20, "narrow_first": 10, "by_lot": 40}
HABITS = {"blink": 100, "lavish": 25}
ODDS = {**RUINS, **ORDERS, **HABITS}

STRINGS, RELATED, RUN, TAILS, BY_TIME, FAR_FIRST, NARROW_FIRST, BY_LOT, BLINK, LAVISHLY = (
    ZERO + entry for entry in range(len(ODDS))
)


@inner
def drawn(day: Day, state: State, first: int, last: int) -> int:
    """Draw one of the entries `first` to `last` of `Day.odds`, in their proportions."""
    total = ZERO
    for entry in range(first, last + 1):
        total += day.odds[entry]
    lot, entry = draw(state.dice) % total, first
    while lot >= day.odds[entry]:
        lot -= day.odds[entry]
        entry += 1
    return entry


@inner
def has_habit(day: Day, state: State, entry: int) -> bool:
    """Tell by lot whether this step has a habit."""
    return draw(state.dice) % 100 < day.odds[entry]
