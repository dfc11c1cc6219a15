-- What stands on a run is looked up whenever a trip is moved by hand, whatever the size of the day. The company does not
-- lead it: before there are statistics every index that it leads looks as good as the key to find a trip of it.
-- A million rows take about a second.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX assignment_by_run ON assignment (run_id);
