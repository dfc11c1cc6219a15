"""Random plans with keys, applied one after the other by a process that may die at any instant."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import msgspec
import numpy as np

from estafette.domain.applied import Applied
from estafette.domain.error import ApplyFailed, Unavailable
from estafette.store.apply import Order, Targets, apply_targets
from estafette.store.database import Database
from estafette.store.feed import last_event_id
from estafette.store.server import Server
from tests.faults import mutants
from tests.faults.history import Log
from tests.store.days import DAY

SLOTS = 60
TRIPS_OF_A_PLAN = 6
PATIENCE_S = 90.0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a client does: `count` plans for the trips and runs of a company, seeded; `mutant` is planted first."""

    server: Server
    company_id: int
    trip_ids: Sequence[int]
    run_ids: Sequence[int]
    log: str
    name: str
    seed: int
    count: int
    mutant: str | None = None
    service_on: date = DAY
    # One plan in so many puts two trips into the same minutes; the database must refuse it whole.
    careless_one_in: int = 20


def main(job: Job) -> None:
    """Apply plan after plan; whatever is not answered is asked again with the same key."""
    log = Log(Path(job.log))
    mutants.plant(job.mutant, log)
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # lost connections are what this is about
    with Database(job.server, size=1) as database:
        for number in range(job.count):
            key = f"{job.name}-{number}"
            version = _until_answered(lambda: last_event_id(database, job.company_id), log)
            log.write(key=key, board_version=version)
            apply_logged(database, job, log, key=key, board_version=version)
    log.close()


def apply_logged(database: Database, job: Job, log: Log, *, key: str, board_version: int) -> None:
    """Apply the plan of a key until there is an answer, and write that down."""
    ends_at = time.monotonic() + PATIENCE_S
    while True:
        try:
            log.write(key=key, answer=apply_key(database, job, key=key, board_version=board_version))
            return
        except ApplyFailed as error:
            log.write(key=key, refused=str(error))
            return
        except Unavailable as error:
            log.write(key=key, lost=str(error))
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.02)


def apply_key(database: Database, job: Job, *, key: str, board_version: int) -> Applied:
    """Apply the plan of a key: it depends on seed and key alone, so it can be asked again."""
    order = Order(
        key=key,
        actor="faults",
        company_id=job.company_id,
        service_on=job.service_on,
        board_version=board_version,
    )
    return apply_targets(database, order, targets=targets_for(job, key), frames=[])


def targets_for(job: Job, key: str) -> Targets:
    """Make the plan of a key: some trips, each taken off or put into a free slot of ten minutes."""
    chance = random.Random(f"{job.seed}:{key}")
    trips = sorted(chance.sample(list(job.trip_ids), min(TRIPS_OF_A_PLAN, len(job.trip_ids))))
    slots = chance.sample([(run, slot) for run in job.run_ids for slot in range(SLOTS)], len(trips))
    runs = [0 if chance.random() < 0.15 else run for run, _ in slots]
    if chance.randrange(job.careless_one_in) == 0:
        slots[1] = slots[0]
        runs[:2] = [slots[0][0]] * 2
    at = np.datetime64(f"{job.service_on}T06:00", "us") + np.array(
        [10 * slot for _, slot in slots], "timedelta64[m]"
    )
    times = [at + np.timedelta64(minutes, "m") for minutes in (0, 2, 5, 6)]
    return Targets(np.array(trips, np.int64), np.array(runs, np.int64), *times)


def _until_answered(ask: Callable[[], int], log: Log) -> int:
    ends_at = time.monotonic() + PATIENCE_S
    while True:
        try:
            return ask()
        except Unavailable as error:
            log.write(key="the board", lost=str(error))
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.02)
