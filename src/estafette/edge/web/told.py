"""What is wrong with a body, told with its place in it (RFC 6901)."""

import re

import msgspec

from estafette.domain.error import Invalid

_PLACE = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def split(said: str) -> tuple[str, str]:
    """Split the message of msgspec into what is wrong and where (`.trips[0].ref`, empty for the whole)."""
    found = _PLACE.search(said)
    return (said[: found.start()], found[1]) if found else (said, "")


def told(error: msgspec.ValidationError) -> Invalid:
    """Tell what is wrong with a body, with a pointer to it: an unknown or missing field is the field."""
    said, place = split(str(error))
    pointer = pointer_of(place)
    if named := re.search(r"(?:unknown|missing required) field `([^`]*)`", said):
        pointer += "/" + _escaped(named[1])
    return Invalid(f"{pointer}: {said}" if pointer else said, pointer=pointer)


def pointer_of(place: str) -> str:
    """Write a place of msgspec as an RFC 6901 pointer."""
    steps = (name or index for name, index in _STEP.findall(place))
    return "".join(f"/{_escaped(step)}" for step in steps)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
