"""How long what is kept, and riders that were erased."""

from estafette.store.migrate import run_script

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the rules of companies and the marks of riders."""
    run_script("0016_keeping.sql")
