"""When bookings came in, and why applies were made."""

from estafette.store.migrate import run_script

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Note who booked, when, and why a day was changed."""
    run_script("0033_trip_history.sql")
