-- Second factors that a company asks for, and how somebody came in.

ALTER TABLE company ADD COLUMN second_factor_for text[] NOT NULL DEFAULT '{}'
    CHECK (second_factor_for <@ ARRAY['admin', 'dispatcher', 'institution', 'read_only']
        AND array_position(second_factor_for, NULL) IS NULL);
SELECT keep_ledger('company', '{}');

-- Sessions from before are of people who showed one factor, or of links; they are asked again where two are needed.
ALTER TABLE login_session
    ADD COLUMN way text NOT NULL DEFAULT 'password' CHECK (way IN ('password', 'link', 'phone')),
    ADD COLUMN two_factors boolean NOT NULL DEFAULT false;
SELECT keep_ledger('login_session', '{token_sha256,agent}', ignored => '{used_at}');

-- Recovery codes are single-use tokens too. The table is small: a moment.
-- squawk-ignore ban-drop-constraint
ALTER TABLE single_use DROP CONSTRAINT single_use_purpose_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE single_use ADD CONSTRAINT single_use_purpose_check
    CHECK (purpose IN ('invitation', 'reset', 'sign_in', 'driver', 'recovery'));

-- What a company asks for is known with the session, before the company is: of its own company alone.
CREATE POLICY named_by_a_session ON company FOR SELECT TO estafette_app USING (
    (SELECT nullif(current_setting('app.company', true), '')) IS NULL
    AND id IN (SELECT s.company_id FROM login_session s));

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['estafette_driver', 'estafette_institution'] LOOP
        EXECUTE format('GRANT SELECT (second_factor_for) ON company TO %I', name);
        EXECUTE format('GRANT UPDATE (two_factors) ON login_session TO %I', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE (used_at) ON single_use TO %I', name);
        EXECUTE format(
            'CREATE POLICY own_of_%s ON single_use AS RESTRICTIVE TO %I USING ((SELECT current_user) <> %L OR '
            'account_id = (SELECT nullif(current_setting(''app.user'', true), '''')::bigint))', name, name, name);
    END LOOP;
END $$;
