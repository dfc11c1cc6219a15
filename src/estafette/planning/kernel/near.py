"""Which trips are related: candidates to be taken off together, and to share a run."""

from estafette.planning.kernel.arrays import KEY, MIDDLE, NEAR_KNOWN, PLACE, Day, State
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.sorting import least_rows


@inner
def neighbours(day: Day, state: State, trip: int) -> None:
    """
    Fill the row of `near` of a trip, once: itself first, then by relatedness.

    Related trips begin and end near each other and at about the same time (Shaw 1998,
    doi:10.1007/3-540-49481-2_30), all in seconds.
    """
    card = state.card
    if card[trip, NEAR_KNOWN]:
        return
    for other in range(len(day.trip)):
        card[other, KEY] = sharing_s(day, state, trip, other)
    card[trip, KEY] = -1
    least_rows(card, state.order, len(day.trip), state.near.shape[1])
    for k in range(state.near.shape[1]):
        state.near[trip, k] = state.order[k]
    card[trip, NEAR_KNOWN] = 1


@inner
def sharing_s(day: Day, state: State, trip: int, other: int) -> int:
    """Give how far apart two trips begin and end, in place and in time."""
    return (
        day.travel[state.node[2 * trip, PLACE], state.node[2 * other, PLACE]]
        + day.travel[state.node[2 * trip + 1, PLACE], state.node[2 * other + 1, PLACE]]
        + abs(day.trip[trip, MIDDLE] - day.trip[other, MIDDLE])
    )
