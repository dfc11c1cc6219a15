"""What has happened to a trip, as its dispatcher reads it: who booked, moved and took it back, and why; what its driver did."""

import httpx

from estafette.client import Client
from estafette.domain.booking import TripStatus
from tests.dispatched import DAY, Dispatched


def test_a_trip_tells_what_happened_to_it_the_newest_first(api: httpx.Client, company: Dispatched) -> None:
    trip, (_, there, *_) = company.trip_ids[0], company.run_ids
    change = {"kind": "assign", "trip_id": trip, "run_id": there}
    moved = api.post(
        "/assignments",
        json={"service_on": DAY.isoformat(), "changes": [change], "force": True},
        headers={"X-Reason": "the rider asked for this driver"},
    )
    assert api.post("/undo", json={"applied_id": moved.json()["results"][0]["applied_id"]}).status_code == 200
    company.set_status(trip, TripStatus.EN_ROUTE)
    told = api.get(f"/trips/{trip}/history").json()["deeds"]
    assert [deed["did"] for deed in told] == ["moved_on", "assigned", "assigned", "assigned", "booked"]
    on_its_way, back, there_then, first, booked = told
    assert (on_its_way["status"], on_its_way["actor"], on_its_way["by"]) == ("en_route", "test", "")
    assert (back["undone"], back["run_id"]) == (True, company.run_ids[0])
    assert (there_then["run_id"], there_then["was_run_id"]) == (there, company.run_ids[0])
    assert (there_then["why"], there_then["by"]) == ("the rider asked for this driver", "test")
    assert (first["was_run_id"], booked["actor"]) == (None, "test")


def test_a_trip_that_is_not_there_has_no_history(api: httpx.Client) -> None:
    assert api.get("/trips/999999/history").status_code == 404


def test_our_client_reads_the_history_of_a_trip(client: Client, company: Dispatched) -> None:
    (trip,) = company.book(1)
    told = client.trips.history(trip)
    assert [deed.did for deed in told.deeds] == ["booked"]
