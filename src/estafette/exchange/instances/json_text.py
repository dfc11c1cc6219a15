"""JSON of other people: decoded into records, with errors that name the line or the field."""

import re
from typing import TypeVar

import msgspec

from estafette.domain.error import Invalid

Wanted = TypeVar("Wanted")

_BYTE = re.compile(r" \(byte (\d+)\)")


def decode(content: bytes, wanted: type[Wanted], file: str) -> Wanted:
    """
    Decode a file.

    Raises
    ------
    Invalid
        It is not JSON (the line is named), or a field is missing, unknown or of another type (it is named).
    """
    try:
        return msgspec.json.decode(content, type=wanted)
    except msgspec.ValidationError as error:
        expected, _, path = str(error).partition(" - at `")
        field = path.rstrip("`").removeprefix("$").lstrip(".")
        message = f"{file}: field {field or '(all)'}: {expected[0].lower()}{expected[1:]}"
        raise Invalid(message) from error
    except msgspec.DecodeError as error:
        raise Invalid(f"{file}: {_located(str(error), content)}") from error


def refused_field(file: str, field: str, expected: str, found: object) -> Invalid:
    """Say in one line which field is wrong, what was expected there, and what was found."""
    return Invalid(f"{file}: field {field}: expected {expected}, found {found}")


def _located(said: str, content: bytes) -> str:
    byte = _BYTE.search(said)
    end = int(byte.group(1)) if byte else len(content)
    line = content.count(b"\n", 0, end) + 1
    return f"line {line}: {_BYTE.sub('', said).removeprefix('JSON is malformed: ')}"
