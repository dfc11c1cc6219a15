-- Old events and the notices made of them may go; nothing else, whoever writes the statement: the policies
-- restrict what the grant allows, on top of the company. store/retention.py keeps the rest of the rule.
CREATE POLICY only_old_ones_go ON event AS RESTRICTIVE FOR DELETE
    USING (at < now() - interval '1 day');
CREATE POLICY only_old_and_settled_ones_go ON notice AS RESTRICTIVE FOR DELETE
    USING (created_at < now() - interval '1 day'
        AND (sent_at IS NOT NULL OR superseded_by IS NOT NULL OR given_up IS NOT NULL));
GRANT DELETE ON event, notice TO estafette_app;

-- An event that goes is looked for among the notices, one lookup each.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX notice_of_event ON notice (company_id, event_id);
-- Which applies of days that are not over can still be undone.
