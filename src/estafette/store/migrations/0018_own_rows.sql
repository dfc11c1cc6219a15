-- Drivers and institutions see their own rows alone. Their transactions run in roles of their own, which are granted
-- what they need and nothing else; so a table that nobody thought of is closed to them, and what a dispatcher or the
-- optimiser reads is planned and costs as before (docs/decisions/0042).

-- Riders who are booked by an institution. Riders are few: a moment.
ALTER TABLE rider ADD COLUMN institution_id bigint;
-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE rider ADD CONSTRAINT rider_of_institution FOREIGN KEY (company_id, institution_id) REFERENCES institution;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX rider_by_institution ON rider (company_id, institution_id) WHERE institution_id IS NOT NULL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['estafette_driver', 'estafette_institution'] LOOP
        -- A role belongs to the whole cluster, and another database of it may be migrating now.
        BEGIN
            EXECUTE format('CREATE ROLE %I NOSUPERUSER NOBYPASSRLS NOLOGIN NOINHERIT', name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
    -- The application may become such a role, and has nothing of it while it is not.
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'estafette_app' AND rolinherit) THEN
        ALTER ROLE estafette_app NOINHERIT;
    END IF;
    FOREACH name IN ARRAY ARRAY['estafette_driver', 'estafette_institution'] LOOP
        BEGIN
            EXECUTE format('GRANT %I TO estafette_app, %I', name, current_user);
        EXCEPTION WHEN unique_violation THEN
            NULL;
        END;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), name);
        -- Where the board is; the row that puts writers in a row, and the end of the audit log, which they lengthen;
        -- oneself, one's sessions, and the answers one was given.
        EXECUTE format('GRANT SELECT (id, name, zone, language) ON company TO %I', name);
        EXECUTE format('GRANT SELECT, UPDATE (last_event_id) ON feed TO %I', name);
        EXECUTE format('GRANT SELECT (company_id, id, hash), INSERT ON ledger TO %I', name);
        EXECUTE format('GRANT SELECT, UPDATE (password, totp_secret, totp_offered, totp_step) ON account TO %I', name);
        EXECUTE format('GRANT SELECT, UPDATE (revoked_at) ON login_session TO %I', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON answer TO %I', name);
        EXECUTE format('GRANT SELECT ON trip, booking, place, access_point TO %I', name);
        EXECUTE format(
            'CREATE POLICY own_of_%s ON account AS RESTRICTIVE TO %I USING ((SELECT current_user) <> %L OR '
            'id = (SELECT nullif(current_setting(''app.user'', true), '''')::bigint))', name, name, name);
        EXECUTE format(
            'CREATE POLICY own_of_%s ON login_session AS RESTRICTIVE TO %I USING ((SELECT current_user) <> %L OR '
            'account_id = (SELECT nullif(current_setting(''app.user'', true), '''')::bigint))', name, name, name);
        EXECUTE format(
            'CREATE POLICY own_of_%s ON answer AS RESTRICTIVE TO %I USING ((SELECT current_user) <> %L OR '
            'actor = (SELECT current_setting(''app.actor'', true)))', name, name, name);
    END LOOP;
END $$;

-- A driver: own runs, what is on them, what the own notices tell of; of riders the name and what they need.
GRANT SELECT ON driver, run, shift, vehicle, assignment, notice, event TO estafette_driver;
GRANT SELECT (company_id, id, name, needs, no_share) ON rider TO estafette_driver;
-- On which plan a run stands: whether its times are estimates.
GRANT SELECT (company_id, id, service_on, plan_id, changed_runs) ON applied TO estafette_driver;
GRANT SELECT (company_id, id, travel_estimated, estimated_places) ON plan TO estafette_driver;

-- An institution: own riders, whom it may add and change, their bookings and trips with their times, the places they
-- use, and the references of the drivers whom its riders want or do not want.
GRANT SELECT ON institution TO estafette_institution;
GRANT SELECT, INSERT, UPDATE ON rider TO estafette_institution;
GRANT SELECT (company_id, trip_id, run_id, lock, pickup_at, pickup_until, dropoff_at, dropoff_until, version)
    ON assignment TO estafette_institution;
GRANT SELECT (company_id, id, ref) ON driver TO estafette_institution;

-- One policy for each table and role, on top of the company's. An owner who has these roles is not bound by them.
-- Each setting is looked up once for a statement, not once for a row.
DO $$
DECLARE
    driver text := '(SELECT nullif(current_setting(''app.driver'', true), '''')::bigint)';
    institution text := '(SELECT nullif(current_setting(''app.institution'', true), '''')::bigint)';
    rule record;
BEGIN
    FOR rule IN
        SELECT 'estafette_driver' AS name, own.* FROM (VALUES
            ('driver', 'id = ' || driver),
            ('run', 'driver_id = ' || driver),
            ('shift', 'driver_id = ' || driver),
            ('assignment', 'driver_id = ' || driver),
            ('notice', 'driver_id = ' || driver),
            ('vehicle', 'id IN (SELECT r.vehicle_id FROM run r)'),
            ('event', 'id IN (SELECT unnest(n.event_ids) FROM notice n)'),
            -- What was taken off the run is told as well, and must be found to be told.
            ('trip', 'id IN (SELECT a.trip_id FROM assignment a) OR id IN ('
                'SELECT taken::bigint FROM event e, jsonb_array_elements_text(e.payload->''taken'') AS taken)'),
            ('booking', 'id IN (SELECT t.booking_id FROM trip t JOIN assignment a '
                'ON a.company_id = t.company_id AND a.trip_id = t.id)'),
            ('rider', 'id IN (SELECT b.rider_id FROM booking b)'),
            ('place', 'id IN (SELECT t.origin_id FROM trip t UNION SELECT t.destination_id FROM trip t '
                'UNION SELECT s.start_place_id FROM shift s UNION SELECT s.end_place_id FROM shift s)'),
            ('access_point', 'place_id IN (SELECT p.id FROM place p)')) AS own (of_table, expression)
        UNION ALL
        SELECT 'estafette_institution', own.* FROM (VALUES
            ('institution', 'id = ' || institution),
            ('rider', 'institution_id = ' || institution),
            ('driver', 'id IN (SELECT unnest(r.banned_driver_ids || r.preferred_driver_ids) FROM rider r)'),
            ('booking', 'rider_id IN (SELECT r.id FROM rider r)'),
            ('trip', 'booking_id IN (SELECT b.id FROM booking b)'),
            ('assignment', 'trip_id IN (SELECT t.id FROM trip t)'),
            ('place', 'id IN (SELECT t.origin_id FROM trip t UNION SELECT t.destination_id FROM trip t)'),
            ('access_point', 'place_id IN (SELECT p.id FROM place p)')) AS own (of_table, expression)
    LOOP
        EXECUTE format('CREATE POLICY own_of_%s ON %I AS RESTRICTIVE TO %I USING ((SELECT current_user) <> %L OR %s)',
            rule.name, rule.of_table, rule.name, rule.name, rule.expression);
    END LOOP;
END $$;

-- A rider whom an institution adds is its own.
ALTER TABLE rider ALTER COLUMN institution_id SET DEFAULT nullif(current_setting('app.institution', true), '')::bigint;

SELECT keep_ledger('institution', '{}');
SELECT keep_ledger('rider', '{ref,name,needs,groups,apart_from}');

-- What is asked before a company is known, the application asks alone; these roles may not even read its condition.
ALTER POLICY named_by_address_or_secret ON account TO estafette_app;
