"""The trips of a run."""

from estafette.store.migrate import run_script

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Make the index by which the trips of a run are found."""
    run_script("0029_trips_of_a_run.sql")
