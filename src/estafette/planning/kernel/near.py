"""Which trips are related: candidates to be taken off together, and to share a run."""

from estafette.planning.kernel.arrays import KEY, MIDDLE, NEAR_KNOWN, NEVER, PLACE, ZERO, Day, State
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.sorting import keep_least, sort_heap


@inner
def neighbours(day: Day, state: State, trip: int) -> None:
    """
    Fill the row of `near` of a trip, once: itself first, then by relatedness.

    Related trips begin and end near each other and at about the same time (Shaw 1998,
    doi:10.1007/3-540-49481-2_30), all in seconds. So only trips at about its time are looked at: the nearer
    in time first, until no other can be related more.
    """
    card, order, wanted, found = state.card, state.order, state.near.shape[1], ZERO
    if card[trip, NEAR_KNOWN]:
        return
    at_s = day.trip[trip, MIDDLE]
    after = first_from(day, state, at_s)
    before = after - 1
    while before >= 0 or after < len(day.trip):
        earlier_s = NEVER if before < 0 else at_s - day.trip[state.in_time[before], MIDDLE]
        later_s = NEVER if after == len(day.trip) else day.trip[state.in_time[after], MIDDLE] - at_s
        if found == wanted and min(earlier_s, later_s) > card[order[0], KEY]:
            break
        if earlier_s < later_s:
            other, before = state.in_time[before], before - 1
        else:
            other, after = state.in_time[after], after + 1
        card[other, KEY] = -1 if other == trip else sharing_s(day, state, trip, other)
        found = keep_least(card, order, found, wanted, other)
    sort_heap(card, order, wanted)
    for k in range(wanted):
        state.near[trip, k] = order[k]
    card[trip, NEAR_KNOWN] = 1


@inner
def first_from(day: Day, state: State, at_s: int) -> int:
    """Give the first position of `in_time` from this time on."""
    low, high = ZERO, ZERO + len(day.trip)
    while low < high:
        middle = (low + high) // 2
        if day.trip[state.in_time[middle], MIDDLE] < at_s:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def sharing_s(day: Day, state: State, trip: int, other: int) -> int:
    """Give how far apart two trips begin and end, in place and in time."""
    return (
        day.travel[state.node[2 * trip, PLACE], state.node[2 * other, PLACE]]
        + day.travel[state.node[2 * trip + 1, PLACE], state.node[2 * other + 1, PLACE]]
        + abs(day.trip[trip, MIDDLE] - day.trip[other, MIDDLE])
    )
