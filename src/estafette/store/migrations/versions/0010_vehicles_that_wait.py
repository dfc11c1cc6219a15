"""A leg may say that the vehicle waits for it at the door."""

from estafette.store.migrate import run_script

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Run the script."""
    run_script("0010_vehicles_that_wait.sql")
