"""What institutions ask for in words."""

from estafette.store.migrate import run_script

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Make the table of requests in words."""
    run_script("0035_enquiry.sql")
