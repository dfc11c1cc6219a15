"""A dispatcher's hand through the API: what a change does is said before, and written once and whole."""

import httpx

from estafette.domain.booking import Lock, TripStatus
from estafette.store.audit import audit
from estafette.store.feed import last_event_id, read_events
from tests.dispatched import DAY, Dispatched


def change(api: httpx.Client, *changes: dict[str, object], **how: object) -> httpx.Response:
    body = {"service_on": DAY.isoformat(), "changes": changes, **how}
    return api.post("/assignments", json=body, headers={"X-Reason": "the rider insists"})


def assign(trip_id: int, run_id: int, **how: object) -> dict[str, object]:
    return {"kind": "assign", "trip_id": trip_id, "run_id": run_id, **how}


def runs_of(api: httpx.Client) -> dict[int, int | None]:
    return {trip["trip_id"]: trip["run_id"] for trip in api.get("/trips").json()["items"]}


def test_a_day_with_nothing_on_it_is_no_mistake_of_ours(api: httpx.Client, company: Dispatched) -> None:
    change = {"kind": "unassign", "trip_id": company.trip_ids[0]}
    answer = api.post("/assignments", json={"service_on": "2031-01-01", "changes": [change]})
    assert (answer.status_code, answer.json()["pointer"]) == (400, "/service_on")


def test_a_validation_says_what_would_happen_and_writes_nothing(
    api: httpx.Client, company: Dispatched
) -> None:
    before = last_event_id(company.database, company.company_id)
    trip, run = company.trip_ids[0], company.run_ids[1]
    answer = change(api, assign(trip, run), validate_only=True)
    (result,) = answer.json()["results"]
    assert (answer.status_code, result["outcome"]) == (200, "valid")
    assert result["cost"] == sum(result["terms"].values())
    assert all(stop["trip_id"] != trip for stop in result["ripple"] if "trip_id" in stop)
    assert last_event_id(company.database, company.company_id) == before


def test_what_was_validated_is_what_is_done(api: httpx.Client, company: Dispatched) -> None:
    move = assign(company.trip_ids[1], company.run_ids[1])
    (said,) = change(api, move, validate_only=True).json()["results"]
    (done,) = change(api, move, board_version=said["board_version"]).json()["results"]
    assert done["outcome"] == "applied"
    assert {name: done[name] for name in ("cost", "terms", "ripple")} == {
        name: said[name] for name in ("cost", "terms", "ripple")
    }
    assert runs_of(api)[company.trip_ids[1]] == company.run_ids[1]
    moved = {stop["trip_id"] for stop in done["ripple"] if stop.get("trip_id")}
    assert {trip["trip_id"] for trip in done["trips"]} == moved | {company.trip_ids[1]}


def test_a_change_reaches_the_board_and_the_drivers_in_the_same_transaction(
    api: httpx.Client, company: Dispatched
) -> None:
    before = last_event_id(company.database, company.company_id)
    change(api, assign(company.trip_ids[0], company.run_ids[1], lock="driver"))
    events = read_events(company.database, company.company_id, before)
    assert [type(event.what).__name__ for event in events] == ["Assigned", "Assigned", "Booked"]
    told = "SELECT count(*) FROM notice WHERE event_id > %(before)s"
    assert company.write(told, before=before) == [(2,)]
    assert api.get(f"/trips/{company.trip_ids[0]}").json()["lock"] == "driver"


def test_two_trips_change_runs_with_each_other(api: httpx.Client, company: Dispatched) -> None:
    one, other = company.trip_ids[0], company.book(1)[0]
    company.assign(company.run_ids[1], [other])
    answer = change(api, {"kind": "swap", "trip_id": one, "other_trip_id": other}, force=True)
    assert answer.status_code == 200, answer.text
    now = runs_of(api)
    assert (now[one], now[other]) == (company.run_ids[1], company.run_ids[0])


def test_trips_of_one_run_cannot_be_swapped(api: httpx.Client, company: Dispatched) -> None:
    one, other = company.trip_ids[:2]
    answer = change(api, {"kind": "swap", "trip_id": one, "other_trip_id": other})
    assert (answer.status_code, answer.json()["pointer"]) == (400, "/changes")


def test_several_changes_are_made_together_or_not_at_all(api: httpx.Client, company: Dispatched) -> None:
    one, other, locked = company.trip_ids
    company.write("UPDATE assignment SET lock = 'driver' WHERE trip_id = %(trip)s", trip=locked)
    stood = runs_of(api)
    moves = [assign(trip, company.run_ids[1]) for trip in (one, other, locked)]
    refused = change(api, *moves)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_possible")
    (in_the_way,) = refused.json()["present"]["trips"]
    assert (in_the_way["trip_id"], in_the_way["outcome"]) == (locked, "locked")
    assert runs_of(api) == stood
    done = change(api, *moves[:2])
    assert done.status_code == 200, done.text
    assert [runs_of(api)[trip] for trip in (one, other)] == [company.run_ids[1]] * 2


def test_each_by_itself_answers_for_each(api: httpx.Client, company: Dispatched) -> None:
    one, locked, _ = company.trip_ids
    company.write("UPDATE assignment SET lock = 'driver' WHERE trip_id = %(trip)s", trip=locked)
    answer = change(
        api, assign(one, company.run_ids[1]), {"kind": "unassign", "trip_id": 10**9},
        {"kind": "unassign", "trip_id": locked}, atomic=False,
    )  # fmt: skip
    results = answer.json()["results"]
    assert [result["outcome"] for result in results] == ["applied", "not_possible", "not_possible"]
    assert "has no trip 1000000000" in results[1]["why"]
    assert (runs_of(api)[one], runs_of(api)[locked]) == (company.run_ids[1], company.run_ids[0])


def test_what_breaks_a_rule_is_refused_unless_it_is_forced(api: httpx.Client, company: Dispatched) -> None:
    company.write("UPDATE rider SET banned_driver_ids = ARRAY[%(driver)s]", driver=company.driver_ids[1])
    trip, run = company.trip_ids[0], company.run_ids[1]
    refused = change(api, assign(trip, run))
    assert (refused.status_code, refused.json()["code"]) == (409, "breaks_rules")
    assert {each["rule"] for each in refused.json()["present"]["violations"]} == {"banned"}
    assert change(api, assign(trip, run), force=True).status_code == 200
    assert runs_of(api)[trip] == run


def test_who_breaks_rules_says_why_however_they_do_it(api: httpx.Client, company: Dispatched) -> None:
    path, run = f"/trips/{company.trip_ids[0]}/assignment", company.run_ids[1]
    body = {"service_on": DAY.isoformat(), "changes": [assign(company.trip_ids[0], run)], "force": True}
    seen = {"If-Match": "*"}
    several = api.post("/assignments", json=body)
    one = api.put(path, json={"run_id": run, "force": True}, headers=seen)
    off = api.delete(path, params={"force": "true"}, headers=seen)
    assert [(each.status_code, each.json()["code"]) for each in (several, one, off)] == [
        (400, "no_reason")
    ] * 3
    assert [several.json()["pointer"], one.json()["pointer"], off.json()["field"]] == [
        "/force",
        "/force",
        "force",
    ]
    assert runs_of(api)[company.trip_ids[0]] == company.run_ids[0]
    assert api.post("/assignments", json={**body, "validate_only": True}).status_code == 200


def test_what_somebody_decided_meanwhile_is_not_overwritten(api: httpx.Client, company: Dispatched) -> None:
    seen = last_event_id(company.database, company.company_id)
    trip = company.trip_ids[0]
    change(api, assign(trip, company.run_ids[2]))
    late = change(api, assign(trip, company.run_ids[1]), board_version=seen)
    assert (late.status_code, late.json()["present"]["trips"][0]["outcome"]) == (409, "stale")
    assert runs_of(api)[trip] == company.run_ids[2]


def test_one_trip_is_placed_moved_locked_and_taken_off(api: httpx.Client, company: Dispatched) -> None:
    path = f"/trips/{company.book(1)[0]}"

    def seen() -> dict[str, str]:
        return {"If-Match": api.get(path).headers["etag"]}

    placed = api.put(f"{path}/assignment", json={"run_id": company.run_ids[2]}, headers=seen())
    assert placed.status_code == 200, placed.text
    assert api.put(f"{path}/lock", json={"lock": "time"}, headers=seen()).json()["outcome"] == "applied"
    held = api.delete(f"{path}/assignment", headers=seen())
    assert (held.status_code, held.json()["present"]["trips"][0]["outcome"]) == (409, "locked")
    api.put(f"{path}/lock", json={"lock": Lock.NONE}, headers=seen())
    assert api.delete(f"{path}/assignment", headers=seen()).status_code == 200
    assert api.get(path).json()["run_id"] is None


def test_what_was_locked_can_be_changed_from_the_board_that_the_answer_names(
    api: httpx.Client, company: Dispatched
) -> None:
    trip, unlocked = company.trip_ids[0], {"kind": "lock", "trip_id": company.trip_ids[0], "lock": "none"}
    (first,) = change(api, assign(trip, company.run_ids[2], lock="driver")).json()["results"]
    assert first["board_version"] == last_event_id(company.database, company.company_id)
    for locked in ([trip], []):  # the second time there is nothing to unlock
        answer = change(api, unlocked, board_version=first["board_version"])
        (done,) = answer.json()["results"]
        assert (answer.status_code, done["locked"]) == (200, locked)
        assert done["board_version"] == last_event_id(company.database, company.company_id)
        first = done


def test_a_run_of_somebody_else_is_no_run(api: httpx.Client, company: Dispatched) -> None:
    other = Dispatched(company.database)
    (foreign, *_) = other.roster()
    theirs = other.book(1)[0]
    path = f"/trips/{company.trip_ids[0]}/assignment"
    for run_id in (foreign, 999_999):
        answer = api.put(path, json={"run_id": run_id}, headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["pointer"]) == (400, "/run_id")
    assert api.get(f"/trips/{theirs}").status_code == 404
    assert change(api, assign(theirs, company.run_ids[0])).json()["pointer"] == "/changes/0/trip_id"


def test_a_cancelled_trip_cannot_be_placed(api: httpx.Client, company: Dispatched) -> None:
    trip = company.book(1)[0]
    company.set_status(trip, TripStatus.CANCELLED)
    answer = api.put(
        f"/trips/{trip}/assignment", json={"run_id": company.run_ids[0]}, headers={"If-Match": "*"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_possible")
    assert answer.json()["present"]["status"] == "cancelled"
    assert api.get(f"/trips/{trip}/offers").status_code == 409


def test_runs_are_offered_cheapest_first(api: httpx.Client, company: Dispatched) -> None:
    trip = company.book(1)[0]
    answer = api.get(f"/trips/{trip}/offers", params={"k": 2}).json()
    costs = [offer["cost"] for offer in answer["offers"]]
    assert costs == sorted(costs)
    assert 1 <= len(costs) <= 2
    best = answer["offers"][0]
    (said,) = change(api, assign(trip, best["run_id"]), validate_only=True).json()["results"]
    assert said["violations"] == []
    assert said["ripple"] == best["ripple"]


def test_how_many_runs_are_offered_is_limited(api: httpx.Client, company: Dispatched) -> None:
    for k in ("0", "21", "x"):
        answer = api.get(f"/trips/{company.trip_ids[0]}/offers", params={"k": k})
        assert (answer.status_code, answer.json()["field"]) == (400, "k")


def test_the_database_is_sound_after_it_all(api: httpx.Client, company: Dispatched) -> None:
    one, other, third = company.trip_ids
    change(api, assign(one, company.run_ids[1], lock="order"), assign(other, company.run_ids[1]))
    change(api, {"kind": "lock", "trip_id": one, "lock": "none"}, {"kind": "unassign", "trip_id": third})
    change(api, {"kind": "swap", "trip_id": one, "other_trip_id": third}, validate_only=True)
    assert audit(company.database.server).lines() == []


def test_a_trip_against_all_runs(api: httpx.Client, company: Dispatched) -> None:
    (trip,) = company.book(1)
    answer = api.get(f"/trips/{trip}/options").json()
    assert {each["run_id"] for each in answer["options"]} == set(company.run_ids)
    assert answer["run_id"] is None
    best = answer["options"][0]["offer"]
    assert best == api.get(f"/trips/{trip}/offers", params={"k": 1}).json()["offers"][0] | {"ripple": []}
    assert {"extra_drive_s", "extra_drive_m", "extra_span_s", "slack_s"} <= best.keys()
    whole = api.get(f"/trips/{trip}/options", params={"ripple": "true"}).json()
    assert [each["run_id"] for each in whole["options"]] == [each["run_id"] for each in answer["options"]]
    first, second = company.run_ids[:2]
    some = api.get(f"/trips/{trip}/options", params={"runs": f"{second},{first}"}).json()["options"]
    assert some == [each for each in answer["options"] if each["run_id"] in {first, second}]
    refused = api.get(f"/trips/{trip}/options", params={"runs": "1;2"})
    assert (refused.status_code, refused.json()["field"]) == (400, "runs")
    placed = api.get(f"/trips/{company.trip_ids[0]}/options").json()
    assert placed["run_id"] == company.run_ids[0]
    assert placed["leaving"]["ripple"] == []
    whole = api.get(f"/trips/{company.trip_ids[0]}/options", params={"ripple": "true"}).json()
    assert whole["leaving"]["ripple"] != []
    api.post(f"/trips/{trip}/cancel", json={"by": "rider"})
    assert api.get(f"/trips/{trip}/options").status_code == 409
