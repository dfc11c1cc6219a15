-- Road times between the places of a company, kept from one plan to the next: never estimates (a place without a
-- road has none), and never those of other road data, as `roads` names data and profile.
--
-- A row is one place and what its times to and from the places in lower slots are, so that a new place is a new
-- row and none is ever written again. A place that moved is another place: its position is part of the key.
CREATE TABLE road_times (
    company_id bigint NOT NULL REFERENCES company,
    roads      text   NOT NULL,
    slot       int    NOT NULL,
    place_id   bigint NOT NULL,
    lon        double precision NOT NULL,
    lat        double precision NOT NULL,
    off_m      double precision NOT NULL,           -- how far off the nearest road
    times      bytea  NOT NULL,                     -- store/road_times.py says how
    made_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, roads, slot),
    UNIQUE (company_id, roads, place_id, lon, lat),
    FOREIGN KEY (company_id, place_id) REFERENCES place
);
-- Compressing costs more than it saves, at every reading.
ALTER TABLE road_times ALTER COLUMN times SET STORAGE EXTERNAL;

-- Where a vehicle stops, when that is not where the place is on the map: the ambulance entrance, the gate.
CREATE TABLE access_point (
    company_id bigint NOT NULL,
    place_id   bigint NOT NULL,
    lon        double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat        double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    PRIMARY KEY (company_id, place_id),
    FOREIGN KEY (company_id, place_id) REFERENCES place
);

-- Places of a plan on road times that no road leads to: the legs from and to them are estimates.
ALTER TABLE plan ADD COLUMN estimated_places bigint[] NOT NULL DEFAULT '{}';

GRANT SELECT, INSERT, DELETE ON road_times TO estafette_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON access_point TO estafette_app;
ALTER TABLE road_times ENABLE ROW LEVEL SECURITY;
ALTER TABLE road_times FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON road_times
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
ALTER TABLE access_point ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_point FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON access_point
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
