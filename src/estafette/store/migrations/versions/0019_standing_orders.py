"""Standing orders: bookings that repeat."""

from estafette.store.migrate import run_script

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the table of standing orders."""
    run_script("0019_standing_orders.sql")
