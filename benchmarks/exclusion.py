"""
What "nobody is in two places" costs a bulk insert, by the way the exclusion constraint is written.

    ./dev run python -m benchmarks.exclusion [--days 12] [--runs 5]

10,000 assignments of a day, 1,000 drivers, into a table that holds the days before.
"""

import argparse
import tempfile
import time
from pathlib import Path

import psycopg

from benchmarks.machine import describe, spread
from estafette.store.migrate import migrate
from estafette.store.server import address

STOPS = "tstzmultirange(tstzrange(pickup_at, pickup_until), tstzrange(dropoff_at, dropoff_until))"
WAYS = {
    "primary key alone": "",
    "id as a range": f"EXCLUDE USING gist (int8range(driver_id, driver_id, '[]') WITH &&, {STOPS} WITH &&)",
    "time before id": f"EXCLUDE USING gist ({STOPS} WITH &&, int8range(driver_id, driver_id, '[]') WITH &&)",
    "lane as a box (ours)": f"EXCLUDE USING gist (lane(driver_id, pickup_at, dropoff_until) WITH &&, {STOPS} WITH &&)",
}
COLUMNS = """
company_id bigint, trip_id bigint, run_id bigint, driver_id bigint, pickup_at timestamptz, pickup_until timestamptz,
dropoff_at timestamptz, dropoff_until timestamptz, PRIMARY KEY (company_id, trip_id)
"""
ONE_DAY = """
INSERT INTO tried SELECT 1, %(day)s * 10000 + n, n %% 1000, n %% 1000, at, at + interval '2 min', at + interval '5 min',
    at + interval '6 min'
FROM generate_series(0, 9999) AS n,
    LATERAL (SELECT timestamptz '2026-01-01 06:00Z' + %(day)s * interval '1 day' + n / 1000 * interval '10 min' AS at) AS t
"""


def main() -> None:
    """Print a line for each way."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--days", type=int, default=12)
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = address(Path(folder), database_url=None, database="bench_exclusion")
        migrate(server)
        print(describe(server.owner))
        print(
            f"10,000 rows after {chosen.days} days of 10,000, {chosen.runs} runs; milliseconds: median (minimum-maximum)"
        )
        with psycopg.connect(server.owner, autocommit=True) as connection:
            for name, constraint in WAYS.items():
                print(
                    f"  {name:22}{spread(measured(connection, constraint, chosen.days, chosen.runs)):>26}",
                    flush=True,
                )


def measured(connection: psycopg.Connection[object], constraint: str, days: int, runs: int) -> list[float]:
    """Fill a table with the days before and time each further day."""
    connection.execute("DROP TABLE IF EXISTS tried")
    deferred = f", {constraint} DEFERRABLE INITIALLY DEFERRED" if constraint else ""
    connection.execute(f"CREATE TABLE tried ({COLUMNS}{deferred})")
    for day in range(days):
        connection.execute(ONE_DAY, {"day": day})
    connection.execute("VACUUM ANALYZE tried")
    times = []
    for day in range(days, days + runs):
        began = time.perf_counter()
        connection.execute(ONE_DAY, {"day": day})
        times.append((time.perf_counter() - began) * 1000)
    return times


if __name__ == "__main__":
    main()
