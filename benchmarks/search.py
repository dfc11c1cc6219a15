"""
How long a search takes: riders, places, drivers and trips by parts of names, with mistakes, in a company of many riders.

    ./dev run python -m benchmarks.search [--riders 20000] [--runs 20]

Another company of the same size is in the same database. Names are invented of syllables, so that parts of them are common.
The time is that of the call of the store, the entry in the audit log included, and beside it (Linux) that of the server's
processor, which other load disturbs least.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import describe, spread
from estafette.store.company import create_company
from estafette.store.database import Database, Statement
from estafette.store.migrate import migrate
from estafette.store.search import search
from estafette.store.server import address

_SYLLABLES = [
    "al",
    "ba",
    "fa",
    "vre",
    "lin",
    "ro",
    "si",
    "ri",
    "ta",
    "mu",
    "ler",
    "han",
    "pe",
    "tro",
    "va",
    "ze",
    "ki",
    "do",
    "na",
    "bel",
    "con",
    "ti",
    "gia",
    "me",
    "sch",
    "wei",
    "ss",
    "ler",
    "ma",
    "no",
]
_FILL = """
WITH riders AS (
    INSERT INTO rider (company_id, ref, name)
    SELECT %(company)s, 'R' || n, name FROM unnest(%(names)s::text[]) WITH ORDINALITY AS x (name, n)
)
INSERT INTO place (company_id, ref, name, address, lon, lat)
SELECT %(company)s, 'P' || n, name, 'Street ' || n, 8, 47 FROM unnest(%(names)s::text[]) WITH ORDINALITY AS x (name, n)
WHERE n <= 2000
"""


def main() -> int:
    """Print the times of each way of typing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--riders", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = address(Path(folder) / "cluster", database_url=None, database="bench")
        migrate(server)
        print(describe(server.owner))
        with Database(server, size=1) as database:
            companies = [create_company(server, name=name, zone="UTC") for name in ("A", "B")]
            for company in companies:
                _fill(database, company, given.riders)
            print(
                f"{given.riders} riders, 2000 places in each of two companies; milliseconds: median (minimum-maximum)"
            )
            for what, typed in _typed(given.runs).items():
                print(f"  {what:22}{_times(database, companies[0], typed)}", flush=True)
    return 0


def _fill(database: Database, company: int, riders: int) -> None:
    draw = random.Random(company)
    names = [f"{_word(draw)} {_word(draw)}" for _ in range(riders)]
    before = time.perf_counter()
    database.transact(company, [Statement(_FILL, {"company": company, "names": names})], actor="bench")
    print(f"stored in {time.perf_counter() - before:.1f} s")


def _word(draw: random.Random) -> str:
    return "".join(draw.choices(_SYLLABLES, k=draw.randint(2, 4))).capitalize()


def _typed(runs: int) -> dict[str, list[str]]:
    draw = random.Random(1)
    words = [f"{_word(draw)} {_word(draw)}" for _ in range(runs)]
    return {
        "two letters": [word[:2] for word in words],
        "half a name": [word.split()[0][:4] for word in words],
        "both names": words,
        "with a mistake": [word[:3] + word[4:] for word in words],
        "nothing like it": ["qxqxqx"] * runs,
    }


def _times(database: Database, company: int, typed: list[str]) -> str:
    ((backend,),) = database.read(company, "SELECT pg_backend_pid()", {})
    times: list[float] = []
    worked: list[float] = []
    found: list[int] = []
    for text in typed:
        before, cpu = time.perf_counter(), _cpu_ms(backend)
        found.append(len(search(database, company, text, limit=20, drivers=True, actor="bench")))
        times.append((time.perf_counter() - before) * 1000)
        worked.append(_cpu_ms(backend) - cpu)
    return f"{spread(times)}, of the processor {spread(worked)}, {statistics.mean(found):.0f} found"


def _cpu_ms(process: int) -> float:
    kept = Path(f"/proc/{process}/schedstat")
    return int(kept.read_text(encoding="ascii").split()[0]) / 1e6 if kept.exists() else 0.0


if __name__ == "__main__":
    sys.exit(main())
