"""A company with a board, its address, and the settings under which commands work for a company."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from estafette.settings import Settings
from estafette.store.database import Database
from tests.dispatched import Dispatched
from tests.edge.people import Person, add
from tests.edge.web_client import Address, served

SIGN_IN_KEY = f"k1:{base64.b64encode(bytes(32)).decode()}"
Settle = Callable[[int], None]


@pytest.fixture
def company(database: Database) -> Dispatched:
    """Three trips on the first of three runs; its last event is the third."""
    company = Dispatched(database)
    company.roster()
    company.assign(company.run_ids[0], company.book(3))
    return company


@pytest.fixture
def address(company: Dispatched) -> Iterator[Address]:
    """The address of the company's board."""
    with served(company, settings=Settings(sign_in_keys=SIGN_IN_KEY)) as address:
        yield address


@pytest.fixture
def settle(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settle:
    """Let commands reach the test's database, work for a company, and stand in a folder of their own."""

    def settle(company_id: int) -> None:
        monkeypatch.setenv("DATABASE_URL", database.server.owner)
        monkeypatch.setenv("ESTAFETTE_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("ESTAFETTE_COMPANY", str(company_id))
        monkeypatch.chdir(tmp_path)

    return settle


@pytest.fixture
def anna(company: Dispatched, address: Address) -> Iterator[Person]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield Person(add(company), client)
