"""OSRM in this process, on data that `travel/osrm/tools.py` prepared."""

import importlib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from estafette.domain.error import Invalid, Unavailable
from estafette.travel.globe import Points
from estafette.travel.osrm.tools import NETWORK
from estafette.travel.polyline import decode_polyline
from estafette.travel.roads import Floats, Snapped, Table, Way

# Times asked for at once: each is an object. Fewer would search again and again from the same destinations,
# more take memory and no less time.
_AT_ONCE = 1_000_000


class OsrmRoads:
    """
    The road network of OSRM's contraction hierarchies; turns and their restrictions count.

    Raises
    ------
    Invalid
        The data in `folder` cannot be read.
    """

    def __init__(self, folder: Path, *, name: str, version: str) -> None:
        self.name, self.version = name, version
        self._osrm = importlib.import_module("osrm")
        try:
            self._engine = self._osrm.OSRM(
                algorithm="CH", storage_config=str(folder / NETWORK), use_shared_memory=False
            )
        except RuntimeError as error:
            message = f"{folder}: OSRM cannot read its data ({error}); build the roads again"
            raise Invalid(message) from error

    def snap(self, points: Points) -> Snapped:
        """Give the nearest points on roads."""
        every = list(range(len(points)))
        # The first once more at the end: OSRM makes no table of one position.
        again = points.and_then(points.take(np.array([0])))
        found = self._table_of(again, [0], every, ["duration"])["destinations"]
        spot = [found[row] for row in every]
        lon, lat = np.array([tuple(each["location"]) for each in spot], float).reshape(-1, 2).T
        return Snapped(Points(lon, lat), np.array([each["distance"] for each in spot], float))

    def table(self, origins: Points, destinations: Points) -> Table:
        """Give times and distances, some rows at a time."""
        both = origins.and_then(destinations)
        columns = list(range(len(origins), len(both)))
        parts = list(self._parts(both, len(origins), columns))
        return Table(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _parts(self, points: Points, rows: int, columns: Sequence[int]) -> Iterator[tuple[Floats, Floats]]:
        step = max(1, _AT_ONCE // len(columns))
        for start in range(0, rows, step):
            some = list(range(start, min(start + step, rows)))
            used = points.take(np.array([*some, *columns]))
            here, there = range(len(some)), range(len(some), len(used))
            found = self._table_of(used, here, there, ["duration", "distance"])
            shape = (len(some), len(columns))
            yield _numbers(found["durations"], shape), _numbers(found["distances"], shape)

    def way(self, origin: Points, destination: Points) -> Way | None:
        """Give the way between two positions."""
        asked = self._osrm.RouteParameters(
            coordinates=[*_pairs(origin), *_pairs(destination)], overview="full", geometries="polyline"
        )
        try:
            route = self._engine.Route(asked)["routes"][0]
        except RuntimeError as error:
            if "NoRoute" in str(error) or "Impossible route" in str(error):
                return None
            raise _refused(error) from error
        line = decode_polyline(route["geometry"])
        return Way(line.lon, line.lat, route["duration"], route["distance"])

    def _table_of(
        self, points: Points, sources: Sequence[int], destinations: Sequence[int], what: list[str]
    ) -> Any:
        asked = self._osrm.TableParameters(
            coordinates=_pairs(points), sources=list(sources), destinations=list(destinations),
            annotations=what, generate_hints=False,
        )  # fmt: skip
        try:
            return self._engine.Table(asked)
        except RuntimeError as error:
            raise _refused(error) from error


def _refused(error: RuntimeError) -> Unavailable:
    return Unavailable(f"OSRM gives no times: {error}")


def _pairs(points: Points) -> list[tuple[float, float]]:
    return list(zip(points.lon.tolist(), points.lat.tolist(), strict=True))


def _numbers(rows: Any, shape: tuple[int, int]) -> Floats:
    # One pass over all: a list for each row first takes three times as long.
    count = shape[0] * shape[1]
    try:
        values = np.fromiter(chain.from_iterable(rows), float, count=count)
    except TypeError:  # None: a pair without a way
        flat = chain.from_iterable(rows)
        values = np.array([np.nan if value is None else value for value in flat], float)
    return values.reshape(shape)
