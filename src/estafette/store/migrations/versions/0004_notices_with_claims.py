"""Notices carry claims, back-off and dead letters."""

from estafette.store.migrate import run_script

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the script."""
    run_script("0004_notices_with_claims.sql")
