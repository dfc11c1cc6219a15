"""Sorting rows by a key; ties fall to the lower row, so equal keys never depend on chance."""

from estafette.planning.kernel.arrays import ZERO, Ints
from estafette.planning.kernel.compiled import inner


@inner
def sink(key: Ints, order: Ints, root: int, count: int) -> None:
    """Let the entry at `root` of a heap of `count` entries sink to its place."""
    row = order[root]
    while 2 * root + 1 < count:
        child = 2 * root + 1
        if child + 1 < count and comes_before(key, order[child], order[child + 1]):
            child += 1
        if not comes_before(key, row, order[child]):
            break
        order[root] = order[child]
        root = child
    order[root] = row


@inner
def comes_before(key: Ints, row: int, other: int) -> bool:
    """Tell whether one row sorts before another."""
    return key[row] < key[other] or (key[row] == key[other] and row < other)


@inner
def sort_rows(key: Ints, order: Ints, count: int) -> None:
    """Sort the first `count` entries of `order`, which are rows of `key`, by their keys (heap sort)."""
    for root in range(count // 2 - 1, -1, -1):
        sink(key, order, root, count)
    for end in range(count - 1, 0, -1):
        order[0], order[end] = order[end], order[0]
        sink(key, order, ZERO, end)
