-- Bookings that repeat (domain/standing_order.py). The bookings made of one carry its reference.
CREATE TABLE standing_order (
    company_id bigint  NOT NULL,
    id         bigint  GENERATED ALWAYS AS IDENTITY,
    ref        text    NOT NULL,
    rider_id   bigint  NOT NULL,
    rule       text    NOT NULL,
    starts_on  date    NOT NULL,
    trips      jsonb   NOT NULL,
    purpose    text    NOT NULL DEFAULT '',
    exceptions jsonb   NOT NULL DEFAULT '[]',
    active     boolean NOT NULL DEFAULT true,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, ref),
    FOREIGN KEY (company_id, rider_id) REFERENCES rider
);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX booking_by_standing_order ON booking (company_id, standing_order) WHERE standing_order IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON standing_order TO estafette_app;
ALTER TABLE standing_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE standing_order FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON standing_order
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
-- An institution sees those of its own riders, as in 0018.
GRANT SELECT ON standing_order TO estafette_institution;
CREATE POLICY own_of_estafette_institution ON standing_order AS RESTRICTIVE TO estafette_institution
    USING ((SELECT current_user) <> 'estafette_institution' OR rider_id IN (SELECT r.id FROM rider r));

SELECT keep_ledger('standing_order', '{ref,purpose,trips,exceptions}');
