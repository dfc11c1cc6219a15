"""Requests of the client against answers that come late, wrong, or not at all."""

from collections.abc import Callable

import httpx
import msgspec
import pytest

from estafette.client import ApiError, Client
from estafette.domain.request import PlaceRequest
from estafette.domain.resource import PlaceView
from estafette.settings import Settings

PLACE = PlaceRequest(ref="K1", name="Clinic", lon=8.5, lat=47.4)
VIEW = PlaceView(ref="K1", name="Clinic", lon=8.5, lat=47.4, place_id=7, etag="41")
MADE = httpx.Response(201, content=msgspec.json.encode(VIEW))
Answer = httpx.Response | Exception


class Server:
    """A server that gives these answers, one after the other, and remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.asked: list[httpx.Request] = []
        self._answers = iter(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def keys(self) -> list[str]:
        return [request.headers["idempotency-key"] for request in self.asked]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits of the client, which take no time."""
    waits: list[float] = []
    monkeypatch.setattr("estafette.client.connection.time.sleep", waits.append)
    return waits


def client(server: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client("http://there/", "est_x", transport=httpx.MockTransport(server))


def busy(after_s: int = 3) -> httpx.Response:
    problem = {"title": "", "status": 503, "detail": "somebody else is at it", "code": "busy"}
    return httpx.Response(503, json=problem, headers={"Retry-After": str(after_s)})


def test_a_request_says_who_asks_and_what(slept: list[float]) -> None:
    server = Server(MADE)
    assert client(server).places.create(PLACE) == VIEW
    (asked,) = server.asked
    assert (asked.method, str(asked.url)) == ("POST", "http://there/api/v1/places")
    assert asked.headers["authorization"] == "Bearer est_x"
    assert msgspec.json.decode(asked.content, type=PlaceRequest) == PLACE


def test_what_is_busy_is_asked_again_as_late_as_it_says(slept: list[float]) -> None:
    server = Server(busy(3), busy(2), MADE)
    assert client(server).places.create(PLACE) == VIEW
    assert slept == [3.0, 2.0]


def test_a_post_keeps_its_key_when_it_is_repeated_and_the_next_has_another(slept: list[float]) -> None:
    server = Server(httpx.ReadError("lost"), busy(), MADE, MADE)
    here = client(server)
    here.places.create(PLACE)
    here.places.create(PLACE)
    first, second, third, other = server.keys()
    assert first == second == third != other


def test_a_key_can_be_ones_own(slept: list[float]) -> None:
    server = Server(MADE)
    client(server).places.create(PLACE, key="call 17")
    assert server.keys() == ["call 17"]


def test_a_change_that_may_have_arrived_is_not_repeated(slept: list[float]) -> None:
    server = Server(httpx.ReadError("lost"), MADE)
    with pytest.raises(ApiError) as refused:
        client(server).places.change(VIEW, name="Hospital")
    assert (refused.value.code, refused.value.status, len(server.asked)) == ("no_answer", 0, 1)
    assert str(refused.value) == "http://there gave no answer: lost"


def test_a_server_that_gives_up_has_the_time_to_say_so(slept: list[float]) -> None:
    server = Server(MADE)
    client(server).places.create(PLACE)
    assert server.asked[0].extensions["timeout"]["read"] > Settings().request_timeout_s


def test_a_change_that_cannot_have_arrived_is_repeated(slept: list[float]) -> None:
    server = Server(httpx.ConnectError("refused"), MADE)
    client(server).places.change(VIEW, name="Hospital")
    assert [request.headers["if-match"] for request in server.asked] == ['"41"', '"41"']


def test_patience_ends(slept: list[float]) -> None:
    with pytest.raises(ApiError, match="somebody else is at it") as refused:
        client(Server(busy(31))).places.create(PLACE)
    assert (refused.value.status, refused.value.code, slept) == (503, "busy", [])


def test_a_refusal_tells_code_place_and_how_it_stands(slept: list[float]) -> None:
    problem = {
        "title": "", "status": 412, "detail": "it has changed", "code": "precondition_failed",
        "pointer": "/name", "present": {"name": "Hospital"}, "instance": "of a newer server",
    }  # fmt: skip
    answer = httpx.Response(412, json=problem, headers={"ETag": '"42"'})
    with pytest.raises(ApiError, match="it has changed") as refused:
        client(Server(answer)).places.change(VIEW, name="Clinic West")
    error = refused.value
    assert (error.code, error.pointer, error.present, error.etag) == (
        "precondition_failed", "/name", {"name": "Hospital"}, '"42"',
    )  # fmt: skip


def test_a_refusal_that_is_none_of_ours_is_told_all_the_same(slept: list[float]) -> None:
    with pytest.raises(ApiError, match="502 Bad Gateway"):
        client(Server(httpx.Response(502, text="<h1>proxy</h1>"))).places.get(7)


def test_fields_of_a_newer_server_are_passed_over(slept: list[float]) -> None:
    newer = msgspec.to_builtins(VIEW) | {"floor": 3}
    page = {"items": [newer, newer], "next": None, "total": 2}
    assert list(client(Server(httpx.Response(200, json=page))).places.list()) == [VIEW, VIEW]


def test_a_list_is_read_on_only_while_it_is_asked_for(slept: list[float]) -> None:
    view = msgspec.to_builtins(VIEW)
    server = Server(*(httpx.Response(200, json={"items": [view], "next": n}) for n in ("c1", None)))
    items = client(server).places.list(ref=None, active=True)
    next(items)
    assert len(server.asked) == 1
    assert [next(items, None), next(items, None)] == [VIEW, None]
    assert [dict(each.url.params) for each in server.asked] == [
        {"active": "true"}, {"active": "true", "cursor": "c1"},
    ]  # fmt: skip
