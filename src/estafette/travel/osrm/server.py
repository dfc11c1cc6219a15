"""
An OSRM server by its address: `osrm-routed`, or whatever speaks its HTTP.

Positions stand in the address of a request, as OSRM wants it, so use a server of your own: nobody else
should log where riders live. No names, no times of day and no numbers of ours are sent.
"""

import http.client
import json
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote, urlsplit

import numpy as np

from estafette.domain.error import Invalid, Unavailable
from estafette.travel.globe import Points
from estafette.travel.polyline import decode_polyline, encode_polyline
from estafette.travel.roads import Floats, Rows, Snapped, Table, Way

_TIMEOUT_S = 10.0
# Positions on each side of one request; halved when the server says that it is too much.
_SIDE = 100
_DIGITS = 6


class _TooBig(Exception):
    """The server takes fewer positions at once."""


class OsrmServer:
    """
    The road network of a server.

    Raises
    ------
    Invalid
        `url` is not the address of an HTTP server.
    """

    def __init__(self, url: str, *, timeout_s: float = _TIMEOUT_S) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = f"ESTAFETTE_OSRM_URL: {url!r} is not an address like http://127.0.0.1:5000"
            raise Invalid(message)
        self.name = f"OSRM at {parts.hostname}:{parts.port or parts.scheme}"
        self._parts, self._timeout_s, self._side = parts, timeout_s, _SIDE
        self._data_version: str | None = None

    @property
    def version(self) -> str | None:
        """Name the server's data, if it does (`osrm-extract --data_version`); raises `Unavailable`."""
        if self._data_version is None:
            self._data_version = str(self._get("nearest/v1/driving/0,0").get("data_version", ""))
        return f"{self.name} {self._data_version}" if self._data_version else None

    def snap(self, points: Points) -> Snapped:
        """Give the nearest points on roads."""
        spots = []
        for rows in _portions(len(points), self._side):
            some = points.take(rows)
            # The first once more at the end: OSRM makes no table of one position.
            again = some.and_then(some.take(np.array([0])))
            found = self._table(again, np.array([0]), np.arange(len(some)))
            spots += _list(found, "destinations", len(some))
        try:
            lon, lat = np.array([spot["location"] for spot in spots], float).reshape(-1, 2).T
            return Snapped(Points(lon, lat), np.array([spot["distance"] for spot in spots], float))
        except (TypeError, KeyError, ValueError) as error:
            raise self._nonsense("no waypoints") from error

    def table(self, origins: Points, destinations: Points) -> Table:
        """Give times and distances, block by block."""
        while True:
            try:
                return self._in_blocks(origins, destinations)
            except _TooBig:
                self._side //= 2
                if not self._side:
                    raise self._nonsense("one pair of places is too much") from None

    def _in_blocks(self, origins: Points, destinations: Points) -> Table:
        shape = (len(origins), len(destinations))
        whole = Table(np.full(shape, np.nan), np.full(shape, np.nan))
        blocks = product(_portions(shape[0], self._side), _portions(shape[1], self._side))
        for rows, columns in blocks:
            here, there = origins.take(rows), destinations.take(columns)
            both = here.and_then(there)
            found = self._table(both, np.arange(len(here)), np.arange(len(here), len(both)))
            for values, key in zip(whole, ("durations", "distances"), strict=True):
                values[np.ix_(rows, columns)] = self._numbers(found, key, (len(here), len(there)))
        return whole

    def way(self, origin: Points, destination: Points) -> Way | None:
        """Give the way between two positions."""
        both = origin.and_then(destination)
        found = self._get(f"route/v1/driving/{_line(both)}?overview=full&geometries=polyline")
        if found["code"] == "NoRoute":
            return None
        try:
            route = found["routes"][0]
            line = decode_polyline(route["geometry"])
            return Way(line.lon, line.lat, float(route["duration"]), float(route["distance"]))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise self._nonsense("no route") from error

    def _table(self, points: Points, sources: Rows, destinations: Rows) -> dict[str, Any]:
        indices = f"sources={_indices(sources)}&destinations={_indices(destinations)}"
        return self._get(
            f"table/v1/driving/{_line(points)}?annotations=duration,distance&generate_hints=false&{indices}"
        )

    def _numbers(self, found: dict[str, Any], key: str, shape: tuple[int, int]) -> Floats:
        try:
            values = np.array(found[key], float)  # null becomes NaN: no way
        except (KeyError, TypeError, ValueError) as error:
            raise self._nonsense(f"no {key}") from error
        if values.shape != shape:
            raise self._nonsense(f"{key} of {values.shape} for {shape} places")
        return values

    def _get(self, path: str) -> dict[str, Any]:
        answer = self._answer(f"{self._parts.path.rstrip('/')}/{path}")
        try:
            found = json.loads(answer)
        except ValueError as error:
            raise self._nonsense("not JSON") from error
        code = found.get("code") if isinstance(found, dict) else None
        if code == "TooBig":
            raise _TooBig
        if code not in {"Ok", "NoRoute"}:
            raise self._nonsense(f"code {code}")
        return dict(found)

    def _answer(self, path: str) -> bytes:
        secure = self._parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(str(self._parts.hostname), self._parts.port, timeout=self._timeout_s)
        try:
            connection.request("GET", path)
            return connection.getresponse().read()
        except (OSError, http.client.HTTPException) as error:
            message = f"{self.name} does not answer: {type(error).__name__}"
            raise Unavailable(message) from error
        finally:
            connection.close()

    def _nonsense(self, what: str) -> Unavailable:
        return Unavailable(f"{self.name} gives nonsense: {what}")


def _portions(count: int, most: int) -> Iterator[Rows]:
    return (np.arange(start, min(start + most, count)) for start in range(0, count, most))


def _line(points: Points) -> str:
    return f"polyline6({quote(encode_polyline(points, digits=_DIGITS), safe='')})"


def _indices(rows: Rows) -> str:
    return ";".join(map(str, rows.tolist()))


def _list(found: dict[str, Any], key: str, count: int) -> list[Any]:
    values = found.get(key)
    return values if isinstance(values, list) and len(values) == count else [None] * count
