-- The apply says from which plan of the history it came, and how each trip stands that it could not change.
ALTER TABLE applied ADD COLUMN plan_id bigint;
ALTER TABLE applied ADD COLUMN standing jsonb;

-- Says at once that the same key is being written in another transaction, instead of waiting for it.
CREATE FUNCTION claim_key(company_id bigint, key text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(key, company_id)) THEN
        RAISE EXCEPTION 'the key % is in use', key USING ERRCODE = 'object_in_use';
    END IF;
END $$;
