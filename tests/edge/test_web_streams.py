"""Live streams: replay from a cursor, then live; never a gap, never for ever."""

import threading
from itertools import islice

import httpx
import pytest

from estafette.domain.booking import TripStatus
from estafette.edge.web.live import Rhythm
from tests.dispatched import Dispatched
from tests.edge.web_client import Address, messages, next_event, served, streaming


def test_a_stream_replays_what_follows_its_cursor(address: Address) -> None:
    with streaming(address, "/api/v1/events?after=1") as stream:
        found = [next_event(stream), next_event(stream)]
    assert [(message["id"], message.content["what"]["kind"]) for message in found] == [
        ("2", "booked"),
        ("3", "assigned"),
    ]


def test_the_header_of_a_returning_client_wins_over_the_address(address: Address) -> None:
    with streaming(address, "/api/v1/events?after=0", last_seen=2) as stream:
        assert next_event(stream)["id"] == "3"


def test_a_stream_without_a_cursor_begins_now(address: Address, company: Dispatched) -> None:
    with streaming(address, "/api/v1/events") as stream:
        next(stream)
        company.book(1)
        assert next_event(stream)["id"] == "4"


def test_an_event_reaches_every_open_stream(address: Address, company: Dispatched) -> None:
    with (
        streaming(address, "/api/v1/events?after=3") as one,
        streaming(address, "/api/v1/events?after=2") as other,
    ):
        assert next_event(other)["id"] == "3"
        company.assign(company.run_ids[1], company.book(2))
        assert [next_event(one)["id"], next_event(one)["id"]] == ["4", "5"]
        assert [next_event(other)["id"], next_event(other)["id"]] == ["4", "5"]


def test_events_before_the_server_began_and_after_come_without_a_gap(company: Dispatched) -> None:
    with served(company) as address:
        company.book(1)
        company.book(1)
        with streaming(address, "/api/v1/events?after=0") as stream:
            assert [next_event(stream)["id"] for _ in range(5)] == ["1", "2", "3", "4", "5"]


def test_a_cursor_that_cannot_be_replayed_gets_a_reset_and_the_stream_ends(address: Address) -> None:
    with streaming(address, "/api/v1/events", last_seen=99) as stream:
        last = list(stream)[-1]
    assert (last["event"], last.content) == ("reset", {"last_event_id": 3})


def test_a_silent_stream_says_the_servers_time_and_ends_by_itself(company: Dispatched) -> None:
    with (
        served(company, rhythm=Rhythm(heartbeat_s=0.1, stream_s=0.45)) as address,
        streaming(address, "/api/v1/events") as stream,
    ):
        found = [message for message in stream if message.get("event") == "clock"]
    assert len(found) >= 3
    assert all(message.content["at"].endswith("+00:00") for message in found)


def test_proxies_are_told_not_to_hold_a_stream_back(address: Address) -> None:
    with httpx.stream(
        "GET", f"{address}/api/v1/events", headers=address.headers | {"Accept-Encoding": "gzip"}
    ) as answer:
        assert answer.headers["x-accel-buffering"] == "no"
        assert answer.headers["cache-control"] == "no-store"
        assert "content-encoding" not in answer.headers
        assert list(islice(messages(answer), 1))


def test_an_open_stream_does_not_keep_the_server_from_ending(company: Dispatched) -> None:
    with served(company) as address:
        client = httpx.Client(timeout=10, headers=address.headers)
        answer = client.send(client.build_request("GET", f"{address}/api/v1/events"), stream=True)
    assert [message["event"] for message in messages(answer) if "event" in message] == ["clock"]
    client.close()


def test_a_driver_hears_of_committed_changes_only_their_own(address: Address, company: Dispatched) -> None:
    driver_id = company.driver_ids[0]
    with streaming(address, f"/api/v1/drivers/{driver_id}/notices") as stream:
        first = next_event(stream)
        company.assign(company.run_ids[1], company.book(1))
        company.assign(company.run_ids[0], company.book(1))
        second = next_event(stream)
    assert (first["event"], len(first.content["trips"])) == ("notice", 3)
    assert (second.content["driver_id"], len(second.content["trips"])) == (driver_id, 1)
    with streaming(address, f"/api/v1/drivers/{driver_id}/notices", last_seen=int(first["id"])) as stream:
        assert next_event(stream)["id"] == second["id"]


def test_no_event_is_missed_or_repeated_while_many_write(company: Dispatched) -> None:
    def write(trip_id: int) -> None:
        for status in (TripStatus.EN_ROUTE, TripStatus.BOOKED) * 5:
            company.set_status(trip_id, status)

    writers = [threading.Thread(target=write, args=[trip_id]) for trip_id in company.book(4)]
    with served(company) as address, streaming(address, "/api/v1/events?after=4") as stream:
        for writer in writers:
            writer.start()
        seen = [int(next_event(stream)["id"]) for _ in range(40)]
        for writer in writers:
            writer.join()
    assert seen == list(range(5, 45))


def test_what_no_longer_fits_in_memory_is_replayed_from_the_database(
    company: Dispatched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("estafette.edge.web.backlog._KEPT_BYTES", 600)
    with served(company) as address, streaming(address, "/api/v1/events?after=3") as stream:
        for trip_id in company.trip_ids * 2:
            company.set_status(trip_id, TripStatus.EN_ROUTE)
            company.set_status(trip_id, TripStatus.BOOKED)
        assert [int(next_event(stream)["id"]) for _ in range(12)] == list(range(4, 16))
        with streaming(address, "/api/v1/events?after=0") as other:
            assert [int(next_event(other)["id"]) for _ in range(15)] == list(range(1, 16))
