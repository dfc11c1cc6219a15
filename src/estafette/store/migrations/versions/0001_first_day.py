"""The first dispatched day: fleet, bookings, assignments, feed, notices, row-level security."""

from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import op

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


def _driver() -> psycopg.Connection[object]:
    driver = op.get_bind().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def upgrade() -> None:
    """Create every table, constraint, trigger and policy."""
    script = Path(__file__).parent.parent / "0001_first_day.sql"
    # The driver itself: a script of many statements, and no percent signs to escape.
    _driver().execute(script.read_text(encoding="utf-8"))
    moves = [move.split() for line in _MOVES.split("\n") for move in line.split("|") if move.strip()]
    op.bulk_insert(
        sa.table("trip_transition", sa.column("from_status"), sa.column("to_status")),
        [{"from_status": before, "to_status": after} for before, after in moves],
    )
