"""What a request hands in, as records; what is wrong with it is told with its place."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import EnumType
from typing import Any, get_args

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.time import FIRST_YEAR, LAST_YEAR, far_moments
from estafette.edge.web.told import split, told

_DATED = re.compile(r"\d{4}-")


def read_body(raw: bytes, kind: type[Any]) -> Any:
    """Read a JSON body as a record of a kind; raises `Invalid` with a pointer to the place."""
    try:
        body = msgspec.json.decode(raw or b"null", type=kind)
    except msgspec.ValidationError as error:
        if not raw:
            message = "the body is empty: expected a JSON object"
            raise Invalid(message, pointer="") from error
        raise told(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"the body is not JSON: {error}"
        raise Invalid(message, pointer="") from error
    for pointer in far_moments(body, ""):
        message = f"{pointer}: expected a year from {FIRST_YEAR} to {LAST_YEAR}"
        raise Invalid(message, pointer=pointer)
    return body


def read_query(given: Iterable[tuple[str, str]], kind: type[Any]) -> Any:
    """Read parameters as a record of a kind; raises `Invalid` with the name of the parameter."""
    query: dict[str, str] = {}
    for name, value in given:
        if name in query:
            message = f"{name}: given twice"
            raise Invalid(message, field=name)
        query[name] = value
    return _checked(query, kind)


def _checked(query: Mapping[str, str], kind: type[Any]) -> Any:
    try:
        found = msgspec.convert(query, kind, strict=False)
    except msgspec.ValidationError as error:
        said, place = split(str(error))
        name = place.strip(".") or (re.findall(r"field `([^`]*)`", said) or [None])[0]
        if said.startswith("Invalid enum value"):
            said += f"; one of {', '.join(_choices(kind, name))}"
        raise Invalid(f"{name}: {said}" if name else said, field=name) from error
    for name in _numbers_for_moments(query, found):
        raise Invalid(f"{name}: expected a time like 2026-11-25T08:30:00+01:00", field=name)
    for pointer in far_moments(found, ""):
        name = pointer.strip("/")
        message = f"{name}: expected a year from {FIRST_YEAR} to {LAST_YEAR}"
        raise Invalid(message, field=name)
    return found


def _choices(kind: type[Any], name: str | None) -> Iterator[str]:
    """Name the values that a parameter of an enumeration may have."""
    for field in msgspec.structs.fields(kind):
        for choice in get_args(field.type) or (field.type,):
            if field.encode_name == name and isinstance(choice, EnumType):
                yield from map(str, choice.__members__.values())


def _numbers_for_moments(query: Mapping[str, str], found: msgspec.Struct) -> Iterator[str]:
    """Name the instants that were given as a number, which msgspec takes for seconds since 1970."""
    fields = zip(found.__struct_encode_fields__, found.__struct_fields__, strict=True)
    for name, field in fields:
        if isinstance(getattr(found, field), datetime) and not _DATED.match(query.get(name, "0000-")):
            yield name
