"""Old events can be pruned by the application, and only they."""

from estafette.store.migrate import run_script

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Run the script."""
    run_script("0006_retention.sql")
