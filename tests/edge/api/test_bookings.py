"""Bookings through the API: made, changed, called off, ready."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from estafette.domain.booking import TripStatus
from estafette.store.audit import audit
from estafette.store.feed import last_event_id, read_events
from tests.dispatched import DAY, Dispatched

OUT = {
    "service_on": DAY.isoformat(), "origin": "p1", "destination": "p2", "anchor": "arrive_by",
    "requested_at": "2026-11-25T15:00:00+01:00", "companions": 1, "needs": [],
}  # fmt: skip
BACK = {"direction": "return", "service_on": DAY.isoformat(), "anchor": "pickup_at"}
BOOKING: dict[str, Any] = {
    "ref": "B7", "rider": {"ref": "R7", "name": "Rita Rossi", "phone": "+41 00 100 00 07"}, "purpose": "dialysis", "trips": [OUT, BACK],
}  # fmt: skip


def booked(api: httpx.Client, **changes: Any) -> dict[str, Any]:
    answer = api.post("/bookings", json=BOOKING | changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/bookings/{made['booking_id']}"
    return made


def seen(api: httpx.Client, path: str) -> dict[str, str]:
    return {"If-Match": api.get(path).headers["etag"]}


def test_a_round_trip_with_a_return_that_is_called_for(api: httpx.Client, company: Dispatched) -> None:
    before = last_event_id(company.database, company.company_id)
    made = booked(api)
    out, back = sorted(made["trips"], key=lambda trip: trip["direction"])
    assert (out["ref"], back["ref"]) == ("B7-1", "B7-2")
    assert (out["status"], back["status"]) == ("booked", "will_call")
    assert (back["origin_id"], back["destination_id"]) == (out["destination_id"], out["origin_id"])
    assert (made["rider"], made["rider_phone"]) == ("Rita Rossi", "+41 00 100 00 07")
    (event,) = read_events(company.database, company.company_id, before)  # type: ignore[misc]
    assert {trip.trip_id for trip in event.what.trips} == {out["trip_id"], back["trip_id"]}
    assert api.get(f"/bookings/{made['booking_id']}").json() == made
    assert api.get("/bookings", params={"day": DAY.isoformat(), "ref": "B7"}).json()["items"] == [made]
    entered = "SELECT ids FROM ledger WHERE action = 'read' AND kind = 'rider' ORDER BY id"
    assert company.write(entered) == [([made["rider_id"]],)] * 2


def test_places_and_riders_are_named_by_id_too_and_a_reference_is_found_for_it(
    api: httpx.Client, company: Dispatched
) -> None:
    trip = OUT | {
        "origin": company.place_ids[2],
        "destination": {"ref": "new", "name": "New", "lon": 8.6, "lat": 47.4},
    }
    answer = api.post("/bookings", json={"rider": company.rider_id, "trips": [trip]})
    assert answer.status_code == 201, answer.text
    assert answer.json()["trips"][0]["origin_id"] == company.place_ids[2]
    assert answer.json()["ref"].startswith("b-")


def test_a_wrong_booking_is_told_with_its_place(api: httpx.Client, company: Dispatched) -> None:
    other = Dispatched(company.database)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"trips": []}, "/trips"),
        ({"rider": 999_999}, "/rider"),
        ({"rider": other.rider_id}, "/rider"),
        ({"rider": "nobody"}, "/rider"),
        ({"trips": [OUT | {"origin": other.place_ids[0]}]}, "/trips/0/origin"),
        ({"trips": [OUT | {"destination": "nowhere"}]}, "/trips/0/destination"),
        ({"trips": [OUT | {"destination": "p1"}]}, "/trips/0"),
        ({"trips": [BACK]}, "/trips/0/origin"),
        ({"trips": [OUT | {"requested_at": "2026-11-25T15:00:00"}]}, "/trips/0/requested_at"),
        ({"trips": [OUT | {"requested_at": "2027-11-25T15:00:00Z"}]}, "/trips/0"),
        ({"trips": [OUT | {"takes": {"seats": 0}}]}, "/trips/0"),
        ({"trips": [OUT | {"companions": 100}]}, "/trips/0/companions"),
        ({"trips": [OUT | {"ref": "x"}, OUT | {"ref": "x"}]}, "/trips/1"),
        ({"colour": "red"}, "/colour"),
    ]
    for change, pointer in wrong:
        answer = api.post("/bookings", json=BOOKING | change)
        assert (answer.status_code, answer.json()["pointer"]) == (400, pointer), answer.text
    assert api.get("/bookings", params={"ref": "B7"}).json()["items"] == []
    many = api.post("/bookings", json=BOOKING | {"trips": [OUT | {"takes": {"seats": 4000}}]})
    assert many.status_code == 400


def test_a_reference_names_one_booking_and_one_trip(api: httpx.Client) -> None:
    booked(api)
    for change, pointer in (({}, "/ref"), ({"ref": "B8", "trips": [OUT | {"ref": "B7-1"}]}, "/trips/0/ref")):
        again = api.post("/bookings", json=BOOKING | change)
        assert (again.status_code, again.json()["code"]) == (409, "reference_taken")
        assert again.json()["pointer"] == pointer


def test_a_rider_who_is_booked_at_that_time_already_is_warned_of(api: httpx.Client) -> None:
    first, second = booked(api), booked(api, ref="B8", trips=[OUT])
    (clash,) = second["clashes"]
    assert clash["other_booking_id"] == first["booking_id"]
    assert clash["other_ref"] == "B7-1"
    assert "clashes" not in first


def test_offers_come_with_the_booking(api: httpx.Client, company: Dispatched) -> None:
    made = booked(api, offers=2)
    assert 1 <= len(made["offers"]) <= 2
    assert {offer["trip_id"] for offer in made["offers"]} == {made["trips"][0]["trip_id"]}
    assert {offer["run_id"] for offer in made["offers"]} <= set(company.run_ids)


def test_a_will_call_is_ready_once(api: httpx.Client) -> None:
    will_call = next(trip for trip in booked(api)["trips"] if trip["status"] == "will_call")
    path = f"/trips/{will_call['trip_id']}"
    assert api.post(f"{path}/ready", json={"at": "2030-01-01T00:00:00Z"}).json()["pointer"] == "/at"
    ready = api.post(f"{path}/ready", json={"at": "2026-11-25T17:00:00+01:00"})
    assert ready.json()["status"] == "booked"
    assert ready.json()["promised_from"].startswith("2026-11-25T16:00:00")
    again = api.post(f"{path}/ready", json={})
    assert (again.status_code, again.json()["code"]) == (409, "illegal_move")


@pytest.mark.parametrize(
    "service_on", ["2020-01-10", (datetime.now(UTC) + timedelta(days=2)).date().isoformat()]
)
def test_a_will_call_of_another_day_is_not_ready_now(api: httpx.Client, service_on: str) -> None:
    out = OUT | {"service_on": service_on, "requested_at": f"{service_on}T15:00:00+01:00"}
    will_call = booked(api, trips=[out, BACK | {"service_on": service_on}])["trips"][1]
    path = f"/trips/{will_call['trip_id']}"
    refused = api.post(f"{path}/ready", json={})
    assert (refused.status_code, refused.json()["code"], refused.json()["pointer"]) == (
        400,
        "not_its_day",
        "/at",
    )
    assert api.get(path).json()["status"] == "will_call"
    assert api.patch(path, json={}, headers={"If-Match": "*"}).status_code == 200


def test_a_day_begins_at_midnight_in_the_zone_of_the_company(api: httpx.Client) -> None:
    will_call = next(trip for trip in booked(api)["trips"] if trip["status"] == "will_call")
    said = [
        api.post(f"/trips/{will_call['trip_id']}/ready", json={"at": f"{DAY}T00:00:00{zone}"}).status_code
        for zone in ("+01:01", "+01:00")
    ]
    assert said == [400, 200]


def test_a_trip_is_changed_from_what_was_seen(api: httpx.Client, company: Dispatched) -> None:
    trip = booked(api)["trips"][0]
    path = f"/trips/{trip['trip_id']}"
    change = {
        "requested_at": "2026-11-25T16:00:00+01:00",
        "destination": company.place_ids[3],
        "needs": ["lift"],
    }
    assert api.patch(path, json=change).status_code == 428
    etag = seen(api, path)
    changed = api.patch(path, json=change, headers=etag)
    assert changed.status_code == 200, changed.text
    assert changed.json()["promised_to"].startswith("2026-11-25T15:00:00")
    assert (changed.json()["destination_id"], changed.json()["needs"]) == (company.place_ids[3], ["lift"])
    assert (changed.json()["companions"], changed.json()["origin_id"]) == (1, trip["origin_id"])
    assert api.patch(path, json=change, headers=etag).status_code == 412
    for wrong, pointer in (
        ({"origin": 999_999}, "/origin"),
        ({"origin": "nowhere"}, "/origin"),
        ({"rider": "x"}, "/rider"),
    ):
        refused = api.patch(path, json=wrong, headers={"If-Match": "*"})
        assert (refused.status_code, refused.json()["pointer"]) == (400, pointer)


def test_what_is_called_off_leaves_its_run_and_the_driver_is_told(
    api: httpx.Client, company: Dispatched
) -> None:
    trip = company.trip_ids[0]
    company.write("UPDATE assignment SET lock = 'time' WHERE trip_id = %(trip)s", trip=trip)
    company.set_status(trip, TripStatus.EN_ROUTE)
    before = last_event_id(company.database, company.company_id)
    answer = api.post(f"/trips/{trip}/cancel", json={"by": "rider", "reason": "feels better"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["cancelled"], answer.json()["run_id"]) == (
        "cancelled",
        "rider",
        None,
    )
    events = read_events(company.database, company.company_id, before)
    assert [type(event.what).__name__ for event in events] == ["Assigned", "Booked"]
    assert company.write("SELECT count(*) FROM notice WHERE event_id > %(before)s", before=before) == [(1,)]
    again = api.post(f"/trips/{trip}/cancel", json={"by": "rider"})
    assert (again.status_code, again.json()["code"]) == (409, "illegal_move")
    assert audit(company.database.server).lines() == []


def test_a_booking_is_called_off_whole(api: httpx.Client, company: Dispatched) -> None:
    made = booked(api)
    answer = api.post(f"/bookings/{made['booking_id']}/cancel", json={"by": "institution"})
    assert {trip["status"] for trip in answer.json()["trips"]} == {"cancelled"}
    assert audit(company.database.server).lines() == []


def test_only_legal_moves_are_made(api: httpx.Client, company: Dispatched) -> None:
    path = f"/trips/{company.trip_ids[0]}/status"
    for status in ("en_route", "arrived", "on_board", "completed"):
        moved = api.post(path, json={"status": status})
        assert (moved.status_code, moved.json()["status"]) == (200, status)
    back = api.post(path, json={"status": "booked"})
    assert (back.status_code, back.json()["code"]) == (409, "illegal_move")
    assert back.json()["present"]["status"] == "completed"
    assert api.post(path, json={"status": "lost"}).json()["pointer"] == "/status"
    late = {"If-Match": '"1"'}
    assert (
        api.post(
            f"/trips/{company.trip_ids[1]}/status", json={"status": "en_route"}, headers=late
        ).status_code
        == 412
    )
    assert audit(company.database.server).lines() == []


def test_another_companys_bookings_are_not_there(api: httpx.Client, company: Dispatched) -> None:
    other = Dispatched(company.database)
    trip = other.book(1)[0]
    for path in (f"/trips/{trip}/cancel", f"/trips/{trip}/ready", f"/trips/{trip}/status"):
        body = {"by": "rider"} if "cancel" in path else {"status": "en_route"} if "status" in path else {}
        assert api.post(path, json=body).status_code == 404
    assert len(api.get("/bookings").json()["items"]) == 3


def test_that_a_return_stays_after_a_no_show_is_told_to_boards_once_and_entered(
    api: httpx.Client, company: Dispatched
) -> None:
    made = booked(api)
    path, before = f"/bookings/{made['booking_id']}", last_event_id(company.database, company.company_id)
    for _ in range(2):
        kept = api.patch(path, json={"return_kept": True}, headers={"If-Match": "*"}).json()
        assert kept["return_kept"] is True
    (event,) = read_events(company.database, company.company_id, before)  # type: ignore[misc]
    assert (event.what.booking_id, event.what.kept) == (made["booking_id"], True)
    changes = "SELECT changes -> 0 -> 'return_kept' FROM ledger WHERE kind = 'booking' AND action = 'update'"
    assert company.write(changes) == [([False, True],)]
    assert audit(company.database.server).lines() == []
