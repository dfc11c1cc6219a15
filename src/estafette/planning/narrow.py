"""
Windows as narrow as the rules make them: the search tells sooner where a trip cannot go, and when it will be.

The ride limit and the direct ride tie the two ends of a trip to each other: Cordeau (2006), section 4.1,
doi:10.1287/opre.1060.0283. The same plans are legal; but what a trip lacks is told in the windows that were
asked for, so the search ends with those.
"""

import numpy as np

from estafette.planning.kernel.arrays import (
    DWELL,
    FIXED,
    FROM,
    LIMIT,
    MIDDLE,
    PINNED,
    PLACE,
    TO,
    WHEELED,
    WHEELED_MOST,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.doors import adopt


def narrowed(day: Day, node: Ints) -> tuple[Day, Ints]:
    """Give a day and its nodes, of `day_of`, with narrowed windows; pinned trips keep theirs."""
    pickup, dropoff = node[0::2], node[1::2]
    travel = day.travel[pickup[:, PLACE], dropoff[:, PLACE]].astype(np.int64)
    least = pickup[:, DWELL] + (travel if day.profile.shape[2] == 1 else travel * day.fastest // 2000)
    most = pickup[:, DWELL] + pickup[:, WHEELED] * day.rule[WHEELED_MOST] + day.trip[:, LIMIT]
    node, trip = node.copy(), day.trip.copy()
    free = trip[:, FIXED] != PINNED
    first, last = node[0::2], node[1::2]
    first[free, FROM] = np.maximum(pickup[:, FROM], dropoff[:, FROM] - most)[free]
    first[free, TO] = np.minimum(pickup[:, TO], dropoff[:, TO] - least)[free]
    last[free, FROM] = np.maximum(dropoff[:, FROM], pickup[:, FROM] + least)[free]
    last[free, TO] = np.minimum(dropoff[:, TO], pickup[:, TO] + most)[free]
    trip[:, MIDDLE] = (first[:, FROM] + first[:, TO]) // 2
    return day._replace(window=node[:, [FROM, TO]].copy(), trip=trip), node


def widen(day: Day, state: State) -> None:
    """Make the best plan of a search on a narrowed day the plan of the day as asked for."""
    state.node[:, [FROM, TO]] = day.window
    adopt(day, state, state)
