"""The command that serves the boards until it is interrupted."""

from datetime import datetime
from threading import Thread

import click

from estafette.domain.account import Purpose
from estafette.edge.cli.session import actor_name, company_option, errors_in_one_line, open_database
from estafette.edge.logs import configure_logs
from estafette.edge.web.people import link_of
from estafette.edge.web.serve import WayIn, serve_board, settle
from estafette.flow.accounts.people import operators_link
from estafette.planning.warm import compile_kernels
from estafette.settings import read_settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one."
)
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="Service day the board opens on  [default: today].",
)  # fmt: skip
@company_option
def serve(host: str, port: int, day: datetime | None, company_id: int) -> None:
    """
    Serve the boards of all companies until interrupted.

    It prints an address that signs the operator in to the board of --company, once and within 10 minutes. For
    others there are accounts: estafette user add. Browsers sign in over TLS, or on this machine.

    \b
    Example: estafette serve --day 2026-11-25
    """
    service_on = day.date() if day else None
    configure_logs(read_settings())
    with open_database() as database, errors_in_one_line():
        link = link_of(Purpose.SIGN_IN, operators_link(database, company_id, actor=actor_name()))
        # Whoever asks first what a move does shall not wait for the compiler.
        Thread(target=_warm, daemon=True).start()
        way_in = WayIn(link, f"estafette user link --company {company_id}")
        serve_board(database, service_on=service_on, host=host, port=port, way_in=way_in, say=click.echo)


def _warm() -> None:
    compile_kernels(lambda _: None)
    settle()
