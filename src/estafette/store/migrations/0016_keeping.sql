-- How long a company keeps what: days of events, of what trips say of people, of riders without trips (null: for ever), of
-- the audit log (null: for ever). Defaults change nothing for who has set nothing.
ALTER TABLE company
    ADD COLUMN keep_events_days int NOT NULL DEFAULT 30 CHECK (keep_events_days BETWEEN 1 AND 36500),
    ADD COLUMN keep_trips_days int CHECK (keep_trips_days BETWEEN 30 AND 36500),
    ADD COLUMN keep_riders_days int CHECK (keep_riders_days BETWEEN 30 AND 36500),
    ADD COLUMN keep_ledger_days int CHECK (keep_ledger_days BETWEEN 365 AND 36500);
SELECT keep_ledger('company', '{}');

-- Since when a rider is known, and when all that names the rider was erased.
ALTER TABLE rider
    ADD COLUMN known_since timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN erased_at timestamptz;
SELECT keep_ledger('rider', '{ref,name,needs,groups,apart_from}');
-- Riders are few: a moment.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX booking_by_rider ON booking (company_id, rider_id);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX trip_by_booking ON trip (company_id, booking_id);

-- A plan is never changed, but what it was made from names places: that can be forgotten, and with it the replay.
GRANT UPDATE (problem, travel_sha256) ON plan TO estafette_app;
