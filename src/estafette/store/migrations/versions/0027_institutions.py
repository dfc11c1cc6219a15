"""Notes of bookings, standing orders of institutions."""

from estafette.store.migrate import run_script

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add notes, and bind what institutions write of standing orders."""
    run_script("0027_institutions.sql")
