"""Lists a page at a time, and answers with some of their fields."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.record import Record

MOST = 200
Limit = Annotated[int, msgspec.Meta(ge=1, le=MOST, description="how many at most")]
Cursor = Annotated[str, msgspec.Meta(max_length=64, description="where to go on: `next` of the page before")]
Fields = Annotated[str, msgspec.Meta(max_length=1000, description="names of fields, with commas between")]


class Sparse(Record, frozen=True, kw_only=True):
    """Which fields to answer; all without it."""

    fields: Fields | None = None


class OfDay(Record, frozen=True, kw_only=True):
    """Which service day."""

    day: date


class Listed(Sparse, frozen=True, kw_only=True):
    """Which part of a list to answer."""

    limit: Limit = 50
    cursor: Cursor | None = None

    def after(self, numbers: int) -> tuple[int, ...]:
        """Give the numbers after which to go on, zeros for the beginning; raises `Invalid`."""
        return (0,) * numbers if self.cursor is None else _opened(self.cursor, numbers)


def page(listed: Listed, read: Callable[[int, int], Sequence[Any]], number: Callable[[Any], int]) -> Any:
    """Read a page: `read(after, limit)` gives items in the order of their `number`."""
    return page_by(listed, read, lambda item: (number(item),))


def page_by(
    listed: Listed,
    read: Callable[..., Sequence[Any]],
    key: Callable[[Any], tuple[int, ...]],
    *,
    numbers: int = 1,
) -> Any:
    """
    Read a page: `read(*after, limit)` gives items in the order of their `key`, which has so many `numbers`.

    One more is read than is given, so that no page is offered after the last.
    """
    found = read(*listed.after(numbers), listed.limit + 1)
    items = found[: listed.limit]
    following = _closed(key(items[-1])) if len(found) > listed.limit else None
    return {"items": items, "next": following}


def some_fields(item: Any, fields: str | None, kind: type[msgspec.Struct]) -> Any:
    """Give the named fields of a record; raises `Invalid` for one that its kind does not have."""
    if fields is None:
        return item
    wanted = {name.strip() for name in fields.split(",")} - {""}
    if unknown := wanted - set(kind.__struct_encode_fields__):
        known = ", ".join(kind.__struct_encode_fields__)
        message = f"fields: there is no field {min(unknown)}, but {known}"
        raise Invalid(message, field="fields")
    built = msgspec.to_builtins(item)
    return {name: built[name] for name in kind.__struct_encode_fields__ if name in wanted and name in built}


def _closed(key: tuple[int, ...]) -> str:
    text = ",".join(map(str, key))
    return base64.urlsafe_b64encode(f"after:{text}".encode()).decode().rstrip("=")


def _opened(cursor: str, numbers: int) -> tuple[int, ...]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        key = tuple(map(int, text.removeprefix("after:").split(",")))
    except (binascii.Error, ValueError) as error:
        raise _wrong_cursor() from error
    if len(key) != numbers or not all(0 <= each < 1 << 63 for each in key) or _closed(key) != cursor:
        raise _wrong_cursor()
    return key


def _wrong_cursor() -> Invalid:
    return Invalid("cursor: give the `next` of a page before, unchanged", field="cursor")
