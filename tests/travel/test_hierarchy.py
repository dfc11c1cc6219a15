"""The hierarchy of a road graph: its sweeps find what a search finds, to the last decimetre."""

from math import inf
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from estafette.travel.network.cost import costs_of
from estafette.travel.network.graph import Graph
from estafette.travel.network.hierarchy import Hierarchy, hierarchy_at, hierarchy_of
from estafette.travel.network.sweep import Doors, least_costs
from estafette.travel.roads import Floats


def a_graph(seed: int, junctions: int = 40) -> Graph:
    """Random roads: parallel ones, loops, one-way ones, and parts that nothing leads to."""
    dice = np.random.default_rng(seed)
    roads = int(junctions * dice.uniform(0.8, 2))
    tail, head = dice.integers(0, junctions, (2, roads))
    seconds = dice.uniform(1, 100, (2, roads)).round(3)
    seconds[dice.random((2, roads)) < 0.2] = inf
    return Graph(
        junctions=np.array([junctions]), tail=tail, head=head, ahead_s=seconds[0], back_s=seconds[1],
        metres=dice.uniform(1, 2_000, roads).round(1), shape=2 * np.arange(roads + 1),
        lon=dice.random(2 * roads), lat=dice.random(2 * roads),
    )  # fmt: skip


def searched(graph: Graph, near: Doors, far: Doors) -> Floats:
    """The least costs by a search from every junction."""
    origin, destination, cost = costs_of(graph)
    cheapest = np.full((graph.size, graph.size), inf)
    np.minimum.at(cheapest, (origin, destination), cost)
    between = dijkstra(csr_array(np.where(np.isfinite(cheapest), cheapest, 0.0)))
    ways = [
        near.cost[here][:, None] + between[near.end[here]][:, far.end[there]] + far.cost[there]
        for here in range(2)
        for there in range(2)
    ]
    return np.min(ways, axis=0)


def doors(graph: Graph, count: int, seed: int) -> Doors:
    dice = np.random.default_rng(seed)
    cost = dice.integers(0, 10_000, (2, count)) * float(1 << 24) + dice.integers(0, 10_000, (2, count))
    cost[dice.random((2, count)) < 0.2] = inf
    return Doors(dice.integers(0, graph.size, (2, count)), cost)


@pytest.mark.parametrize("seed", range(30))
def test_sweeps_find_exactly_what_a_search_finds(seed: int) -> None:
    graph = a_graph(seed)
    near, far = doors(graph, 70, 2 * seed), doors(graph, 45, 2 * seed + 1)
    found = least_costs(hierarchy_of(graph), near, far, threads=1 + seed % 3)
    assert (found == searched(graph, near, far)).all()
    back = least_costs(hierarchy_of(graph).turned_round(), far, near, threads=2)
    assert (found == back.T).all()


def test_arcs_lead_up_only_and_every_junction_has_a_rank_of_its_own() -> None:
    graph = a_graph(3, junctions=200)
    hierarchy = hierarchy_of(graph)
    assert sorted(hierarchy.rank.tolist()) == list(range(200))
    assert (hierarchy.above > np.repeat(np.arange(200), np.diff(hierarchy.first))).all()


def test_who_may_only_read_the_roads_makes_it_each_time(tmp_path: Path) -> None:
    graph, path = a_graph(5), tmp_path / "not there" / "hierarchy.npz"
    assert same(hierarchy_at(path, graph), hierarchy_of(graph))
    assert not path.exists()


def same(one: Hierarchy, other: Hierarchy) -> bool:
    return all((here == there).all() for here, there in zip(one, other, strict=True))


@pytest.mark.parametrize("content", [None, b"", b"hello"])
def test_a_hierarchy_that_is_missing_or_broken_is_made_anew_and_kept(
    tmp_path: Path, content: bytes | None
) -> None:
    graph, path = a_graph(5), tmp_path / "hierarchy.npz"
    if content is not None:
        path.write_bytes(content)
    made = hierarchy_at(path, graph)
    assert same(made, hierarchy_of(graph))
    kept = path.read_bytes()
    assert same(hierarchy_at(path, graph), made)
    assert path.read_bytes() == kept
