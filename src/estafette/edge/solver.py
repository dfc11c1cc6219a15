"""
A process that makes a solve, or parts of one, and ends: `python -m estafette.edge.solver`, for a worker.

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

from estafette.domain.record import encode
from estafette.domain.solve import ClaimedSolve, SolveFigures
from estafette.edge.solving import MADE, ORPHANED, TAKEN_OVER, Help, Order
from estafette.edge.stdout import own_stdout
from estafette.edge.travel import travel_here
from estafette.flow.jobs import make_solve
from estafette.flow.parts import Making, help_with
from estafette.flow.reporter import Reporter
from estafette.planning.warm import compile_kernels
from estafette.store.database import Database

log = logging.getLogger(__name__)


def main() -> int:
    """Make what the first line of the input asks for; give the exit code."""
    figures_to = own_stdout()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the worker, who decides
    # Unbuffered: a thread that is blocked in a buffered reader keeps the interpreter from ending.
    orders = FileIO(0, closefd=False)
    order = msgspec.json.decode(orders.readline(), type=Order)
    told_to_stop = threading.Event()
    threading.Thread(target=_obey, args=(orders, told_to_stop), daemon=True).start()
    compile_kernels(log.warning)
    with Database(order.server, size=2) as database:
        if order.helps is not None:
            _help(database, order, order.helps, told_to_stop)
        if order.held is not None and not _make(database, order, order.held, told_to_stop, figures_to):
            return TAKEN_OVER
    return MADE


def _make(
    database: Database, order: Order, held: ClaimedSolve, told_to_stop: threading.Event, figures_to: int
) -> bool:
    def goes_on(figures: SolveFigures) -> bool:
        os.write(figures_to, encode(figures) + b"\n")
        return not told_to_stop.is_set()

    return make_solve(
        database,
        held,
        travel=travel_here(database, held.company_id),
        clock=time.perf_counter,
        reporter=Reporter(goes_on, time.perf_counter),
        threads=order.threads,
        pace=order.pace,
    )


def _help(database: Database, order: Order, helps: Help, told_to_stop: threading.Event) -> None:
    travel = travel_here(database, helps.company_id)
    making = Making(
        database, travel.matrix, time.perf_counter, order.pace, order.threads,
        lambda: not told_to_stop.is_set(),
    )  # fmt: skip
    help_with(making, helps.company_id, helps.solve_id, stop=told_to_stop)


def _obey(orders: FileIO, told_to_stop: threading.Event) -> None:
    while orders.readline():
        told_to_stop.set()
    os._exit(ORPHANED)


if __name__ == "__main__":
    sys.exit(main())
