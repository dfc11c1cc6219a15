"""
The statement that reads a service day: trips with their riders' wishes, runs with their drivers' limits, places.

Whatever a trip has seldom (a need, a tie to another leg, a wish about drivers) is appended to its JSON only where it
is there. Riders are looked up one by one (`LATERAL ... OFFSET 0`, an index lookup each), which no estimate can spoil.
"""

from typing import LiteralString

from estafette.store.cards import PLACE_CARD


def _s(instant: LiteralString) -> LiteralString:
    # Seconds from the start of the service day to an instant.
    return "extract(epoch FROM " + instant + " - day.start_at)::int"


def _where(condition: LiteralString, name: LiteralString, value: LiteralString) -> LiteralString:
    # A member of a JSON object, null where the condition does not hold: then `concat` leaves it out.
    return "CASE WHEN " + condition + " THEN ',\"" + name + "\":' || " + value + " END"


# A trip promises one end; the other may be up to this much away (the ride limit binds long before).
_OTHER_END: LiteralString = "interval '3 hours'"

# A pick-up is aimed at the time asked for, an appointment at the middle of its window: who plans for its last
# moment is late with the first red light.
_TARGET: LiteralString = "CASE anchor WHEN 'pickup_at' THEN requested_at ELSE promised_from + (promised_to - promised_from) / 2 END"

# A day is as good as never in ten years, and the seconds to one in seventy do not fit.
_NOW: LiteralString = (
    "greatest(least(now(), day.start_at + interval '10 years'), day.start_at - interval '10 years')"
)

_LINK: LiteralString = (
    'format(\'{"after_trip_id":%%s,"min_stay_s":%%s,"same_driver":%%s,"waits":%%s}\','
    " leg_before, coalesce(min_stay_s, 0), to_json(same_driver), to_json(waits))"
)

_SELDOM: LiteralString = (
    "concat("
    + _where("requested_at IS NOT NULL", "target_s", _s(_TARGET))
    + ",\n"
    + _where(
        "needs <> '{}' OR rider_needs <> '{}'",
        "needs",
        "to_json(ARRAY(SELECT unnest(needs) UNION SELECT unnest(rider_needs) ORDER BY 1))::text",
    )
    + ",\n"
    + _where("no_share OR rider_no_share", "no_share", "'true'")
    + ",\n"
    + _where("groups <> '{}'", "groups", "to_json(groups)::text")
    + ",\n"
    + _where("apart_from <> '{}'", "apart_from", "to_json(apart_from)::text")
    + ",\n"
    + _where("banned_driver_ids <> '{}'", "banned_driver_ids", "to_json(banned_driver_ids)::text")
    + ",\n"
    + _where("preferred_driver_ids <> '{}'", "preferred_driver_ids", "to_json(preferred_driver_ids)::text")
    + ",\n"
    + _where("priority > 0", "priority", "priority")
    + ",\n"
    + _where("unserved_s IS NOT NULL", "unserved_s", "unserved_s")
    + ",\n"
    + _where("leg_before IS NOT NULL AND (min_stay_s IS NOT NULL OR same_driver OR waits)", "link", _LINK)
    + ",\n"
    + _where("status = 'will_call'", "expected", "'true'")
    + ")"
)

# A trip as JSON, written by `format`, which takes a quarter of the time of `json_build_object`: that looks up
# the type of every value for every row. No value is null, and texts go through `to_json`.
_TRIP: LiteralString = (
    """format('{"trip_id":%%s,"ref":%%s,"version":%%s,"origin_id":%%s,"destination_id":%%s,"anchor":"%%s",'
    '"pickup_from_s":%%s,"pickup_to_s":%%s,"dropoff_from_s":%%s,"dropoff_to_s":%%s,'
    '"pickup_dwell_s":%%s,"dropoff_dwell_s":%%s,"takes":{"seats":%%s,"wheelchairs":%%s,"stretchers":%%s},'
    '"max_ride_s":%%s,"under_way":%%s,"assigned":%%s%%s}',
    id, to_json(ref), version, origin_id, destination_id, anchor,
    """
    + _s("CASE anchor WHEN 'pickup_at' THEN from_at ELSE from_at - " + _OTHER_END + " END")
    + ", "
    + _s("to_at")
    + ", "
    + _s("from_at")
    + ", "
    + _s("CASE anchor WHEN 'arrive_by' THEN to_at ELSE to_at + " + _OTHER_END + " END")
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
    + """, assignment_version, lock) END,
    """
    + _SELDOM
    + ")"
)

# Overtime ends where the next shift of the driver or the vehicle begins.
_RUN: LiteralString = (
    """json_build_object(
    'run_id', r.id, 'driver_id', r.driver_id, 'vehicle_id', r.vehicle_id, 'version', r.version,
    'shift_from_s', """
    + _s("s.starts_at")
    + """, 'shift_to_s', """
    + _s("s.ends_at")
    + """,
    'start_place_id', s.start_place_id, 'end_place_id', s.end_place_id,
    'layouts', v.layouts, 'breaks', s.breaks,
    'skills', ARRAY(SELECT unnest(d.skills) UNION SELECT unnest(v.equipment) ORDER BY 1),
    'overtime_s', least(d.overtime_s, extract(epoch FROM shifts.next_at - s.ends_at)::int),
    'max_drive_s', d.max_drive_s, 'max_work_s', d.max_work_s, 'wheeled_dwell_s', v.wheeled_dwell_s,
    'activation_s', s.activation_s, 'worked_s', coalesce(worked.worked_s, 0))"""
)

DAY: LiteralString = """
WITH day AS MATERIALIZED (
    SELECT c.*, (%(day)s::date::timestamp AT TIME ZONE c.zone) AS start_at, f.last_event_id
    FROM company c JOIN feed f ON f.company_id = c.id
    WHERE c.id = %(company)s
)"""


def trips_among(source: LiteralString, assignments: LiteralString) -> LiteralString:
    """Write the part that reads what is to be planned of the trips in `source`, which has whole bookings."""
    return (
        """trips AS MATERIALIZED (
    SELECT t.*, a.run_id, a.pickup_at, a.dropoff_at, a.version AS assignment_version, a.lock,
        rider.needs AS rider_needs, rider.no_share AS rider_no_share, rider.groups, rider.apart_from,
        rider.banned_driver_ids, rider.preferred_driver_ids,
        coalesce(t.promised_from, t.expected_from) AS from_at, coalesce(t.promised_to, t.expected_to) AS to_at,
        lag(t.id) OVER (PARTITION BY t.booking_id ORDER BY coalesce(t.promised_from, t.expected_from), t.id) AS leg_before
    FROM day JOIN """
        + source
        + """ t ON t.company_id = day.id AND t.service_on = %(day)s
    LEFT JOIN """
        + assignments
        + """ a ON a.company_id = t.company_id AND a.trip_id = t.id,
        LATERAL (SELECT rider_id FROM booking WHERE company_id = t.company_id AND id = t.booking_id OFFSET 0) AS b,
        LATERAL (SELECT * FROM rider WHERE company_id = t.company_id AND id = b.rider_id OFFSET 0) AS rider
    WHERE t.status IN ('booked', 'en_route', 'arrived', 'on_board')
        OR t.status = 'will_call' AND t.expected_from IS NOT NULL
    ORDER BY t.id  -- before it becomes text, which would be sorted on disk
)"""
    )


TRIPS: LiteralString = "(SELECT string_agg(" + _TRIP + ", ',') FROM trips)"
WAITING: LiteralString = "t.status = 'will_call' AND t.expected_from IS NULL"

# What stands of a run beside its trips; alias: r = run.
FRAME: LiteralString = "json_build_object('run_id', r.id, 'version', r.version, 'pull_out_at', r.pull_out_at, 'breaks', r.breaks)"

_ALL: LiteralString = (
    DAY
    + ", "
    + trips_among("trip", "assignment")
    + """, shifts AS MATERIALIZED (
    SELECT s.id, least(
        lead(s.starts_at) OVER (PARTITION BY s.driver_id ORDER BY s.starts_at),
        lead(s.starts_at) OVER (PARTITION BY s.vehicle_id ORDER BY s.starts_at)) AS next_at
    FROM day JOIN shift s ON s.company_id = day.id
        AND s.service_on BETWEEN %(day)s::date - 1 AND %(day)s::date + 1
), worked AS MATERIALIZED (
    SELECT r.driver_id, sum(extract(epoch FROM r.pull_in_at - r.pull_out_at))::int AS worked_s
    FROM day JOIN run r ON r.company_id = day.id
        AND r.service_on BETWEEN %(day)s::date - %(window_days)s AND %(day)s::date - 1
    WHERE r.pull_out_at IS NOT NULL GROUP BY r.driver_id
), runs AS MATERIALIZED (
    SELECT s.start_place_id, s.end_place_id, """
    + _RUN
    + """ AS facts
    FROM day JOIN run r ON r.company_id = day.id AND r.service_on = %(day)s
    JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
    JOIN driver d ON d.company_id = r.company_id AND d.id = r.driver_id AND d.active
    JOIN vehicle v ON v.company_id = r.company_id AND v.id = r.vehicle_id AND v.active
    LEFT JOIN shifts ON shifts.id = s.id
    LEFT JOIN worked ON worked.driver_id = r.driver_id
    ORDER BY r.id
), named AS (
    SELECT origin_id AS id FROM trips UNION SELECT destination_id FROM trips
    UNION SELECT start_place_id FROM runs UNION SELECT end_place_id FROM runs
)
SELECT format('{"company_id":%%s,"service_on":"%%s","zone":%%s,"day_start_at":%%s,"board_version":%%s,'
    '"places":%%s,"trips":[%%s],"runs":%%s,"will_calls":%%s,'
    '"ride_limit":{"factor_percent":%%s,"allowance_s":%%s},"max_onboard_wait_s":%%s%%s}',
    day.id, %(day)s::date, to_json(day.zone), to_json(day.start_at), day.last_event_id,
    coalesce((SELECT json_agg("""
    + PLACE_CARD
    + """ ORDER BY p.id)
        FROM named JOIN place p ON p.company_id = day.id AND p.id = named.id), '[]'),
    """
    + TRIPS
    + """,
    coalesce((SELECT json_agg(facts) FROM runs), '[]'),
    coalesce((SELECT json_agg(t.id ORDER BY t.id) FROM trip t
        WHERE t.company_id = day.id AND t.service_on = %(day)s AND """
    + WAITING
    + """), '[]'),
    day.ride_factor_percent, day.ride_allowance_s, coalesce(day.max_onboard_wait_s::text, 'null'),
    CASE WHEN day.freeze_s IS NOT NULL
        THEN format(',"freeze_s":%%s,"now_s":%%s', day.freeze_s, """
    + _s(_NOW)
    + """) END)"""
)

LOAD: LiteralString = _ALL + "\nFROM day"

LOAD_NOW: LiteralString = (
    _ALL
    + """,
    coalesce((SELECT json_agg("""
    + FRAME
    + """) FROM run r WHERE r.company_id = day.id AND r.service_on = %(day)s), '[]')::text,
    (SELECT coalesce(max(id), 0) FROM ledger WHERE company_id = day.id)
FROM day"""
)
