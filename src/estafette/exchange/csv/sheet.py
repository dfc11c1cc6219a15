"""What a kind of file is made of, and how a row becomes a record or a list of what is wrong with it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from estafette.domain.request import PlaceRequest
from estafette.exchange.csv.cell import LAT, LON, REF, TEXT, BadCell, Cell
from estafette.exchange.csv.moment import NotATime, instant_of

Values = Mapping[str, Any]
RequestT = TypeVar("RequestT")


class Column(NamedTuple):
    """One column. A missing or empty cell has the value `default`; `example` is that of the documentation."""

    name: str
    cell: Cell
    says: str
    example: str = ""
    required: bool = False
    default: Any = None


class Sheet(NamedTuple, Generic[RequestT]):
    """
    A kind of file.

    `make` builds a request from the values of a row in the company's zone, `take` is its inverse; `make`
    raises `BadValue` for what only the whole row shows.
    """

    kind: str
    columns: tuple[Column, ...]
    make: Callable[[Values, str], RequestT]
    take: Callable[[RequestT, str], dict[str, Any]]


class BadValue(Exception):
    """A value that does not go with the rest of its row."""

    def __init__(self, column: str, expected: str) -> None:
        super().__init__(f"{column}: {expected}")
        self.column = column
        self.expected = expected


def place_columns(prefix: str, says: str, example: tuple[str, str, str, str, str]) -> tuple[Column, ...]:
    """List the columns that name or describe a place."""
    ref, name, address, lon, lat = example
    return (
        Column(prefix, REF, f"{says}: reference; alone it names a place that is known", ref),
        Column(f"{prefix}_name", TEXT, f"{says}: name", name),
        Column(f"{prefix}_address", TEXT, f"{says}: address", address, default=""),
        Column(f"{prefix}_lon", LON, f"{says}: longitude", lon),
        Column(f"{prefix}_lat", LAT, f"{says}: latitude", lat),
        Column(f"{prefix}_access_lon", LON, f"{says}: longitude of where vehicles stop (empty: as it is)"),
        Column(f"{prefix}_access_lat", LAT, f"{says}: latitude of where vehicles stop"),
        Column(
            f"{prefix}_access_note",
            TEXT,
            f"{says}: entrance, floor, code of the door (empty: as it is)",
        ),
    )


def place_of(values: Values, prefix: str) -> PlaceRequest | str:
    """
    Read a place: a reference alone names it, a name with a position describes it.

    A described place without a reference is known by its position (RFC 5870). Nothing is guessed: a
    position is given whole or not at all, and so is the access point, which only a described place has;
    a note of how to get in, too.
    """
    ref, name, lon, lat = (values[prefix + part] for part in ("", "_name", "_lon", "_lat"))
    access_lon, access_lat = (values[prefix + part] for part in ("_access_lon", "_access_lat"))
    note = values[f"{prefix}_access_note"]
    if all(value is None for value in (name, lon, lat, access_lon, access_lat, note)):
        if ref is None:
            raise BadValue(prefix, "a reference, or a name with longitude and latitude")
        return str(ref)
    for part, value in (("_name", name), ("_lon", lon), ("_lat", lat)):
        if value is None:
            raise BadValue(prefix + part, "a value: a described place has a name and a position")
    if (access_lon is None) != (access_lat is None):
        part = "_access_lon" if access_lon is None else "_access_lat"
        raise BadValue(prefix + part, "a value: an access point has a longitude and a latitude")
    return PlaceRequest(
        ref=ref or f"geo:{lat:.5f},{lon:.5f}",
        name=name,
        address=values[f"{prefix}_address"],
        lon=lon,
        lat=lat,
        access_lon=access_lon,
        access_lat=access_lat,
        access_note=note,
    )


def place_values(place: PlaceRequest | str, prefix: str) -> dict[str, Any]:
    """Give the values of the columns of a place."""
    if isinstance(place, str):
        return {prefix: place}
    return {
        prefix: place.ref,
        f"{prefix}_name": place.name,
        f"{prefix}_address": place.address,
        f"{prefix}_lon": place.lon,
        f"{prefix}_lat": place.lat,
        f"{prefix}_access_lon": place.access_lon,
        f"{prefix}_access_lat": place.access_lat,
        f"{prefix}_access_note": place.access_note,
    }


def moment_of(values: Values, column: str, service_on: date, zone: str) -> datetime:
    """Read the time in a column of a row whose service day is known."""
    try:
        return instant_of(values[column], service_on, zone)
    except NotATime as problem:
        raise BadValue(column, str(problem)) from problem


def read_cell(column: Column, text: str, separator: str) -> Any:
    """Read one cell; raises `BadCell`."""
    if text:
        return column.cell.read(text, separator)
    if column.required:
        expected = "a value: the column is required"
        raise BadCell(expected)
    return column.default
