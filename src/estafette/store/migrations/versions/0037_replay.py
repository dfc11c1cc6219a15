"""Single events that webhooks are told once more."""

from estafette.store.migrate import run_script

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Keep with each receiver what it is to be sent again."""
    run_script("0037_replay.sql")
