"""Cheaper lanes for the exclusion constraints."""

from estafette.store.migrate import run_script

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the script."""
    run_script("0002_quicker_lanes.sql")
