"""Streams that end, are lost, are refused, and go on where they were."""

import httpx
import pytest

from estafette.client import ApiError, Client
from tests.client.test_connection import Server, busy


def told(*ids: int, kind: str = "status_changed") -> str:
    what = f'{{"kind":"{kind}","trip_id":1,"status":"en_route"}}'
    return "".join(f'id: {n}\ndata: {{"id":{n},"at":"2026-11-25T07:00:00Z","what":{what}}}\n\n' for n in ids)


def stream(text: str) -> httpx.Response:
    return httpx.Response(200, text=text, headers={"Content-Type": "text/event-stream"})


CLOCK = 'retry: 1000\n\nevent: clock\ndata: {"at":"2026-11-25T07:00:00Z"}\n\n'


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("estafette.client.stream.time.sleep", lambda _: None)


def ids(server: Server, *, after: int, count: int) -> list[int]:
    here = Client("http://there", "est_x", transport=httpx.MockTransport(server))
    events = here.events(after=after)
    return [next(events).id for _ in range(count)]


def test_a_stream_goes_on_where_it_was_lost() -> None:
    server = Server(
        stream(CLOCK + told(8, 9)), httpx.ReadError("lost"), busy(1), stream(CLOCK), stream(told(10))
    )
    assert ids(server, after=7, count=3) == [8, 9, 10]
    assert [request.headers["last-event-id"] for request in server.asked] == ["7", "9", "9", "9", "9"]


def test_a_message_that_was_cut_is_asked_for_again() -> None:
    server = Server(stream(told(8) + told(9)[:30]), stream(told(9)))
    assert ids(server, after=7, count=2) == [8, 9]


def test_a_kind_of_event_that_is_not_known_is_passed_over() -> None:
    assert ids(Server(stream(told(8, kind="teleported") + told(9))), after=7, count=1) == [9]


def test_events_that_are_not_kept_any_more_are_told() -> None:
    with pytest.raises(ApiError) as lost:
        ids(Server(stream('event: reset\ndata: {"last_event_id":99}\n\n')), after=7, count=1)
    assert lost.value.code == "events_lost"


def test_a_refused_stream_is_not_asked_for_again() -> None:
    problem = {"title": "", "status": 403, "detail": "this needs the right board:read", "code": "forbidden"}
    server = Server(httpx.Response(403, json=problem))
    with pytest.raises(ApiError, match="board:read"):
        ids(server, after=7, count=1)
    assert len(server.asked) == 1
