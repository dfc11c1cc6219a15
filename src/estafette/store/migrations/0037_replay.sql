-- Events that a receiver asked for once more, oldest first; they are sent before what follows its cursor.
ALTER TABLE webhook ADD COLUMN again bigint[] NOT NULL DEFAULT '{}';
SELECT keep_ledger('webhook', '{url,secret,old_secret}',
    ignored => '{told_to,attempts,due_at,failed,claim,claimed_until}');
