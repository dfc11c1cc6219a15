"""Where drivers' phones can be told that something has changed."""

from estafette.store.migrate import run_script

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Keep the addresses of phones that asked to be told."""
    run_script("0029_push.sql")
