-- A leg that waits is tied to the leg before it in its booking on that day: the vehicle stays at the door in between.
-- A constant default: no table is rewritten.
ALTER TABLE trip ADD COLUMN waits boolean NOT NULL DEFAULT false;
