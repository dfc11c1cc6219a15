"""The whole planning model: needs, wishes, links, limits, overtime, open ends, the rules of a company."""

from estafette.store.migrate import run_script

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Run the script."""
    run_script("0007_planning_model.sql")
