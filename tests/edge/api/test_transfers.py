"""Files in and out through the API."""

from datetime import date

import httpx
import msgspec
import pytest

from estafette.client import ApiError, Client
from estafette.domain.imported import FileKind
from estafette.domain.outcome import Intake
from estafette.domain.request import DriverRequest
from tests.dispatched import DAY, Dispatched

DRIVERS = "ref,name,language\nD1,Nora Neu,de\nD2,,de\nD3,Otto,fr\n"
TODAY = DAY.isoformat()


def test_every_row_has_an_outcome(api: httpx.Client) -> None:
    tried = api.post(
        "/imports/drivers", content=DRIVERS, params={"dry_run": "true", "name": "drivers.csv"}
    ).json()
    assert (tried["file"], tried["stored"]) == ("drivers.csv", False)
    report = api.post("/imports/drivers", content=DRIVERS).json()
    assert [row["outcome"] for row in report["rows"]] == ["created", "refused", "created"]
    assert report["rows"][1]["problems"][0]["column"] == "name"
    again = api.post("/imports/drivers", content=DRIVERS).json()
    assert [row["outcome"] for row in again["rows"]] == ["unchanged", "refused", "unchanged"]
    assert len(api.get("/drivers").json()["items"]) == 5


def test_all_or_nothing_where_that_is_asked_for(api: httpx.Client) -> None:
    report = api.post("/imports/drivers", content=DRIVERS, params={"atomic": "true"}).json()
    assert (report["stored"], len(api.get("/drivers").json()["items"])) == (False, 3)


def test_what_is_no_file_is_refused(api: httpx.Client) -> None:
    for content in (b"", b"\xff\xfe\x00", b"colour\nred\n", b'"'):
        answer = api.post("/imports/trips", content=content)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert api.post("/imports/horses", content=b"ref\n1\n").status_code == 404
    assert api.post("/imports/drivers", content=b"x" * 20_000_002).status_code == 413


def test_an_import_with_a_key_is_done_once(api: httpx.Client) -> None:
    first, again = (
        api.post("/imports/drivers", content=DRIVERS, headers={"Idempotency-Key": "file 1"}) for _ in range(2)
    )
    assert again.content == first.content
    other = api.post(
        "/imports/drivers", content=DRIVERS + "D4,Ute,de\n", headers={"Idempotency-Key": "file 1"}
    )
    assert other.status_code == 422


def test_exported_trips_can_be_imported_again(api: httpx.Client, company: Dispatched) -> None:
    answer = api.get("/exports/trips", params={"day": TODAY})
    assert answer.headers["content-type"].startswith("text/csv")
    report = api.post("/imports/trips", content=answer.content).json()
    assert [row["outcome"] for row in report["rows"]] == ["unchanged"] * 3
    as_json = api.get("/exports/trips", params={"day": TODAY, "format": "json"}).json()
    assert [trip["ref"] for trip in as_json["trips"]] == ["t0", "t1", "t2"]


def test_runs_are_exported_stop_by_stop(api: httpx.Client, company: Dispatched) -> None:
    lines = api.get("/exports/runs", params={"day": TODAY}).text.splitlines()
    assert lines[0].startswith("run_id,driver,vehicle")
    assert sum(",pickup," in line for line in lines) == 3
    runs = api.get("/exports/runs", params={"day": TODAY, "format": "json"}).json()["runs"]
    assert [run["run_id"] for run in runs] == company.run_ids
    assert api.get("/exports/runs", params={"day": TODAY, "format": "xml"}).json()["field"] == "format"


def test_trips_go_out_and_in_as_json(client: Client, company: Dispatched) -> None:
    content = msgspec.json.encode({"trips": client.files.trips(DAY)})
    report = client.files.take(FileKind.TRIPS, content, format="json")
    assert [(row.row, row.ref, row.outcome) for row in report.rows] == [
        (n + 1, f"t{n}", Intake.UNCHANGED) for n in range(3)
    ]


def test_several_drivers_are_made_or_changed_at_once_each_with_its_outcome(client: Client) -> None:
    records = [DriverRequest(ref="d1", name="Nora"), DriverRequest(ref="D8", name="Otto")]
    tried = client.files.store(FileKind.DRIVERS, records, dry_run=True)
    assert (tried.stored, [row.outcome for row in tried.rows]) == (False, [Intake.UPDATED, Intake.CREATED])
    report = client.files.store(FileKind.DRIVERS, [*records, records[1]])
    assert [row.outcome for row in report.rows] == [Intake.UPDATED, Intake.CREATED, Intake.REFUSED]
    assert [driver.name for ref in ("d1", "D8") for driver in client.drivers.list(ref=ref)] == [
        "Nora",
        "Otto",
    ]


def test_a_record_of_a_list_that_is_wrong_is_refused_by_itself(api: httpx.Client) -> None:
    body = {
        "vehicles": [{"ref": "V8", "name": "Van 8", "layouts": [{"seats": 4}]}, {"ref": "V9", "seats": 4}]
    }
    report = api.post("/imports/vehicles", json=body).json()
    assert [row["outcome"] for row in report["rows"]] == ["created", "refused"]
    assert "unknown field `seats`" in report["rows"][1]["problems"][0]["expected"]
    none = api.post("/imports/vehicles", json=body, params={"atomic": "true"}).json()
    assert none["stored"] is False
    wrong = api.post("/imports/vehicles", json={"drivers": []})
    assert wrong.status_code == 400


SHIFTS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:late
DTSTART:20261126T140000
DURATION:PT8H
END:VEVENT
BEGIN:VEVENT
UID:other
DTSTART:20261126T060000
DTEND:20261126T140000
X-ESTAFETTE-DRIVER:nobody
END:VEVENT
END:VCALENDAR
"""


def test_shifts_come_in_from_a_calendar(client: Client) -> None:
    how = {"format": "ics", "driver": "d1", "vehicle": "v1", "start": "p1"}  # whatever its type
    report = client.files.take(FileKind.SHIFTS, SHIFTS.encode(), **how)
    assert [(row.row, row.outcome) for row in report.rows] == [(3, Intake.CREATED), (8, Intake.REFUSED)]
    (problem,) = report.rows[1].problems
    assert (problem.column, problem.value) == ("driver", "nobody")
    (shift,) = client.shifts.list(ref="late")
    assert (shift.driver, shift.service_on) == ("d1", date(2026, 11, 26))


def test_a_calendar_of_trips_is_refused(client: Client) -> None:
    with pytest.raises(ApiError, match="a calendar holds shifts"):
        client.files.take(FileKind.TRIPS, SHIFTS.encode(), format="ics")


def test_whose_names_leave_with_a_day_is_entered_once_for_each_call(
    api: httpx.Client, company: Dispatched
) -> None:
    another = "INSERT INTO rider (company_id, ref, name) VALUES (%(company)s, 'r2', 'Other') RETURNING id"
    ((other,),) = company.write(another)
    (trip,) = company.book(1)
    company.write(
        "UPDATE booking SET rider_id = %(rider)s WHERE id = (SELECT booking_id FROM trip WHERE id = %(trip)s)",
        rider=other, trip=trip,
    )  # fmt: skip
    entries = "SELECT ids FROM ledger WHERE kind = 'rider' AND action = 'read' ORDER BY id"
    day = {"day": DAY.isoformat()}
    on_runs, all_of_day = [company.rider_id], sorted([company.rider_id, other])
    for path in ("manifests", "exports/runs"):
        assert api.get(f"/{path}", params=day).status_code == 200
        assert company.write(entries).pop() == (on_runs,)
    assert api.get("/exports/trips", params=day).status_code == 200
    assert company.write(entries) == [(on_runs,), (on_runs,), (all_of_day,)]
    api.get("/manifests", params=day | {"run_id": str(company.run_ids[1])})  # an empty run
    api.get("/estimates", params=day)  # names nobody
    assert len(company.write(entries)) == 3
