"""
Is a history serialisable? A checker that knows nothing of the store.

Every transaction says which version of each object it read and which it wrote. Versions are ordered, so the history
has edges: write-write from a version's writer to the next version's, write-read from a writer to its readers,
read-write from a reader to the writer of the next version. It is serialisable if and only if there is no cycle
(Adya, Liskov and O'Neil 2000, "Generalized Isolation Level Definitions", doi:10.1109/ICDE.2000.839388, section 4).
"""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple


class Transaction(NamedTuple):
    """What a committed transaction did: object -> version. Version 0 was there before the history."""

    name: str
    reads: Mapping[str, int] = {}
    writes: Mapping[str, int] = {}


Edges = dict[tuple[str, str], str]


def anomalies(history: Sequence[Transaction]) -> list[str]:
    """List why a history is not serialisable, a line each; none if it is."""
    writers, twice = _writers(history)
    nobody = [
        f"dirty read: {one.name} read {thing} at {version}, which nobody committed"
        for one in history
        for thing, version in one.reads.items()
        if version != 0 and version not in writers.get(thing, {})
    ]
    edges = _edges(history, writers)
    cycle = _cycle(edges)
    return twice + nobody + ([_told(cycle, edges)] if cycle else [])


def _writers(history: Sequence[Transaction]) -> tuple[dict[str, dict[int, str]], list[str]]:
    writers: dict[str, dict[int, str]] = {}
    twice = []
    for one in history:
        for thing, version in one.writes.items():
            other = writers.setdefault(thing, {}).setdefault(version, one.name)
            if other != one.name:
                twice.append(f"lost update: {other} and {one.name} both wrote {thing} at {version}")
    return writers, twice


def _edges(history: Sequence[Transaction], writers: Mapping[str, Mapping[int, str]]) -> Edges:
    edges: Edges = {}

    def add(before: str, after: str, kind: str) -> None:
        if before != after:
            edges.setdefault((before, after), kind)

    following: dict[str, dict[int, str]] = {}
    for thing, versions in writers.items():
        order = [0, *sorted(versions)]
        following[thing] = {version: versions[later] for version, later in pairwise(order)}
        for version, later in pairwise(sorted(versions)):
            add(versions[version], versions[later], "ww")
    for one in history:
        for thing, version in one.reads.items():
            if version in writers.get(thing, {}):
                add(writers[thing][version], one.name, "wr")
            if version in following.get(thing, {}):
                add(one.name, following[thing][version], "rw")
    return edges


def _cycle(edges: Edges) -> list[str]:
    graph: dict[str, set[str]] = {}
    for before, after in edges:
        graph.setdefault(after, set()).add(before)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _told(cycle: Sequence[str], edges: Edges) -> str:
    kinds = [edges[step] for step in pairwise(cycle)]
    steps = cycle[0] + "".join(f" -{kind}-> {name}" for kind, name in zip(kinds, cycle[1:], strict=True))
    name = "G0" if set(kinds) == {"ww"} else {0: "G1c", 1: "G-single"}.get(kinds.count("rw"), "G2")
    return f"{name}: {steps}"
