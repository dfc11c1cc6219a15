"""Server-sent events, followed across lost connections."""

import time
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import httpx
import msgspec

from estafette.client.connection import Connection, retry_after_s, waits
from estafette.client.decoding import read_answer
from estafette.client.error import ApiError, Said, error_of

Kind = TypeVar("Kind")

# The server speaks at least every 15 s; longer silence is a connection that was lost without a word.
_SILENCE_S = 45.0
_LOST = Said(detail="these events are not kept any more: read the board again", code="events_lost")


class Message(NamedTuple):
    """One message of a stream."""

    event: str
    data: str
    last_id: str


def follow(connection: Connection, path: str, kind: type[Kind], after: int) -> Iterator[Kind]:
    """
    Give what follows `after`, each once, for as long as it is asked for.

    A stream that ends or is lost is opened again from what was seen last. A kind of event that this version
    does not know is passed over. Raises `ApiError`: refused; `events_lost`: what follows is no longer kept.
    """
    for message in _without_end(connection, path, after):
        if message.event == "reset":
            raise ApiError(0, _LOST)
        if message.last_id:
            yield from _read(message.data, kind)


def heard(connection: Connection, path: str, event: str, kind: type[Kind]) -> Iterator[Kind]:
    """
    Give what a stream without a cursor says under the name `event`, for as long as it is asked for.

    Opened again after it ended or was lost, it says anew how things stand. Raises `ApiError`: refused.
    """
    for message in _without_end(connection, path, 0):
        if message.event == event:
            yield from _read(message.data, kind)


def _without_end(connection: Connection, path: str, after: int) -> Iterator[Message]:
    pauses = waits()
    while True:
        try:
            for message in _messages(connection, path, after):
                pauses = waits()  # it works again
                after = int(message.last_id or after)
                yield message
            pause_s = 0.0
        except _Later as later:
            pause_s = later.after_s
        time.sleep(max(pause_s, next(pauses)))


class _Later(Exception):
    """The stream is to be opened again, after so many seconds."""

    def __init__(self, after_s: float) -> None:
        super().__init__(after_s)
        self.after_s = after_s


def _messages(connection: Connection, path: str, after: int) -> Iterator[Message]:
    headers = {"Last-Event-ID": str(after), "Accept": "text/event-stream"}
    timeout = httpx.Timeout(10, read=_SILENCE_S)
    try:
        with connection.http.stream("GET", path, headers=headers, timeout=timeout) as answer:
            if not answer.is_success:
                answer.read()
                if answer.status_code in {429, 503}:
                    raise _Later(retry_after_s(answer))
                raise error_of(answer)
            yield from parsed(answer.iter_lines())
    except httpx.TransportError as error:
        raise _Later(0.0) from error


def parsed(lines: Iterator[str]) -> Iterator[Message]:
    """Read messages from lines: https://html.spec.whatwg.org/multipage/server-sent-events.html."""
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        elif fields:
            yield Message(fields.get("event", "message"), fields.get("data", ""), fields.get("id", ""))
            fields = {}


def _read(data: str, kind: type[Kind]) -> Iterator[Kind]:
    try:
        yield read_answer(data.encode(), kind)
    except msgspec.ValidationError:
        return  # of a newer server
