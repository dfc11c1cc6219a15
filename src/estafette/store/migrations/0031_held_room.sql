-- A hold may keep time on a run for a trip that is not booked yet: what is offered on the telephone.
-- It is unlogged and has a few rows at most: nothing waits for a scan of it.
ALTER TABLE hold ADD COLUMN run_id bigint, ADD COLUMN from_at timestamptz, ADD COLUMN to_at timestamptz;

-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE hold ADD FOREIGN KEY (company_id, run_id) REFERENCES run;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE hold ADD CHECK (num_nulls(run_id, from_at, to_at) IN (0, 3) AND from_at < to_at);

-- squawk-ignore ban-drop-constraint
ALTER TABLE hold DROP CONSTRAINT hold_trip_ids_check;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE hold ADD CHECK (cardinality(trip_ids) <= 500 AND (cardinality(trip_ids) > 0 OR run_id IS NOT NULL));
