"""A company whose API is served on a real socket."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from estafette.client import Client
from tests.dispatched import Dispatched
from tests.edge.web_client import key_of, served


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without roads: travel times are estimates."""
    monkeypatch.setenv("ESTAFETTE_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def api(company: Dispatched, home: Path) -> Iterator[httpx.Client]:
    """A client of the company's API."""
    with (
        served(company) as address,
        httpx.Client(base_url=f"{address}/api/v1", headers=address.headers, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def client(company: Dispatched, home: Path) -> Iterator[Client]:
    """Our own client of the company's API."""
    with served(company) as address, Client(address, key_of(company)) as client:
        yield client
