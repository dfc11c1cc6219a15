-- Sign-in by an issuer that the operator trusts (OpenID Connect): who somebody is there, as a hash of issuer and subject.
ALTER TABLE account ADD COLUMN openid_sha256 text CHECK (length(openid_sha256) = 64);
-- People are few: a moment.
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX account_by_openid ON account (company_id, openid_sha256) WHERE openid_sha256 IS NOT NULL;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX account_of_subject ON account (openid_sha256) WHERE openid_sha256 IS NOT NULL;
SELECT keep_ledger('account', '{email,name,password,totp_secret,totp_offered,openid_sha256}', ignored => '{totp_step}');

ALTER POLICY named_by_address_or_secret ON account USING (
    (SELECT nullif(current_setting('app.company', true), '')) IS NULL
    AND (email = (SELECT nullif(current_setting('app.login', true), ''))
        OR openid_sha256 = (SELECT nullif(current_setting('app.token', true), ''))
        OR (company_id, id) IN (SELECT s.company_id, s.account_id FROM login_session s)
        OR (company_id, id) IN (SELECT k.company_id, k.account_id FROM api_key k)
        OR (company_id, id) IN (SELECT u.company_id, u.account_id FROM single_use u)
        OR (company_id, id) IN (SELECT p.company_id, p.account_id FROM passkey p)));

-- squawk-ignore ban-drop-constraint
ALTER TABLE login_session DROP CONSTRAINT login_session_way_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE login_session ADD CONSTRAINT login_session_way_check
    CHECK (way IN ('password', 'link', 'phone', 'passkey', 'openid'));

-- Who changes the own password or factor unbinds the issuer in the same statement.
GRANT UPDATE (openid_sha256) ON account TO estafette_driver, estafette_institution;
