-- The audit log: who wrote (or read of a rider) what, when, why, and what stood there before. Entries of a company are
-- numbered without gaps and each hash covers the one before, so nothing in between can be changed or left out unseen; a
-- cut tail is found with a head that is kept elsewhere (docs/decisions/0035).
CREATE TABLE ledger (
    company_id bigint      NOT NULL,
    id         bigint      NOT NULL,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    action     text        NOT NULL CHECK (action IN ('insert', 'update', 'delete', 'read', 'prune', 'export', 'erase')),
    kind       text        NOT NULL,        -- the table, in most cases
    ids        bigint[]    NOT NULL,        -- of the rows concerned; people are numbers here, never names
    changes    jsonb       NOT NULL,        -- one object for each row: field -> [before, after], or true for a closed one
    why        text        NOT NULL,
    request_id text        NOT NULL,
    hash       bytea       NOT NULL,
    PRIMARY KEY (company_id, id)
);
CREATE INDEX ledger_by_kind ON ledger (company_id, kind, id);
ALTER TABLE ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger FORCE ROW LEVEL SECURITY;
CREATE POLICY own_company ON ledger
    USING (company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint));
GRANT SELECT, INSERT ON ledger TO estafette_app;

-- Adds an entry to the end of a company's chain. Whoever writes holds the lock of the company's feed row already;
-- whoever only reads takes it here. store/ledger.py computes the same hash.
CREATE FUNCTION write_ledger(of_company bigint, its_action text, its_kind text, its_ids bigint[], its_changes jsonb)
    RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last record;
    entry ledger%ROWTYPE;
BEGIN
    PERFORM FROM feed WHERE company_id = of_company FOR NO KEY UPDATE;
    SELECT id, hash INTO last FROM ledger WHERE company_id = of_company ORDER BY id DESC LIMIT 1;
    entry := ROW(of_company, coalesce(last.id, 0) + 1, clock_timestamp(),
        coalesce(nullif(current_setting('app.actor', true), ''), 'unknown'), its_action, its_kind, its_ids, its_changes,
        coalesce(current_setting('app.why', true), ''), coalesce(current_setting('app.request', true), ''), NULL);
    entry.hash := sha256(coalesce(last.hash, '') || convert_to(jsonb_build_array(entry.company_id, entry.id,
        extract(epoch FROM entry.at), entry.actor, entry.action, entry.kind, entry.ids, entry.changes, entry.why,
        entry.request_id)::text, 'UTF8'));
    INSERT INTO ledger VALUES (entry.*);
END $$;

-- What is written stays, whoever writes the statement. Only whole old stretches may go, from the oldest entry on, more
-- than a year old, and named with their last hash by an entry of their own.
CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        RAISE EXCEPTION 'the audit log is never changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM gone WHERE at > now() - interval '365 days')
        OR EXISTS (SELECT FROM (SELECT company_id, max(id) AS id FROM gone GROUP BY 1) AS last
            JOIN gone g USING (company_id, id)
            WHERE EXISTS (SELECT FROM ledger l WHERE l.company_id = g.company_id AND l.id < g.id)
                OR NOT EXISTS (SELECT FROM ledger l WHERE l.company_id = g.company_id AND l.action = 'prune'
                    AND l.changes @> jsonb_build_array(jsonb_build_object('up_to', g.id, 'hash', encode(g.hash, 'hex')))))
    THEN
        RAISE EXCEPTION 'of the audit log only whole old stretches go' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER ledger_is_not_emptied BEFORE TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER ledger_goes_in_stretches AFTER DELETE ON ledger
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();

-- Has every write of a table entered: one entry for a statement, whatever the number of rows. Of `closed` columns it is
-- entered that they changed, never a value: what a person may have erased must not stand in what is never changed.
-- `ignored` ones are no news. Called again after a column was added.
CREATE FUNCTION keep_ledger(of_table text, closed text[], ignored text[] DEFAULT '{}', id_column text DEFAULT 'id')
    RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    company text := CASE WHEN of_table = 'company' THEN 'id' ELSE 'company_id' END;
    columns text[];
    differs text;
    inserted text;
    updated text;
    deleted text;
BEGIN
    SELECT array_agg(attname::text ORDER BY attnum) INTO columns FROM pg_attribute
    WHERE attrelid = of_table::regclass AND attnum > 0 AND NOT attisdropped
        AND attname <> ALL (ignored || ARRAY[id_column, company]);
    SELECT format('(%s) IS DISTINCT FROM (%s)', string_agg(format('a.%I', name), ', '), string_agg(format('b.%I', name), ', ')),
        string_agg(format('%L, CASE WHEN a.%2$I IS NOT NULL THEN %s END', name, name,
            CASE WHEN name = ANY (closed) THEN '''true''::jsonb' ELSE format('jsonb_build_array(NULL, a.%I)', name) END), ', '),
        string_agg(format('%L, CASE WHEN a.%2$I IS DISTINCT FROM b.%2$I THEN %s END', name, name,
            CASE WHEN name = ANY (closed) THEN '''true''::jsonb' ELSE format('jsonb_build_array(b.%1$I, a.%1$I)', name) END), ', '),
        string_agg(format('%L, CASE WHEN b.%2$I IS NOT NULL THEN %s END', name, name,
            CASE WHEN name = ANY (closed) THEN '''true''::jsonb' ELSE format('jsonb_build_array(b.%I, NULL)', name) END), ', ')
    INTO differs, inserted, updated, deleted
    FROM unnest(columns) AS name;
    -- The plan of the join is kept from whatever statement came first: a nested loop would be for ever quadratic.
    EXECUTE format($body$
        CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
        DECLARE
            entry record;
        BEGIN
            IF TG_OP = 'INSERT' THEN
                -- A delivery of thousands is entered by its ids: its rows say the rest.
                FOR entry IN SELECT a.%3$I AS company, array_agg(a.%4$I ORDER BY a.%4$I) AS ids,
                    coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', a.%4$I, %6$s)) ORDER BY a.%4$I)
                        FILTER (WHERE (SELECT count(*) <= 100 FROM after)), '[]') AS rows
                    FROM after a GROUP BY 1
                LOOP
                    PERFORM write_ledger(entry.company, 'insert', %2$L, entry.ids, entry.rows);
                END LOOP;
            ELSIF TG_OP = 'UPDATE' THEN
                FOR entry IN SELECT a.%3$I AS company, array_agg(a.%4$I ORDER BY a.%4$I) AS ids,
                    jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', a.%4$I, %7$s)) ORDER BY a.%4$I) AS rows
                    FROM after a JOIN before b ON b.%3$I = a.%3$I AND b.%4$I = a.%4$I WHERE %5$s GROUP BY 1
                LOOP
                    PERFORM write_ledger(entry.company, 'update', %2$L, entry.ids, entry.rows);
                END LOOP;
            ELSE
                FOR entry IN SELECT b.%3$I AS company, array_agg(b.%4$I ORDER BY b.%4$I) AS ids,
                    jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', b.%4$I, %8$s)) ORDER BY b.%4$I) AS rows
                    FROM before b GROUP BY 1
                LOOP
                    PERFORM write_ledger(entry.company, 'delete', %2$L, entry.ids, entry.rows);
                END LOOP;
            END IF;
            RETURN NULL;
        END $$ $body$,
        'enter_' || of_table, of_table, company, id_column, differs, inserted, updated, deleted);
    EXECUTE format('DROP TRIGGER IF EXISTS enter_inserted ON %I', of_table);
    EXECUTE format('DROP TRIGGER IF EXISTS enter_updated ON %I', of_table);
    EXECUTE format('DROP TRIGGER IF EXISTS enter_deleted ON %I', of_table);
    EXECUTE format('CREATE TRIGGER enter_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS after'
        ' FOR EACH STATEMENT EXECUTE FUNCTION %I()', of_table, 'enter_' || of_table);
    EXECUTE format('CREATE TRIGGER enter_updated AFTER UPDATE ON %I REFERENCING OLD TABLE AS before NEW TABLE AS after'
        ' FOR EACH STATEMENT EXECUTE FUNCTION %I()', of_table, 'enter_' || of_table);
    EXECUTE format('CREATE TRIGGER enter_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS before'
        ' FOR EACH STATEMENT EXECUTE FUNCTION %I()', of_table, 'enter_' || of_table);
END $function$;

SELECT keep_ledger('company', '{}');
SELECT keep_ledger('place', '{ref,name,address,lon,lat}');
SELECT keep_ledger('access_point', '{lon,lat}', id_column => 'place_id');
SELECT keep_ledger('driver', '{name}');
SELECT keep_ledger('vehicle', '{}');
SELECT keep_ledger('shift', '{}');
SELECT keep_ledger('rider', '{ref,name,needs,groups,apart_from}');
SELECT keep_ledger('booking', '{ref,purpose,standing_order}');
SELECT keep_ledger('trip', '{ref,needs,cancel_reason}', ignored => '{version}');
SELECT keep_ledger('webhook', '{url,secret,old_secret}',
    ignored => '{told_to,attempts,due_at,failed,claim,claimed_until}');

-- An apply is one entry: what became of each trip stands in its row, under the number that the entry names.
CREATE FUNCTION enter_applied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM write_ledger(NEW.company_id, 'insert', 'applied', ARRAY[NEW.id], jsonb_build_array(jsonb_strip_nulls(
        jsonb_build_object('id', NEW.id, 'service_on', NEW.service_on, 'plan_id', NEW.plan_id, 'undoes', NEW.undoes,
            'fingerprint', NEW.fingerprint, 'outcomes', (SELECT jsonb_object_agg(verdict, n) FROM (
                SELECT verdict, count(*) AS n FROM unnest(NEW.verdicts) AS verdict GROUP BY 1) AS counted)))));
    RETURN NULL;
END $$;
CREATE TRIGGER enter_inserted AFTER INSERT ON applied FOR EACH ROW EXECUTE FUNCTION enter_applied();

-- Locks are set by hand; an apply does not touch them, and pays nothing for this.
CREATE FUNCTION enter_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM write_ledger(NEW.company_id, 'update', 'assignment', ARRAY[NEW.trip_id], jsonb_build_array(
        jsonb_build_object('id', NEW.trip_id, 'lock', jsonb_build_array(OLD.lock, NEW.lock))));
    RETURN NULL;
END $$;
CREATE TRIGGER enter_lock AFTER UPDATE OF lock ON assignment FOR EACH ROW
    WHEN (OLD.lock IS DISTINCT FROM NEW.lock) EXECUTE FUNCTION enter_lock();

CREATE FUNCTION enter_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM write_ledger(NEW.company_id, 'insert', 'plan', ARRAY[NEW.id], jsonb_build_array(jsonb_build_object(
        'id', NEW.id, 'service_on', NEW.service_on, 'answer_sha256', NEW.answer_sha256)));
    RETURN NULL;
END $$;
CREATE TRIGGER enter_inserted AFTER INSERT ON plan FOR EACH ROW EXECUTE FUNCTION enter_plan();

-- A solve holds its row every second; what is entered is that it was asked for, cancelled, and how it ended.
CREATE FUNCTION enter_solve() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM write_ledger(NEW.company_id, lower(TG_OP), 'solve', ARRAY[NEW.id], jsonb_build_array(jsonb_build_object(
        'id', NEW.id, 'service_on', NEW.service_on,
        'state', jsonb_build_array(CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, NEW.state),
        'cancel_asked', NEW.cancel_asked_at IS NOT NULL)));
    RETURN NULL;
END $$;
CREATE TRIGGER enter_inserted AFTER INSERT ON solve FOR EACH ROW EXECUTE FUNCTION enter_solve();
CREATE TRIGGER enter_updated AFTER UPDATE OF state, cancel_asked_at ON solve FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.cancel_asked_at IS DISTINCT FROM NEW.cancel_asked_at) EXECUTE FUNCTION enter_solve();

-- Of notices: that a person had a dead one sent again.
CREATE FUNCTION enter_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM write_ledger(NEW.company_id, 'update', 'notice', ARRAY[NEW.event_id], jsonb_build_array(jsonb_build_object(
        'id', NEW.event_id, 'driver_id', NEW.driver_id, 'given_up', jsonb_build_array(true, false))));
    RETURN NULL;
END $$;
CREATE TRIGGER enter_resent AFTER UPDATE OF given_up ON notice FOR EACH ROW
    WHEN (OLD.given_up IS NOT NULL AND NEW.given_up IS NULL) EXECUTE FUNCTION enter_notice();

-- That old events went, and with them the notices made of them.
CREATE FUNCTION enter_pruned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry record;
BEGIN
    FOR entry IN SELECT company_id, count(*) AS n, min(id) AS first, max(id) AS last FROM gone GROUP BY 1 LOOP
        PERFORM write_ledger(entry.company_id, 'prune', 'event', '{}', jsonb_build_array(jsonb_build_object(
            'events', entry.n, 'first', entry.first, 'last', entry.last)));
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER enter_deleted AFTER DELETE ON event
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION enter_pruned();
