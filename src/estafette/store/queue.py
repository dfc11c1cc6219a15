"""
The queue: procrastinate's worker, asked for nothing but to wake somebody when there is a day to be solved.

What it does not promise (taking back the job of a dead worker, no late finish by a living one) is made up
for by the rows of solves and `store/jobs.py`; see docs/decisions.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date

from procrastinate import App, PsycopgConnector
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from estafette.domain.record import Record
from estafette.store.server import Server

log = logging.getLogger(__name__)

_LOOK_S = 0.1
_AGAIN_AFTER_S = 1.0


class Pace(Record, frozen=True, kw_only=True):
    """
    How often a worker does what, in seconds.

    It gives a sign of life to the queue every `heartbeat_s`, and is taken for dead after `silent_s`. It
    holds the solve it makes by looking at it every `beat_s`, each time for another `lease_s`. It puts
    right what others left behind every `sweep_s`, and looks into the queue unasked every `poll_s`. A
    solve that takes `grace_s` longer than it was allowed to search is ended.
    """

    heartbeat_s: float = 5
    silent_s: float = 15
    beat_s: float = 1
    lease_s: float = 12
    sweep_s: float = 10
    poll_s: float = 5
    grace_s: float = 120


Perform = Callable[[date], None]
Assist = Callable[[int], None]


def work_off_queue(
    server: Server,
    company_id: int,
    perform: Perform,
    assist: Assist,
    *,
    pace: Pace,
    stop: threading.Event,
) -> None:
    """
    Call `perform` with each day of a company that is to be solved, and `assist` with each solve to help with.

    One after the other, until `stop` is set; then both must end soon. Whatever goes wrong (the database restarted, this process
    was suspended for so long that others took it for dead), it begins anew as another worker.
    """
    while not stop.is_set():
        try:
            # psycopg needs this kind of loop on Windows; elsewhere it is the usual one.
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(_work(server, company_id, perform, assist, pace, stop))
        except Exception as error:
            # The outermost loop: a worker outlives whatever ended the one inside.
            log.warning("queue: beginning again after: %s", _told(error))
            stop.wait(_AGAIN_AFTER_S)


def _told(error: BaseException) -> str:
    cause = error.__cause__ or error
    return f"{type(cause).__name__} {cause}".splitlines()[0]


async def _work(
    server: Server, company_id: int, perform: Perform, assist: Assist, pace: Pace, stop: threading.Event
) -> None:
    queue = f"company:{company_id}"
    app = App(connector=_connector(server))

    @app.task(name="solve", queue=queue)
    def solve(service_on: str) -> None:
        perform(date.fromisoformat(service_on))

    @app.task(name="help", queue=queue)
    def help_with(solve_id: int) -> None:
        assist(solve_id)

    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=[queue],
                install_signal_handlers=False,
                delete_jobs="successful",
                fetch_job_polling_interval=pace.poll_s,
                update_heartbeat_interval=pace.heartbeat_s,
                stalled_worker_timeout=pace.silent_s,
            )
        )
        while not stop.is_set() and not worker.done():
            await asyncio.sleep(_LOOK_S)
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


def _connector(server: Server) -> PsycopgConnector:
    options = conninfo_to_dict(server.app).get("options", "")
    app = make_conninfo(server.app, options=f"{options} -c search_path=procrastinate")
    return PsycopgConnector(conninfo=app, min_size=1, max_size=3, timeout=10)
