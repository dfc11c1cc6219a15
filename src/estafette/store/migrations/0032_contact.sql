-- How a rider is reached, and how one gets in at a place. No row is rewritten: the default stands in the catalogue.
ALTER TABLE rider ADD COLUMN phone text NOT NULL DEFAULT '' CHECK (length(phone) <= 30);
ALTER TABLE place ADD COLUMN access_note text NOT NULL DEFAULT '' CHECK (length(access_note) <= 500);

-- Drivers call riders of own trips. They see the notes of own places already, as all columns of those rows (0018).
GRANT SELECT (phone) ON rider TO estafette_driver;

SELECT keep_ledger('rider', '{ref,name,needs,groups,apart_from,phone}', ignored => '{grams}');
SELECT keep_ledger('place', '{ref,name,address,lon,lat,access_note}', ignored => '{grams}');
