"""Solves, plans, undo, runs, manifests, notices, rules: what a program does with a whole day."""

import httpx
import msgspec

from estafette.flow.day import Solve, plan_day
from estafette.flow.history import made_elsewhere
from estafette.flow.stages import Stages
from estafette.planning.budget import Budget
from estafette.store.audit import audit
from estafette.store.day import load_day
from estafette.store.plans import save_plan
from estafette.travel.estimate import EstimateTravel
from tests.dispatched import DAY, Dispatched
from tests.store.days import plan_for

TODAY = DAY.isoformat()


def proposed(company: Dispatched, minute: int) -> int:
    """Keep a plan that puts a new trip on the third run."""
    trip = company.book(1)[0]
    problem = load_day(company.database, company.company_id, DAY)
    plan = msgspec.structs.replace(plan_for(problem, {company.run_ids[2]: [(trip, minute)]}), left_over=())
    return save_plan(company.database, plan, made_elsewhere(plan), actor="test")


def test_a_solve_is_asked_for_watched_and_called_off(api: httpx.Client) -> None:
    asked = api.post("/solves", json={"service_on": TODAY, "time_limit_s": 5})
    assert asked.status_code == 202, asked.text
    solve = asked.json()
    assert (solve["state"], solve["asked_by"].partition(":")[0]) == ("waiting", "key")
    path = f"/solves/{solve['solve_id']}"
    assert asked.headers["location"] == f"/api/v1{path}"
    assert api.get(path).json() == solve
    again = api.post("/solves", json={"service_on": TODAY, "time_limit_s": 8}).json()
    assert (again["solve_id"], again["time_limit_s"]) == (solve["solve_id"], 8)
    assert api.post(f"{path}/cancel").json() == {"solve_id": solve["solve_id"], "state": "cancelled"}
    assert api.post(f"{path}/cancel").status_code == 409
    other = api.post("/solves", json={"service_on": TODAY}).json()["solve_id"]
    listed = api.get("/solves", params={"day": TODAY, "limit": 1}).json()
    assert [each["solve_id"] for each in listed["items"]] == [other]
    following = api.get("/solves", params={"day": TODAY, "cursor": listed["next"]}).json()
    assert ([each["solve_id"] for each in following["items"]], following["next"]) == (
        [solve["solve_id"]],
        None,
    )


def test_a_wish_that_makes_no_sense_is_refused(api: httpx.Client) -> None:
    for name, value in (
        ("time_limit_s", -1),
        ("time_limit_s", 1e9),
        ("workers", 0),
        ("seed", 2**70),
        ("applies", 1),
    ):
        answer = api.post("/solves", json={"service_on": TODAY, name: value})
        assert (answer.status_code, answer.json()["pointer"]) == (400, f"/{name}")


def solved(company: Dispatched) -> tuple[int, int]:
    """Book a trip, plan the day and keep the plan; gives the numbers of plan and trip."""
    (trip,) = company.book(1)
    how = Solve(travel=EstimateTravel(), budget=Budget(iterations=10))
    stages = Stages(company.database, lambda: 0.0)
    planned = plan_day(company.database, company.company_id, DAY, how=how, stages=stages)
    return save_plan(company.database, planned.plan, planned.made, actor="test"), trip


def test_a_plan_is_read_applied_and_taken_back(api: httpx.Client, company: Dispatched) -> None:
    number, trip = solved(company)
    path = f"/plans/{number}"
    assert api.get(path).json()["applies"] == []
    content = api.get(f"{path}/content")
    assert content.json()["board_version"] == api.get(path).json()["board_version"]
    known = {"If-None-Match": content.headers["etag"]}
    assert api.get(f"{path}/content", headers=known).status_code == 304
    stood = api.get(f"/trips/{trip}").json()
    applied = api.post(f"{path}/apply", json={"trip_ids": [trip]}, headers={"Idempotency-Key": "once"})
    assert applied.status_code == 200, applied.text
    assert [(each["trip_id"], each["outcome"]) for each in applied.json()["trips"]] == [(trip, "applied")]
    assert api.get(f"/trips/{trip}").json()["run_id"] is not None
    undone = api.post("/undo", json={"service_on": TODAY})
    assert undone.json()["applied"]["trips"][0]["outcome"] == "applied"
    assert api.get(f"/trips/{trip}").json()["run_id"] == stood["run_id"]
    assert audit(company.database.server).lines() == []


def test_a_whole_plan_is_applied(api: httpx.Client, company: Dispatched) -> None:
    number, trip = solved(company)
    applied = api.post(f"/plans/{number}/apply", json={})
    assert applied.status_code == 200, applied.text
    assert {each["outcome"] for each in applied.json()["trips"]} <= {"applied", "unchanged"}
    assert api.get(f"/plans/{number}").json()["applies"][0]["actor"].startswith("key:")
    assert api.get(f"/trips/{trip}").json()["run_id"] is not None


def test_what_to_take_back_is_named(api: httpx.Client) -> None:
    for body in ({}, {"applied_id": 1, "service_on": TODAY}):
        assert api.post("/undo", json=body).status_code == 400
    assert api.post("/undo", json={"applied_id": 999}).status_code == 404
    assert api.post("/undo", json={"service_on": "2030-01-01"}).status_code == 404


def test_plans_are_listed_and_compared(api: httpx.Client, company: Dispatched) -> None:
    one, other = proposed(company, 600), proposed(company, 700)
    listed = api.get("/plans", params={"day": TODAY, "fields": "plan_id"}).json()["items"]
    assert listed == [{"plan_id": other}, {"plan_id": one}]
    difference = api.get(f"/plans/{one}/difference", params={"to": other})
    assert difference.status_code == 200, difference.text
    assert api.get(f"/plans/{one}/difference").json()["field"] == "to"
    assert api.get(f"/plans/{one}/difference", params={"to": 999}).status_code == 404
    refused = api.post(f"/plans/{one}/apply", json={"run_ids": [999]})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")


def test_runs_and_manifests_of_a_day(api: httpx.Client, company: Dispatched) -> None:
    runs = api.get("/runs", params={"day": TODAY}).json()["items"]
    assert [run["run_id"] for run in runs] == company.run_ids
    found = api.get("/manifests", params={"day": TODAY, "run_id": company.run_ids[0]}).json()["items"]
    assert [stop["kind"] for stop in found[0]["stops"]].count("pickup") == 3
    assert api.get("/manifests", params={"day": TODAY, "run_id": 999}).status_code == 404
    assert api.get("/runs").json()["field"] == "day"
    page = api.get("/runs", params={"day": TODAY, "limit": 2}).json()
    rest = api.get("/runs", params={"day": TODAY, "limit": 2, "cursor": page["next"]}).json()
    assert [run["run_id"] for run in page["items"] + rest["items"]] == company.run_ids


def test_notices_say_where_they_stand(api: httpx.Client, company: Dispatched) -> None:
    (notice,) = api.get("/notices").json()["items"]
    assert (notice["driver_id"], notice["state"]) == (company.driver_ids[0], "waiting")
    assert api.get("/notices", params={"dead": "true"}).json() == {"items": [], "next": None}
    assert api.post("/notices/resend", json={}).json() == {"resent": 0}
    assert api.post("/notices/resend", json={"driver_id": 1}).status_code == 400


def test_rules_of_the_company_are_read_and_changed(api: httpx.Client) -> None:
    answer = api.get("/company")
    assert answer.json()["rules"]["ride_factor_percent"] == 150
    etag = {"If-Match": answer.headers["etag"]}
    changed = api.patch("/company", json={"freeze_s": 1800, "max_onboard_wait_s": None}, headers=etag)
    assert changed.json()["rules"] == {
        "max_onboard_wait_s": None, "ride_factor_percent": 150, "ride_allowance_s": 600, "freeze_s": 1800,
    }  # fmt: skip
    stale = api.patch("/company", json={"freeze_s": 0}, headers=etag)
    assert (stale.status_code, stale.json()["present"]) == (412, changed.json())
    for name, value in (
        ("freeze_s", -1),
        ("ride_factor_percent", 50),
        ("zone", "Mars/Base"),
        ("language", "es"),
        ("name", ""),
        ("ride_allowance_s", None),
    ):
        refused = api.patch("/company", json={name: value}, headers={"If-Match": "*"})
        assert (refused.status_code, refused.json()["pointer"]) == (400, f"/{name}")
    elsewhere = api.patch("/company", json={"zone": "Europe/Athens"}, headers={"If-Match": "*"})
    assert (elsewhere.status_code, elsewhere.json()["pointer"]) == (409, "/zone")
    named = api.patch("/company", json={"name": "Léman", "language": "fr"}, headers={"If-Match": "*"}).json()
    assert (named["name"], named["language"]) == ("Léman", "fr")


def test_other_companies_days_are_not_there(api: httpx.Client, company: Dispatched) -> None:
    other = Dispatched(company.database)
    other.roster()
    theirs = proposed(other, 600)
    for path in (f"/plans/{theirs}", f"/plans/{theirs}/content", f"/plans/{theirs}/difference?to={theirs}"):
        assert api.get(path).status_code == 404
    assert api.post(f"/plans/{theirs}/apply", json={}).status_code == 404
    assert api.get("/plans").json()["items"] == []
