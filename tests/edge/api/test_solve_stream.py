"""One solve as a stream: how it stands, whenever that changes, until it has ended."""

import httpx

from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address, streaming


def test_a_solve_is_followed_until_it_has_ended(address: Address, company: Dispatched) -> None:
    with httpx.Client(base_url=f"{address}/api/v1", headers=address.headers) as api:
        made = api.post("/solves", json={"service_on": DAY.isoformat()}).json()["solve_id"]
        with streaming(address, f"/api/v1/solves/{made}/events") as stream:
            told = (message.content for message in stream if message.get("event") == "solve")
            assert next(told)["state"] == "waiting"
            company.book(1)  # news of others are none
            api.post(f"/solves/{made}/cancel")
            assert [each["state"] for each in told] == ["cancelled"]
        with streaming(address, f"/api/v1/solves/{made}/events") as again:
            assert [message.get("event") for message in again if "data" in message][-1] == "solve"


def test_an_unknown_solve_is_refused_before_the_stream_begins(address: Address) -> None:
    with httpx.stream("GET", f"{address}/api/v1/solves/99999/events", headers=address.headers) as answer:
        assert answer.status_code == 404
