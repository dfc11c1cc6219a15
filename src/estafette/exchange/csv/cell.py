"""Kinds of cells: how each is read, written, and described to whoever got it wrong."""

import math
import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any, NamedTuple

from estafette.domain.fleet import Spaces

MAX_REF, MAX_TEXT, MAX_WORD, MAX_PHONE, MAX_SPACES = 200, 500, 60, 30, 99

# A spreadsheet would run such a text as a formula (OWASP, "CSV injection"). It is written with an
# apostrophe in front and read without it; one that was there already gets a second.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_INTEGER = re.compile(r"\d{1,9}")
_DECIMAL = re.compile(r"[+-]?\d{1,3}([.,]\d{1,18})?")
_SPACES = re.compile(r"(\d{1,2}) (seat|wheelchair|stretcher)s?")

_YES, _NO = ("yes", "true", "1", "oui", "ja", "sì"), ("no", "false", "0", "non", "nein")


class BadCell(ValueError):
    """A cell that cannot be read; the message is what was expected."""


class Cell(NamedTuple):
    """
    A kind of cell.

    `read` gets a text that is not empty and the separator of the file, and raises `BadCell`; what
    `write` gives, `read` reads as the same value. `says` describes it in the documentation.
    """

    says: str
    read: Callable[[str, str], Any]
    write: Callable[[Any], str] = str


def text(limit: int, says: str) -> Cell:
    """Make the kind of a text of at most `limit` characters on one line."""

    def read(cell: str, _: str) -> str:
        value = cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
        if len(value) > limit or _CONTROL.search(value):
            expected = f"{says} of at most {limit} characters on one line"
            raise BadCell(expected)
        return value

    return Cell(says, read, lambda value: f"'{value}" if _FORMULA.match(value) else value)


def several(each: str, limit: int, most: int, example: str, plain: Callable[[str], str] = str) -> Cell:
    """
    Make the kind of at most `most` texts of at most `limit` characters, `|` between two.

    `plain` is how two that are written differently are the same.
    """
    says = f"{each} like `{example}`"
    whole = text(most * (limit + 3), says)

    def read(cell: str, separator: str) -> tuple[str, ...]:
        parts = [part.strip() for part in whole.read(cell, separator).split("|")]
        if len(parts) > most or not all(0 < len(part) <= limit for part in parts):
            expected = f"at most {most} {each} of at most {limit} characters, | between two"
            raise BadCell(expected)
        return tuple(dict.fromkeys(map(plain, parts)))

    return Cell(says.replace("|", "\\|"), read, lambda values: whole.write(" | ".join(values)))


def _in_lower_case(name: str) -> str:
    return " ".join(name.lower().split())


def number(least: int, most: int, says: str) -> Cell:
    """Make the kind of a whole number."""

    def read(cell: str, _: str) -> int:
        if not _INTEGER.fullmatch(cell) or not least <= int(cell) <= most:
            expected = f"{says} from {least} to {most}"
            raise BadCell(expected)
        return int(cell)

    return Cell(says, read)


def degrees(most: int, says: str) -> Cell:
    """Make the kind of a coordinate; a decimal comma is read where `;` separates the cells."""

    def read(cell: str, separator: str) -> float:
        decimal = cell.replace(",", ".") if separator == ";" else cell
        if not _DECIMAL.fullmatch(decimal) or "," in decimal or not abs(float(decimal)) <= most:
            expected = f"{says} in degrees, from -{most} to {most}, like 46.1930"
            raise BadCell(expected)
        return float(decimal)

    return Cell(says, read, _plain)


def _plain(value: float) -> str:
    """Write a float exactly and without an exponent."""
    shortest = repr(value)
    return (
        shortest
        if "e" not in shortest
        else f"{value:.18f}".rstrip("0") + ("0" if math.trunc(value) == value else "")
    )


def choice(values: Collection[str], kind: type) -> Cell:
    """Make the kind of one word out of a list."""
    says = "one of " + ", ".join(f"`{value}`" for value in values)

    def read(cell: str, _: str) -> Any:
        if cell.lower() not in values:
            raise BadCell(says.replace("`", ""))
        return kind(cell.lower())

    return Cell(says, read)


def _day(cell: str, _: str) -> date:
    try:
        if len(cell) == len("2026-11-25"):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    expected = "a date like 2026-11-25"
    raise BadCell(expected)


def _yes_no(cell: str, _: str) -> bool:
    if cell.lower() in (*_YES, *_NO):
        return cell.lower() in _YES
    expected = "yes or no"
    raise BadCell(expected)


def _layouts(cell: str, _: str) -> tuple[Spaces, ...]:
    return tuple(_layout(layout) for layout in cell.split("|"))


def _layout(layout: str) -> Spaces:
    counts = {"seat": 0, "wheelchair": 0, "stretcher": 0}
    for part in layout.split("+"):
        found = _SPACES.fullmatch(part.strip())
        if not found or counts[found[2]] or not int(found[1]):
            expected = "layouts like 4 seats | 2 seats + 1 wheelchair"
            raise BadCell(expected)
        counts[found[2]] = int(found[1])
    return Spaces(seats=counts["seat"], wheelchairs=counts["wheelchair"], stretchers=counts["stretcher"])


def _write_layouts(layouts: tuple[Spaces, ...]) -> str:
    return " | ".join(_write_layout(layout) for layout in layouts)


def _write_layout(layout: Spaces) -> str:
    counts = ((layout.seats, "seat"), (layout.wheelchairs, "wheelchair"), (layout.stretchers, "stretcher"))
    return " + ".join(f"{count} {kind}{'s' * (count > 1)}" for count, kind in counts if count)


def _as_it_is(cell: str, _: str) -> str:
    return cell


REF = text(MAX_REF, "a reference")
TEXT = text(MAX_TEXT, "a text")
PHONE = text(MAX_PHONE, "a phone number")
DAY = Cell("a date like `2026-11-25`", _day)
# Times need the service day and the zone, so a sheet reads them when the whole row is known.
TIME = Cell("a time like `08:30`, `24:30` past midnight, or RFC 3339", _as_it_is)
BREAKS = Cell(
    "breaks like `11:30 to 13:30 for 30 min`: starts between the two; `\\|` between several", _as_it_is
)
LON = degrees(180, "a longitude (WGS 84)")
LAT = degrees(90, "a latitude (WGS 84)")
COUNT = number(0, MAX_SPACES, "a number")
DWELL_S = number(1, 7200, "seconds")
RIDE_S = number(1, 86_400, "seconds")
DAY_S = number(0, 86_400, "seconds")
OVERTIME_S = number(0, 43_200, "seconds")
LONGER_S = number(0, 7200, "seconds")
PRICE_S = number(0, 1_000_000, "seconds of driving")
PRIORITY = number(0, 9, "a number")
WORDS = several("names", MAX_WORD, 20, "oxygen | stair chair", _in_lower_case)
SKILLS = several("names", MAX_WORD, 60, "oxygen | stair chair", _in_lower_case)
REFS = several("references", MAX_REF, 100, "D001 | D007")
YES_NO = Cell("`yes` or `no`", _yes_no, lambda value: "yes" if value else "no")
LAYOUTS = Cell("layouts like `4 seats \\| 2 seats + 1 wheelchair`", _layouts, _write_layouts)
