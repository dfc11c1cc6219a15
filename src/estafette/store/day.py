"""Reading a service day: the whole problem in one statement, whatever the number of trips."""

from datetime import date
from typing import LiteralString

import msgspec

from estafette.domain.error import no_company
from estafette.domain.problem import Problem
from estafette.store.cards import PLACE_CARD
from estafette.store.database import Database


def _s(instant: LiteralString) -> LiteralString:
    # Seconds from the start of the service day to an instant.
    return "extract(epoch FROM " + instant + " - day.start_at)::int"


# A trip promises one end; the other may be up to this much away (the ride limit binds long before).
_OTHER_END: LiteralString = "interval '3 hours'"

# A trip as JSON, written by `format`, which takes a quarter of the time of `json_build_object`: that looks up
# the type of every value for every row. No value is null, and texts go through `to_json`.
_TRIP: LiteralString = (
    """format('{"trip_id":%%s,"ref":%%s,"version":%%s,"origin_id":%%s,"destination_id":%%s,"anchor":"%%s",'
    '"pickup_from_s":%%s,"pickup_to_s":%%s,"dropoff_from_s":%%s,"dropoff_to_s":%%s,'
    '"pickup_dwell_s":%%s,"dropoff_dwell_s":%%s,"takes":{"seats":%%s,"wheelchairs":%%s,"stretchers":%%s},'
    '"max_ride_s":%%s,"under_way":%%s,"assigned":%%s}',
    id, to_json(ref), version, origin_id, destination_id, anchor,
    """
    + _s("CASE anchor WHEN 'pickup_at' THEN promised_from ELSE promised_from - " + _OTHER_END + " END")
    + ", "
    + _s("promised_to")
    + ", "
    + _s("promised_from")
    + ", "
    + _s("CASE anchor WHEN 'arrive_by' THEN promised_to ELSE promised_to + " + _OTHER_END + " END")
    + """,
    pickup_dwell_s, dropoff_dwell_s, seats + companions, wheelchairs, stretchers,
    coalesce(max_ride_s::text, 'null'),
    CASE WHEN status IN ('en_route', 'arrived', 'on_board') THEN 'true' ELSE 'false' END,
    CASE WHEN run_id IS NULL THEN 'null' ELSE format(
        '{"run_id":%%s,"pickup_s":%%s,"dropoff_s":%%s,"version":%%s,"lock":"%%s"}',
        run_id, """
    + _s("pickup_at")
    + ", "
    + _s("dropoff_at")
    + """, assignment_version, lock) END)"""
)

_RUN: LiteralString = (
    """json_build_object(
    'run_id', r.id, 'driver_id', r.driver_id, 'vehicle_id', r.vehicle_id, 'version', r.version,
    'shift_from_s', """
    + _s("s.starts_at")
    + """, 'shift_to_s', """
    + _s("s.ends_at")
    + """,
    'start_place_id', s.start_place_id, 'end_place_id', s.end_place_id,
    'layouts', v.layouts, 'breaks', s.breaks)"""
)

_LOAD: LiteralString = (
    """
WITH day AS MATERIALIZED (
    SELECT c.id AS company_id, c.zone, (%(day)s::date::timestamp AT TIME ZONE c.zone) AS start_at, f.last_event_id
    FROM company c JOIN feed f ON f.company_id = c.id
    WHERE c.id = %(company)s
), trips AS MATERIALIZED (
    SELECT t.*, a.run_id, a.pickup_at, a.dropoff_at, a.version AS assignment_version, a.lock
    FROM day JOIN trip t ON t.company_id = day.company_id AND t.service_on = %(day)s
    LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id
    WHERE t.status IN ('booked', 'en_route', 'arrived', 'on_board')
    ORDER BY t.id  -- before it becomes text, which would be sorted on disk
), runs AS MATERIALIZED (
    SELECT s.start_place_id, s.end_place_id, """
    + _RUN
    + """ AS facts
    FROM day JOIN run r ON r.company_id = day.company_id AND r.service_on = %(day)s
    JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
    JOIN driver d ON d.company_id = r.company_id AND d.id = r.driver_id AND d.active
    JOIN vehicle v ON v.company_id = r.company_id AND v.id = r.vehicle_id AND v.active
    ORDER BY r.id
), named AS (
    SELECT origin_id AS id FROM trips UNION SELECT destination_id FROM trips
    UNION SELECT start_place_id FROM runs UNION SELECT end_place_id FROM runs
)
SELECT format('{"company_id":%%s,"service_on":"%%s","zone":%%s,"day_start_at":%%s,"board_version":%%s,'
    '"places":%%s,"trips":[%%s],"runs":%%s,"will_calls":%%s}',
    day.company_id, %(day)s::date, to_json(day.zone), to_json(day.start_at), day.last_event_id,
    coalesce((SELECT json_agg("""
    + PLACE_CARD
    + """ ORDER BY p.id)
        FROM named JOIN place p ON p.company_id = day.company_id AND p.id = named.id), '[]'),
    (SELECT string_agg("""
    + _TRIP
    + """, ',') FROM trips),
    coalesce((SELECT json_agg(facts) FROM runs), '[]'),
    coalesce((SELECT json_agg(t.id ORDER BY t.id) FROM trip t
        WHERE t.company_id = day.company_id AND t.service_on = %(day)s AND t.status = 'will_call'), '[]'))
FROM day
"""
)


def load_day(database: Database, company_id: int, service_on: date) -> Problem:
    """
    Read one company's service day as a problem: one statement, one round trip.

    The board version is read in the same snapshot as the rows, so whatever changes later carries a
    higher version. Trips that ended or wait for a time are not in it.

    Raises
    ------
    NotFound
        The company does not exist.
    """
    rows = database.read(company_id, _LOAD, {"company": company_id, "day": service_on})
    if not rows:
        raise no_company(company_id)
    return msgspec.json.decode(rows[0][0], type=Problem)
