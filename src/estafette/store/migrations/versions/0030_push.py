"""Where drivers' phones can be told that something has changed."""

from estafette.store.migrate import run_script

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Keep the addresses of phones that asked to be told."""
    run_script("0030_push.sql")
