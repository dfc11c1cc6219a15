"""What a ward asks for in words: read on the board, booked in one transaction, declined with a reason, withdrawn."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from estafette.domain.webhook import said_of
from estafette.store.audit import audit
from estafette.store.feed import last_event_id, read_events
from tests.dispatched import DAY, Dispatched
from tests.edge.api.test_bookings import OUT
from tests.edge.api.test_institutions import give, made, ward

WORDS: dict[str, Any] = {
    "rider": "Nora Neumann", "service_on": DAY.isoformat(), "anchor": "arrive_by", "note": "walks badly",
    "requested_at": "2026-11-25T15:00:00+01:00", "origin": "Ward 3", "destination": "Lindenweg 4, 2nd floor",
    "returns": True, "takes": {"wheelchairs": 1},
}  # fmt: skip


@pytest.fixture
def ward_id(api: httpx.Client) -> int:
    number: int = made(api, "ward-3")["institution_id"]
    return number


@pytest.fixture
def nurse(api: httpx.Client, company: Dispatched, ward_id: int) -> Iterator[httpx.Client]:
    with ward(api, company, ward_id) as client:
        yield client


def asked(nurse: httpx.Client, **changes: Any) -> dict[str, Any]:
    answer = nurse.post("/enquiries", json=WORDS | changes)
    assert answer.status_code == 201, answer.text
    enquiry: dict[str, Any] = answer.json()
    return enquiry


def news(company: Dispatched, after: int) -> list[Any]:
    return [event.what for event in read_events(company.database, company.company_id, after)]


def test_what_a_ward_asks_is_read_by_dispatchers_and_told_without_its_words(
    nurse: httpx.Client, api: httpx.Client, company: Dispatched
) -> None:
    before = last_event_id(company.database, company.company_id)
    enquiry = asked(nurse)
    assert enquiry["destination"] == "Lindenweg 4, 2nd floor"
    assert (enquiry["state"], enquiry["institution"], enquiry["rider_id"]) == ("asked", "The ward-3", None)
    assert api.get("/enquiries", params={"state": "asked"}).json()["items"] == [enquiry]
    assert api.get("/enquiries", params={"day": "2026-11-26"}).json()["items"] == []
    assert nurse.get(f"/enquiries/{enquiry['enquiry_id']}").json() == enquiry
    (what,) = news(company, before)
    assert said_of(what) == {
        "enquiry_id": enquiry["enquiry_id"],
        "service_on": DAY.isoformat(),
        "state": "asked",
    }
    entered = "SELECT action, ids FROM ledger WHERE kind = 'enquiry' ORDER BY id"
    assert company.write(entered) == [
        (action, [enquiry["enquiry_id"]]) for action in ("insert", "read", "read")
    ]
    assert "Lindenweg" not in str(company.write("SELECT changes FROM ledger WHERE kind = 'enquiry'"))


def test_booking_it_answers_it_and_the_ward_sees_the_trips_of_the_rider_that_was_made(
    nurse: httpx.Client, api: httpx.Client, company: Dispatched
) -> None:
    number = asked(nurse)["enquiry_id"]
    before = last_event_id(company.database, company.company_id)
    booking = {"rider": {"ref": "R9", "name": "Nora Neumann"}, "trips": [OUT], "enquiry_id": number}
    refused = api.post("/bookings", json=booking | {"trips": [OUT | {"destination": "nowhere"}]})
    assert refused.json()["pointer"] == "/trips/0/destination"
    assert nurse.get(f"/enquiries/{number}").json()["state"] == "asked"

    booked = api.post("/bookings", json=booking)
    assert booked.status_code == 201, booked.text
    settled = nurse.get(f"/enquiries/{number}").json()
    assert (settled["state"], settled["booking_id"]) == ("booked", booked.json()["booking_id"])
    assert nurse.get(f"/bookings/{settled['booking_id']}").json()["rider"] == "Nora Neumann"
    assert [type(what).__name__ for what in news(company, before)] == ["Booked", "Enquired"]
    again = api.post("/bookings", json=booking)
    assert (again.status_code, again.json()["code"]) == (409, "answered")
    assert nurse.post(f"/enquiries/{number}/withdraw").json()["present"]["state"] == "booked"
    assert audit(company.database.server).lines() == []


def test_a_rider_who_was_known_is_not_shown_to_the_ward_for_a_name_in_words(
    nurse: httpx.Client, api: httpx.Client, company: Dispatched
) -> None:
    company.book(1)
    number = asked(nurse, rider="A Rider")["enquiry_id"]
    booked = api.post("/bookings", json={"rider": company.rider_id, "trips": [OUT], "enquiry_id": number})
    assert booked.status_code == 201
    assert nurse.get(f"/enquiries/{number}").json()["state"] == "booked"
    assert nurse.get("/riders").json()["items"] == []


def test_a_decline_says_why_and_is_not_said_twice(nurse: httpx.Client, api: httpx.Client) -> None:
    path = f"/enquiries/{asked(nurse)['enquiry_id']}"
    assert nurse.post(f"{path}/decline", json={"reason": "x"}).status_code == 403
    assert api.post(f"{path}/decline", json={"reason": " "}).json()["pointer"] == "/reason"
    declined = api.post(f"{path}/decline", json={"reason": "no wheelchair van then"}).json()
    assert (declined["state"], declined["reason"]) == ("declined", "no wheelchair van then")
    assert api.post(f"{path}/decline", json={"reason": "no wheelchair van then"}).status_code == 200
    assert api.post(f"{path}/decline", json={"reason": "other"}).status_code == 409


def test_a_ward_withdraws_its_own_and_sees_no_others(
    nurse: httpx.Client, api: httpx.Client, company: Dispatched
) -> None:
    path = f"/enquiries/{asked(nurse)['enquiry_id']}"
    with ward(api, company, made(api, "ward-9")["institution_id"]) as other:
        assert other.get(path).status_code == 404
        assert other.post(f"{path}/withdraw").status_code == 404
        assert other.get("/enquiries").json()["items"] == []
    assert nurse.post(f"{path}/withdraw").json()["state"] == "withdrawn"
    assert nurse.get("/ward").json()["enquiries"] == []
    assert api.post(f"{path}/decline", json={"reason": "late"}).json()["code"] == "answered"
    assert api.post("/enquiries", json=WORDS).status_code == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"rider": 999_999}, "/rider"),
        ({"rider": " "}, "/rider"),
        ({"origin": " "}, "/origin"),
        ({"destination": ""}, "/destination"),
        ({"requested_at": "2026-12-25T15:00:00Z"}, "/requested_at"),
        ({"returns": False, "return_at": "2026-11-25T16:00:00Z"}, "/returns"),
    ],
)
def test_what_contradicts_itself_is_told_with_its_place(
    nurse: httpx.Client, change: dict[str, Any], pointer: str
) -> None:
    answer = nurse.post("/enquiries", json=WORDS | change)
    assert (answer.status_code, answer.json()["pointer"]) == (400, pointer)


def test_an_own_rider_is_named_by_id_and_a_foreign_one_is_not_there(
    nurse: httpx.Client, api: httpx.Client, company: Dispatched, ward_id: int
) -> None:
    assert nurse.post("/enquiries", json=WORDS | {"rider": company.rider_id}).json()["pointer"] == "/rider"
    give(api, company.rider_id, ward_id)
    enquiry = asked(nurse, rider=company.rider_id)
    assert (enquiry["rider_id"], enquiry["rider"]) == (company.rider_id, "A Rider")
