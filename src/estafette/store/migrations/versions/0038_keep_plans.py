"""How long plans are kept."""

from estafette.store.migrate import run_script

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Let what plans say go by a rule of the company."""
    run_script("0038_keep_plans.sql")
