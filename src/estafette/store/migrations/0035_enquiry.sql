-- What an institution asks for in words, because a place of it is not known here: a row of its own until a person has
-- booked it or said why not (docs/decisions/0056).
CREATE TABLE enquiry (
    company_id     bigint      NOT NULL REFERENCES company,
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    institution_id bigint      NOT NULL,
    rider_id       bigint,                          -- where it is a rider who is known
    rider          text        NOT NULL CHECK (length(rider) <= 500),
    service_on     date        NOT NULL,
    anchor         text        NOT NULL CHECK (anchor IN ('arrive_by', 'pickup_at')),
    requested_at   timestamptz NOT NULL,
    origin         text        NOT NULL CHECK (length(origin) <= 500),
    destination    text        NOT NULL CHECK (length(destination) <= 500),
    returns        boolean     NOT NULL DEFAULT false,
    return_at      timestamptz CHECK (returns OR return_at IS NULL),    -- null: on call
    seats          int         NOT NULL CHECK (seats >= 0),
    wheelchairs    int         NOT NULL CHECK (wheelchairs >= 0),
    stretchers     int         NOT NULL CHECK (stretchers >= 0),
    companions     int         NOT NULL DEFAULT 0 CHECK (companions >= 0),
    note           text        NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    asked_at       timestamptz NOT NULL DEFAULT now(),
    state          text        NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'booked', 'declined', 'withdrawn')),
    reason         text        NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    booking_id     bigint      CHECK (booking_id IS NULL OR state = 'booked'),
    settled_at     timestamptz CHECK ((settled_at IS NULL) = (state = 'asked')),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, institution_id) REFERENCES institution,
    FOREIGN KEY (company_id, rider_id) REFERENCES rider,
    FOREIGN KEY (company_id, booking_id) REFERENCES booking
);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX enquiry_open ON enquiry (company_id, id) WHERE state = 'asked';
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX enquiry_by_day ON enquiry (company_id, service_on);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX enquiry_by_rider ON enquiry (company_id, rider_id) WHERE rider_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON enquiry TO estafette_app;
ALTER TABLE enquiry ENABLE ROW LEVEL SECURITY;
ALTER TABLE enquiry FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON enquiry
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
-- An institution sees its own, as in 0018; it writes as in 0019.
GRANT SELECT ON enquiry TO estafette_institution;
CREATE POLICY own_of_estafette_institution ON enquiry AS RESTRICTIVE TO estafette_institution
    USING ((SELECT current_user) <> 'estafette_institution'
        OR institution_id = (SELECT nullif(current_setting('app.institution', true), '')::bigint));

CREATE OR REPLACE FUNCTION only_own_ones() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine bigint := nullif(current_setting('app.institution', true), '')::bigint;
    foreign_ones boolean;
BEGIN
    IF mine IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'rider' THEN
        foreign_ones := EXISTS (SELECT FROM changed c WHERE c.institution_id IS DISTINCT FROM mine);
    ELSIF TG_TABLE_NAME IN ('booking', 'standing_order') THEN
        foreign_ones := EXISTS (SELECT FROM changed c
            LEFT JOIN rider r ON r.company_id = c.company_id AND r.id = c.rider_id
            WHERE r.institution_id IS DISTINCT FROM mine);
    ELSIF TG_TABLE_NAME = 'trip' THEN
        foreign_ones := EXISTS (SELECT FROM changed c
            LEFT JOIN booking b ON b.company_id = c.company_id AND b.id = c.booking_id
            LEFT JOIN rider r ON r.company_id = b.company_id AND r.id = b.rider_id
            WHERE r.institution_id IS DISTINCT FROM mine);
    ELSIF TG_TABLE_NAME = 'enquiry' THEN
        foreign_ones := EXISTS (SELECT FROM changed c
            LEFT JOIN rider r ON r.company_id = c.company_id AND r.id = c.rider_id
            WHERE c.institution_id <> mine OR c.rider_id IS NOT NULL AND r.institution_id IS DISTINCT FROM mine);
    ELSE
        foreign_ones := EXISTS (SELECT FROM changed);
    END IF;
    IF foreign_ones THEN
        RAISE EXCEPTION 'not a % of this institution', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER own_ones_added AFTER INSERT ON enquiry REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones();
CREATE TRIGGER own_ones_stay AFTER UPDATE ON enquiry REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones();
CREATE TRIGGER own_ones_changed AFTER UPDATE ON enquiry REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION only_own_ones();

SELECT keep_ledger('enquiry', '{rider,origin,destination,note,reason}');
