"""
The replaced way of applying a plan, on the same tables: the ORM row by row, and its bulk calls.

The assignments go to `old_assignment`, equal to ours but with the ordinary foreign keys that such a
schema has. As in the replaced code the trip's own row is written too, and every notification loads
what it needs after the commit. The connection is the owner's: no row-level security to pay for.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Date, DateTime, String, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

Target = dict[str, Any]

TABLES = """
CREATE TABLE old_assignment (LIKE assignment INCLUDING ALL);
ALTER TABLE old_assignment
    ADD FOREIGN KEY (company_id, trip_id) REFERENCES trip,
    ADD FOREIGN KEY (company_id, run_id) REFERENCES run;
CREATE TABLE old_applied (company_id bigint, key text, service_on date, trip_ids bigint[], verdicts text[],
    was_run_ids bigint[], PRIMARY KEY (company_id, key));
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


class Run(Base):
    __tablename__ = "run"
    company_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    driver_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    manifest: Mapped[int]
    pull_out_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    pull_in_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Event(Base):
    __tablename__ = "event"
    company_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Notice(Base):
    __tablename__ = "notice"
    company_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    driver_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class Feed(Base):
    __tablename__ = "feed"
    company_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    last_event_id: Mapped[int] = mapped_column(BigInteger)


class Answer(Base):
    __tablename__ = "old_applied"
    company_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key: Mapped[str] = mapped_column(String, primary_key=True)
    service_on: Mapped[date] = mapped_column(Date)
    trip_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    verdicts: Mapped[list[str]] = mapped_column(ARRAY(String))
    was_run_ids: Mapped[list[int | None]] = mapped_column(ARRAY(BigInteger))


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


def bulk_calls(session: Session, company_id: int, targets: list[Target]) -> int:
    """Use the ORM's bulk calls, and one IN query for all notifications (30,000 at a time)."""
    ids = [target["trip_id"] for target in targets]
    known = {
        trip_id
        for part in _portions(ids)
        for trip_id in session.scalars(
            select(Assignment.trip_id).where(
                Assignment.company_id == company_id, Assignment.trip_id.in_(part)
            )
        )
    }
    rows = [{"company_id": company_id, **target} for target in targets]
    session.bulk_insert_mappings(Assignment.__mapper__, [row for row in rows if row["trip_id"] not in known])
    session.bulk_update_mappings(Assignment.__mapper__, [row for row in rows if row["trip_id"] in known])
    session.bulk_update_mappings(
        Trip.__mapper__,
        [{"company_id": company_id, "id": row["trip_id"], "version": row["version"]} for row in rows],
    )
    session.commit()
    trips = {
        trip.id: trip
        for part in _portions(ids)
        for trip in session.scalars(select(Trip).where(Trip.company_id == company_id, Trip.id.in_(part)))
    }
    return len([_notice(trips[target["trip_id"]], target) for target in targets])


def _portions(ids: list[int]) -> Iterator[list[int]]:
    """Cut a list: a statement takes at most 65,535 parameters."""
    for first in range(0, len(ids), 30_000):
        yield ids[first : first + 30_000]


def _notice(trip: Trip | None, target: Target) -> dict[str, Any]:
    assert trip is not None
    return {"ref": trip.ref, "from": trip.origin_id, "to": trip.destination_id, "at": target["pickup_at"]}


def bulk_calls_whole(session: Session, company_id: int, targets: list[Target], *, service_on: date) -> int:
    """
    Use the ORM's bulk calls for what an apply of ours leaves behind, as well as such code can.

    The writers follow each other, what changed is looked for, and runs, events, notices and the answer
    with what stood before are written in the same transaction.
    """
    feed = session.get(Feed, company_id, with_for_update=True)
    assert feed is not None
    ids = [target["trip_id"] for target in targets]
    fresh, before = set(), {}
    for part in _portions(ids):
        in_plan = Trip.company_id == company_id, Trip.id.in_(part)
        fresh |= {found for found, _ in session.execute(select(Trip.id, Trip.version).where(*in_plan))}
        assigned = Assignment.company_id == company_id, Assignment.trip_id.in_(part)
        before |= {
            found.trip_id: found.run_id for found in session.scalars(select(Assignment).where(*assigned))
        }
    rows = [{"company_id": company_id, **target} for target in targets if target["trip_id"] in fresh]
    session.bulk_insert_mappings(Assignment.__mapper__, [row for row in rows if row["trip_id"] not in before])
    session.bulk_update_mappings(Assignment.__mapper__, [row for row in rows if row["trip_id"] in before])
    notices = _tell(session, feed, rows, before)
    answer = {
        "company_id": company_id, "key": "plan", "service_on": service_on, "trip_ids": ids,
        "verdicts": ["applied"] * len(ids), "was_run_ids": [before.get(trip_id) for trip_id in ids],
    }  # fmt: skip
    session.bulk_insert_mappings(Answer.__mapper__, [answer])
    session.commit()
    return notices


def _tell(session: Session, feed: Feed, rows: list[Target], before: dict[int, int]) -> int:
    by_run = defaultdict(list)
    for row in rows:
        by_run[row["run_id"]].append(row)
    runs, events, notices = [], [], []
    known = session.scalars(select(Run).where(Run.company_id == feed.company_id, Run.id.in_(by_run)))
    for event_id, run in enumerate(known, start=feed.last_event_id + 1):
        changed = by_run[run.id]
        frame = {
            "manifest": run.manifest + 1,
            "pull_out_at": min(row["pickup_at"] for row in changed),
            "pull_in_at": max(row["dropoff_until"] for row in changed),
        }
        key = {"company_id": feed.company_id}
        runs.append({**key, "id": run.id, "version": feed.last_event_id + 1, **frame})
        cards = {"new": [], "moved": []}
        for row in changed:
            times = {name: str(row[name]) for name in _TIMES}
            cards["moved" if before.get(row["trip_id"]) == run.id else "new"].append(
                {"trip_id": row["trip_id"], **times}
            )
        what = {"run_id": run.id, "driver_id": run.driver_id, **frame, **cards}
        payload = {name: str(value) if isinstance(value, datetime) else value for name, value in what.items()}
        events.append({**key, "id": event_id, "kind": "assigned", "payload": payload})
        notices.append({**key, "driver_id": run.driver_id, "event_id": event_id, "event_ids": [event_id]})
    session.bulk_update_mappings(Run.__mapper__, runs)
    session.bulk_insert_mappings(Event.__mapper__, events)
    session.bulk_insert_mappings(Notice.__mapper__, notices)
    feed.last_event_id += len(events)
    return len(notices)


_TIMES = ("pickup_at", "pickup_until", "dropoff_at", "dropoff_until")
