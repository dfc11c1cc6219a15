"""What drivers report of their runs."""

from estafette.store.migrate import run_script

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Make room for a problem of a run."""
    run_script("0034_run_problem.sql")
