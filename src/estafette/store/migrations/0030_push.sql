-- Where a driver's phone can be told that something has changed: one address for a session, which it ends with.
CREATE TABLE push_subscription (
    company_id bigint      NOT NULL,
    session_id bigint      NOT NULL,
    driver_id  bigint      NOT NULL,
    endpoint   text        NOT NULL CHECK (length(endpoint) BETWEEN 12 AND 2000),
    p256dh     bytea       NOT NULL CHECK (length(p256dh) = 65),     -- the phone's public key (RFC 8291)
    auth       bytea       NOT NULL CHECK (length(auth) = 16),       -- and the secret that it shares with us
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, session_id),
    FOREIGN KEY (company_id, session_id) REFERENCES login_session ON DELETE CASCADE,
    FOREIGN KEY (company_id, driver_id) REFERENCES driver
);
CREATE INDEX push_subscription_by_driver ON push_subscription (company_id, driver_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON push_subscription TO estafette_app;
ALTER TABLE push_subscription ENABLE ROW LEVEL SECURITY;
ALTER TABLE push_subscription FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON push_subscription
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
SELECT keep_ledger('push_subscription', '{endpoint,p256dh,auth}', id_column => 'session_id');

GRANT SELECT, INSERT, UPDATE ON push_subscription TO estafette_driver;
CREATE POLICY own_of_estafette_driver ON push_subscription AS RESTRICTIVE TO estafette_driver
    USING ((SELECT current_user) <> 'estafette_driver'
        OR driver_id = (SELECT nullif(current_setting('app.driver', true), '')::bigint)
        AND session_id IN (SELECT s.id FROM login_session s));
