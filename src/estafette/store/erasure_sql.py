"""
The statements that make riders and old trips nameless: what names a person goes, numbers and times stay.

Nothing is deleted that a figure counts: rows keep their ids, and what stood in them becomes `erased-<id>` or nothing.
"""

from typing import LiteralString

# Riders with the number of their trips that are still to be driven; one of a day that is over is not, whatever its
# status says.
OPEN_TRIPS: LiteralString = """
SELECT r.id, (SELECT count(*) FROM booking b
        JOIN trip t ON t.company_id = b.company_id AND t.booking_id = b.id
        WHERE b.company_id = r.company_id AND b.rider_id = r.id
            AND t.status IN ('requested', 'booked', 'will_call', 'en_route', 'arrived', 'on_board')
            AND t.service_on >= (now() AT TIME ZONE c.zone)::date)
FROM rider r JOIN company c ON c.id = r.company_id
WHERE r.company_id = %(company)s AND r.id = ANY (%(riders)s::bigint[])
"""

# The events that tell of some trips, with what names a person in them replaced. After CTEs `its_trip` and `its_place`
# (each with a column `ids`, an array).
_RETELL: LiteralString = """
retold AS (
    UPDATE event e SET payload = e.payload || jsonb_build_object(
        'trips', (SELECT coalesce(jsonb_agg(CASE WHEN (card->>'trip_id')::bigint = ANY (its_trip.ids)
                THEN card || jsonb_build_object('ref', 'erased-' || (card->>'trip_id')) ELSE card END ORDER BY n), '[]')
            FROM jsonb_array_elements(e.payload->'trips') WITH ORDINALITY AS t (card, n)),
        'places', (SELECT coalesce(jsonb_agg(CASE WHEN (card->>'place_id')::bigint = ANY (its_place.ids)
                THEN card || jsonb_build_object('name', 'erased', 'lon', round((card->>'lon')::numeric, 2),
                    'lat', round((card->>'lat')::numeric, 2)) ELSE card END ORDER BY n), '[]')
            FROM jsonb_array_elements(e.payload->'places') WITH ORDINALITY AS p (card, n)))
    FROM its_trip, its_place
    WHERE e.company_id = %(company)s AND e.kind = 'booked' AND (
        EXISTS (SELECT FROM jsonb_array_elements(e.payload->'trips') AS card
            WHERE (card->>'trip_id')::bigint = ANY (its_trip.ids))
        OR EXISTS (SELECT FROM jsonb_array_elements(e.payload->'places') AS card
            WHERE (card->>'place_id')::bigint = ANY (its_place.ids)))
)
"""

# What plans of these days were made from names places: it goes, the plans stay.
_FORGET_PLANS: LiteralString = """
replayless AS (
    UPDATE plan SET problem = NULL, travel_sha256 = NULL
    WHERE company_id = %(company)s AND problem IS NOT NULL AND service_on = ANY (SELECT service_on FROM trips)
    RETURNING id
)
"""

# What people said in words of these trips: why an apply was made, and what a driver reported of a run that had one.
_UNSAY: LiteralString = """
its_run AS MATERIALIZED (
    SELECT ARRAY(SELECT DISTINCT run_id FROM assignment
        WHERE company_id = %(company)s AND trip_id = ANY ((SELECT ids FROM its_trip)::bigint[])) AS ids
),
reasonless AS (
    UPDATE applied SET why = ''
    WHERE company_id = %(company)s AND why <> '' AND trip_ids && (SELECT ids FROM its_trip)::bigint[]
),
speechless AS (
    UPDATE run SET problem = problem || '{"note": ""}' FROM its_run, its_trip
    WHERE company_id = %(company)s AND problem->>'note' <> ''
        AND (id = ANY (its_run.ids) OR (problem->>'trip_id')::bigint = ANY (its_trip.ids))
),
unreported AS (
    UPDATE event SET payload = jsonb_set(payload, '{problem,note}', '""') FROM its_run, its_trip
    WHERE company_id = %(company)s AND kind = 'reported' AND payload->'problem'->>'note' <> ''
        AND ((payload->>'run_id')::bigint = ANY (its_run.ids)
            OR (payload->'problem'->>'trip_id')::bigint = ANY (its_trip.ids))
)
"""

# What was answered in the last days may repeat what names them: such an answer keeps its status and loses its body. It
# is looked for as JSON writes it; texts of one or two letters are in everything.
_UNTELL: LiteralString = """
telling AS MATERIALIZED (
    SELECT DISTINCT convert_to(btrim(to_jsonb(told)::text, '"'), 'UTF8') AS text FROM (
        SELECT unnest(ARRAY[ref, name, phone]) FROM rider WHERE company_id = %(company)s AND id = ANY (%(riders)s::bigint[])
        UNION ALL SELECT ref FROM booking WHERE company_id = %(company)s AND id = ANY (ARRAY(SELECT id FROM bookings))
        UNION ALL SELECT ref FROM trip WHERE company_id = %(company)s AND id = ANY ((SELECT ids FROM its_trip)::bigint[])
        UNION ALL SELECT unnest(ARRAY[rider, origin, destination, note, reason]) FROM enquiry
            WHERE company_id = %(company)s AND id = ANY (ARRAY(SELECT id FROM asked))
        UNION ALL SELECT unnest(ARRAY[ref, name, address, access_note]) FROM place
            WHERE company_id = %(company)s AND id = ANY ((SELECT ids FROM its_place)::bigint[])) AS each (told)
    WHERE length(told) > 2
),
untold AS (
    UPDATE answer a SET body = convert_to('{"erased": true}', 'UTF8')
    WHERE a.company_id = %(company)s AND a.body IS NOT NULL
        AND EXISTS (SELECT FROM telling t WHERE position(t.text IN a.body) > 0)
)
"""

# 1. `trips`: all of these riders. 2. `its_place`: where they go that nobody else goes or will by a standing order, nor
#    a shift begins or ends.
# 3. Each table is made nameless; a place keeps its position to about a kilometre. 4. Road times are known by positions,
#    and each row has times to others: the sets that such a place is in go, and are asked for anew.
ERASE_RIDERS: LiteralString = (
    """
WITH bookings AS MATERIALIZED (
    SELECT id FROM booking WHERE company_id = %(company)s AND rider_id = ANY (%(riders)s::bigint[])
),
trips AS MATERIALIZED (
    SELECT id, origin_id, destination_id, service_on FROM trip
    WHERE company_id = %(company)s AND booking_id = ANY (ARRAY(SELECT id FROM bookings))
),
asked AS MATERIALIZED (  -- also by a ward that wrote a name, where the rider was booked then
    SELECT id FROM enquiry WHERE company_id = %(company)s
        AND (rider_id = ANY (%(riders)s::bigint[]) OR booking_id = ANY (ARRAY(SELECT id FROM bookings)))
),
its_trip AS MATERIALIZED (SELECT ARRAY(SELECT id FROM trips) AS ids),
candidates AS MATERIALIZED (SELECT origin_id AS id FROM trips UNION SELECT destination_id FROM trips),
its_place AS MATERIALIZED (
    SELECT ARRAY(
        SELECT id FROM candidates
        EXCEPT SELECT unnest(ARRAY[origin_id, destination_id]) FROM trip
            WHERE company_id = %(company)s AND id <> ALL (ARRAY(SELECT id FROM trips))
        EXCEPT SELECT unnest(ARRAY[start_place_id, end_place_id]) FROM shift WHERE company_id = %(company)s
        EXCEPT SELECT p.id FROM standing_order s
            CROSS JOIN LATERAL jsonb_path_query(s.trips || s.exceptions, '$.**?(exists(@.origin)).*') AS named
            JOIN place p ON p.company_id = s.company_id AND p.ref = named #>> '{}'
            WHERE s.company_id = %(company)s AND s.active AND s.rider_id <> ALL (%(riders)s::bigint[])) AS ids
),
nameless AS (
    UPDATE rider SET ref = 'erased-' || id, name = 'erased', phone = '', needs = '{}', no_share = false, groups = '{}', apart_from = '{}',
        banned_driver_ids = '{}', preferred_driver_ids = '{}', erased_at = now()
    WHERE company_id = %(company)s AND id = ANY (%(riders)s::bigint[]) AND erased_at IS NULL
    RETURNING id
),
orderless AS (
    UPDATE standing_order SET ref = 'erased-' || id, purpose = '', trips = '[]', exceptions = '[]', active = false
    WHERE company_id = %(company)s AND rider_id = ANY (%(riders)s::bigint[])
),
noteless AS (DELETE FROM rider_note WHERE company_id = %(company)s AND rider_id = ANY (%(riders)s::bigint[])),
wordless AS (
    UPDATE enquiry SET rider = 'erased', origin = '', destination = '', note = '', reason = ''
    WHERE company_id = %(company)s AND id = ANY (ARRAY(SELECT id FROM asked))
),
booked AS (
    UPDATE booking SET ref = 'erased-' || id, purpose = '', notes = '', standing_order = NULL
    WHERE company_id = %(company)s AND id = ANY (ARRAY(SELECT id FROM bookings)) RETURNING id
),
driven AS (
    UPDATE trip SET ref = 'erased-' || id, needs = '{}', cancel_reason = NULL
    WHERE company_id = %(company)s AND id = ANY ((SELECT ids FROM its_trip)::bigint[]) RETURNING id
),
placed AS (
    UPDATE place SET ref = 'erased-' || id, name = 'erased', address = '', access_note = '',
        lon = round(lon::numeric, 2), lat = round(lat::numeric, 2)
    WHERE company_id = %(company)s AND id = ANY ((SELECT ids FROM its_place)::bigint[]) RETURNING id
),
doorless AS (
    DELETE FROM access_point WHERE company_id = %(company)s AND place_id = ANY ((SELECT ids FROM its_place)::bigint[])
),
roadless AS (
    DELETE FROM road_times WHERE company_id = %(company)s AND roads IN (SELECT roads FROM road_times
        WHERE company_id = %(company)s AND place_id = ANY ((SELECT ids FROM its_place)::bigint[]))
),
"""
    + _RETELL
    + ","
    + _UNSAY
    + ","
    + _UNTELL
    + ","
    + _FORGET_PLANS
    + """
SELECT (SELECT count(*) FROM nameless), (SELECT count(*) FROM booked), (SELECT count(*) FROM driven),
    (SELECT count(*) FROM placed), (SELECT count(*) FROM replayless)
"""
)

# Trips of days that are long over: a portion, with the bookings of which no trip is younger.
FORGET_TRIPS: LiteralString = (
    """
WITH trips AS MATERIALIZED (
    SELECT t.id, t.booking_id, t.service_on FROM trip t, company c
    WHERE c.id = %(company)s AND t.company_id = c.id AND t.ref <> 'erased-' || t.id
        AND t.service_on < (now() AT TIME ZONE c.zone)::date - c.keep_trips_days
    ORDER BY t.service_on LIMIT %(portion)s
),
its_trip AS MATERIALIZED (SELECT ARRAY(SELECT id FROM trips) AS ids),
its_place AS MATERIALIZED (SELECT '{}'::bigint[] AS ids),
over AS MATERIALIZED (
    SELECT DISTINCT b.booking_id AS id FROM trips b WHERE NOT EXISTS (
        SELECT FROM trip t, company c WHERE c.id = %(company)s AND t.company_id = c.id AND t.booking_id = b.booking_id
            AND t.service_on >= (now() AT TIME ZONE c.zone)::date - c.keep_trips_days)
),
booked AS (
    UPDATE booking SET ref = 'erased-' || id, purpose = '', notes = '', standing_order = NULL
    WHERE company_id = %(company)s AND id = ANY (ARRAY(SELECT id FROM over))
),
wordless AS (
    UPDATE enquiry e SET rider = 'erased', origin = '', destination = '', note = '', reason = '' FROM company c
    WHERE c.id = %(company)s AND e.company_id = c.id AND e.rider <> 'erased'
        AND e.service_on < (now() AT TIME ZONE c.zone)::date - c.keep_trips_days
),
driven AS (
    UPDATE trip SET ref = 'erased-' || id, needs = '{}', cancel_reason = NULL
    WHERE company_id = %(company)s AND id = ANY ((SELECT ids FROM its_trip)::bigint[]) RETURNING id
),
"""
    + _RETELL
    + ","
    + _UNSAY
    + ","
    + _FORGET_PLANS
    + "SELECT (SELECT count(*) FROM driven)"
)

# What plans of days that are long over say: a portion.
FORGET_PLANS: LiteralString = """
WITH aged AS MATERIALIZED (
    SELECT p.id FROM plan p, company c
    WHERE c.id = %(company)s AND p.company_id = c.id AND p.answer IS NOT NULL
        AND p.service_on < (now() AT TIME ZONE c.zone)::date - c.keep_plans_days
    ORDER BY p.service_on, p.id LIMIT %(portion)s
),
gone AS (
    UPDATE plan SET answer = NULL, problem = NULL, travel_sha256 = NULL
    WHERE company_id = %(company)s AND id = ANY (ARRAY(SELECT id FROM aged)) RETURNING id
)
SELECT count(*), CASE WHEN count(*) > 0
    THEN write_ledger(%(company)s, 'erase', 'plan', array_agg(id ORDER BY id), '[]') END FROM gone
"""

# Riders whose last trip (or, without one, since when they are known) is long ago, and who have none to come.
LEFT_RIDERS: LiteralString = """
SELECT r.id FROM rider r JOIN company c ON c.id = r.company_id
LEFT JOIN LATERAL (SELECT max(t.service_on) AS last_on FROM booking b
    JOIN trip t ON t.company_id = b.company_id AND t.booking_id = b.id
    WHERE b.company_id = r.company_id AND b.rider_id = r.id) AS ridden ON true
WHERE r.company_id = %(company)s AND r.erased_at IS NULL
    AND coalesce(ridden.last_on, r.known_since::date) < (now() AT TIME ZONE c.zone)::date - c.keep_riders_days
ORDER BY r.id LIMIT %(portion)s
"""

# All that is held of a rider. Whoever else was aboard is not in it.
EXPORT: LiteralString = """
SELECT jsonb_build_object(
    'rider', to_jsonb(r) - 'company_id' - 'grams',
    'bookings', coalesce((SELECT jsonb_agg(to_jsonb(b) - 'company_id' - 'rider_id' || jsonb_build_object(
            'trips', coalesce((SELECT jsonb_agg(to_jsonb(t) - 'company_id' - 'booking_id' || jsonb_build_object(
                    'origin', to_jsonb(o) - 'company_id' - 'grams', 'destination', to_jsonb(d) - 'company_id' - 'grams',
                    'assignment', to_jsonb(a) - 'company_id' - 'trip_id',
                    'history', coalesce((SELECT jsonb_agg(to_jsonb(h) - 'company_id' - 'trip_id' ORDER BY h.version)
                        FROM trip_history h WHERE h.company_id = t.company_id AND h.trip_id = t.id), '[]')) ORDER BY t.id)
                FROM trip t
                JOIN place o ON o.company_id = t.company_id AND o.id = t.origin_id
                JOIN place d ON d.company_id = t.company_id AND d.id = t.destination_id
                LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id
                WHERE t.company_id = b.company_id AND t.booking_id = b.id), '[]')) ORDER BY b.id)
        FROM booking b WHERE b.company_id = r.company_id AND b.rider_id = r.id), '[]'),
    'standing_orders', coalesce((SELECT jsonb_agg(to_jsonb(s) - 'company_id' - 'rider_id' ORDER BY s.id)
        FROM standing_order s WHERE s.company_id = r.company_id AND s.rider_id = r.id), '[]'),
    'enquiries', coalesce((SELECT jsonb_agg(to_jsonb(e) - 'company_id' - 'rider_id' ORDER BY e.id)
        FROM enquiry e WHERE e.company_id = r.company_id AND (e.rider_id = r.id OR e.booking_id IN (
            SELECT b.id FROM booking b WHERE b.company_id = r.company_id AND b.rider_id = r.id))), '[]'),
    'log', coalesce((SELECT jsonb_agg(jsonb_build_object('at', l.at, 'actor', l.actor, 'action', l.action, 'kind', l.kind,
            'why', l.why) ORDER BY l.id)
        FROM ledger l WHERE l.company_id = r.company_id AND l.kind IN ('rider', 'rider_note') AND l.ids @> ARRAY[r.id]), '[]'))::text,
    n.key_id, n.sealed
FROM rider r LEFT JOIN rider_note n ON n.company_id = r.company_id AND n.rider_id = r.id
WHERE r.company_id = %(company)s AND r.id = %(rider)s
"""
