-- What a driver does: the own trips move on, the own runs are acknowledged, the vehicle is somewhere. All of it is
-- written in the driver's role, which is granted these few things on the own rows and nothing else (0018).

-- When it happened, as the phone says: a tap without signal arrives later. Null: when it arrived (`at`).
ALTER TABLE trip_history ADD COLUMN occurred_at timestamptz;

CREATE OR REPLACE FUNCTION trip_moves_legally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        RAISE EXCEPTION 'a trip cannot begin as %', NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM trip_transition WHERE from_status = OLD.status AND to_status = NEW.status) THEN
        RAISE EXCEPTION 'a trip that is % cannot become %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.version <= OLD.version THEN
        RAISE EXCEPTION 'a change of status needs a new version' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO trip_history (company_id, trip_id, version, from_status, to_status, actor, occurred_at)
    VALUES (NEW.company_id, NEW.id, NEW.version, OLD.status, NEW.status,
            coalesce(nullif(current_setting('app.actor', true), ''), 'unknown'),
            nullif(current_setting('app.occurred_at', true), '')::timestamptz);
    RETURN NEW;
END $$;

-- What the driver says of a rider who was not there; a trip ends as no-show once.
CREATE TABLE no_show (
    company_id bigint      NOT NULL,
    trip_id    bigint      NOT NULL,
    arrived_at timestamptz NOT NULL,
    waited_s   int         NOT NULL CHECK (waited_s BETWEEN 0 AND 86400),
    called     boolean     NOT NULL,
    PRIMARY KEY (company_id, trip_id),
    FOREIGN KEY (company_id, trip_id) REFERENCES trip
);

-- The manifest that the driver has last acknowledged, and when, as the phone says.
ALTER TABLE run
    ADD COLUMN acknowledged int NOT NULL DEFAULT 0,
    ADD COLUMN acknowledged_at timestamptz;

-- Another driver has acknowledged nothing yet.
CREATE FUNCTION run_changes_hands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.acknowledged := 0;
    NEW.acknowledged_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER run_changes_hands BEFORE UPDATE ON run FOR EACH ROW
    WHEN (OLD.driver_id IS DISTINCT FROM NEW.driver_id) EXECUTE FUNCTION run_changes_hands();

GRANT SELECT, INSERT ON no_show TO estafette_app;
ALTER TABLE no_show ENABLE ROW LEVEL SECURITY;
ALTER TABLE no_show FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON no_show
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
SELECT keep_ledger('no_show', '{}', id_column => 'trip_id');

GRANT SELECT ON trip_transition TO estafette_driver;
GRANT SELECT (company_id, trip_id, version, from_status, to_status, at, occurred_at), INSERT ON trip_history
    TO estafette_driver;
GRANT SELECT, INSERT ON no_show TO estafette_driver;
GRANT UPDATE (status, version) ON trip TO estafette_driver;
GRANT UPDATE (acknowledged, acknowledged_at) ON run TO estafette_driver;
GRANT INSERT ON event TO estafette_driver;

CREATE POLICY own_of_estafette_driver ON trip_history AS RESTRICTIVE TO estafette_driver
    USING ((SELECT current_user) <> 'estafette_driver' OR trip_id IN (SELECT a.trip_id FROM assignment a));
CREATE POLICY own_of_estafette_driver ON no_show AS RESTRICTIVE TO estafette_driver
    USING ((SELECT current_user) <> 'estafette_driver' OR trip_id IN (SELECT a.trip_id FROM assignment a));
-- A trip that was taken off is seen, so that it can be told, and no longer moved; and no driver calls one off.
CREATE POLICY moved_by_its_driver ON trip AS RESTRICTIVE FOR UPDATE TO estafette_driver
    USING ((SELECT current_user) <> 'estafette_driver' OR id IN (SELECT a.trip_id FROM assignment a))
    WITH CHECK ((SELECT current_user) <> 'estafette_driver' OR id IN (SELECT a.trip_id FROM assignment a)
        AND status IN ('en_route', 'arrived', 'on_board', 'completed', 'no_show'));
-- Of the own trips that they moved, of the own runs that they are acknowledged: nothing else is told.
ALTER POLICY own_of_estafette_driver ON event
    WITH CHECK ((SELECT current_user) <> 'estafette_driver'
        OR kind = 'status_changed' AND (payload->>'trip_id')::bigint IN (SELECT a.trip_id FROM assignment a)
        OR kind = 'acknowledged' AND (payload->>'run_id')::bigint IN (SELECT r.id FROM run r));
