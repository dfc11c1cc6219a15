"""
A process that makes one solve and ends: `python -m estafette.edge.solver`, started by a worker.

It reads one `Order` from standard input, as a line of JSON. Another line tells it to stop searching; the
end of the input means that the worker is gone, and it ends at once. On standard output it writes
`SolveFigures`, one a line.
"""

import logging
import os
import signal
import sys
import threading
import time
from io import FileIO

import msgspec

from estafette.domain.record import Record, encode
from estafette.domain.solve import ClaimedSolve, SolveFigures
from estafette.edge.travel import travel_here
from estafette.flow.jobs import Reporter, make_solve
from estafette.planning.solve import compile_kernels
from estafette.store.database import Database
from estafette.store.server import Server

log = logging.getLogger(__name__)

MADE, TAKEN_OVER, ORPHANED = 0, 3, 4


class Order(Record, frozen=True, kw_only=True):
    """
    What to solve, where, and on how many threads.

    The addresses come by the pipe: a command line is there for all to read.
    """

    server: Server
    held: ClaimedSolve
    threads: int = 1


def main() -> int:
    """Make the solve that the first line of the input asks for; give the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the worker, who decides
    # Unbuffered: a thread that is blocked in a buffered reader keeps the interpreter from ending.
    orders = FileIO(0, closefd=False)
    order = msgspec.json.decode(orders.readline(), type=Order)
    told_to_stop = threading.Event()
    threading.Thread(target=_obey, args=(orders, told_to_stop), daemon=True).start()
    compile_kernels(log.warning)

    def goes_on(figures: SolveFigures) -> bool:
        os.write(1, encode(figures) + b"\n")
        return not told_to_stop.is_set()

    with Database(order.server, size=2) as database:
        made = make_solve(
            database,
            order.held,
            travel=travel_here(database, order.held.company_id),
            clock=time.perf_counter,
            reporter=Reporter(goes_on, time.perf_counter),
            threads=order.threads,
        )
    return MADE if made else TAKEN_OVER


def _obey(orders: FileIO, told_to_stop: threading.Event) -> None:
    while orders.readline():
        told_to_stop.set()
    os._exit(ORPHANED)


if __name__ == "__main__":
    sys.exit(main())
