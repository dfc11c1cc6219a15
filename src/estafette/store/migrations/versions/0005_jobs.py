"""The job queue, and solves that hold their own row."""

from estafette.store.migrate import run_script

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Run the script."""
    run_script("0005_jobs.sql")
