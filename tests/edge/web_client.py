"""A board server on a real socket, a key and a link to come in with, and a reader of its streams."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from litestar import Litestar

from estafette.domain.account import NewApiKey, Purpose
from estafette.domain.caller import Caller
from estafette.domain.permission import RIGHTS, Role
from estafette.edge.web.app import routed, serving
from estafette.edge.web.limits import Rates
from estafette.edge.web.live import Rhythm
from estafette.edge.web.people import link_of
from estafette.edge.web.serve import BoardServer, listening
from estafette.flow.accounts.people import make_key, operators_link
from estafette.settings import Settings
from tests.dispatched import DAY, Dispatched

# Registering all routes takes half a second of a core, so the applications of this process serve again.
_IDLE: list[Litestar] = []


class Address(str):
    """The address of a server, with the headers of a program that has a key of an administrator."""

    headers: dict[str, str]


def bearer(company: Dispatched) -> dict[str, str]:
    """Make a key with all rights of an administrator, and give it as headers."""
    return {"Authorization": f"Bearer {key_of(company)}"}


def key_of(company: Dispatched, role: Role = Role.ADMIN, **who: int) -> str:
    """Make a key with all rights of a role."""
    caller = Caller(company_id=company.company_id, actor="test", rights=RIGHTS[role], **who)
    scopes = tuple(sorted(RIGHTS[role]))
    return make_key(company.database, caller, NewApiKey(name="test", scopes=scopes))[1]


def sign_in_path(company: Dispatched) -> str:
    """Give the path, with its fragment, that signs a browser in once."""
    token = operators_link(company.database, company.company_id, actor="test")
    return link_of(Purpose.SIGN_IN, token)


def signed_in(address: str, token: str) -> dict[str, str]:
    """Exchange the token of a link for a session, and give its cookie as headers."""
    answer = httpx.post(f"{address}/api/v1/sign-in/link", json={"token": token})
    assert answer.status_code == 200, answer.text
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


@contextmanager
def served(
    company: Dispatched,
    *,
    rhythm: Rhythm | None = None,
    give_up_s: float = 30,
    settings: Settings | None = None,
    rates: Rates | None = None,
) -> Iterator[Address]:
    """Serve the boards of a company's database for as long as the block lasts; gives the address."""
    app = _IDLE.pop() if _IDLE else routed()
    serving(app, company.database, service_on=DAY, rhythm=rhythm, settings=settings, rates=rates)
    headers = bearer(company)
    with running(app, give_up_s=give_up_s) as where:
        address = Address(where)
        address.headers = headers
        yield address
    _IDLE.append(app)


@contextmanager
def running(app: Litestar, *, give_up_s: float = 30) -> Iterator[str]:
    """Run an application on a real socket for as long as the block lasts; gives its address."""
    with listening("127.0.0.1", 0) as opened, running_on(opened, app, give_up_s=give_up_s):
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"


@contextmanager
def running_on(opened: socket.socket, app: Litestar, *, give_up_s: float = 30) -> Iterator[None]:
    """Run an application on a listening socket for as long as the block lasts."""
    server = BoardServer(app, give_up_s=give_up_s)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        assert not thread.is_alive(), "the server did not end"


class Message(dict[str, str]):
    """One message of a stream: its fields by name."""

    @property
    def content(self) -> Any:
        return json.loads(self["data"])


def messages(response: httpx.Response) -> Iterator[Message]:
    """Give the messages of a stream as they come."""
    fields = Message()
    for line in response.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield fields
            fields = Message()


@contextmanager
def streaming(address: Address, path: str, *, last_seen: int | None = None) -> Iterator[Iterator[Message]]:
    """Open a stream, as a browser does."""
    headers = address.headers | ({} if last_seen is None else {"Last-Event-ID": str(last_seen)})
    with (
        httpx.Client(timeout=10) as client,
        client.stream("GET", address + path, headers=headers) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield messages(response)


def next_event(stream: Iterator[Message]) -> Message:
    """Give the next message that carries an event, passing over heartbeats."""
    return next(message for message in stream if "id" in message)
