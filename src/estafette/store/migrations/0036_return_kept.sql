-- That the way back is wanted although its rider was not there on the way out: said once, known to all boards.
ALTER TABLE booking ADD COLUMN return_kept boolean NOT NULL DEFAULT false;
SELECT keep_ledger('booking', '{ref,purpose,standing_order,notes}', ignored => '{booked_at,booked_by}');
