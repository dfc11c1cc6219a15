"""Sorting rows by a key; ties fall to the lower row, so equal keys never depend on chance."""

from estafette.planning.kernel.arrays import KEY, ZERO, Ints
from estafette.planning.kernel.compiled import inner


@inner
def sink(card: Ints, order: Ints, root: int, count: int) -> None:
    """Let the entry at `root` of a heap of `count` entries sink to its place; the greatest is at the top."""
    row = order[root]
    while 2 * root + 1 < count:
        child = 2 * root + 1
        if child + 1 < count and comes_before(card, order[child], order[child + 1]):
            child += 1
        if not comes_before(card, row, order[child]):
            break
        order[root] = order[child]
        root = child
    order[root] = row


@inner
def comes_before(card: Ints, row: int, other: int) -> bool:
    """Tell whether one row sorts before another."""
    return card[row, KEY] < card[other, KEY] or (card[row, KEY] == card[other, KEY] and row < other)


@inner
def sort_rows(card: Ints, order: Ints, count: int) -> None:
    """Sort the first `count` entries of `order`, which are rows of `card`, by their keys (heap sort)."""
    for root in range(count // 2 - 1, -1, -1):
        sink(card, order, root, count)
    sort_heap(card, order, count)


@inner
def sort_heap(card: Ints, order: Ints, count: int) -> None:
    """Sort a heap."""
    for end in range(count - 1, 0, -1):
        order[0], order[end] = order[end], order[0]
        sink(card, order, ZERO, end)


@inner
def keep_least(card: Ints, order: Ints, count: int, wanted: int, row: int) -> int:
    """Put a row beside the `count` in `order`, a heap once there are `wanted`; of more the greatest goes."""
    if count < wanted:
        order[count] = row
        count += 1
        for root in range(wanted // 2 - 1 if count == wanted else ZERO - 1, -1, -1):
            sink(card, order, root, wanted)
    elif comes_before(card, row, order[0]):
        order[0] = row
        sink(card, order, ZERO, wanted)
    return count
