"""Parts of large days, that several workers make."""

from estafette.store.migrate import run_script

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table of parts, and let a solve say how many workers may share it."""
    run_script("0011_parts.sql")
