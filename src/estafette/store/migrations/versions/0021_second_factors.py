"""Second factors that a company asks for; recovery codes; how somebody came in."""

from estafette.store.migrate import run_script

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the columns, and let recovery codes be single-use tokens."""
    run_script("0021_second_factors.sql")
