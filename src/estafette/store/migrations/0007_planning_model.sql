-- What the optimiser knows of riders, trips, drivers, vehicles, shifts and companies. Every new column has a
-- constant default or none, so no table is rewritten; all checks of a table are made in one reading of it.

-- What holds for all trips of a rider. Names of skills and groups are the company's own; a need is met by a skill
-- of the driver or by equipment of the vehicle that has the same name. Drivers never go, so their ids stay good.
ALTER TABLE rider
    ADD COLUMN needs text[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(needs) <= 20 AND array_position(needs, NULL) IS NULL AND '' <> ALL (needs)),
    ADD COLUMN no_share boolean NOT NULL DEFAULT false,
    ADD COLUMN groups text[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(groups) <= 20 AND array_position(groups, NULL) IS NULL AND '' <> ALL (groups)),
    ADD COLUMN apart_from text[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(apart_from) <= 20 AND array_position(apart_from, NULL) IS NULL AND '' <> ALL (apart_from)),
    ADD COLUMN banned_driver_ids bigint[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(banned_driver_ids) <= 100 AND array_position(banned_driver_ids, NULL) IS NULL),
    ADD COLUMN preferred_driver_ids bigint[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(preferred_driver_ids) <= 100 AND array_position(preferred_driver_ids, NULL) IS NULL
            AND NOT preferred_driver_ids && banned_driver_ids);

-- What holds for one trip; needs and no_share come on top of the rider's. An optional trip (unserved_s) has no
-- priority. A leg with min_stay_s or same_driver is tied to the leg before it in its booking on that day. A
-- will-call with expected times holds room in the plan.
ALTER TABLE trip
    ADD COLUMN needs text[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(needs) <= 20 AND array_position(needs, NULL) IS NULL AND '' <> ALL (needs)),
    ADD COLUMN no_share boolean NOT NULL DEFAULT false,
    ADD COLUMN priority int NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
    ADD COLUMN unserved_s int CHECK (unserved_s IS NULL OR unserved_s BETWEEN 0 AND 1000000 AND priority = 0),
    ADD COLUMN min_stay_s int CHECK (min_stay_s BETWEEN 0 AND 86400),
    ADD COLUMN same_driver boolean NOT NULL DEFAULT false,
    ADD COLUMN expected_from timestamptz,
    ADD COLUMN expected_to timestamptz
        CHECK (expected_from <= expected_to AND (expected_from IS NULL) = (expected_to IS NULL));

ALTER TABLE driver
    ADD COLUMN skills text[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(skills) <= 60 AND array_position(skills, NULL) IS NULL AND '' <> ALL (skills)),
    ADD COLUMN overtime_s int NOT NULL DEFAULT 0 CHECK (overtime_s BETWEEN 0 AND 43200),
    ADD COLUMN max_drive_s int CHECK (max_drive_s BETWEEN 0 AND 86400),     -- null: no limit
    ADD COLUMN max_work_s int CHECK (max_work_s BETWEEN 0 AND 86400);       -- null: no limit

ALTER TABLE vehicle
    ADD COLUMN equipment text[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(equipment) <= 60 AND array_position(equipment, NULL) IS NULL AND '' <> ALL (equipment)),
    ADD COLUMN wheeled_dwell_s int NOT NULL DEFAULT 0 CHECK (wheeled_dwell_s BETWEEN 0 AND 7200);

-- Price of using it at all, in seconds of driving; null: that of any run. A reserve has a high one.
ALTER TABLE shift ADD COLUMN activation_s int CHECK (activation_s BETWEEN 0 AND 1000000);

-- Null: it ends where its last stop is. No program of before writes one, and those that read one can.
-- squawk-ignore ban-drop-not-null
ALTER TABLE shift ALTER COLUMN end_place_id DROP NOT NULL;

-- The rules of a company: how long nobody waits aboard (null: no limit), how long a ride may be beside the direct
-- one, and how long before its pick-up a trip in force is left alone (null: the plan does not know what time it is).
ALTER TABLE company
    ADD COLUMN max_onboard_wait_s int DEFAULT 300 CHECK (max_onboard_wait_s BETWEEN 0 AND 86400),
    ADD COLUMN ride_factor_percent int NOT NULL DEFAULT 150 CHECK (ride_factor_percent BETWEEN 100 AND 1000),
    ADD COLUMN ride_allowance_s int NOT NULL DEFAULT 600 CHECK (ride_allowance_s BETWEEN 0 AND 86400),
    ADD COLUMN freeze_s int CHECK (freeze_s BETWEEN 0 AND 86400);
