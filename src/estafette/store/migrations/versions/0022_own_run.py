"""What drivers write: their trips' progress, runs they acknowledge."""

from estafette.store.migrate import run_script

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Let drivers write what is theirs to say."""
    run_script("0022_own_run.sql")
