"""A booking that is still talked about: what it would meet is what it meets once it is made, and nothing is written."""

from typing import Any

import httpx
import pytest

from estafette.store.feed import last_event_id
from tests.dispatched import DAY, Dispatched
from tests.edge.api.test_bookings import BACK, BOOKING, OUT

AT = "2026-11-25T12:00:00+01:00"
AFTER = {"direction": "return", "service_on": DAY.isoformat(), "anchor": "pickup_at", "requested_at": AT}


def drafted(api: httpx.Client, **changes: Any) -> list[dict[str, Any]]:
    answer = api.post("/bookings/draft", json=BOOKING | {"offers": 3} | changes)
    assert answer.status_code == 200, answer.text
    trips: list[dict[str, Any]] = answer.json()["trips"]
    return trips


def test_a_draft_writes_nothing(api: httpx.Client, company: Dispatched) -> None:
    before = last_event_id(company.database, company.company_id)
    out, back = drafted(api)
    assert len(out["offers"]) == 2  # of two empty runs that are the same, one
    assert (back["promised_to"], back["offers"]) == (None, [])  # a will-call
    assert last_event_id(company.database, company.company_id) == before
    assert api.get("/bookings", params={"ref": "B7"}).json()["items"] == []


WISHES = [
    {},
    {"anchor": "pickup_at"},
    {"takes": {"wheelchairs": 1}},
    {"companions": 2, "no_share": True},
    {"needs": ["stair climber"]},
    {"max_ride_s": 2400, "pickup_dwell_s": 600},
]


@pytest.mark.parametrize("wishes", WISHES)
def test_what_is_offered_before_is_what_the_booked_trip_is_offered(
    api: httpx.Client, company: Dispatched, wishes: dict[str, Any]
) -> None:
    api.patch(
        f"/riders/{company.rider_id}",
        json={"preferred_drivers": ["d2"], "no_share": True}, headers={"If-Match": "*"},
    )  # fmt: skip
    trips = {"rider": company.rider_id, "trips": [OUT | wishes | {"origin": "p3"}]}
    (draft,) = drafted(api, **trips)
    made = api.post("/bookings", json=BOOKING | {"offers": 6} | trips).json()
    known = sorted(made.get("offers", []), key=lambda offer: offer["cost"])[:3]

    def bare(offers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{name: value for name, value in offer.items() if name != "trip_id"} for offer in offers]

    assert bare(draft["offers"]) == bare(known)
    assert {offer["trip_id"] for offer in draft["offers"]} <= {-1}
    assert bool(draft["offers"]) == ("needs" not in wishes)


def test_a_place_that_the_day_has_not_seen_is_reached_too(api: httpx.Client) -> None:
    place = {"ref": "far", "name": "Far", "lon": 8.7, "lat": 47.45}
    assert api.post("/places", json=place).status_code == 201
    (draft,) = drafted(api, trips=[OUT | {"origin": "far"}])
    assert len(draft["offers"]) == 2
    assert all(offer["extra_drive_m"] > 5000 for offer in draft["offers"])
    (again,) = drafted(api, trips=[OUT])
    assert again["offers"][0]["extra_drive_m"] < draft["offers"][0]["extra_drive_m"]


def test_a_place_that_is_only_described_is_offered_nothing_yet(api: httpx.Client) -> None:
    described = {"ref": "new", "name": "New", "lon": 8.6, "lat": 47.4}
    (draft,) = drafted(api, trips=[OUT | {"origin": described}])
    assert (draft["offers"], draft["promised_to"]) == ([], "2026-11-25T15:00:00+01:00")


def test_a_clash_is_named_with_time_and_way(api: httpx.Client) -> None:
    made = api.post("/bookings", json=BOOKING).json()
    (draft,) = drafted(api, rider="R7", trips=[OUT | {"requested_at": "2026-11-25T15:30:00+01:00"}])
    (clash,) = draft["clashes"]
    assert (clash["booking_id"], clash["ref"]) == (made["booking_id"], "B7-1")
    assert (clash["origin"], clash["destination"]) == ("Place 1", "Place 2")
    (later,) = drafted(api, rider="R7", trips=[OUT | {"requested_at": "2026-11-25T19:00:00+01:00"}])
    assert later["clashes"] == []


def test_what_is_wrong_is_told_with_its_place(api: httpx.Client) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"rider": "nobody"}, "/rider"),
        ({"trips": [OUT | {"destination": "nowhere"}]}, "/trips/0/destination"),
        ({"trips": [OUT, AFTER | {"origin": 999_999}]}, "/trips/1/origin"),
        ({"trips": [OUT, BACK | {"companions": 100}]}, "/trips/1/companions"),
    ]
    for changes, pointer in wrong:
        answer = api.post("/bookings/draft", json=BOOKING | changes)
        assert (answer.status_code, answer.json()["pointer"]) == (400, pointer), answer.text


def test_a_day_on_which_nobody_drives_offers_nothing(api: httpx.Client) -> None:
    quiet = OUT | {"service_on": "2027-03-01", "requested_at": "2027-03-01T15:00:00+01:00"}
    (draft,) = drafted(api, trips=[quiet])
    assert draft["offers"] == []


def test_the_form_is_told_what_a_rider_usually_asks_for(api: httpx.Client, company: Dispatched) -> None:
    rider = api.post("/bookings", json=BOOKING).json()["rider_id"]
    api.post("/bookings", json=BOOKING | {"ref": "B8", "rider": "R7", "trips": [OUT | {"destination": "p3"}]})
    usual = api.get(f"/riders/{rider}/usual").json()
    assert (usual["name"], usual["home"]["name"]) == ("Rita Rossi", "Place 1")
    ways = [(way["origin"], way["destination"], way["direction"]) for way in usual["ways"]]
    assert ways == [
        ("Place 1", "Place 3", "outbound"),
        ("Place 1", "Place 2", "outbound"),
        ("Place 2", "Place 1", "return"),
    ]
    assert (usual["ways"][0]["purpose"], usual["ways"][0]["companions"]) == ("dialysis", 1)
    entered = company.write("SELECT ids FROM ledger WHERE action = 'read' AND kind = 'rider'")
    assert ([rider],) in entered
    assert api.get("/riders/999999/usual").status_code == 404


def test_room_on_a_run_is_held_while_one_talks(api: httpx.Client, company: Dispatched) -> None:
    room = {"run_id": company.run_ids[0], "from_at": AT, "to_at": "2026-11-25T12:30:00+01:00"}
    assert api.post("/holds", json={"room": room, "for_s": 60}).status_code == 201
    other = Dispatched(company.database)
    other.roster()
    for body, pointer in [
        ({}, "/trip_ids"),
        ({"room": room | {"run_id": other.run_ids[0]}}, "/room/run_id"),
        ({"room": room | {"to_at": AT}}, "/room/to_at"),
    ]:
        answer = api.post("/holds", json=body)
        assert (answer.status_code, answer.json()["pointer"]) == (400, pointer)
