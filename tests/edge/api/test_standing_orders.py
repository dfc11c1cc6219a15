"""Standing orders through the API: their dates become bookings once; one, the following or all are changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from estafette.store.audit import audit
from tests.dispatched import Dispatched

TODAY = datetime.now(UTC).date()
DAYS = [TODAY + timedelta(days=number) for number in range(1, 9)]
ORDER: dict[str, Any] = {
    "ref": "S1", "rider": "r1", "rule": "FREQ=DAILY;COUNT=30", "starts_on": DAYS[0].isoformat(), "purpose": "dialysis",
    "trips": [
        {"origin": "p1", "destination": "p2", "anchor": "arrive_by", "at": "08:30"},
        {"direction": "return", "origin": "p2", "destination": "p1", "anchor": "pickup_at"},
    ],
}  # fmt: skip


@pytest.fixture
def order(api: httpx.Client) -> dict[str, Any]:
    answer = api.post("/standing-orders", json=ORDER)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def make(api: httpx.Client, through: int = 4) -> dict[str, Any]:
    answer = api.post("/standing-orders/make", json={"through": DAYS[through - 1].isoformat()})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def bookings(api: httpx.Client, ref: str = "S1") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = api.get("/bookings", params={"standing_order": ref}).json()["items"]
    return sorted(items, key=lambda booking: booking["ref"])


def outbound(booking: dict[str, Any]) -> dict[str, Any]:
    return next(trip for trip in booking["trips"] if trip["direction"] == "outbound")


def statuses(booking: dict[str, Any]) -> set[str]:
    return {trip["status"] for trip in booking["trips"]}


def test_dates_become_bookings_once(api: httpx.Client, company: Dispatched, order: dict[str, Any]) -> None:
    assert make(api)["made"] == 4
    assert make(api)["made"] == 0
    found = bookings(api)
    assert [booking["ref"] for booking in found] == [f"S1@{day}" for day in DAYS[:4]]
    assert all(statuses(booking) == {"booked", "will_call"} for booking in found)
    asked = datetime.fromisoformat(outbound(found[0])["requested_at"])
    assert outbound(found[0])["anchor"] == "arrive_by"
    assert asked.astimezone().utcoffset() is not None
    assert make(api, 5)["made"] == 1
    assert audit(company.database.server).lines() == []


def test_what_a_person_called_off_is_not_made_again(api: httpx.Client, order: dict[str, Any]) -> None:
    make(api)
    api.post(f"/bookings/{bookings(api)[1]['booking_id']}/cancel", json={"by": "rider"})
    assert make(api)["made"] == 0
    assert statuses(bookings(api)[1]) == {"cancelled"}


def test_one_date_is_otherwise_or_not_at_all(api: httpx.Client, order: dict[str, Any]) -> None:
    make(api)
    path = f"/standing-orders/{order['standing_order_id']}/exceptions"
    skipped = api.post(path, json={"service_on": DAYS[1].isoformat()})
    assert skipped.json()["bookings"]["called_off"] == 2, skipped.text
    later = ORDER["trips"][0] | {"at": "10:00"}
    moved = api.post(path, json={"service_on": DAYS[2].isoformat(), "trips": [later, ORDER["trips"][1]]})
    assert moved.json()["bookings"]["changed"] == 1, moved.text
    ahead = api.post(path, json={"service_on": DAYS[5].isoformat()})
    assert ahead.json()["bookings"] == {"made": 0, "changed": 0, "called_off": 0, "kept": 0, "refused": []}
    found = bookings(api)
    assert [statuses(booking) == {"cancelled"} for booking in found] == [False, True, False, False]
    times = {outbound(booking)["requested_at"][11:16] for booking in found}
    assert len(times) == 2
    assert make(api, 7)["made"] == 2
    refused = api.post(path, json={"service_on": (DAYS[0] - timedelta(days=9)).isoformat()})
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/service_on")


def test_all_dates_to_come_are_changed_but_what_a_person_changed(
    api: httpx.Client, order: dict[str, Any]
) -> None:
    make(api)
    by_hand = outbound(bookings(api)[0])
    hours = f"{DAYS[0].isoformat()}T12:00:00Z"
    api.patch(f"/trips/{by_hand['trip_id']}", json={"requested_at": hours}, headers={"If-Match": "*"})
    path = f"/standing-orders/{order['standing_order_id']}"
    change = {"trips": [ORDER["trips"][0] | {"at": "09:00"}, ORDER["trips"][1]]}
    assert api.patch(path, json=change).status_code == 428
    changed = api.patch(path, json=change, headers={"If-Match": f'"{order["etag"]}"'})
    assert changed.json()["bookings"] == {"made": 0, "changed": 3, "called_off": 0, "kept": 1, "refused": []}
    assert outbound(bookings(api)[0])["requested_at"].startswith(hours[:16])
    assert api.patch(path, json=change, headers={"If-Match": f'"{order["etag"]}"'}).status_code == 412
    ended = api.patch(path, json={"active": False}, headers={"If-Match": "*"})
    assert ended.json()["bookings"]["called_off"] == 7
    assert make(api, 8)["made"] == 0


def test_the_following_dates_go_on_as_another_order(
    api: httpx.Client, company: Dispatched, order: dict[str, Any]
) -> None:
    make(api)
    path = f"/standing-orders/{order['standing_order_id']}/following"
    body = {"from": DAYS[2].isoformat(), "ref": "S2", "trips": [ORDER["trips"][0] | {"at": "11:00"}]}
    answer = api.post(path, json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["rule"] == "FREQ=DAILY;COUNT=28"
    assert [statuses(booking) == {"cancelled"} for booking in bookings(api)] == [False, False, True, True]
    assert [booking["ref"] for booking in bookings(api, "S2")] == [f"S2@{day}" for day in DAYS[2:4]]
    assert make(api, 5)["made"] == 1
    assert api.post(path, json=body | {"from": DAYS[0].isoformat(), "ref": "S3"}).json()["pointer"] == "/from"
    assert audit(company.database.server).lines() == []


def test_a_wrong_order_is_told_with_its_place(api: httpx.Client, company: Dispatched) -> None:
    other = Dispatched(company.database)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"rule": "FREQ=MONTHLY"}, "/rule"),
        ({"rider": "nobody"}, "/rider"),
        ({"rider": other.rider_id}, "/rider"),
        ({"trips": []}, "/trips"),
        ({"trips": [ORDER["trips"][0] | {"at": "25:00"}]}, "/trips/0/at"),
        ({"starts_on": "soon"}, "/starts_on"),
    ]
    for change, pointer in wrong:
        answer = api.post("/standing-orders", json=ORDER | change)
        assert (answer.status_code, answer.json()["pointer"]) == (400, pointer), answer.text
    assert api.post("/standing-orders", json=ORDER).status_code == 201
    again = api.post("/standing-orders", json=ORDER).json()
    assert (again["code"], again["pointer"]) == ("reference_taken", "/ref")


def test_a_date_whose_place_is_gone_is_told_and_the_others_are_made(api: httpx.Client) -> None:
    api.post("/standing-orders", json=ORDER)
    api.post(
        "/standing-orders", json=ORDER | {"ref": "S9", "trips": [ORDER["trips"][0] | {"origin": "nowhere"}]}
    )
    made = make(api, 1)
    assert (made["made"], made["refused"]) == (1, [f"S9@{DAYS[0]}-1"])
