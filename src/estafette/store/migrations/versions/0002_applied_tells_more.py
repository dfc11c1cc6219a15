"""The report of an apply names its plan and says how refused trips stand."""

from estafette.store.migrate import run_script

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the script."""
    run_script("0002_applied_tells_more.sql")
