"""Drivers and institutions see their own rows alone."""

from estafette.store.migrate import run_script

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the roles of drivers and institutions, what they are granted, and their policies."""
    run_script("0018_own_rows.sql")
