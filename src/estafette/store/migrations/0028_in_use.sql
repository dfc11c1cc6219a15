-- Riders who come no more and places that nobody goes to any more: kept with all that was, offered no longer.
ALTER TABLE rider ADD COLUMN active boolean NOT NULL DEFAULT true;
ALTER TABLE place ADD COLUMN active boolean NOT NULL DEFAULT true;
SELECT keep_ledger('rider', '{ref,name,needs,groups,apart_from}', ignored => '{grams}');
SELECT keep_ledger('place', '{ref,name,address,lon,lat}', ignored => '{grams}');
