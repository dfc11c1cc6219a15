"""Positions, holds and who looks at what: on every board at once, by the side of the events, gone by themselves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from estafette.domain.moment import Hold, Moment, Position
from estafette.domain.permission import Role
from estafette.edge.web.moments import Moments
from estafette.flow.retention import keep_rules
from estafette.store.feed import last_event_id
from estafette.store.moments import list_moments
from tests.dispatched import DAY, Dispatched
from tests.edge.api.test_my import phone
from tests.edge.web_client import Address, Message, key_of, streaming

NOW = datetime.now(UTC).replace(microsecond=0)


def moments(stream: Iterator[Message]) -> Iterator[dict[str, Any]]:
    return (message.content for message in stream if message.get("event") == "moment")


@pytest.fixture
def dispatcher(address: Address, company: Dispatched) -> Iterator[httpx.Client]:
    """Somebody with a name, who works by a key."""
    new = {"email": "dora@example.org", "name": "Dora", "role": "dispatcher"}
    made = httpx.post(f"{address}/api/v1/users", json=new, headers=address.headers).json()
    key = key_of(company, Role.DISPATCHER, user_id=made["user"]["user_id"])
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=60) as client:
        yield client


def test_a_hold_is_seen_by_others_and_released(
    address: Address, dispatcher: httpx.Client, company: Dispatched
) -> None:
    with streaming(address, "/api/v1/events") as stream:
        seen = moments(stream)
        made = dispatcher.post("/holds", json={"trip_ids": company.trip_ids[:2], "for_s": 60})
        assert made.status_code == 201, made.text
        number = made.json()["hold_id"]
        held = next(seen)
        assert (held["kind"], held["hold_id"], held["name"]) == ("hold", number, "test")
        assert held["trip_ids"] == company.trip_ids[:2]
        assert dispatcher.delete(f"/holds/{number}").status_code == 200
        assert next(seen) == {"kind": "gone", "of": "hold", "id": number}
    assert dispatcher.delete(f"/holds/{number}").status_code == 404


def test_a_hold_forbids_nothing_is_in_no_log_and_ends_by_itself(
    address: Address, dispatcher: httpx.Client, company: Dispatched
) -> None:
    before = last_event_id(company.database, company.company_id)
    entries = "SELECT count(*) FROM ledger WHERE action <> 'read'"
    logged = company.write(entries)
    with streaming(address, "/api/v1/events") as stream:
        seen = moments(stream)
        dispatcher.post("/holds", json={"trip_ids": company.trip_ids[:1], "for_s": 1})
        assert next(seen)["kind"] == "hold"
        assert next(seen)["kind"] == "gone"
    assert last_event_id(company.database, company.company_id) == before
    assert company.write(entries) == logged


@pytest.mark.parametrize("body", [
    {"trip_ids": []}, {"trip_ids": [1], "for_s": 121}, {"trip_ids": [1 << 40]}, {"trip_ids": ["x"]}, {},
])  # fmt: skip
def test_a_hold_that_cannot_be_is_refused(dispatcher: httpx.Client, body: dict[str, Any]) -> None:
    assert dispatcher.post("/holds", json=body).status_code == 400


def test_who_looks_at_which_day_is_told_to_a_board_that_comes_later(
    address: Address, dispatcher: httpx.Client
) -> None:
    looking = {"service_on": DAY.isoformat(), "for_s": 60}
    assert dispatcher.post("/presence", json=looking).status_code == 200
    with streaming(address, "/api/v1/events") as stream:
        seen = next(moments(stream))
    assert (seen["kind"], seen["name"], seen["service_on"]) == ("viewer", "Dora", DAY.isoformat())
    nobody = httpx.post(f"{address}/api/v1/presence", json=looking, headers=address.headers)
    assert nobody.status_code == 400


def fix(minutes: float, lon: float = 8.5) -> dict[str, Any]:
    return {"at": (NOW - timedelta(minutes=minutes)).isoformat(), "lon": lon, "lat": 47.3, "accuracy_m": 12}


def test_the_newest_position_of_a_run_is_on_the_board_and_no_other_is_kept(
    address: Address, company: Dispatched
) -> None:
    (run_id, *_) = company.roster(datetime.now(UTC).date())
    before = last_event_id(company.database, company.company_id)
    with (
        httpx.Client(base_url=f"{address}/api/v1", headers=address.headers) as api,
        phone(address, api, company.driver_ids[0]) as driver,
        streaming(address, "/api/v1/events") as stream,
    ):
        company.write(
            "UPDATE shift SET ends_at = now() + interval '2 hours', starts_at = now() - interval '2 hours'"
            " WHERE id = (SELECT shift_id FROM run WHERE id = %(run)s)",
            run=run_id,
        )
        said = {"run_id": run_id, "positions": [fix(3, 8.4), fix(1, 8.6), fix(2, 8.5), fix(-60, 8.9)]}
        answer = driver.post("/my/positions", json=said)
        assert datetime.fromisoformat(answer.json()["at"]) == NOW - timedelta(minutes=1)
        seen = next(moments(stream))
        assert (seen["run_id"], seen["lon"], seen["accuracy_m"]) == (run_id, 8.6, 12)
        older = driver.post("/my/positions", json={"run_id": run_id, "positions": [fix(9)]})
        assert older.json()["at"] is None
        over = driver.post("/my/positions", json={"run_id": company.run_ids[0], "positions": [fix(1)]})
        assert over.json() == {"run_id": company.run_ids[0], "at": None}
        assert (
            driver.post(
                "/my/positions", json={"run_id": company.run_ids[1], "positions": [fix(1)]}
            ).status_code
            == 404
        )
        assert (
            driver.post("/my/positions", json={"run_id": run_id, "positions": [fix(3000)]}).status_code == 400
        )
    assert company.write("SELECT lon FROM run_position") == [(8.6,)]
    assert last_event_id(company.database, company.company_id) == before


def test_a_position_goes_with_the_shift(company: Dispatched) -> None:
    company.write(
        "INSERT INTO run_position SELECT company_id, id, now(), 8.5, 47.3, NULL FROM run WHERE id = %(run)s",
        run=company.run_ids[0],
    )
    assert list_moments(company.database, company.company_id) == ()  # its shift was days ago
    keep_rules(company.database, company.company_id, actor="test")
    assert company.write("SELECT count(*) FROM run_position") == [(0,)]


def test_other_companies_see_none_of_it(company: Dispatched, dispatcher: httpx.Client) -> None:
    other = Dispatched(company.database)
    dispatcher.post("/holds", json={"trip_ids": company.trip_ids, "for_s": 60})
    assert len(list_moments(company.database, company.company_id)) == 1
    assert list_moments(company.database, other.company_id) == ()


def a_hold(number: int, trip: int = 1) -> Hold:
    return Hold(hold_id=number, holder="user:1", name="D", trip_ids=(trip,), until=NOW)


def test_a_stream_is_sent_what_changed_since_it_looked_and_a_new_one_all_of_it() -> None:
    kept = Moments()
    here = Position(run_id=1, at=NOW, lon=8.0, lat=47.0, accuracy_m=None)
    assert kept.take_in([here, a_hold(1)])
    assert not kept.take_in([here, a_hold(1)])
    sent, number = kept.after(0)
    assert sent.count(b"event: moment") == 2
    assert kept.after(number) == (b"", number)
    there: Moment = Position(run_id=1, at=NOW, lon=9.0, lat=47.0, accuracy_m=None)
    assert kept.take_in([there])
    sent, _ = kept.after(number)
    assert sent.count(b"event: moment") == 2
    assert b'"kind":"gone","of":"hold","id":1' in sent
    assert kept.after(0)[0].count(b'"lon":') == 1


def test_what_is_gone_is_not_remembered_for_ever() -> None:
    kept = Moments()
    for number in range(3000):
        kept.take_in([a_hold(number)])
    assert kept.after(0)[0].count(b"event: moment") <= 1002
