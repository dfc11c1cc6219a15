"""Phones of riders, and notes of how to get in at places."""

from estafette.store.migrate import run_script

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Make room for phones and notes."""
    run_script("0032_contact.sql")
