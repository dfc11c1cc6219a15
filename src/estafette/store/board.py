"""The board of a service day, read whole and at one moment."""

from datetime import date
from typing import LiteralString

import msgspec

from estafette.domain.board import Board, CompanyCard, RunCard, TripCard
from estafette.domain.error import no_company
from estafette.domain.place import Place
from estafette.domain.time import day_start_at
from estafette.store.cards import PLACE_CARD, RUN_CARD, TRIP_CARD
from estafette.store.database import Database

_RUNS = msgspec.json.Decoder(tuple[RunCard, ...])
_TRIPS = msgspec.json.Decoder(tuple[TripCard, ...])
_PLACES = msgspec.json.Decoder(tuple[Place, ...])

# One statement sees one moment: the version belongs to exactly these rows.
_BOARD: LiteralString = f"""
WITH on_day AS MATERIALIZED (
    SELECT * FROM trip WHERE company_id = %(company)s AND service_on = %(day)s
)
SELECT c.zone, f.last_event_id,
    (SELECT coalesce(json_agg({RUN_CARD} ORDER BY r.id), '[]')::text
     FROM run r
     JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
     JOIN driver d ON d.company_id = r.company_id AND d.id = r.driver_id
     JOIN vehicle v ON v.company_id = r.company_id AND v.id = r.vehicle_id
     WHERE r.company_id = %(company)s AND r.service_on = %(day)s),
    (SELECT coalesce(json_agg({TRIP_CARD} ORDER BY t.id), '[]')::text
     FROM on_day t
     LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id),
    (SELECT coalesce(json_agg({PLACE_CARD} ORDER BY p.id), '[]')::text
     FROM place p
     WHERE p.company_id = %(company)s
       AND p.id IN (SELECT origin_id FROM on_day UNION SELECT destination_id FROM on_day))
FROM company c JOIN feed f ON f.company_id = c.id
WHERE c.id = %(company)s
"""

_COMPANY: LiteralString = """
SELECT c.name, c.zone, c.language,
    ARRAY(SELECT service_on FROM run WHERE company_id = c.id
          UNION SELECT service_on FROM trip WHERE company_id = c.id ORDER BY 1)
FROM company c WHERE c.id = %(company)s
"""


def get_board(database: Database, company_id: int, service_on: date) -> Board:
    """Read one service day with the id of the last event it contains; raises `NotFound`."""
    rows = database.read(company_id, _BOARD, {"company": company_id, "day": service_on})
    if not rows:
        raise no_company(company_id)
    zone, version, runs, trips, places = rows[0]
    return Board(
        company_id=company_id,
        service_on=service_on,
        zone=zone,
        day_start_at=day_start_at(service_on, zone),
        version=version,
        runs=_RUNS.decode(runs),
        trips=_TRIPS.decode(trips),
        places=_PLACES.decode(places),
    )


_RUN_PAGE: LiteralString = f"""
SELECT coalesce(json_agg({RUN_CARD} ORDER BY r.id), '[]')::text
FROM (SELECT * FROM run WHERE company_id = %(company)s AND service_on = %(day)s AND id > %(after)s
    ORDER BY id LIMIT %(limit)s) r
JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
JOIN driver d ON d.company_id = r.company_id AND d.id = r.driver_id
JOIN vehicle v ON v.company_id = r.company_id AND v.id = r.vehicle_id
"""


def list_runs(
    database: Database, company_id: int, service_on: date, *, after: int, limit: int
) -> tuple[RunCard, ...]:
    """List runs of a day in the order of their ids."""
    scope = {"company": company_id, "day": service_on, "after": after, "limit": limit}
    return _RUNS.decode(database.read(company_id, _RUN_PAGE, scope)[0][0])


def get_company(database: Database, company_id: int) -> CompanyCard:
    """Read whose board it is and its service days; raises `NotFound`."""
    rows = database.read(company_id, _COMPANY, {"company": company_id})
    if not rows:
        raise no_company(company_id)
    name, zone, language, days = rows[0]
    return CompanyCard(company_id=company_id, name=name, zone=zone, language=language, days=tuple(days))
