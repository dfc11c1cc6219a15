"""Road times are kept, and places have access points."""

from estafette.store.migrate import run_script

revision = "0009"
down_revision = "0007"


def upgrade() -> None:
    """Run the script."""
    run_script("0009_roads.sql")
