"""Plans are kept: what was asked, answered and applied."""

from estafette.store.migrate import run_script

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the script."""
    run_script("0003_plan_history.sql")
