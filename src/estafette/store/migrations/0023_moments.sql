-- What holds for a moment and is no event: where vehicles are, who holds which trips, who looks at which day. It is not
-- numbered, not kept and not in the audit log; boards are told of it by the side of their events. Losing it in a crash
-- of the server loses nothing, so it is not written to the log of the database either.
CREATE UNLOGGED TABLE run_position (
    company_id bigint           NOT NULL,
    run_id     bigint           NOT NULL,
    at         timestamptz      NOT NULL,       -- as the phone says
    lon        double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat        double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    accuracy_m int              CHECK (accuracy_m BETWEEN 0 AND 100000),
    PRIMARY KEY (company_id, run_id),
    FOREIGN KEY (company_id, run_id) REFERENCES run
);

CREATE UNLOGGED TABLE hold (
    company_id bigint      NOT NULL REFERENCES company,
    id         bigint      GENERATED ALWAYS AS IDENTITY,
    holder     text        NOT NULL,            -- as the audit log names who acts
    trip_ids   bigint[]    NOT NULL CHECK (cardinality(trip_ids) BETWEEN 1 AND 500),
    until      timestamptz NOT NULL,
    PRIMARY KEY (company_id, id)
);

CREATE UNLOGGED TABLE viewer (
    company_id bigint      NOT NULL,
    account_id bigint      NOT NULL,
    service_on date        NOT NULL,
    until      timestamptz NOT NULL,
    PRIMARY KEY (company_id, account_id),
    FOREIGN KEY (company_id, account_id) REFERENCES account
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['run_position', 'hold', 'viewer'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO estafette_app', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY own_company ON %I USING '
            '(company_id = (SELECT nullif(current_setting(''app.company'', true), '''')::bigint))', name);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON run_position TO estafette_driver;
CREATE POLICY own_of_estafette_driver ON run_position AS RESTRICTIVE TO estafette_driver
    USING ((SELECT current_user) <> 'estafette_driver' OR run_id IN (SELECT r.id FROM run r));
