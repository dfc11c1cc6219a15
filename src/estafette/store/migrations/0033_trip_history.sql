-- When a booking came in and by whom, and why an apply was made, in a person's words: what a trip's history tells beside
-- its moves and its places on runs. The defaults fill both in, whoever writes. No row is rewritten; what came in before
-- does not know when.
ALTER TABLE booking ADD COLUMN booked_at timestamptz, ADD COLUMN booked_by text NOT NULL DEFAULT '';
ALTER TABLE booking ALTER COLUMN booked_at SET DEFAULT now(),
    ALTER COLUMN booked_by SET DEFAULT coalesce(current_setting('app.actor', true), '');

ALTER TABLE applied ADD COLUMN why text NOT NULL DEFAULT '';
ALTER TABLE applied ALTER COLUMN why SET DEFAULT coalesce(current_setting('app.why', true), '');

SELECT keep_ledger('booking', '{ref,purpose,standing_order,notes}', ignored => '{booked_at,booked_by}');
