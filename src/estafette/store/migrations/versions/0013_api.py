"""What the API keeps: answers by key, and by whom a trip was called off."""

from estafette.store.migrate import run_script

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table of answers and the columns of cancelled trips."""
    run_script("0013_api.sql")
