-- Answers that were given under an Idempotency-Key, so that the same request again gets the same answer. While one
-- is being worked on there is no answer (`status` is null) and `claim` names who works on it. They hold what the API
-- said and go after 72 hours; that is all that may go (store/answers.py).
CREATE TABLE answer (
    company_id  bigint      NOT NULL REFERENCES company,
    actor       text        NOT NULL,
    key         text        NOT NULL,
    fingerprint bytea       NOT NULL,       -- of method, path, parameters and body
    claim       text        NOT NULL,
    work        text        NOT NULL,       -- the first claim: the key of what is applied, by whoever takes over
    claimed_at  timestamptz NOT NULL DEFAULT now(),
    status      int,
    headers     jsonb       NOT NULL DEFAULT '{}',
    body        bytea,
    PRIMARY KEY (company_id, actor, key)
);
CREATE INDEX answer_by_age ON answer (company_id, claimed_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON answer TO estafette_app;
ALTER TABLE answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE answer FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON answer
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));

-- By whom a trip was called off, and why in the caller's words.
ALTER TABLE trip
    ADD COLUMN cancelled text CHECK (cancelled IN ('rider', 'institution', 'provider')),
    ADD COLUMN cancel_reason text CHECK (length(cancel_reason) <= 500);

-- Ends a transaction that must not go on; `why` is a word for the program (store/guards.py).
CREATE FUNCTION refuse(why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', why USING ERRCODE = 'EST02';
END $$;
