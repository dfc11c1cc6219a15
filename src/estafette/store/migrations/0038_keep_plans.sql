-- Plans say who is driven when. Of days long over that can go by a rule; how a plan was made, and its figures, stay.
ALTER TABLE company ADD COLUMN keep_plans_days int CHECK (keep_plans_days BETWEEN 30 AND 36500);
SELECT keep_ledger('company', '{}');
-- Whoever runs the program of before meanwhile has no such rule, so none is null yet.
-- squawk-ignore ban-drop-not-null
ALTER TABLE plan ALTER COLUMN answer DROP NOT NULL;
GRANT UPDATE (answer) ON plan TO estafette_app;

-- Few applies have a reason in words; those that may speak of a rider are looked for when the rider is erased.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX applied_with_reason ON applied (company_id) WHERE why <> '';
