-- Receivers of events. Each is told in the order of the feed, from its own cursor: an event id, so a message is never
-- lost, and repeated under the same number when nobody knows whether it arrived (docs/decisions).
CREATE TABLE webhook (
    company_id    bigint      NOT NULL REFERENCES company,
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    url           text        NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
    kinds         text[]      NOT NULL,                       -- none: all
    internal      boolean     NOT NULL DEFAULT false,         -- may be an address of this network
    secret        text        NOT NULL,
    old_secret    text,                                       -- signs as well, until `old_until`
    old_until     timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    told_to       bigint      NOT NULL,                       -- id of the last event that is done with
    attempts      int         NOT NULL DEFAULT 0,             -- in a row, at the next message
    due_at        timestamptz NOT NULL DEFAULT '-infinity',
    failed        text,
    stopped       boolean     NOT NULL DEFAULT false,
    claim         int         NOT NULL DEFAULT 0,             -- number of the last claim; a mark must name it
    claimed_until timestamptz,
    PRIMARY KEY (company_id, id),
    CHECK ((old_secret IS NULL) = (old_until IS NULL))
);

ALTER TABLE webhook ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON webhook
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook TO estafette_app;
