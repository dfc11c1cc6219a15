-- Plans are kept: what was asked, how it was searched, what was answered, and from whom it came.
-- A plan is never changed: the same bytes keep the number they have (store/plans.py).
CREATE TABLE plan (
    company_id       bigint      NOT NULL REFERENCES company,
    id               bigint      GENERATED ALWAYS AS IDENTITY,
    service_on       date        NOT NULL,
    at               timestamptz NOT NULL DEFAULT now(),
    actor            text        NOT NULL,
    board_version    bigint      NOT NULL,
    problem          bytea,                     -- JSON, zlib; null: the plan came from elsewhere
    problem_sha256   text        NOT NULL,
    travel_source    text        NOT NULL,
    travel_estimated boolean     NOT NULL,
    travel_sha256    text,                      -- of the matrix; null: the plan came from elsewhere
    parameters       jsonb       NOT NULL,
    versions         jsonb       NOT NULL,      -- of the program and of what it computes with
    answer           bytea       NOT NULL,      -- the plan: JSON, zlib
    answer_sha256    text        NOT NULL,      -- of the JSON
    cost             bigint      NOT NULL,
    iterations       bigint      NOT NULL,
    duration_s       double precision,          -- null: the plan came from elsewhere
    placed           int         NOT NULL,
    left_over        int         NOT NULL,
    violations       int         NOT NULL,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, answer_sha256),
    CHECK ((problem IS NULL) = (travel_sha256 IS NULL))
);
CREATE INDEX plan_by_day ON plan (company_id, service_on, id);

-- Which applies a plan explains, and what was applied on a day: read by the history and by undo. The
-- table has one row for each apply, so indexing it takes milliseconds.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX applied_by_plan ON applied (company_id, plan_id) WHERE plan_id IS NOT NULL;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX applied_by_day ON applied (company_id, service_on, id);

-- An apply can be taken back in parts, and again after it was restored; its state says what can be.
-- squawk-ignore ban-drop-constraint
ALTER TABLE applied DROP CONSTRAINT applied_company_id_undoes_key;

-- Ends the transaction of an apply that did less than all; the message's detail says what stood in the way.
CREATE FUNCTION applied_whole(company bigint, under_key text) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    in_the_way jsonb;
BEGIN
    SELECT jsonb_agg(jsonb_build_array(trip_id, nullif(run_id, 0), verdict, (
            SELECT stands - 'trip_id' FROM jsonb_array_elements(a.standing) AS stands
            WHERE (stands->>'trip_id')::bigint = trip_id)) ORDER BY trip_id)
    INTO in_the_way
    FROM applied a, unnest(a.trip_ids, a.run_ids, a.verdicts) AS judged (trip_id, run_id, verdict)
    WHERE a.company_id = company AND a.key = under_key AND verdict NOT IN ('applied', 'unchanged');
    IF in_the_way IS NOT NULL THEN
        RAISE EXCEPTION 'not all of it could be applied' USING ERRCODE = 'EST01', DETAIL = in_the_way::text;
    END IF;
END $$;

GRANT SELECT, INSERT ON plan TO estafette_app;
ALTER TABLE plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON plan
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
