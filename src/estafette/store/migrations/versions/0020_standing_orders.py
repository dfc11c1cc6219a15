"""Standing orders: bookings that repeat."""

from estafette.store.migrate import run_script

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Make the table of standing orders."""
    run_script("0020_standing_orders.sql")
