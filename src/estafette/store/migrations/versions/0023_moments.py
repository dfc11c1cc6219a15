"""What holds for a moment: positions, holds, who looks at what."""

from estafette.store.migrate import run_script

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Make the tables of the moment."""
    run_script("0023_moments.sql")
