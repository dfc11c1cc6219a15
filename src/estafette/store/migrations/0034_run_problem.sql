-- What the driver of a run has reported and no dispatcher has seen to yet: {what, note, at, trip_id}, as boards show it.
ALTER TABLE run ADD COLUMN problem jsonb;

-- Another driver has reported nothing yet.
CREATE OR REPLACE FUNCTION run_changes_hands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.acknowledged := 0;
    NEW.acknowledged_at := NULL;
    NEW.problem := NULL;
    RETURN NEW;
END $$;

GRANT UPDATE (problem) ON run TO estafette_driver;

-- Of the own trips that they moved, of the own runs that they are acknowledged or in trouble: nothing else is told.
ALTER POLICY own_of_estafette_driver ON event
    WITH CHECK ((SELECT current_user) <> 'estafette_driver'
        OR kind = 'status_changed' AND (payload->>'trip_id')::bigint IN (SELECT a.trip_id FROM assignment a)
        OR kind IN ('acknowledged', 'reported') AND (payload->>'run_id')::bigint IN (SELECT r.id FROM run r));
