"""Holds of room on a run, for trips that are not booked yet."""

from estafette.store.migrate import run_script

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Let a hold name a run and a time."""
    run_script("0031_held_room.sql")
