"""One cluster for the faults of a session: they kill it, so it is nobody else's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.arena import Arena
from tests.faults.cluster import Cluster, a_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A server that may be killed."""
    with a_cluster() as cluster:
        yield cluster


@pytest.fixture
def arena(cluster: Cluster, tmp_path: Path, request: pytest.FixtureRequest) -> Arena:
    """A database of its own, with the histories in the folder of the test."""
    name = "".join(letter for letter in request.node.name.lower() if letter.isalnum())[:60]
    return Arena(cluster, cluster.database(name), tmp_path, seed=20261125)
