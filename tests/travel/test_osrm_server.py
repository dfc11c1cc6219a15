"""An OSRM server over HTTP: real sockets, answers of a small double, and the nonsense it may give."""

import socket
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estafette.domain.error import Invalid, Unavailable
from estafette.travel.network.search import GraphRoads
from estafette.travel.osrm.server import OsrmServer
from tests.travel.osrm_double import osrm_double
from tests.travel.test_network import town
from tests.travel.towns import spots

HERE, THERE = spots((10, 0), (200, 50), (60, 400)), spots((390, 0), (0, 130))


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> GraphRoads:
    return town(tmp_path_factory.mktemp("town"))


@pytest.mark.parametrize("most", [2, 3, 5, 100])
def test_a_table_is_put_together_from_as_many_requests_as_the_server_wants(
    graph: GraphRoads, most: int
) -> None:
    with osrm_double(graph, most=most) as url:
        table = OsrmServer(url).table(HERE, THERE)
    straight = graph.table(HERE, THERE)
    assert np.abs(table.seconds - straight.seconds).max() < 0.1  # positions travel with six digits
    assert np.abs(table.metres - straight.metres).max() < 0.5


def test_a_server_that_names_its_data_gives_a_version(graph: GraphRoads) -> None:
    with osrm_double(graph, data_version="2026-11-01") as url:
        assert str(OsrmServer(url).version).endswith("2026-11-01")
    with osrm_double(graph, data_version="") as url:
        assert OsrmServer(url).version is None


@pytest.mark.parametrize(
    ("twist", "said"),
    [
        (lambda answer: b"<html>", "not JSON"),
        (lambda answer: [], "code None"),
        (lambda answer: {**answer, "code": "InvalidQuery"}, "code InvalidQuery"),
        (lambda answer: {**answer, "durations": [[1]]}, r"durations of \(1, 1\) for \(3, 2\) places"),
        (lambda answer: {**answer, "durations": "many"}, "no durations"),
        (lambda answer: {"code": "Ok"}, "no durations"),
        (lambda answer: {"code": "TooBig"}, "one pair of places is too much"),
    ],
    ids=["web page", "list", "refusal", "small table", "words", "nothing", "never enough"],
)
def test_nonsense_is_told_in_one_line(graph: GraphRoads, twist: Any, said: str) -> None:
    with (
        osrm_double(graph, twist=twist) as url,
        pytest.raises(Unavailable, match=f"OSRM at 127.0.0.1:[0-9]+ gives nonsense: {said}"),
    ):
        OsrmServer(url).table(HERE, THERE)


@pytest.mark.parametrize(
    "waypoints", [None, [], [{"distance": 3}], [{"location": "here", "distance": 1}] * 3]
)
def test_waypoints_that_are_none_are_told(graph: GraphRoads, waypoints: Any) -> None:
    with (
        osrm_double(graph, twist=lambda answer: {**answer, "destinations": waypoints}) as url,
        pytest.raises(Unavailable, match="gives nonsense: no waypoints"),
    ):
        OsrmServer(url).snap(HERE)


@pytest.fixture
def dead_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]  # bound, and nobody listens


def test_a_server_that_is_not_there_is_told(dead_port: int) -> None:
    with pytest.raises(Unavailable, match="OSRM at 127.0.0.1:[0-9]+ does not answer: ConnectionRefused"):
        OsrmServer(f"http://127.0.0.1:{dead_port}").table(HERE, THERE)


def test_a_server_that_hangs_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Unavailable, match="does not answer: TimeoutError"):
            OsrmServer(url, timeout_s=0.2).table(HERE, THERE)


@pytest.mark.parametrize("url", ["", "localhost:5000", "ftp://here", "http://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="ESTAFETTE_OSRM_URL: .* is not an address like"):
        OsrmServer(url)
