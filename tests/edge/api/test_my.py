"""The driver's own page through the API: the runs, progress in any order, what was seen, and nothing of others."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from estafette.domain.booking import TripStatus
from estafette.store.audit import audit
from estafette.store.board import get_board
from estafette.store.feed import last_event_id, read_events
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address, messages, signed_in

NOW = datetime.now(UTC).replace(microsecond=0)
TAP = NOW.isoformat()
NO_SHOW: dict[str, Any] = {
    "status": "no_show",
    "arrived_at": (NOW - timedelta(minutes=9)).isoformat(),
    "waited_s": 480,
    "called": True,
}


@contextmanager
def phone(address: Address, api: httpx.Client, driver_id: int) -> Iterator[httpx.Client]:
    """Link a driver's phone, as the QR code does."""
    link = api.post(f"/drivers/{driver_id}/link", json={}).json()["link"]
    headers = signed_in(address, link.partition("=")[2])
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=60) as client:
        yield client


@pytest.fixture
def driver(address: Address, api: httpx.Client, company: Dispatched) -> Iterator[httpx.Client]:
    """The phone of the driver who has the three trips."""
    with phone(address, api, company.driver_ids[0]) as client:
        yield client


@pytest.fixture
def api(address: Address, home: object) -> Iterator[httpx.Client]:
    """A dispatcher's client on the same server."""
    with httpx.Client(base_url=f"{address}/api/v1", headers=address.headers, timeout=60) as client:
        yield client


def step(client: httpx.Client, trip_id: int, status: str, key: str = "", **said: Any) -> httpx.Response:
    body = {"status": status, "at": TAP, **said}
    return client.post(
        f"/my/trips/{trip_id}/progress", json=body, headers={"Idempotency-Key": key} if key else {}
    )


def test_a_driver_reads_the_own_run_with_all_that_a_stop_needs(
    driver: httpx.Client, company: Dispatched
) -> None:
    answer = driver.get("/my/runs")
    (run,) = answer.json()["runs"]
    assert (run["run_id"], run["service_on"], run["vehicle"]) == (company.run_ids[0], "2026-11-25", "Van 1")
    assert (run["manifest"], run["acknowledged"]) == (1, 0)
    pickups = [stop for stop in run["stops"] if stop["kind"] == "pickup"]
    assert [stop["trip_id"] for stop in pickups] == company.trip_ids
    first = pickups[0]
    assert (first["rider"], first["place"], first["status"]) == ("A Rider", "Place 1", "booked")
    assert first["links"]["geo"] == "geo:47.303333,8.510000"
    assert first["requested_at"] == "2026-11-25T05:00:00Z"
    assert driver.get("/my/runs", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def told(driver: httpx.Client, trip_id: int) -> dict[str, tuple[str, str]]:
    """Give phone and note of the stops of a trip of the own run, by kind."""
    (run,) = driver.get("/my/runs").json()["runs"]
    own = [stop for stop in run["stops"] if stop["trip_id"] == trip_id]
    return {stop["kind"]: (stop["phone"], stop["access_note"]) for stop in own}


def test_whom_to_call_and_how_to_get_in_are_told_while_they_are_needed(
    driver: httpx.Client, company: Dispatched
) -> None:
    company.write("UPDATE rider SET phone = '+41 00 100 00 12'")
    company.write("UPDATE place SET access_note = 'code ' || ref")
    first, second, _ = company.trip_ids
    before = told(driver, first)
    assert {phone for phone, _ in before.values()} == {"+41 00 100 00 12", ""}
    assert before["dropoff"][0] == ""
    assert all(note.startswith("code p") for _, note in before.values())
    for status in ("en_route", "arrived"):
        step(driver, first, status)
        assert told(driver, first) == before
    step(driver, first, "on_board")
    assert told(driver, first) == {kind: ("", note) for kind, (_, note) in before.items()}
    step(driver, first, "completed")
    assert set(told(driver, first).values()) == {("", "")}
    step(driver, second, "en_route")
    step(driver, second, "arrived")
    assert step(driver, second, **NO_SHOW).status_code == 200
    assert set(told(driver, second).values()) == {("", "")}


def test_a_driver_sees_no_run_of_others_and_of_no_other_day(
    address: Address, api: httpx.Client, driver: httpx.Client, company: Dispatched
) -> None:
    tomorrow, later = DAY + timedelta(days=1), DAY + timedelta(days=2)
    (own, *_), _ = company.roster(tomorrow), company.roster(later)
    assert [run["run_id"] for run in driver.get("/my/runs").json()["runs"]] == [company.run_ids[0], own]
    with phone(address, api, company.driver_ids[1]) as other:
        (run, _) = other.get("/my/runs").json()["runs"]
        assert (run["run_id"], run["stops"]) == (company.run_ids[1], [])


def test_a_trip_is_driven_step_by_step_and_the_board_follows(
    driver: httpx.Client, company: Dispatched
) -> None:
    trip_id = company.trip_ids[0]
    before = last_event_id(company.database, company.company_id)
    for status in ("en_route", "arrived", "on_board", "completed"):
        answer = step(driver, trip_id, status)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == status
        assert answer.json()["repeated"] is False
    told = read_events(company.database, company.company_id, before)
    assert [event.what.status for event in told] == ["en_route", "arrived", "on_board", "completed"]  # type: ignore
    board = get_board(company.database, company.company_id, DAY)
    assert next(t for t in board.trips if t.trip_id == trip_id).status is TripStatus.COMPLETED
    assert audit(company.database.server).lines() == []


def test_the_time_of_the_tap_is_kept_beside_that_of_its_arrival(
    driver: httpx.Client, company: Dispatched
) -> None:
    tap = NOW - timedelta(minutes=40)
    step(driver, company.trip_ids[0], "en_route", at=tap.isoformat())
    step(driver, company.trip_ids[1], "en_route", at="2019-01-01T00:00:00Z")  # a phone whose clock is wrong
    rows = company.write("SELECT occurred_at, at, actor FROM trip_history ORDER BY version")
    assert rows[0][0] == tap
    assert rows[0][1] > tap
    assert rows[0][2].startswith("user:")
    assert abs(rows[1][0] - rows[1][1]) < timedelta(minutes=1)
    company.set_status(company.trip_ids[0], TripStatus.ARRIVED)
    assert company.write("SELECT occurred_at FROM trip_history ORDER BY version DESC LIMIT 1") == [(None,)]


def test_replays_in_any_order_are_answered(driver: httpx.Client, company: Dispatched) -> None:
    trip_id = company.trip_ids[0]
    first = step(driver, trip_id, "en_route", key="a")
    assert step(driver, trip_id, "en_route", key="a").headers["idempotent-replayed"] == "true"
    again = step(driver, trip_id, "en_route", key="b")
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert again.json()["version"] == first.json()["version"]
    refused = step(driver, trip_id, "on_board", key="c")
    assert (refused.status_code, refused.json()["code"]) == (422, "illegal_move")
    assert refused.json()["present"]["status"] == "en_route"
    step(driver, trip_id, "arrived")
    step(driver, trip_id, "on_board")
    late = step(driver, trip_id, "arrived", key="d")  # it was on its way for long
    assert (late.status_code, late.json()["status"], late.json()["repeated"]) == (200, "on_board", True)


def test_a_no_show_says_how_long_was_waited(driver: httpx.Client, company: Dispatched) -> None:
    trip_id = company.trip_ids[0]
    incomplete = driver.post(f"/my/trips/{trip_id}/progress", json={"status": "no_show", "at": TAP})
    assert incomplete.status_code == 400
    assert step(driver, trip_id, "arrived", called=True).status_code == 400
    for status in ("en_route", "arrived"):
        step(driver, trip_id, status)
    assert step(driver, trip_id, **NO_SHOW).json()["status"] == "no_show"
    assert step(driver, trip_id, **NO_SHOW).json()["repeated"] is True
    facts = "SELECT arrived_at, waited_s, called FROM no_show WHERE trip_id = %(trip)s"
    assert company.write(facts, trip=trip_id) == [(NOW - timedelta(minutes=9), 480, True)]


@pytest.mark.parametrize("status", ["cancelled", "booked", "missed", "accepted", ""])
def test_a_driver_says_nothing_but_what_drivers_say(
    driver: httpx.Client, company: Dispatched, status: str
) -> None:
    refused = step(driver, company.trip_ids[0], status)
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/status")


def test_a_trip_of_another_run_or_one_that_was_taken_off_is_not_theirs(
    address: Address, api: httpx.Client, driver: httpx.Client, company: Dispatched
) -> None:
    trip_id = company.trip_ids[0]
    with phone(address, api, company.driver_ids[1]) as other:
        assert step(other, trip_id, "en_route").status_code == 404
        seen = {"manifest": 1, "at": TAP}
        assert other.post(f"/my/runs/{company.run_ids[0]}/acknowledge", json=seen).status_code == 404
    company.take_off(trip_id)
    assert step(driver, trip_id, "en_route").status_code == 404
    assert company.write("SELECT status FROM trip WHERE id = %(trip)s", trip=trip_id) == [("booked",)]


def test_what_changed_since_a_manifest_was_seen(driver: httpx.Client, company: Dispatched) -> None:
    run_id, (one, two, three) = company.run_ids[0], company.trip_ids

    def changes() -> list[tuple[int, str]]:
        (run,) = driver.get("/my/runs").json()["runs"]
        return [(each["trip_id"], each["change"]) for each in run["changes"]]

    def see(manifest: int) -> httpx.Response:
        return driver.post(f"/my/runs/{run_id}/acknowledge", json={"manifest": manifest, "at": TAP})

    assert changes() == [(one, "new"), (two, "new"), (three, "new")]
    answer = see(1).json()
    assert answer == {"run_id": run_id, "manifest": 1, "acknowledged": 1}
    assert changes() == []
    company.take_off(one)
    company.assign(run_id, [two], late_s=30)
    (four,) = company.book(1)
    company.assign(run_id, [four])
    company.take_off(four)
    assert changes() == [(one, "taken"), (two, "moved")]
    assert see(1).json()["acknowledged"] == 1  # sent twice
    assert changes() != []
    number = see(1).json()["manifest"]
    assert see(number + 1).json()["pointer"] == "/manifest"
    see(number)
    assert see(1).json()["acknowledged"] == number
    assert changes() == []
    (run, *_) = get_board(company.database, company.company_id, DAY).runs
    assert run.acknowledged == number
    assert audit(company.database.server).lines() == []


def test_a_run_that_changes_hands_is_seen_by_nobody_yet(driver: httpx.Client, company: Dispatched) -> None:
    driver.post(f"/my/runs/{company.run_ids[0]}/acknowledge", json={"manifest": 1, "at": TAP})
    for trip_id in company.trip_ids:
        company.take_off(trip_id)
    company.write("UPDATE shift SET starts_at = starts_at + interval '20 days', ends_at = ends_at + interval '20 days'"
                  " WHERE driver_id = %(other)s", other=company.driver_ids[1])  # fmt: skip
    company.write("UPDATE shift SET driver_id = %(other)s WHERE driver_id = %(driver)s",
                  other=company.driver_ids[1], driver=company.driver_ids[0])  # fmt: skip
    assert company.write(
        "SELECT acknowledged, acknowledged_at FROM run WHERE id = %(run)s", run=company.run_ids[0]
    ) == [(0, None)]


def test_the_own_stream_tells_of_the_own_run_and_of_no_other(
    address: Address, driver: httpx.Client, company: Dispatched
) -> None:
    company.assign(company.run_ids[1], company.book(1))
    company.take_off(company.trip_ids[0])
    with httpx.Client(headers=dict(driver.headers), timeout=10) as client, client.stream(
        "GET", f"{address}/api/v1/my/events"
    ) as stream:  # fmt: skip
        assert stream.status_code == 200
        told = (message for message in messages(stream) if "id" in message)
        first, second = next(told).content, next(told).content
    assert [trip["change"] for trip in first["trips"]] == ["new"] * 3
    assert [(trip["trip_id"], trip["change"]) for trip in second["trips"]] == [(company.trip_ids[0], "taken")]


def test_nobody_but_drivers_has_runs_of_their_own(api: httpx.Client, company: Dispatched) -> None:
    assert api.get("/my/runs").status_code == 403
    assert step(api, company.trip_ids[0], "en_route").status_code == 403
