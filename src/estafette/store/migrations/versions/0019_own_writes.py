"""Institutions write what concerns their own riders."""

from estafette.store.migrate import run_script

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Look at what an institution has written, when a statement is done."""
    run_script("0019_own_writes.sql")
