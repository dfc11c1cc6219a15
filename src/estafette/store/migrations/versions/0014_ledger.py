"""The audit log: a chain of entries for each company."""

from estafette.store.migrate import run_script

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table, its guards, and the triggers that enter what is written."""
    run_script("0014_ledger.sql")
