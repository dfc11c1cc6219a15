"""The demo: an invented day around Geneva, planned, applied, told to the drivers, and shown live."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

import click

from estafette.demo import invented_day
from estafette.domain.account import NewApiKey, Purpose
from estafette.domain.counted import counted
from estafette.domain.outcome import Intake, Stored
from estafette.edge.cli.options import json_option, usable_threads
from estafette.edge.cli.progress import end_progress, say, warm_up
from estafette.edge.cli.report import as_text, dispatched_as_object, outcome_lines, stage_table
from estafette.edge.cli.session import REFUSED, errors_in_one_line, open_database, print_json
from estafette.edge.cli.solving import how_to_solve
from estafette.edge.logs import configure_logs
from estafette.edge.travel import travel_here
from estafette.edge.web.people import link_of
from estafette.edge.web.serve import WayIn, serve_board
from estafette.edge.worker import run_worker
from estafette.flow.accounts.people import as_operator, make_key, operators_link
from estafette.flow.day import Dispatch, Dispatched, dispatch
from estafette.flow.intake import store_demo_day
from estafette.flow.stages import Stages
from estafette.notify.files import FileChannel
from estafette.settings import read_settings
from estafette.store.company import create_company
from estafette.store.database import Database
from estafette.store.queue import Pace

ZONE = "Europe/Zurich"
DATABASE = "estafette_demo"
ACTOR = "demo"
_KEY_LASTS = timedelta(days=1)


@click.command()
@click.option(
    "--trips", type=click.IntRange(1, 20_000), default=100, show_default=True, help="Trips with a time."
)
@click.option(
    "--drivers", type=click.IntRange(1, 5_000), default=20, show_default=True, help="Drivers on duty."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another day.")
@click.option(
    "--time-limit",
    "time_limit_s",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    metavar="S",
    help="Seconds to search for a better plan.",
)
@click.option("--once", is_flag=True, help="End after the figures; do not serve the board.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port of the board.  [default: a free one]"
)
@json_option
def demo(
    trips: int, drivers: int, seed: int, time_limit_s: float, once: bool, port: int, as_json: bool
) -> None:
    """
    Dispatch an invented day around Geneva on the embedded database, then show it on a live board.

    Every start is a company of its own in a database of its own: your data are not touched. While the board
    is served, a worker makes the solves that are asked for, and the printed key opens the API.

    \b
    Example: estafette demo --trips 500 --drivers 80 --once
    """
    service_on = _tomorrow()
    say("starting PostgreSQL")
    with open_database(counting=True, database=DATABASE) as database, errors_in_one_line():
        warm_up()
        company_id = create_company(database.server, name="Demo Geneva", zone=ZONE, language="en")
        say(f"storing {counted(trips, 'trip')} and {counted(drivers, 'driver')} of {service_on}")
        day = invented_day(seed, trips=trips, drivers=drivers, service_on=service_on)
        _all_stored(store_demo_day(database, company_id, day, actor=ACTOR))
        done = _dispatch(database, company_id, service_on, time_limit_s=time_limit_s, seed=seed)
        end_progress()
        _show(done, as_json=as_json)
        if done.applied is None:
            raise SystemExit(REFUSED)
        if not once:
            _serve(database, company_id, service_on, port=port, tell=say if as_json else click.echo)


def _tomorrow() -> date:
    return (datetime.now(ZoneInfo(ZONE)) + timedelta(days=1)).date()


def _all_stored(stored: list[Stored]) -> None:
    refused = [row for part in stored for row in part.outcomes if row.outcome is Intake.REFUSED]
    if refused:
        message = f"the invented day was not stored whole: {refused[0]}"
        raise click.ClickException(message)


def _dispatch(
    database: Database, company_id: int, service_on: date, *, time_limit_s: float, seed: int
) -> Dispatched:
    order = Dispatch(
        company_id=company_id,
        service_on=service_on,
        key=f"demo:{uuid.uuid4()}",
        actor=ACTOR,
        keep_in=_home() / "plans",
    )
    return dispatch(
        database,
        order,
        how=how_to_solve(
            travel_here(database, company_id), time_limit_s=time_limit_s, seed=seed, threads=usable_threads()
        ),
        channel=FileChannel(_home() / "notices" / str(company_id)),
        stages=Stages(database, time.perf_counter),
    )


def _show(done: Dispatched, *, as_json: bool) -> None:
    if as_json:
        print_json(dispatched_as_object(done))
        return
    click.echo("\n".join(as_text(done.planned)))
    for found in done.planned.violations[:10]:
        click.echo(f"  the checker refuses: {found}")
    if done.applied:
        click.echo(f"  applied        {outcome_lines(done.applied.counts())}")
        click.echo(f"  drivers told   {done.applied.notices}")
    click.echo("\n".join(stage_table(done.stages)))


def _serve(
    database: Database, company_id: int, service_on: date, *, port: int, tell: Callable[[str], object]
) -> None:
    configure_logs(read_settings())
    link = link_of(Purpose.SIGN_IN, operators_link(database, company_id, actor=ACTOR))
    tell(f"key: {_key(database, company_id)} (of an administrator, for a day: docs/api/tutorial.md)")
    with _working(database, company_id):
        way_in = WayIn(link, f"ESTAFETTE_DATABASE={DATABASE} estafette user link --company {company_id}")
        serve_board(database, service_on=service_on, host="127.0.0.1", port=port, way_in=way_in, say=tell)


def _key(database: Database, company_id: int) -> str:
    """Make a key with which programs can try the API on the demo, whose database no other command opens."""
    caller = as_operator(company_id, actor=ACTOR)
    new = NewApiKey(
        name="demo", scopes=tuple(sorted(caller.rights)), expires_at=datetime.now(UTC) + _KEY_LASTS
    )
    return make_key(database, caller, new)[1]


@contextmanager
def _working(database: Database, company_id: int) -> Iterator[None]:
    """Tell drivers and make solves, as `estafette worker` does, while the block lasts."""
    stop = Event()
    channel = FileChannel(_home() / "notices" / str(company_id))
    with Database(database.server) as own:
        worker = Thread(
            target=run_worker, args=(own, company_id, channel), kwargs={"pace": Pace(), "stop": stop}
        )
        worker.start()
        try:
            yield
        finally:
            stop.set()
            worker.join()


def _home() -> Path:
    return read_settings().home / "demo"
