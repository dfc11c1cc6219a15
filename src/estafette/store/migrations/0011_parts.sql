-- A large day is divided, and several workers make the parts.

-- How many workers may share a solve; how many parts were made for it, and how many of these by helpers.
ALTER TABLE solve
    ADD COLUMN workers int NOT NULL DEFAULT 1,
    ADD COLUMN parts   int NOT NULL DEFAULT 0,
    ADD COLUMN helped  int NOT NULL DEFAULT 0;

-- One part of the present round of a solve: a problem and the plan to begin from, to be searched until `ends_at`. Whoever
-- makes it holds it like a solve, by claim and lease; that it is there says that the solve still wants it. It holds
-- places, times and numbers, no names, and is gone when the next round begins or the solve ends.
CREATE TABLE solve_part (
    company_id bigint      NOT NULL,
    id         bigint      GENERATED ALWAYS AS IDENTITY,
    solve_id   bigint      NOT NULL,
    ends_at    timestamptz NOT NULL,
    question   bytea       NOT NULL,
    claim      int         NOT NULL DEFAULT 0,
    until      timestamptz,
    helped     boolean     NOT NULL DEFAULT false,
    answer     bytea,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, solve_id) REFERENCES solve
);
CREATE INDEX part_by_solve ON solve_part (company_id, solve_id);

ALTER TABLE solve_part ENABLE ROW LEVEL SECURITY;
ALTER TABLE solve_part FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON solve_part
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
GRANT SELECT, INSERT, UPDATE, DELETE ON solve_part TO estafette_app;

CREATE FUNCTION forget_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM solve_part WHERE company_id = NEW.company_id AND solve_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER parts_end_with_it AFTER UPDATE OF state ON solve FOR EACH ROW
    WHEN (OLD.state = 'running' AND NEW.state <> 'running') EXECUTE FUNCTION forget_parts();

-- The functions below see the tables of this schema and of the queue, whoever calls them.
SELECT set_config('search_path', current_schema() || ', procrastinate', true);

-- Puts a job into the queue for each of so many helpers of a solve, unless it is queued or done already. Solves come
-- first. Another who queues the same at the same moment must not abort the caller's transaction.
CREATE FUNCTION call_helpers(of_company bigint, of_solve bigint, wanted int) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(array_agg(ROW(
        format('company:%s', of_company), 'help', -1, NULL, only_once,
        jsonb_build_object('solve_id', of_solve), NULL)::procrastinate_job_to_defer_v1))
    FROM (SELECT format('help:%s:%s:%s', of_company, of_solve, n) AS only_once FROM generate_series(1, wanted) AS n) AS h
    WHERE NOT EXISTS (SELECT FROM procrastinate_jobs j
        WHERE j.queueing_lock = h.only_once AND j.status IN ('todo', 'doing'))
    HAVING count(*) > 0;
EXCEPTION WHEN unique_violation THEN
    NULL;
END $$;

-- Counts the workers that help with a solve and give signs of life.
CREATE FUNCTION helpers_of(of_company bigint, of_solve bigint, silent_s double precision) RETURNS int
    LANGUAGE sql STABLE SET search_path FROM CURRENT
    RETURN (SELECT count(*) FROM procrastinate_jobs j JOIN procrastinate_workers w ON w.id = j.worker_id
        WHERE j.status = 'doing' AND w.last_heartbeat > now() - silent_s * interval '1 s'
            AND j.queueing_lock LIKE format('help:%s:%s:%%', of_company, of_solve));

-- As with one worker; a solve that waits takes the highest number.
CREATE FUNCTION ask_solve(of_company bigint, of_day date, by_actor text, limit_s double precision, from_seed bigint,
    to_apply boolean, by_workers int) RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    asked bigint := ask_solve(of_company, of_day, by_actor, limit_s, from_seed, to_apply);
BEGIN
    UPDATE solve SET workers = greatest(workers, by_workers) WHERE company_id = of_company AND id = asked;
    RETURN asked;
END $$;
