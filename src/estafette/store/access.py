"""Access points: where a vehicle stops for a place, when that is not where the place is on the map."""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from estafette.domain.error import NotFound
from estafette.domain.place import Place
from estafette.store.cards import PLACE_CARD
from estafette.store.database import Database, Statement

_READ: LiteralString = """
SELECT place_id, lon, lat FROM access_point WHERE company_id = %(company)s AND place_id = ANY (%(places)s)
"""

_SET: LiteralString = """
INSERT INTO access_point (company_id, place_id, lon, lat)
SELECT company_id, id, %(lon)s, %(lat)s FROM place WHERE company_id = %(company)s AND id = %(place)s
ON CONFLICT (company_id, place_id) DO UPDATE SET lon = EXCLUDED.lon, lat = EXCLUDED.lat
RETURNING place_id
"""

_REMOVE: LiteralString = """
DELETE FROM access_point WHERE company_id = %(company)s AND place_id = %(place)s
"""

_PLACES: LiteralString = f"""
SELECT coalesce(json_agg({PLACE_CARD} ORDER BY p.id), '[]')::text FROM place p WHERE p.company_id = %(company)s
"""


def list_places(database: Database, company_id: int) -> tuple[Place, ...]:
    """List the places of a company, where they are on the map."""
    rows = database.read(company_id, _PLACES, {"company": company_id})
    return msgspec.json.decode(rows[0][0], type=tuple[Place, ...])


def at_access_points(database: Database, company_id: int, places: Sequence[Place]) -> list[Place]:
    """Give the places where a vehicle stops for them: one statement."""
    scope = {"company": company_id, "places": [place.place_id for place in places]}
    moved = {place_id: (lon, lat) for place_id, lon, lat in database.read(company_id, _READ, scope)}
    return [_moved(place, *moved[place.place_id]) if place.place_id in moved else place for place in places]


def _moved(place: Place, lon: float, lat: float) -> Place:
    return msgspec.structs.replace(place, lon=lon, lat=lat)


def set_access_point(database: Database, company_id: int, place: Place, *, actor: str) -> None:
    """Let vehicles stop at the position of `place` from now on; raises `NotFound`."""
    scope = {"company": company_id, "place": place.place_id, "lon": place.lon, "lat": place.lat}
    if not database.transact(company_id, [Statement(_SET, scope)], actor=actor)[0]:
        message = f"there is no place {place.place_id}"
        raise NotFound(message)


def remove_access_point(database: Database, company_id: int, place_id: int, *, actor: str) -> None:
    """Let vehicles stop where the place is on the map."""
    scope = {"company": company_id, "place": place_id}
    database.transact(company_id, [Statement(_REMOVE, scope)], actor=actor)
