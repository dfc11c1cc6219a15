"""What is listed, read, made and changed in the same way: drivers, vehicles, riders, shifts, places."""

from collections.abc import Iterator
from typing import Any, Generic, NamedTuple, TypeVar

from estafette.client.connection import Call, Connection
from estafette.client.decoding import read_answer

RequestT = TypeVar("RequestT")
ViewT = TypeVar("ViewT")
Kind = TypeVar("Kind")

ANY = "*"
"""Stands for the version that a change is made from, where any will do."""


class Versioned(NamedTuple, Generic[Kind]):
    """What was read, with the ETag by which a change says what it was made from."""

    what: Kind
    etag: str


class Noun:
    """The operations of one noun, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def _post(self, path: str, kind: type[Kind], body: Any = None, **how: Any) -> Kind:
        return self._at.give(Call("POST", path, body={} if body is None else body, **how), kind)

    def _get(self, path: str, kind: type[Kind], **query: Any) -> Kind:
        return self._at.give(Call("GET", path, query), kind)

    def _change(
        self, method: str, path: str, kind: type[Kind], seen: str, body: Any, query: Any = None
    ) -> Kind:
        return self._at.give(Call(method, path, query, body, seen), kind)

    def _versioned(self, call: Call, kind: type[Kind]) -> Versioned[Kind]:
        answer = self._at.ask(call)
        return Versioned(read_answer(answer.content, kind), answer.etag)


class Resource(Noun, Generic[RequestT, ViewT]):
    """One kind of thing: `name` as in its path and its id."""

    def __init__(self, connection: Connection, name: str, view: type[ViewT]) -> None:
        super().__init__(connection)
        self._name = name
        self._view = view

    def list(self, **which: Any) -> Iterator[ViewT]:
        """List them all, or by `ref`; drivers and vehicles also by `active`, shifts by `day`."""
        return self._at.pages(f"/{self._name}s", self._view, which)

    def get(self, number: int) -> ViewT:
        """Give one by its id."""
        return self._get(f"/{self._name}s/{number}", self._view)

    def create(self, request: RequestT, *, key: str | None = None) -> ViewT:
        """Make one; its reference must be free."""
        return self._post(f"/{self._name}s", self._view, request, key=key)

    def change(self, seen: ViewT, **fields: Any) -> ViewT:
        """Change the named fields of one that was read before; refused if it has changed meanwhile."""
        path = f"/{self._name}s/{getattr(seen, f'{self._name}_id')}"
        return self._change("PATCH", path, self._view, etag_of(seen), fields)

    def use(self, seen: ViewT, *, active: bool) -> ViewT:
        """Take a rider or a place out of use, or into use again."""
        path = f"/{self._name}s/{getattr(seen, f'{self._name}_id')}/active"
        return self._change("PUT", path, self._view, etag_of(seen), {"active": active})


def etag_of(seen: Any) -> str:
    """Give the ETag of what was read: of its `etag`, or of its `version`."""
    return f'"{getattr(seen, "etag", None) or seen.version}"'
