"""Webhooks: other programs that are told of events."""

from estafette.store.migrate import run_script

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table of receivers."""
    run_script("0012_webhooks.sql")
