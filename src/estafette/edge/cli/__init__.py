"""The command line: `estafette COMMAND`. Exit codes: 0 done, 1 refused or partly done, 2 wrong use."""

import click

from estafette import __version__
from estafette.edge.cli.applies import apply, undo
from estafette.edge.cli.asking import offers, why
from estafette.edge.cli.check import check
from estafette.edge.cli.company import company
from estafette.edge.cli.databases import db
from estafette.edge.cli.day import dispatch, runs
from estafette.edge.cli.demo import demo
from estafette.edge.cli.importing import importing
from estafette.edge.cli.instances import problem
from estafette.edge.cli.jobs import solves
from estafette.edge.cli.notices import notices
from estafette.edge.cli.plans import plan, plans, replay
from estafette.edge.cli.roads import roads
from estafette.edge.cli.serving import serve, worker
from estafette.edge.cli.solve import solve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="estafette")
def main() -> None:
    """
    Dispatch for patient, paratransit and non-emergency medical transport.

    \b
    Example:
      estafette import drivers drivers.csv
      estafette import vehicles vehicles.csv
      estafette import shifts shifts.csv
      estafette import trips trips.csv
      estafette dispatch --day 2026-11-25
      estafette serve --day 2026-11-25

    The database is an embedded PostgreSQL under ESTAFETTE_HOME, or the server at DATABASE_URL.
    """


for command in (
    demo, importing, plan, plans, replay, apply, dispatch, undo, runs, check, solve, solves, offers, why,
    problem, roads, notices, company, serve, worker, db,
):  # fmt: skip
    main.add_command(command)
