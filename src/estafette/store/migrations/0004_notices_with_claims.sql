-- Notices are claimed for a while, tried again later, spoken for by a later message, or dead until somebody
-- sends them again (store/notices.py tells the life of one). Every new column has a constant default or
-- none, so no row is rewritten, and a program of the version before goes on writing notices.
ALTER TABLE notice
    ADD COLUMN service_on    date,                               -- known from the first claim on
    ADD COLUMN due_at        timestamptz NOT NULL DEFAULT '-infinity',
    ADD COLUMN claim         int         NOT NULL DEFAULT 0,     -- number of the last claim; a mark must name it
    ADD COLUMN claimed_until timestamptz,                        -- in somebody's hands until then
    ADD COLUMN in_doubt      boolean     NOT NULL DEFAULT false, -- perhaps delivered: repeated unchanged
    ADD COLUMN superseded_by bigint,                             -- number of the message that speaks for it
    ADD COLUMN failed        text;                               -- why it did not go through the last time

-- Notices are few and short: a second at most.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX notice_due;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX notice_unsettled ON notice (company_id, driver_id, event_id)
    WHERE sent_at IS NULL AND superseded_by IS NULL;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX notice_by_day ON notice (company_id, driver_id, service_on, event_id);
