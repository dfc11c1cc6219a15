"""Returns that are wanted although their outbound was a no-show."""

from estafette.store.migrate import run_script

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Keep it with the booking."""
    run_script("0036_return_kept.sql")
