"""
The cost of a way: milliseconds and decimetres in one number.

The sum of a way is the sum of both, the least time decides, and both come out exactly as long as a way takes
less than 149 hours and 1,677 km (53 bits).
"""

import numpy as np

from estafette.travel.network.graph import Graph, arcs
from estafette.travel.roads import Floats, Rows, Table, portions

BASE = float(1 << 24)


def cost_of(seconds: Floats, metres: Floats) -> Floats:
    """Give the cost of (n,) ways."""
    cost: Floats = np.rint(seconds * 1000) * BASE + np.rint(metres * 10)
    return cost


def table_of(cost: Floats) -> Table:
    """Give seconds and metres of (n, k) costs; infinite is no way."""
    table = Table(np.empty(cost.shape), np.empty(cost.shape))
    for rows in portions(*cost.shape):
        known = np.where(np.isfinite(cost[rows]), cost[rows], np.nan)
        # Dividing by a power of two loses nothing, and is ten times as fast as `divmod`.
        ms = np.floor(known / BASE)
        table.seconds[rows], table.metres[rows] = ms / 1000, (known - ms * BASE) / 10
    return table


def costs_of(graph: Graph) -> tuple[Rows, Rows, Floats]:
    """Give each allowed direction of each road: from, to, cost; never zero, which SciPy takes for no road."""
    origin, destination, road, seconds = arcs(graph)
    return origin, destination, np.maximum(cost_of(seconds, graph.metres[road]), 1.0)
