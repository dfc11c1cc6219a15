"""Reading an OpenStreetMap extract: its roads as columns, and what stands at their nodes."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import osmium

from estafette.domain.error import Invalid
from estafette.travel.network.profile import blocks, drive_of
from estafette.travel.roads import Floats

Ids = npt.NDArray[np.int64]

_EVERY = 20_000


class Ways(NamedTuple):
    """
    Roads of an extract: w ways, and the m nodes along them one after the other.

    `first` (w + 1,) is where each way begins among the nodes. `blocked` and `lights` are ids of nodes that
    let nobody pass, and of traffic lights.
    """

    first: Ids
    m_s: Floats
    forward: npt.NDArray[np.bool_]
    backward: npt.NDArray[np.bool_]
    node: Ids
    lon: Floats
    lat: Floats
    blocked: Ids
    lights: Ids


def read_ways(extract: Path, say: Callable[[str], None]) -> Ways:
    """
    Read every road that a vehicle may use.

    Raises
    ------
    Invalid
        The file is not there, is no extract or is cut short, or there is no road in it.
    """
    try:
        ways = _ways(extract, say)
        blocked, lights = _nodes(extract)
    except (RuntimeError, OSError) as error:
        message = f"{extract}: not a whole OpenStreetMap extract: {_first_line(error)}"
        raise Invalid(message) from error
    if len(ways.first) == 1:
        message = f"{extract}: there is no road in it that a vehicle may use"
        raise Invalid(message)
    return ways._replace(blocked=blocked, lights=lights)


def data_at(extract: Path) -> str:
    """Give the date of the data as the extract's header tells it; empty where it does not."""
    with osmium.io.Reader(str(extract)) as reader:
        stamp: str = reader.header().get("osmosis_replication_timestamp", "")
    return stamp[:10]


def _ways(extract: Path, say: Callable[[str], None]) -> Ways:
    first, drives, node, lon, lat = [0], [], [], [], []
    found = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for way in found.with_filter(osmium.filter.KeyFilter("highway")).with_filter(
        osmium.filter.EntityFilter(osmium.osm.WAY)
    ):
        drive = drive_of(dict(way.tags))
        assert isinstance(way, osmium.osm.Way)
        along = [point for point in way.nodes if point.location.valid()] if drive else []
        if drive is None or len(along) < 2:
            continue
        node += [point.ref for point in along]
        lon += [point.location.lon for point in along]
        lat += [point.location.lat for point in along]
        drives.append(drive)
        first.append(len(node))
        if len(drives) % _EVERY == 0:
            say(f"{len(drives):,} roads read")
    return Ways(
        first=np.array(first, np.int64),
        m_s=np.array([drive.m_s for drive in drives]),
        forward=np.array([drive.forward for drive in drives], bool),
        backward=np.array([drive.backward for drive in drives], bool),
        node=np.array(node, np.int64), lon=np.array(lon, float), lat=np.array(lat, float),
        blocked=_ids([]), lights=_ids([]),
    )  # fmt: skip


def _nodes(extract: Path) -> tuple[Ids, Ids]:
    found = osmium.FileProcessor(str(extract), osmium.osm.NODE)
    blocked, lights = [], []
    for node in found.with_filter(osmium.filter.KeyFilter("barrier", "highway")):
        tags = dict(node.tags)
        if blocks(tags):
            blocked.append(node.id)
        elif tags.get("highway") == "traffic_signals":
            lights.append(node.id)
    return _ids(blocked), _ids(lights)


def _ids(ids: Iterable[int]) -> Ids:
    return np.array(list(ids), np.int64)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
