"""Riders and places that are in use no more."""

from estafette.store.migrate import run_script

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Let riders and places be out of use."""
    run_script("0028_in_use.sql")
