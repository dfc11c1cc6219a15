-- Who asks: the people of a company, their sessions, API keys and single-use tokens. Secrets are kept as hashes alone:
-- a password by argon2id, everything that is drawn at random (256 bits) by SHA-256.

-- A clinic, ward or care home that books for its own riders.
CREATE TABLE institution (
    company_id bigint  NOT NULL REFERENCES company,
    id         bigint  GENERATED ALWAYS AS IDENTITY,
    ref        text    NOT NULL,
    name       text    NOT NULL,
    active     boolean NOT NULL DEFAULT true,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, ref)
);

CREATE TABLE account (
    company_id     bigint      NOT NULL REFERENCES company,
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    email          text        NOT NULL CHECK (email = lower(email) AND email LIKE '%_@_%' AND length(email) <= 254),
    name           text        NOT NULL CHECK (name <> ''),
    role           text        NOT NULL CHECK (role IN ('admin', 'dispatcher', 'driver', 'institution', 'read_only')),
    language       text        NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'fr', 'de', 'it')),
    driver_id      bigint,
    institution_id bigint,
    password       text,                            -- argon2id; null: signs in by link alone
    totp_secret    text,                            -- of the second factor, once it was confirmed
    totp_offered   text,                            -- the same before it is
    totp_step      bigint      NOT NULL DEFAULT 0,  -- the last step whose code was used: each counts once
    locked_at      timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, email),
    CHECK ((role = 'driver') = (driver_id IS NOT NULL)),
    CHECK ((role = 'institution') = (institution_id IS NOT NULL)),
    FOREIGN KEY (company_id, driver_id) REFERENCES driver,
    FOREIGN KEY (company_id, institution_id) REFERENCES institution
);
CREATE INDEX account_by_email ON account (email);

CREATE TABLE login_session (
    company_id   bigint      NOT NULL,
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    account_id   bigint      NOT NULL,
    token_sha256 text        NOT NULL CHECK (length(token_sha256) = 64),
    agent        text        NOT NULL DEFAULT '' CHECK (length(agent) <= 120),
    created_at   timestamptz NOT NULL DEFAULT now(),
    used_at      timestamptz NOT NULL DEFAULT now(),
    idle_s       int         NOT NULL CHECK (idle_s > 0),
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES account
);
CREATE UNIQUE INDEX login_session_by_token ON login_session (token_sha256);
CREATE INDEX login_session_by_account ON login_session (company_id, account_id);

-- A program's key: what it may do is named, and is never more than its user may (null: a key of the operator's).
CREATE TABLE api_key (
    company_id   bigint      NOT NULL REFERENCES company,
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    account_id   bigint,
    name         text        NOT NULL CHECK (name <> '' AND length(name) <= 120),
    prefix       text        NOT NULL,              -- what a person recognises it by
    token_sha256 text        NOT NULL CHECK (length(token_sha256) = 64),
    scopes       text[]      NOT NULL CHECK (cardinality(scopes) > 0 AND array_position(scopes, NULL) IS NULL),
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text        NOT NULL,
    used_at      timestamptz,
    expires_at   timestamptz,                       -- null: until it is revoked
    revoked_at   timestamptz,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES account
);
CREATE UNIQUE INDEX api_key_by_token ON api_key (token_sha256);

-- An invitation, a reset, a link that signs in. Used once, or expired.
CREATE TABLE single_use (
    company_id   bigint      NOT NULL,
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    account_id   bigint      NOT NULL,
    purpose      text        NOT NULL CHECK (purpose IN ('invitation', 'reset', 'sign_in', 'driver')),
    token_sha256 text        NOT NULL CHECK (length(token_sha256) = 64),
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES account
);
CREATE UNIQUE INDEX single_use_by_token ON single_use (token_sha256);
CREATE INDEX single_use_by_account ON single_use (company_id, account_id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['institution', 'account', 'login_session', 'api_key', 'single_use'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO estafette_app', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY own_company ON %I USING '
            '(company_id = (SELECT nullif(current_setting(''app.company'', true), '''')::bigint))', name);
    END LOOP;
    -- Before a company is known, a row can be read by whoever names the hash of its secret, and no other row.
    FOREACH name IN ARRAY ARRAY['login_session', 'api_key', 'single_use'] LOOP
        EXECUTE format(
            'CREATE POLICY named_by_its_secret ON %I FOR SELECT USING '
            '((SELECT nullif(current_setting(''app.company'', true), '''')) IS NULL '
            'AND token_sha256 = (SELECT nullif(current_setting(''app.token'', true), '''')))', name);
    END LOOP;
END $$;

-- And an account by whoever names its address or holds one of its secrets: the tables asked show no others.
CREATE POLICY named_by_address_or_secret ON account FOR SELECT TO estafette_app USING (
    (SELECT nullif(current_setting('app.company', true), '')) IS NULL
    AND (email = (SELECT nullif(current_setting('app.login', true), ''))
        OR (company_id, id) IN (SELECT s.company_id, s.account_id FROM login_session s)
        OR (company_id, id) IN (SELECT k.company_id, k.account_id FROM api_key k)
        OR (company_id, id) IN (SELECT u.company_id, u.account_id FROM single_use u)));

-- Sessions and tokens that ended a month ago may go.
CREATE POLICY only_ended_ones_go ON login_session AS RESTRICTIVE FOR DELETE
    USING (expires_at < now() - interval '30 days');
CREATE POLICY only_ended_ones_go ON single_use AS RESTRICTIVE FOR DELETE
    USING (expires_at < now() - interval '30 days');
GRANT DELETE ON login_session, single_use TO estafette_app;

-- Who may come in, and who was let in by whom, is part of the audit log; secrets are not.
SELECT keep_ledger('institution', '{}');
SELECT keep_ledger('account', '{email,name,password,totp_secret,totp_offered}', ignored => '{totp_step}');
SELECT keep_ledger('api_key', '{token_sha256}', ignored => '{used_at}');
-- A sign-in and its end, a link that was made and used; that a session is in use is no news.
SELECT keep_ledger('login_session', '{token_sha256,agent}', ignored => '{used_at}');
SELECT keep_ledger('single_use', '{token_sha256}');
