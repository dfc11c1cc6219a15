"""How trips, runs and places look on a board, as JSON built by the database: snapshot and events share it."""

from typing import LiteralString

# Aliases: t = trip, a = assignment (may be null).
TRIP_CARD: LiteralString = """jsonb_build_object(
    'trip_id', t.id, 'ref', t.ref, 'service_on', t.service_on, 'anchor', t.anchor,
    'requested_at', t.requested_at, 'promised_from', t.promised_from, 'promised_to', t.promised_to,
    'origin_id', t.origin_id, 'destination_id', t.destination_id,
    'takes', jsonb_build_object('seats', t.seats + t.companions, 'wheelchairs', t.wheelchairs,
                                'stretchers', t.stretchers),
    'status', t.status, 'run_id', a.run_id, 'lock', coalesce(a.lock, 'none'),
    'times', CASE WHEN a.run_id IS NOT NULL THEN jsonb_build_object(
        'pickup_at', a.pickup_at, 'pickup_until', a.pickup_until,
        'dropoff_at', a.dropoff_at, 'dropoff_until', a.dropoff_until) END)"""

# Aliases: r = run, s = shift, d = driver, v = vehicle.
RUN_CARD: LiteralString = """jsonb_build_object(
    'run_id', r.id, 'service_on', r.service_on, 'driver_id', r.driver_id, 'driver', d.name,
    'vehicle', v.name, 'layouts', v.layouts, 'shift_from', s.starts_at, 'shift_to', s.ends_at,
    'manifest', r.manifest, 'pull_out_at', r.pull_out_at, 'pull_in_at', r.pull_in_at, 'breaks', r.breaks,
    'acknowledged', r.acknowledged, 'problem', r.problem)"""

# Alias: p = place.
PLACE_CARD: LiteralString = "jsonb_build_object('place_id', p.id, 'name', p.name, 'lon', p.lon, 'lat', p.lat)"
