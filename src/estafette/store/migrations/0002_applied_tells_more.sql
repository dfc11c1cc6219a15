-- The apply says from which plan of the history it came, and how each trip stands that it could not change.
ALTER TABLE applied ADD COLUMN plan_id bigint;
ALTER TABLE applied ADD COLUMN standing jsonb;
