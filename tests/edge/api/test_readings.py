"""Whom drivers and institutions are shown on pages of their own stands in the audit log, as with all other readings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from estafette.domain.ledger import Act
from estafette.flow.own_run import own_runs
from estafette.store.ledger import Wanted, list_entries
from estafette.store.ward import get_ward
from tests.dispatched import DAY, Dispatched
from tests.edge.api.test_institutions import give, made, ward
from tests.edge.api.test_my import phone
from tests.edge.web_client import Address

NOON = datetime(DAY.year, DAY.month, DAY.day, 11, tzinfo=UTC)


def readings(company: Dispatched) -> list[tuple[str, tuple[int, ...]]]:
    """List who read riders, and which, the last first."""
    found = list_entries(company.database, company.company_id, Wanted(kind="rider"))
    return [(entry.actor, entry.ids) for entry in found if entry.action is Act.READ]


@pytest.fixture
def rider_id(company: Dispatched) -> int:
    return int(company.write("SELECT id FROM rider WHERE company_id = %(company)s")[0][0])


@pytest.fixture
def driver(address: Address, api: httpx.Client, company: Dispatched) -> Iterator[httpx.Client]:
    with phone(address, api, company.driver_ids[0]) as client:
        yield client


def test_each_reading_of_ones_own_runs_is_one_entry_of_whom_they_name(
    driver: httpx.Client, company: Dispatched, rider_id: int
) -> None:
    before = len(readings(company))
    user_id = driver.get("/account").json()["user"]["user_id"]
    assert driver.get("/my/runs").status_code == 200
    assert driver.get("/my/runs").status_code == 200
    assert readings(company)[: -before or None] == [(f"user:{user_id}", (rider_id,))] * 2


def test_who_has_no_rider_on_a_run_has_read_none(
    address: Address, api: httpx.Client, company: Dispatched
) -> None:
    before = readings(company)
    with phone(address, api, company.driver_ids[1]) as client:
        assert client.get("/my/runs").json()["runs"]
    assert readings(company) == before


def test_each_reading_of_the_page_of_an_institution_is_one_entry_of_its_riders(
    api: httpx.Client, company: Dispatched, rider_id: int
) -> None:
    institution_id = made(api, "ward-3")["institution_id"]
    with ward(api, company, institution_id) as client:
        assert client.get("/ward").json()["riders"] == []
        give(api, rider_id, institution_id)
        before = readings(company)
        assert [each["id"] for each in client.get("/ward").json()["riders"]] == [rider_id]
        assert client.get("/ward").status_code == 200
        now = readings(company)
        assert [ids for _, ids in now[: len(now) - len(before)]] == [(rider_id,)] * 2


def test_the_number_of_statements_does_not_grow_with_whom_they_name(
    api: httpx.Client, company: Dispatched, rider_id: int
) -> None:
    institution_id = made(api, "ward-3")["institution_id"]
    give(api, rider_id, institution_id)
    days = [DAY, DAY + timedelta(days=1)]

    def counted() -> list[tuple[int, int]]:
        found = []
        for read in (
            lambda: own_runs(company.database, company.company_id, DAY, NOON, actor="user:9"),
            lambda: get_ward(company.database, company.company_id, institution_id, days, actor="user:9"),
        ):
            company.database.count()
            read()
            count = company.database.count()
            assert count is not None
            found.append((count.statements, count.round_trips))
        return found

    few = counted()
    company.assign(company.run_ids[1], company.book(6))
    assert counted() == few
    assert [round_trips for _, round_trips in few] == [1, 1]
