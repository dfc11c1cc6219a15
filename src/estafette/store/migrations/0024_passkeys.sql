-- Passkeys: public keys of authenticators, by which people sign in without a password. There is nothing secret in them.

CREATE TABLE passkey (
    company_id    bigint      NOT NULL,
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    account_id    bigint      NOT NULL,
    name          text        NOT NULL CHECK (name <> '' AND length(name) <= 120),
    credential_id bytea       NOT NULL CHECK (length(credential_id) BETWEEN 1 AND 1023),
    token_sha256  text        NOT NULL CHECK (length(token_sha256) = 64),  -- of the credential's id, by which it is found
    public_key    bytea       NOT NULL,
    sign_count    bigint      NOT NULL,     -- of the authenticator; some always say 0
    created_at    timestamptz NOT NULL DEFAULT now(),
    used_at       timestamptz,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES account
);
CREATE UNIQUE INDEX passkey_by_credential ON passkey (token_sha256);
CREATE INDEX passkey_by_account ON passkey (company_id, account_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON passkey TO estafette_app;
ALTER TABLE passkey ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkey FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON passkey
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
CREATE POLICY named_by_its_credential ON passkey FOR SELECT TO estafette_app USING (
    (SELECT nullif(current_setting('app.company', true), '')) IS NULL
    AND token_sha256 = (SELECT nullif(current_setting('app.token', true), '')));
ALTER POLICY named_by_address_or_secret ON account USING (
    (SELECT nullif(current_setting('app.company', true), '')) IS NULL
    AND (email = (SELECT nullif(current_setting('app.login', true), ''))
        OR (company_id, id) IN (SELECT s.company_id, s.account_id FROM login_session s)
        OR (company_id, id) IN (SELECT k.company_id, k.account_id FROM api_key k)
        OR (company_id, id) IN (SELECT u.company_id, u.account_id FROM single_use u)
        OR (company_id, id) IN (SELECT p.company_id, p.account_id FROM passkey p)));
SELECT keep_ledger('passkey', '{name,credential_id,token_sha256,public_key}', ignored => '{sign_count,used_at}');

-- A challenge that was answered is kept until it is too old, so that no answer counts twice. Small tables: a moment.
-- squawk-ignore ban-drop-constraint
ALTER TABLE single_use DROP CONSTRAINT single_use_purpose_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE single_use ADD CONSTRAINT single_use_purpose_check
    CHECK (purpose IN ('invitation', 'reset', 'sign_in', 'driver', 'recovery', 'challenge'));
-- squawk-ignore ban-drop-constraint
ALTER TABLE login_session DROP CONSTRAINT login_session_way_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE login_session ADD CONSTRAINT login_session_way_check
    CHECK (way IN ('password', 'link', 'phone', 'passkey'));

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['estafette_driver', 'estafette_institution'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE (name), DELETE ON passkey TO %I', name);
        EXECUTE format(
            'CREATE POLICY own_of_%s ON passkey AS RESTRICTIVE TO %I USING ((SELECT current_user) <> %L OR '
            'account_id = (SELECT nullif(current_setting(''app.user'', true), '''')::bigint))', name, name, name);
    END LOOP;
END $$;
