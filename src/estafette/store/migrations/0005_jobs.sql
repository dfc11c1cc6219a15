-- Solves are rows; jobs only wake a worker to look at them.
-- The queue's own tables stand in the schema procrastinate (made just before this script runs).

-- Whether new bookings are planned by themselves: not at all, as a proposal, or applied as well.
ALTER TABLE company ADD COLUMN planning text NOT NULL DEFAULT 'by_hand'
    CHECK (planning IN ('by_hand', 'propose', 'apply'));

-- One execution of the optimiser, asked for or made. Whoever runs it holds the row by its claim number, until
-- `until`; a later claim has a higher number, and nobody may write under an old one.
CREATE TABLE solve (
    company_id       bigint           NOT NULL REFERENCES company,
    id               bigint           GENERATED ALWAYS AS IDENTITY,
    service_on       date             NOT NULL,
    state            text             NOT NULL DEFAULT 'waiting' CHECK (state IN
        ('waiting', 'running', 'done', 'stopped', 'cancelled', 'replaced', 'failed')),
    version          bigint           NOT NULL DEFAULT 0,   -- id of its last event
    asked_at         timestamptz      NOT NULL DEFAULT now(),
    asked_by         text             NOT NULL,
    time_limit_s     double precision NOT NULL CHECK (time_limit_s BETWEEN 0 AND 3600),
    seed             bigint           NOT NULL,
    applies          boolean          NOT NULL,
    claim            int              NOT NULL DEFAULT 0,
    attempts         int              NOT NULL DEFAULT 0,   -- claims that were not given back
    until            timestamptz,
    not_before       timestamptz,
    started_at       timestamptz,
    ended_at         timestamptz,
    cancel_asked_at  timestamptz,
    board_version    bigint,                                -- it has seen at least the events up to here
    seconds          double precision,
    placed           int,
    left_over        int,
    cost             bigint,
    violations       int,
    plan_id          bigint,
    applied_id       bigint,
    trouble          text,
    PRIMARY KEY (company_id, id),
    CHECK ((state = 'running') = (until IS NOT NULL))
);
CREATE UNIQUE INDEX one_solve_waits ON solve (company_id, service_on) WHERE state = 'waiting';
CREATE UNIQUE INDEX one_solve_runs ON solve (company_id, service_on) WHERE state = 'running';
CREATE INDEX solve_by_day ON solve (company_id, service_on);
CREATE INDEX solve_by_version ON solve (company_id, version);

ALTER TABLE solve ENABLE ROW LEVEL SECURITY;
ALTER TABLE solve FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON solve
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
GRANT SELECT, INSERT, UPDATE ON solve TO estafette_app;

-- The functions below see the tables of this schema and of the queue, whoever calls them.
SELECT set_config('search_path', current_schema() || ', procrastinate', true);

-- Puts a job into the queue for the waiting solve of a day, unless one is queued already. A job that is queued at
-- the same moment must not abort the caller's transaction: the block with an exception is a savepoint.
CREATE FUNCTION wake_for_solve(of_company bigint, of_day date, not_before timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    only_once text := format('solve:%s:%s', of_company, of_day);
BEGIN
    IF EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = only_once AND status = 'todo') THEN
        RETURN;
    END IF;
    PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
        format('company:%s', of_company), 'solve', 0, NULL, only_once,
        jsonb_build_object('service_on', of_day), not_before)::procrastinate_job_to_defer_v1]);
EXCEPTION WHEN unique_violation THEN
    NULL;
END $$;

-- Asks for a solve; one that waits already takes the wish in: it searches as long as the longest, and applies if any
-- wish says so.
CREATE FUNCTION ask_solve(of_company bigint, of_day date, by_actor text, limit_s double precision, from_seed bigint,
    to_apply boolean) RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    asked bigint;
BEGIN
    INSERT INTO solve (company_id, service_on, asked_by, time_limit_s, seed, applies)
    VALUES (of_company, of_day, by_actor, limit_s, from_seed, to_apply)
    ON CONFLICT (company_id, service_on) WHERE state = 'waiting' DO UPDATE
        SET time_limit_s = greatest(solve.time_limit_s, EXCLUDED.time_limit_s),
            applies = solve.applies OR EXCLUDED.applies
    RETURNING id INTO asked;
    PERFORM wake_for_solve(of_company, of_day, NULL);
    RETURN asked;
END $$;

-- Asks for a solve of each day, where the company has its days planned by themselves.
CREATE FUNCTION ask_automatic_solves(of_company bigint, days date[]) RETURNS bigint
    LANGUAGE sql SET search_path FROM CURRENT
    RETURN (SELECT count(ask_solve(c.id, day, 'automatic', 10, 1, c.planning = 'apply'))
        FROM company c, unnest(days) AS day WHERE c.id = of_company AND c.planning <> 'by_hand');

-- Takes back the jobs of workers that no longer give signs of life. Where a twin waits, the twin does the work.
CREATE FUNCTION rescue_jobs(of_company bigint, silent_s double precision) RETURNS int
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    stalled bigint;
    rescued int := 0;
BEGIN
    FOR stalled IN
        SELECT j.id FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
        WHERE j.status = 'doing' AND j.queue_name = format('company:%s', of_company)
            AND (w.id IS NULL OR w.last_heartbeat < now() - silent_s * interval '1 s')
        FOR UPDATE OF j SKIP LOCKED
    LOOP
        BEGIN
            PERFORM procrastinate_retry_job_v2(stalled, now(), NULL, NULL, NULL);
        EXCEPTION WHEN unique_violation THEN
            PERFORM procrastinate_finish_job_v1(stalled, 'failed', false);
        END;
        rescued := rescued + 1;
    END LOOP;
    RETURN rescued;
END $$;

-- Whoever keeps or applies a plan in the name of a solve (actor `solve:id:claim`) must still hold it: the last word
-- against a worker that was stopped, replaced and woken again. Race-free, because every writer holds the feed row.
CREATE FUNCTION only_who_holds_the_solve() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM solve s WHERE s.company_id = NEW.company_id AND s.state = 'running'
            AND format('solve:%s:%s', s.id, s.claim) = current_setting('app.actor')) THEN
        RAISE EXCEPTION '% no longer holds its solve', current_setting('app.actor') USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept_by_holder BEFORE INSERT ON plan FOR EACH ROW
    WHEN (current_setting('app.actor', true) LIKE 'solve:%') EXECUTE FUNCTION only_who_holds_the_solve();
CREATE TRIGGER applied_by_holder BEFORE INSERT ON applied FOR EACH ROW
    WHEN (current_setting('app.actor', true) LIKE 'solve:%') EXECUTE FUNCTION only_who_holds_the_solve();

-- The queue's tables hold numbers and dates alone; a worker reads and writes them as the application.
GRANT USAGE ON SCHEMA procrastinate TO estafette_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA procrastinate TO estafette_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA procrastinate TO estafette_app;
