"""Accounts, sessions, API keys and single-use tokens."""

from estafette.store.migrate import run_script

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the tables of those who ask, each row visible to its company or to who holds its secret."""
    run_script("0017_accounts.sql")
