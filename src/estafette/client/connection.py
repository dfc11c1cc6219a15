"""Requests to the API: sent, repeated where that is safe, and their answers read."""

import random
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import httpx
import msgspec

from estafette.client.decoding import read_answer
from estafette.client.error import ApiError, error_of, no_answer

Kind = TypeVar("Kind")

# Busy for now: the answer says when to ask again. A request in flight is the same one, sent before.
_AGAIN = {429, 503}
_IN_FLIGHT = "idempotency_key_in_flight"
_FIRST_WAIT_S, _LAST_WAIT_S = 0.25, 8.0
# Longer than the 60 s after which a server gives a request up and says so.
TIMEOUT_S = 70.0


class Call(NamedTuple):
    """One request: parameters of None do not count, `body` is a record or bytes, `seen` an ETag."""

    method: str
    path: str
    query: Mapping[str, Any] | None = None
    body: Any = None
    seen: str | None = None
    key: str | None = None
    media_type: str = "application/json"
    why: str = ""  # a reason, for the audit log


class Answered(NamedTuple):
    """The content of an answer, and its ETag."""

    content: bytes
    etag: str


class Connection:
    """
    A pool of connections to one server; threads may share it.

    A request that was refused for now (429, 503) or whose connection was lost is repeated until `patience_s`
    are over, after `Retry-After` where it says so. A POST is repeated under its `Idempotency-Key`, so it is
    done once; a change with `If-Match` is repeated only if it cannot have arrived.
    """

    def __init__(
        self, address: str, key: str, *, patience_s: float = 30.0, timeout_s: float = TIMEOUT_S,
        transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        self.http = httpx.Client(
            base_url=f"{address.rstrip('/')}/api/v1", headers={"Authorization": f"Bearer {key}"},
            timeout=timeout_s, transport=transport,
        )  # fmt: skip
        self._patience_s = patience_s

    def give(self, call: Call, kind: type[Kind]) -> Kind:
        """Send a request and read its answer as a record; raises `ApiError`."""
        return read_answer(self.ask(call).content, kind)

    def pages(self, path: str, kind: type[Kind], which: Mapping[str, Any]) -> Iterator[Kind]:
        """Give the items of a list, page by page as they are asked for; raises `ApiError`."""
        page: Any = msgspec.defstruct("Page", [("items", list[kind]), ("next", str | None)])  # type: ignore[valid-type]
        cursor = None
        while True:
            found = self.give(Call("GET", path, {**which, "cursor": cursor}), page)
            yield from found.items
            cursor = found.next
            if cursor is None:
                return

    def ask(self, call: Call) -> Answered:
        """Send a request, and again where that helps and is safe; raises `ApiError`."""
        request = self._request(call)
        ends_at = time.monotonic() + self._patience_s
        for wait_s in waits():
            answer = self._sent(request)
            if isinstance(answer, httpx.Response) and answer.is_success:
                return Answered(answer.content, answer.headers.get("etag", ""))
            refusal = error_of(answer) if isinstance(answer, httpx.Response) else no_answer(request, answer)
            pause_s = max(wait_s, retry_after_s(answer))
            if not _again(request, answer, refusal) or time.monotonic() + pause_s > ends_at:
                raise refusal
            time.sleep(pause_s)
        raise AssertionError  # the waits have no end

    def _request(self, call: Call) -> httpx.Request:
        query = {name: _plain(value) for name, value in (call.query or {}).items() if value is not None}
        headers = {} if call.seen is None else {"If-Match": call.seen}
        if call.method == "POST":
            headers["Idempotency-Key"] = call.key or uuid.uuid4().hex
        if call.method != "GET":
            headers["Content-Type"] = call.media_type
        if call.why:
            headers["X-Reason"] = call.why
        raw = isinstance(call.body, bytes) or call.body is None
        content = call.body if raw else msgspec.json.encode(call.body)
        as_bytes = [(name.encode(), value.encode()) for name, value in headers.items()]
        return self.http.build_request(
            call.method, call.path, params=query, content=content, headers=as_bytes
        )

    def _sent(self, request: httpx.Request) -> httpx.Response | httpx.TransportError:
        try:
            return self.http.send(request)
        except httpx.TransportError as error:
            return error


def waits() -> Iterator[float]:
    """Give waits that double, each a quarter more or less, so that many clients do not come back together."""
    wait_s = _FIRST_WAIT_S
    while True:
        yield wait_s * random.uniform(0.75, 1.25)  # noqa: S311 - not a secret
        wait_s = min(2 * wait_s, _LAST_WAIT_S)


def retry_after_s(answer: object) -> float:
    """Give how long an answer asks to wait, 0 where it does not say so in seconds."""
    said = answer.headers.get("retry-after", "") if isinstance(answer, httpx.Response) else ""
    return float(said) if said.isdecimal() else 0.0


def _again(request: httpx.Request, answer: httpx.Response | httpx.TransportError, refusal: ApiError) -> bool:
    if isinstance(answer, httpx.Response):
        return answer.status_code in _AGAIN or refusal.code == _IN_FLIGHT
    not_sent = isinstance(answer, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return not_sent or request.method in {"GET", "POST"}


def _plain(value: Any) -> str:
    plain = msgspec.to_builtins(value)
    return str(plain).lower() if isinstance(plain, bool) else str(plain)
