"""Medical notes of riders, sealed."""

from estafette.store.migrate import run_script

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table."""
    run_script("0015_rider_notes.sql")
