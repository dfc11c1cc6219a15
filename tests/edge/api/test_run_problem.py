"""What a driver reports of a run stands on boards until a dispatcher has seen to it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from estafette.domain.webhook import said_of
from estafette.store.audit import audit
from estafette.store.board import get_board
from estafette.store.feed import last_event_id, read_events
from tests.dispatched import DAY, Dispatched
from tests.edge.api.test_my import phone
from tests.edge.web_client import Address

TAP = datetime.now(UTC).replace(microsecond=0).isoformat()


@pytest.fixture
def driver(address: Address, api: httpx.Client, company: Dispatched) -> Iterator[httpx.Client]:
    with phone(address, api, company.driver_ids[0]) as client:
        yield client


def problems(company: Dispatched) -> list[tuple[str, str, int | None] | None]:
    """Give what boards show of each run."""
    runs = get_board(company.database, company.company_id, DAY).runs
    return [run.problem and (run.problem.what, run.problem.note, run.problem.trip_id) for run in runs]


def test_a_report_is_on_the_board_until_it_is_seen_to(
    driver: httpx.Client, api: httpx.Client, company: Dispatched
) -> None:
    path = f"/my/runs/{company.run_ids[0]}/problem"
    before = last_event_id(company.database, company.company_id)
    said = {"what": "vehicle", "note": "flat tyre", "at": TAP, "trip_id": company.trip_ids[0]}
    for _ in range(2):
        assert driver.post(path, json=said).status_code == 200
    assert problems(company)[0] == ("vehicle", "flat tyre", company.trip_ids[0])
    seen_to = f"/runs/{company.run_ids[0]}/problem/seen-to"
    assert driver.post(seen_to, json={}).status_code == 403
    assert api.post(seen_to).json() == {"run_id": company.run_ids[0]}
    assert set(problems(company)) == {None}
    told = [event.what for event in read_events(company.database, company.company_id, before)]
    assert [type(what).__name__ for what in told] == ["Reported", "Reported"]
    assert audit(company.database.server).lines() == []


def test_another_drivers_run_and_a_trip_of_another_run_are_not_there(
    driver: httpx.Client, company: Dispatched
) -> None:
    (elsewhere,) = company.book(1)
    company.assign(company.run_ids[1], [elsewhere])
    said = {"what": "late", "at": TAP}
    assert driver.post(f"/my/runs/{company.run_ids[1]}/problem", json=said).status_code == 404
    mine = f"/my/runs/{company.run_ids[0]}/problem"
    assert driver.post(mine, json={**said, "trip_id": elsewhere}).status_code == 404
    assert driver.post(mine, json={**said, "note": "x" * 501}).status_code == 400
    assert set(problems(company)) == {None}


def test_another_driver_of_the_run_has_reported_nothing(driver: httpx.Client, company: Dispatched) -> None:
    driver.post(f"/my/runs/{company.run_ids[0]}/problem", json={"what": "late", "at": TAP})
    company.write(
        """WITH other AS (INSERT INTO driver (company_id, ref, name, language)
            VALUES (%(company)s, 'd9', 'Driver 9', 'en') RETURNING id)
        UPDATE shift SET driver_id = other.id FROM other
        WHERE shift.id = (SELECT shift_id FROM run WHERE id = %(run)s)""",
        run=company.run_ids[0],
    )
    assert set(problems(company)) == {None}


def test_webhooks_are_told_what_and_never_the_drivers_words(
    driver: httpx.Client, company: Dispatched
) -> None:
    path = f"/my/runs/{company.run_ids[0]}/problem"
    driver.post(path, json={"what": "other", "note": "Mrs Zyzzyva is ill", "at": TAP})
    event = list(read_events(company.database, company.company_id, 0))[-1]
    told = said_of(event.what)
    assert told["problem"]["what"] == "other"
    assert "Zyzzyva" not in str(told)
