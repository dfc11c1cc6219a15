"""
The replaced way of applying a plan, on the same tables: the ORM row by row, and its bulk calls.

The assignments go to `old_assignment`, equal to ours but with the ordinary foreign keys that such a
schema has. As in the replaced code the trip's own row is written too, and every notification loads
what it needs after the commit. The connection is the owner's: no row-level security to pay for.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

Target = dict[str, Any]

TABLES = """
CREATE TABLE old_assignment (LIKE assignment INCLUDING ALL);
ALTER TABLE old_assignment
    ADD FOREIGN KEY (company_id, trip_id) REFERENCES trip,
    ADD FOREIGN KEY (company_id, run_id) REFERENCES run;
"""


class Base(DeclarativeBase):
    pass


class Trip(Base):
    __tablename__ = "trip"
    company_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ref: Mapped[str] = mapped_column(String)
    origin_id: Mapped[int] = mapped_column(BigInteger)
    destination_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)


class Assignment(Base):
    __tablename__ = "old_assignment"
    company_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    trip_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    run_id: Mapped[int] = mapped_column(BigInteger)
    driver_id: Mapped[int] = mapped_column(BigInteger)
    pickup_at: Mapped[datetime]
    pickup_until: Mapped[datetime]
    dropoff_at: Mapped[datetime]
    dropoff_until: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger)


def row_by_row(session: Session, company_id: int, targets: list[Target]) -> int:
    """Look up, change and flush each row; after the commit one `get` for each notification."""
    for target in targets:
        trip = session.get(Trip, (company_id, target["trip_id"]))
        assignment = session.get(Assignment, (company_id, target["trip_id"]))
        if assignment is None:
            session.add(Assignment(company_id=company_id, **target))
        else:
            for name, value in target.items():
                setattr(assignment, name, value)
        assert trip is not None
        trip.version = target["version"]
        session.flush()
    session.commit()
    notices = [_notice(session.get(Trip, (company_id, target["trip_id"])), target) for target in targets]
    return len(notices)


def bulk_calls(session: Session, company_id: int, targets: list[Target], *, trips_too: bool = True) -> int:
    """Use the ORM's bulk calls, and one IN query for all notifications."""
    ids = [target["trip_id"] for target in targets]
    known = set(
        session.scalars(
            select(Assignment.trip_id).where(Assignment.company_id == company_id, Assignment.trip_id.in_(ids))
        )
    )
    rows = [{"company_id": company_id, **target} for target in targets]
    session.bulk_insert_mappings(Assignment.__mapper__, [row for row in rows if row["trip_id"] not in known])
    session.bulk_update_mappings(Assignment.__mapper__, [row for row in rows if row["trip_id"] in known])
    if trips_too:
        session.bulk_update_mappings(
            Trip.__mapper__,
            [{"company_id": company_id, "id": row["trip_id"], "version": row["version"]} for row in rows],
        )
    session.commit()
    trips = {
        trip.id: trip
        for trip in session.scalars(select(Trip).where(Trip.company_id == company_id, Trip.id.in_(ids)))
    }
    return len([_notice(trips[target["trip_id"]], target) for target in targets])


def _notice(trip: Trip | None, target: Target) -> dict[str, Any]:
    assert trip is not None
    return {"ref": trip.ref, "from": trip.origin_id, "to": trip.destination_id, "at": target["pickup_at"]}
