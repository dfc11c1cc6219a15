-- The first dispatched day. The company id leads every key; ids are unique across companies as well.
-- `version` is the id of the event that last changed a row (see docs/decisions/0004-versions-are-event-ids.md).

-- A stretch of time in the lane of one driver or vehicle, as a box: x is the id, y the time. GiST compares
-- boxes much faster than ranges. A box includes its edges, so in the exclusion constraints it
-- only finds the candidates and the range beside it decides (docs/decisions/0006).
CREATE FUNCTION lane(id bigint, from_at timestamptz, to_at timestamptz) RETURNS box
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN box(point(id, extract(epoch FROM from_at AT TIME ZONE 'UTC')::float8),
               point(id, extract(epoch FROM to_at AT TIME ZONE 'UTC')::float8));

CREATE TABLE company (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name     text NOT NULL,
    zone     text NOT NULL,
    language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'fr', 'de', 'it'))
);

-- One row per company. Whoever changes the board locks it first, so writers of a company follow each
-- other, event ids have no gaps, and ids are in commit order.
CREATE TABLE feed (
    company_id    bigint PRIMARY KEY REFERENCES company,
    last_event_id bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);

CREATE TABLE event (
    company_id bigint      NOT NULL REFERENCES company,
    id         bigint      NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    kind       text        NOT NULL,
    payload    jsonb       NOT NULL,
    PRIMARY KEY (company_id, id)
);

CREATE TABLE place (
    company_id bigint NOT NULL REFERENCES company,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    ref        text   NOT NULL,
    name       text   NOT NULL,
    address    text   NOT NULL DEFAULT '',
    lon        double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat        double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, ref)
);

CREATE TABLE driver (
    company_id bigint  NOT NULL REFERENCES company,
    id         bigint  GENERATED ALWAYS AS IDENTITY,
    ref        text    NOT NULL,
    name       text    NOT NULL,
    language   text    NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'fr', 'de', 'it')),
    active     boolean NOT NULL DEFAULT true,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, ref)
);

CREATE TABLE vehicle (
    company_id bigint  NOT NULL REFERENCES company,
    id         bigint  GENERATED ALWAYS AS IDENTITY,
    ref        text    NOT NULL,
    name       text    NOT NULL,
    layouts    jsonb   NOT NULL CHECK (jsonb_typeof(layouts) = 'array' AND layouts <> '[]'),
    active     boolean NOT NULL DEFAULT true,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, ref)
);

CREATE TABLE shift (
    company_id     bigint      NOT NULL,
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    ref            text        NOT NULL,
    service_on     date        NOT NULL,
    driver_id      bigint      NOT NULL,
    vehicle_id     bigint      NOT NULL,
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    start_place_id bigint      NOT NULL,
    end_place_id   bigint      NOT NULL,
    breaks         jsonb       NOT NULL DEFAULT '[]',   -- [{from_s, to_s, duration_s}] since the start of the day
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, ref),
    UNIQUE (company_id, id, driver_id, vehicle_id),
    CHECK (starts_at < ends_at),
    FOREIGN KEY (company_id, driver_id) REFERENCES driver,
    FOREIGN KEY (company_id, vehicle_id) REFERENCES vehicle,
    FOREIGN KEY (company_id, start_place_id) REFERENCES place,
    FOREIGN KEY (company_id, end_place_id) REFERENCES place,
    CONSTRAINT shifts_of_a_driver_never_overlap EXCLUDE USING gist
        (lane(driver_id, starts_at, ends_at) WITH &&, tstzrange(starts_at, ends_at) WITH &&)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT shifts_of_a_vehicle_never_overlap EXCLUDE USING gist
        (lane(vehicle_id, starts_at, ends_at) WITH &&, tstzrange(starts_at, ends_at) WITH &&)
        DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX shift_by_day ON shift (company_id, service_on);

-- A shift's ordered stops on one service day. The stops themselves are the assignments.
CREATE TABLE run (
    company_id  bigint      NOT NULL,
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    shift_id    bigint      NOT NULL,
    driver_id   bigint      NOT NULL,
    vehicle_id  bigint      NOT NULL,
    service_on  date        NOT NULL,
    version     bigint      NOT NULL,
    manifest    int         NOT NULL DEFAULT 0,     -- number of the manifest last published to the driver
    pull_out_at timestamptz,                        -- null while the run is empty
    pull_in_at  timestamptz,
    breaks      jsonb       NOT NULL DEFAULT '[]',  -- planned breaks [{start_at, end_at}]
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, shift_id),
    CHECK ((pull_out_at IS NULL) = (pull_in_at IS NULL)),
    FOREIGN KEY (company_id, shift_id, driver_id, vehicle_id)
        REFERENCES shift (company_id, id, driver_id, vehicle_id) ON UPDATE CASCADE,
    CONSTRAINT runs_of_a_driver_never_overlap EXCLUDE USING gist
        (lane(driver_id, pull_out_at, pull_in_at) WITH &&, tstzrange(pull_out_at, pull_in_at) WITH &&)
        WHERE (pull_out_at IS NOT NULL) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT runs_of_a_vehicle_never_overlap EXCLUDE USING gist
        (lane(vehicle_id, pull_out_at, pull_in_at) WITH &&, tstzrange(pull_out_at, pull_in_at) WITH &&)
        WHERE (pull_out_at IS NOT NULL) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX run_by_day ON run (company_id, service_on);

CREATE TABLE rider (
    company_id bigint NOT NULL REFERENCES company,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    ref        text   NOT NULL,
    name       text   NOT NULL,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, ref)
);

CREATE TABLE booking (
    company_id     bigint NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    ref            text   NOT NULL,
    rider_id       bigint NOT NULL,
    purpose        text   NOT NULL DEFAULT '',
    standing_order text,                            -- the sender's reference of the repeating order
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, ref),
    FOREIGN KEY (company_id, rider_id) REFERENCES rider
);

-- The legal moves of a trip; the same table stands in domain/booking.py, and a test keeps them equal.
CREATE TABLE trip_transition (
    from_status text NOT NULL,
    to_status   text NOT NULL,
    PRIMARY KEY (from_status, to_status)
);

CREATE TABLE trip (
    company_id      bigint NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    ref             text   NOT NULL,
    booking_id      bigint NOT NULL,
    direction       text   NOT NULL CHECK (direction IN ('outbound', 'return', 'onward')),
    service_on      date   NOT NULL,
    origin_id       bigint NOT NULL,
    destination_id  bigint NOT NULL,
    anchor          text   NOT NULL CHECK (anchor IN ('arrive_by', 'pickup_at')),
    requested_at    timestamptz,                    -- null for a will-call until someone says "ready"
    promised_from   timestamptz,                    -- window at the end that carries the promise
    promised_to     timestamptz,
    pickup_dwell_s  int    NOT NULL CHECK (pickup_dwell_s BETWEEN 1 AND 7200),
    dropoff_dwell_s int    NOT NULL CHECK (dropoff_dwell_s BETWEEN 1 AND 7200),
    max_ride_s      int    CHECK (max_ride_s > 0),  -- null: the rule of the company
    seats           int    NOT NULL DEFAULT 0 CHECK (seats BETWEEN 0 AND 99),
    wheelchairs     int    NOT NULL DEFAULT 0 CHECK (wheelchairs BETWEEN 0 AND 99),
    stretchers      int    NOT NULL DEFAULT 0 CHECK (stretchers BETWEEN 0 AND 99),
    companions      int    NOT NULL DEFAULT 0 CHECK (companions BETWEEN 0 AND 99),
    status          text   NOT NULL,
    version         bigint NOT NULL,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, ref),
    CHECK (seats + wheelchairs + stretchers > 0),
    CHECK (promised_from <= promised_to),
    CHECK ((requested_at IS NULL) = (promised_from IS NULL)
       AND (requested_at IS NULL) = (promised_to IS NULL)),
    CHECK (requested_at IS NOT NULL OR status IN ('will_call', 'requested', 'cancelled', 'denied')),
    FOREIGN KEY (company_id, booking_id) REFERENCES booking,
    FOREIGN KEY (company_id, origin_id) REFERENCES place,
    FOREIGN KEY (company_id, destination_id) REFERENCES place
) WITH (fillfactor = 85);
CREATE INDEX trip_by_day ON trip (company_id, service_on);

CREATE TABLE trip_history (
    company_id  bigint      NOT NULL,
    trip_id     bigint      NOT NULL,
    version     bigint      NOT NULL,
    from_status text        NOT NULL,
    to_status   text        NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    actor       text        NOT NULL,
    PRIMARY KEY (company_id, trip_id, version),
    FOREIGN KEY (company_id, trip_id) REFERENCES trip
);

CREATE FUNCTION trip_moves_legally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        RAISE EXCEPTION 'a trip cannot begin as %', NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM trip_transition WHERE from_status = OLD.status AND to_status = NEW.status) THEN
        RAISE EXCEPTION 'a trip that is % cannot become %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.version <= OLD.version THEN
        RAISE EXCEPTION 'a change of status needs a new version' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO trip_history (company_id, trip_id, version, from_status, to_status, actor)
    VALUES (NEW.company_id, NEW.id, NEW.version, OLD.status, NEW.status,
            coalesce(nullif(current_setting('app.actor', true), ''), 'unknown'));
    RETURN NEW;
END $$;

CREATE TRIGGER trip_begins BEFORE INSERT ON trip FOR EACH ROW
    WHEN (NEW.status NOT IN ('requested', 'booked', 'will_call', 'denied'))
    EXECUTE FUNCTION trip_moves_legally();
CREATE TRIGGER trip_moves BEFORE UPDATE OF status ON trip FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION trip_moves_legally();

-- One truth: who drives a trip, and when. Its two stops are [pickup_at, pickup_until) and
-- [dropoff_at, dropoff_until).
CREATE TABLE assignment (
    company_id    bigint      NOT NULL,
    trip_id       bigint      NOT NULL,
    run_id        bigint      NOT NULL,
    driver_id     bigint      NOT NULL,
    pickup_at     timestamptz NOT NULL,
    pickup_until  timestamptz NOT NULL,
    dropoff_at    timestamptz NOT NULL,
    dropoff_until timestamptz NOT NULL,
    lock          text        NOT NULL DEFAULT 'none' CHECK (lock IN ('none', 'driver', 'order', 'time')),
    version       bigint      NOT NULL,
    PRIMARY KEY (company_id, trip_id),
    CHECK (pickup_at < pickup_until AND pickup_until <= dropoff_at AND dropoff_at < dropoff_until),
    CONSTRAINT stops_of_a_driver_never_overlap EXCLUDE USING gist
        (lane(driver_id, pickup_at, dropoff_until) WITH &&,
         tstzmultirange(tstzrange(pickup_at, pickup_until), tstzrange(dropoff_at, dropoff_until)) WITH &&)
        DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 85);

-- An assignment names a trip of its company, and a run with that run's driver. Checked once for each
-- statement: two foreign keys cost 40 % of a bulk write in one query per row (docs/decisions/0006).
-- Counts over `= ANY (array)` are index scans of known length; a join would be planned badly while the
-- tables have no statistics.
CREATE FUNCTION assignments_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted record;
    found_trips bigint;
    found_runs bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM changed) THEN
        RETURN NULL;
    END IF;
    FOR wanted IN
        SELECT company_id, count(*) AS trips, count(DISTINCT run_id) AS runs,
            count(DISTINCT (run_id, driver_id)) AS seats,
            array_agg(trip_id) AS trip_ids, array_agg(DISTINCT run_id) AS run_ids
        FROM changed GROUP BY company_id
    LOOP
        SELECT count(*) INTO found_trips FROM trip
        WHERE company_id = wanted.company_id AND id = ANY (wanted.trip_ids);
        SELECT count(*) FILTER (WHERE (id, driver_id) IN (SELECT run_id, driver_id FROM changed)) INTO found_runs
        FROM run WHERE company_id = wanted.company_id AND id = ANY (wanted.run_ids);
        IF found_trips <> wanted.trips OR found_runs <> wanted.runs OR wanted.seats <> wanted.runs THEN
            RAISE EXCEPTION 'an assignment needs a trip, and a run with that driver, of its own company'
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER assignments_fit_inserted AFTER INSERT ON assignment
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION assignments_fit();
CREATE TRIGGER assignments_fit_updated AFTER UPDATE ON assignment
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION assignments_fit();

-- The other direction: what an assignment names neither goes nor changes hands under it.
CREATE FUNCTION assigned_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'trip' AND EXISTS (
            SELECT FROM gone JOIN assignment a ON a.company_id = gone.company_id AND a.trip_id = gone.id)
        OR TG_TABLE_NAME = 'run' AND EXISTS (
            SELECT FROM gone JOIN assignment a ON a.company_id = gone.company_id AND a.run_id = gone.id
            LEFT JOIN run r ON r.company_id = a.company_id AND r.id = a.run_id AND r.driver_id = a.driver_id
            WHERE r.id IS NULL)
    THEN
        RAISE EXCEPTION 'a % that has assignments can neither go nor change its driver under them', TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER assigned_trips_stay AFTER DELETE ON trip
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION assigned_stays();
CREATE TRIGGER assigned_runs_stay AFTER DELETE ON run
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION assigned_stays();

-- What every apply answered and what it replaced: one row each, its arrays aligned by position.
CREATE TABLE applied (
    company_id    bigint        NOT NULL REFERENCES company,
    id            bigint        GENERATED ALWAYS AS IDENTITY,
    key           text          NOT NULL,
    fingerprint   text          NOT NULL,
    service_on    date          NOT NULL,
    at            timestamptz   NOT NULL DEFAULT now(),
    actor         text          NOT NULL,
    version       bigint        NOT NULL,           -- what the rows it changed carry
    board_version bigint        NOT NULL,           -- id of its last event
    notices       int           NOT NULL,
    changed_runs  bigint[]      NOT NULL,
    moved_runs    bigint[]      NOT NULL,
    trip_ids      bigint[]      NOT NULL,
    run_ids       bigint[]      NOT NULL,
    verdicts      text[]        NOT NULL,           -- 'applied', or why not
    was_run_ids   bigint[]      NOT NULL,           -- from here on: what undo restores
    was_pickup_at     timestamptz[] NOT NULL,
    was_pickup_until  timestamptz[] NOT NULL,
    was_dropoff_at    timestamptz[] NOT NULL,
    was_dropoff_until timestamptz[] NOT NULL,
    was_frames    jsonb         NOT NULL,
    undoes        bigint,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, key),
    UNIQUE (company_id, undoes)
);

-- One per driver and apply; what changed stands in the events it names. Due until sent or given up.
CREATE TABLE notice (
    company_id bigint      NOT NULL,
    driver_id  bigint      NOT NULL,
    event_id   bigint      NOT NULL,                -- the last of its events: cursor and dedupe key
    event_ids  bigint[]    NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at    timestamptz,
    attempts   int         NOT NULL DEFAULT 0,
    given_up   text,                                -- why it can never be delivered
    PRIMARY KEY (company_id, driver_id, event_id),
    FOREIGN KEY (company_id, driver_id) REFERENCES driver,
    FOREIGN KEY (company_id, event_id) REFERENCES event
);
CREATE INDEX notice_due ON notice (company_id, event_id) WHERE sent_at IS NULL AND given_up IS NULL;

-- The application's role reads and writes rows of one company at a time, and deletes only assignments.
DO $$
DECLARE
    name text;
BEGIN
    -- A role belongs to the whole cluster, and another database of it may be migrating now.
    BEGIN
        CREATE ROLE estafette_app NOSUPERUSER NOBYPASSRLS LOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END;
    BEGIN
        EXECUTE format('GRANT estafette_app TO %I', current_user);
    EXCEPTION WHEN unique_violation THEN
        NULL;
    END;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO estafette_app', current_schema());
    FOREACH name IN ARRAY ARRAY['company', 'feed', 'event', 'place', 'driver', 'vehicle', 'shift', 'run',
        'rider', 'booking', 'trip', 'trip_history', 'assignment', 'applied', 'notice'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO estafette_app', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY own_company ON %I USING '
            '(%I = (SELECT nullif(current_setting(''app.company'', true), '''')::bigint))',
            name, CASE WHEN name = 'company' THEN 'id' ELSE 'company_id' END);
    END LOOP;
    GRANT SELECT ON trip_transition TO estafette_app;
    GRANT DELETE ON assignment TO estafette_app;
END $$;
