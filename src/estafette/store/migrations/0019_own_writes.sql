-- What an institution writes is written by the application's role, as everything is: it is numbered, told and entered in
-- the audit log as always. That all of it concerns its own riders is looked at when a statement is done, because the rows
-- of one statement do not see each other. Whoever is no institution pays for one look at a setting.
CREATE FUNCTION only_own_ones() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine bigint := nullif(current_setting('app.institution', true), '')::bigint;
    foreign_ones boolean;
BEGIN
    IF mine IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'rider' THEN
        foreign_ones := EXISTS (SELECT FROM changed c WHERE c.institution_id IS DISTINCT FROM mine);
    ELSIF TG_TABLE_NAME = 'booking' THEN
        foreign_ones := EXISTS (SELECT FROM changed c
            LEFT JOIN rider r ON r.company_id = c.company_id AND r.id = c.rider_id
            WHERE r.institution_id IS DISTINCT FROM mine);
    ELSIF TG_TABLE_NAME = 'trip' THEN
        foreign_ones := EXISTS (SELECT FROM changed c
            LEFT JOIN booking b ON b.company_id = c.company_id AND b.id = c.booking_id
            LEFT JOIN rider r ON r.company_id = b.company_id AND r.id = b.rider_id
            WHERE r.institution_id IS DISTINCT FROM mine);
    ELSE
        foreign_ones := EXISTS (SELECT FROM changed);
    END IF;
    IF foreign_ones THEN
        RAISE EXCEPTION 'not a % of this institution', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['rider', 'booking', 'trip'] LOOP
        EXECUTE format('CREATE TRIGGER own_ones_added AFTER INSERT ON %I REFERENCING NEW TABLE AS changed '
            'FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones()', name);
        EXECUTE format('CREATE TRIGGER own_ones_stay AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed '
            'FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones()', name);
    END LOOP;
    -- What they were before the change; and what belongs to all is changed by no institution.
    FOREACH name IN ARRAY ARRAY['rider', 'booking', 'trip', 'place', 'driver', 'vehicle', 'shift', 'company'] LOOP
        EXECUTE format('CREATE TRIGGER own_ones_changed AFTER UPDATE ON %I REFERENCING OLD TABLE AS changed '
            'FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones()', name);
    END LOOP;
END $$;
