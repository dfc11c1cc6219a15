"""A worker as a process of its own, at a pace for tests: `python -m tests.edge.working`."""

import logging
import sys
from pathlib import Path

import msgspec

from estafette.domain.record import Record
from estafette.edge.worker import run_worker, stopped_by_signals
from estafette.notify.files import FileChannel
from estafette.store.database import Database
from estafette.store.queue import Pace
from estafette.store.server import Server

# A dead worker is found out in some seconds; a machine that does much else at once has time for a heartbeat.
QUICK = Pace(heartbeat_s=0.3, silent_s=5, beat_s=0.2, lease_s=5, sweep_s=0.5, poll_s=0.3)


class Work(Record, frozen=True, kw_only=True):
    server: Server
    company_id: int
    folder: str
    pace: Pace = QUICK


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(process)d %(message)s", level=logging.WARNING)
    logging.getLogger("estafette").setLevel(logging.INFO)
    work = msgspec.json.decode(sys.stdin.readline(), type=Work)
    with stopped_by_signals() as stop, Database(work.server) as database:
        run_worker(database, work.company_id, FileChannel(Path(work.folder)), pace=work.pace, stop=stop)
