"""Where things are: places, and the travel times between them."""

from typing import Annotated

import msgspec

from estafette.domain.record import Record

Lon = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Lat = Annotated[float, msgspec.Meta(ge=-90, le=90)]


class Place(Record, frozen=True, kw_only=True):
    """A point that a vehicle can reach. Its position is WGS 84, in degrees."""

    place_id: int
    name: str
    lon: Lon
    lat: Lat
