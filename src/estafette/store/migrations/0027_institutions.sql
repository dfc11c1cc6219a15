-- What is said of a booking for those who drive and dispatch it. It names people as purposes do: closed in the audit log.
ALTER TABLE booking ADD COLUMN notes text NOT NULL DEFAULT '' CHECK (length(notes) <= 500);
SELECT keep_ledger('booking', '{ref,purpose,standing_order,notes}');

-- An institution keeps standing orders for its own riders, as it books for them (0019).
CREATE OR REPLACE FUNCTION only_own_ones() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine bigint := nullif(current_setting('app.institution', true), '')::bigint;
    foreign_ones boolean;
BEGIN
    IF mine IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'rider' THEN
        foreign_ones := EXISTS (SELECT FROM changed c WHERE c.institution_id IS DISTINCT FROM mine);
    ELSIF TG_TABLE_NAME IN ('booking', 'standing_order') THEN
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

CREATE TRIGGER own_ones_added AFTER INSERT ON standing_order REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones();
CREATE TRIGGER own_ones_stay AFTER UPDATE ON standing_order REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones();
CREATE TRIGGER own_ones_changed AFTER UPDATE ON standing_order REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones();
CREATE TRIGGER own_ones_changed AFTER UPDATE ON institution REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones();
CREATE TRIGGER own_ones_added AFTER INSERT ON institution REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones();
