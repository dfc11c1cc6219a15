"""A board server on a real socket, and a reader of its streams."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from estafette.edge.web.app import create_app
from estafette.edge.web.live import Rhythm
from estafette.edge.web.serve import BoardServer, listening
from estafette.settings import Settings
from tests.dispatched import DAY, Dispatched


@contextmanager
def served(
    company: Dispatched,
    *,
    rhythm: Rhythm | None = None,
    give_up_s: float = 30,
    settings: Settings | None = None,
) -> Iterator[str]:
    """Serve a company's board for as long as the block lasts; gives its address."""
    app = create_app(
        company.database, company_id=company.company_id, service_on=DAY, rhythm=rhythm, settings=settings
    )
    with listening("127.0.0.1", 0) as opened:
        port = opened.getsockname()[1]
        server = BoardServer(app, give_up_s=give_up_s)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)
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
def streaming(address: str, path: str, *, last_seen: int | None = None) -> Iterator[Iterator[Message]]:
    """Open a stream, as a browser does."""
    headers = {} if last_seen is None else {"Last-Event-ID": str(last_seen)}
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
