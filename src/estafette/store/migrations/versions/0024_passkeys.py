"""Passkeys."""

from estafette.store.migrate import run_script

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Make the table of passkeys."""
    run_script("0024_passkeys.sql")
