"""The first dispatched day: fleet, bookings, assignments, feed, notices, row-level security."""

import sqlalchemy as sa
from alembic import op

from estafette.store.migrate import run_script

revision = "0001"
down_revision = None

# Written out, not imported: a migration says what was true when it was written.
_MOVES = """
requested booked | requested will_call | requested denied | requested cancelled
will_call booked | will_call cancelled
booked will_call | booked en_route | booked cancelled | booked missed
en_route arrived | en_route booked | en_route cancelled | en_route missed
arrived on_board | arrived no_show | arrived cancelled
on_board completed
"""


def upgrade() -> None:
    """Create every table, constraint, trigger and policy."""
    run_script("0001_first_day.sql")
    moves = [move.split() for line in _MOVES.split("\n") for move in line.split("|") if move.strip()]
    op.bulk_insert(
        sa.table("trip_transition", sa.column("from_status"), sa.column("to_status")),
        [{"from_status": before, "to_status": after} for before, after in moves],
    )
