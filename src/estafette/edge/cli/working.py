"""
The command that works off what is due until it is interrupted.

It imports neither the web application nor the optimiser, which a solve has in a process of its own: they were
two thirds of its start.
"""

from datetime import UTC, datetime
from pathlib import Path

import click

from estafette.edge.cli.options import threads_option
from estafette.edge.cli.session import company_option, errors_in_one_line, open_database
from estafette.edge.logs import configure_logs
from estafette.edge.worker import run_worker, stopped_by_signals
from estafette.flow.phones import to_phones
from estafette.notify.files import FileChannel
from estafette.settings import read_settings
from estafette.store.queue import Pace


@click.command()
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path),
    help="Where notices are written, one file per driver and day  [default: notices, in the program's home].",
)  # fmt: skip
@threads_option
@company_option
def worker(folder: Path | None, threads: int, company_id: int) -> None:
    """
    Deliver notices to drivers and make the solves that were asked for, until interrupted.

    With ESTAFETTE_PUSH_KEY, drivers whose phones asked for it are told by push (docs/driver.md); a notice
    to them is delivered once they have acknowledged it.

    Any number of workers share the work; what a dead one left is taken over by the others.

    \b
    Example: estafette worker --folder /srv/notices
    """
    settings = read_settings()
    configure_logs(settings)
    files = FileChannel(folder or settings.home / "notices", today=lambda: datetime.now(UTC).date())
    with open_database() as database, errors_in_one_line(), stopped_by_signals() as stop:
        channel = to_phones(database, company_id, settings, files)
        click.echo("worker: waiting for notices and solves")
        run_worker(database, company_id, channel, pace=Pace(), stop=stop, threads=threads)
