-- Medical notes of riders, sealed by the program with a key that is not in the database. Neither drivers nor institutions
-- see them, whatever they ask.
CREATE TABLE rider_note (
    company_id bigint      NOT NULL,
    rider_id   bigint      NOT NULL,
    key_id     text        NOT NULL,
    sealed     bytea       NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by text        NOT NULL,
    PRIMARY KEY (company_id, rider_id),
    FOREIGN KEY (company_id, rider_id) REFERENCES rider
);
ALTER TABLE rider_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE rider_note FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON rider_note
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
CREATE POLICY not_for_drivers_and_institutions ON rider_note AS RESTRICTIVE
    USING ((SELECT coalesce(current_setting('app.driver', true), '') || coalesce(current_setting('app.institution', true), '')) = '');
GRANT SELECT, INSERT, UPDATE, DELETE ON rider_note TO estafette_app;
SELECT keep_ledger('rider_note', '{sealed}', id_column => 'rider_id');
