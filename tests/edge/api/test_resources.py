"""Drivers, vehicles, riders, shifts and places through the API."""

from datetime import date
from typing import Any

import httpx

from estafette.store.audit import audit
from estafette.store.day import load_day
from estafette.store.feed import last_event_id, read_events
from tests.dispatched import DAY, Dispatched

NEW: dict[str, dict[str, Any]] = {
    "driver": {"ref": "new", "name": "Nora Neu", "language": "de", "skills": ["lift"], "max_drive_s": 28_800},
    "vehicle": {"ref": "new", "name": "Van 9", "layouts": [{"seats": 3}, {"seats": 1, "wheelchairs": 1}]},
    "rider": {"ref": "new", "name": "Rita Rossi", "phone": "+41 00 100 00 12", "needs": ["lift"], "banned_drivers": ["d1"]},
    "place": {"ref": "new", "name": "Clinic", "lon": 8.5, "lat": 47.4, "access_lon": 8.51, "access_lat": 47.41,
        "access_note": "Entrance B"},
    "shift": {
        "ref": "new", "driver": "d1", "vehicle": "v1", "service_on": "2026-11-26",
        "starts_at": "2026-11-26T06:00:00+01:00", "ends_at": "2026-11-26T14:00:00+01:00", "start": "p1", "end": "p1",
        "breaks": [{"from_s": 36_000, "to_s": 43_200, "duration_s": 1_800}],
    },
}  # fmt: skip
CHANGE: dict[str, dict[str, Any]] = {
    "driver": {"active": False},
    "vehicle": {"name": "Van 10"},
    "rider": {"no_share": True},
    "place": {"address": "Main Street 1"},
    "shift": {"ends_at": "2026-11-26T13:00:00+01:00"},
}
KINDS = list(NEW)


def made(api: httpx.Client, kind: str) -> dict[str, Any]:
    answer = api.post(f"/{kind}s", json=NEW[kind])
    assert answer.status_code == 201, answer.text
    content: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/{kind}s/{content[f'{kind}_id']}"
    return content


def test_what_is_made_is_read_back_and_listed(api: httpx.Client) -> None:
    for kind in KINDS:
        new = made(api, kind)
        one = api.get(f"/{kind}s/{new[f'{kind}_id']}")
        assert one.json() == new
        assert one.headers["etag"] == f'"{new["etag"]}"'
        assert api.get(f"/{kind}s", params={"ref": "new"}).json() == {"items": [new], "next": None}
        for name, value in NEW[kind].items():
            if not name.endswith("_at"):
                kept = new[name]
                assert kept == value or kind == "vehicle", name


def test_a_reference_is_given_once(api: httpx.Client) -> None:
    for kind in KINDS:
        made(api, kind)
        again = api.post(f"/{kind}s", json=NEW[kind])
        assert (again.status_code, again.json()["code"]) == (409, "reference_taken")
        assert again.json()["pointer"] == "/ref"


def test_a_change_names_what_it_was_made_from_and_leaves_the_rest(api: httpx.Client) -> None:
    for kind in KINDS:
        new = made(api, kind)
        path = f"/{kind}s/{new[f'{kind}_id']}"
        assert api.patch(path, json=CHANGE[kind]).status_code == 428
        changed = api.patch(path, json=CHANGE[kind], headers={"If-Match": f'"{new["etag"]}"'})
        assert changed.status_code == 200, changed.text
        differs = {name for name, value in changed.json().items() if new.get(name) != value}
        assert differs == {"etag", *CHANGE[kind]}
        stale = api.patch(path, json=CHANGE[kind], headers={"If-Match": f'"{new["etag"]}"'})
        assert (stale.status_code, stale.json()["present"]) == (412, changed.json())


def test_a_reference_does_not_change(api: httpx.Client) -> None:
    for kind in KINDS:
        number = made(api, kind)[f"{kind}_id"]
        refused = api.patch(f"/{kind}s/{number}", json={"ref": "other"}, headers={"If-Match": "*"})
        assert (refused.status_code, refused.json()["pointer"]) == (400, "/ref")


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("driver", {"name": ""}, "/name"),
    ("driver", {"language": "xx"}, "/language"),
    ("driver", {"skills": ["a|b"]}, "/skills/0"),
    ("vehicle", {"layouts": []}, ""),
    ("vehicle", {"layouts": [{"seats": -1}]}, "/layouts/0/seats"),
    ("rider", {"banned_drivers": ["nobody"]}, "/banned_drivers"),
    ("rider", {"banned_drivers": ["d1"], "preferred_drivers": ["d1"]}, ""),
    ("shift", {"driver": "nobody"}, "/driver"),
    ("shift", {"vehicle": "none"}, "/vehicle"),
    ("shift", {"start": "nowhere"}, "/start"),
    ("shift", {"ends_at": "2026-11-26T05:00:00+01:00"}, ""),
    ("shift", {"ends_at": "2026-11-26T12:00:00"}, "/ends_at"),
    ("place", {"lon": 181}, "/lon"),
    ("place", {"lat": "north"}, "/lat"),
]


def test_a_value_that_cannot_be_is_refused_with_its_place(api: httpx.Client) -> None:
    numbers = {kind: made(api, kind)[f"{kind}_id"] for kind in KINDS}
    for kind, change, pointer in WRONG:
        whole = {**NEW[kind], "ref": "newer", **change}
        answers = [
            api.post(f"/{kind}s", json=whole),
            api.patch(f"/{kind}s/{numbers[kind]}", json=change, headers={"If-Match": "*"}),
        ]
        for answer in answers:
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (400, "invalid"), problem
            assert problem["pointer"] == pointer


def test_a_shift_that_overlaps_another_is_refused(api: httpx.Client, company: Dispatched) -> None:
    during = {**NEW["shift"], "service_on": "2026-11-25", "starts_at": "2026-11-25T07:00:00+01:00",
              "ends_at": "2026-11-25T09:00:00+01:00"}  # fmt: skip
    answer = api.post("/shifts", json=during)
    assert (answer.status_code, answer.json()["code"]) == (409, "driver_busy")


def test_drivers_are_listed_by_whether_they_are_in_service(api: httpx.Client, company: Dispatched) -> None:
    first = company.driver_ids[0]
    api.patch(f"/drivers/{first}", json={"active": False}, headers={"If-Match": "*"})
    active = api.get("/drivers", params={"active": "true", "fields": "driver_id"}).json()["items"]
    assert active == [{"driver_id": number} for number in company.driver_ids[1:]]


def test_shifts_are_listed_by_day(api: httpx.Client, company: Dispatched) -> None:
    made(api, "shift")
    assert len(api.get("/shifts", params={"day": DAY.isoformat()}).json()["items"]) == 3
    assert len(api.get("/shifts", params={"day": "2026-11-26"}).json()["items"]) == 1


def test_a_place_that_moves_is_news_for_the_trips_that_go_there(
    api: httpx.Client, company: Dispatched
) -> None:
    before = last_event_id(company.database, company.company_id)
    place = company.place_ids[0]
    api.patch(f"/places/{place}", json={"lon": 8.6}, headers={"If-Match": "*"})
    (event,) = read_events(company.database, company.company_id, before)  # type: ignore[misc]
    assert [trip.trip_id for trip in event.what.trips] == company.trip_ids
    assert {trip.version for trip in load_day(company.database, company.company_id, DAY).trips} == {event.id}
    assert audit(company.database.server).lines() == []


def test_how_to_get_in_at_a_place_is_no_news_for_plans_and_is_taken_back(
    api: httpx.Client, company: Dispatched
) -> None:
    before = last_event_id(company.database, company.company_id)
    place = f"/places/{company.place_ids[0]}"
    for note, kept in (("Entrance B", "Entrance B"), (None, "Entrance B"), ("", "")):
        answer = api.patch(place, json={"access_note": note}, headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["access_note"]) == (200, kept)
    assert last_event_id(company.database, company.company_id) == before
    assert api.patch(place, json={"access_note": "x" * 501}, headers={"If-Match": "*"}).status_code == 400


def test_what_another_company_has_is_not_there(api: httpx.Client, company: Dispatched) -> None:
    other = Dispatched(company.database)
    for kind, number in (
        ("driver", other.driver_ids[0]),
        ("place", other.place_ids[0]),
        ("rider", other.rider_id),
    ):
        assert api.get(f"/{kind}s/{number}").status_code == 404
        assert (
            api.patch(f"/{kind}s/{number}", json={"name": "x"}, headers={"If-Match": "*"}).status_code == 404
        )
    assert len(api.get("/drivers").json()["items"]) == 3


def test_the_day_of_a_new_shift_has_its_run(api: httpx.Client, company: Dispatched) -> None:
    run = made(api, "shift")["run_id"]
    problem = load_day(company.database, company.company_id, date(2026, 11, 26))
    assert [each.run_id for each in problem.runs] == [run]


def test_who_comes_no_more_is_kept_and_found_no_more(api: httpx.Client, company: Dispatched) -> None:
    path = f"/riders/{company.rider_id}"
    assert [each["id"] for each in api.get("/search", params={"q": "a rider"}).json()["items"]][:1] == [
        company.rider_id
    ]
    seen = {"If-Match": api.get(path).headers["etag"]}
    out = api.put(f"{path}/active", json={"active": False}, headers=seen)
    assert out.json()["active"] is False
    assert api.put(f"{path}/active", json={"active": True}, headers=seen).status_code == 412
    assert api.put(f"{path}/active", json={"active": True}).status_code == 428
    assert api.get("/riders", params={"active": "true"}).json()["items"] == []
    assert [each["rider_id"] for each in api.get("/riders").json()["items"]] == [company.rider_id]
    assert api.get("/search", params={"q": "a rider"}).json()["items"] == []
    trip = {"service_on": DAY.isoformat(), "origin": "p1", "destination": "p2", "anchor": "pickup_at",
            "requested_at": "2026-11-25T15:00:00+01:00"}  # fmt: skip
    refused = api.post("/bookings", json={"rider": company.rider_id, "trips": [trip]})
    assert (refused.status_code, refused.json()["code"]) == (409, "out_of_use")
    renamed = api.patch(path, json={"name": "Again"}, headers={"If-Match": "*"})
    assert renamed.json()["active"] is False
    api.put(f"{path}/active", json={"active": True}, headers={"If-Match": "*"})
    assert api.post("/bookings", json={"rider": company.rider_id, "trips": [trip]}).status_code == 201
    place = f"/places/{company.place_ids[3]}/active"
    assert api.put(place, json={"active": False}, headers={"If-Match": "*"}).json()["active"] is False
    assert len(api.get("/places", params={"active": "true"}).json()["items"]) == 3
