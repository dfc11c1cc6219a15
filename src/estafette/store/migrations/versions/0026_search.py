"""Search by what somebody types."""

from estafette.store.migrate import run_script

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Keep the trigrams of names."""
    run_script("0026_search.sql")
