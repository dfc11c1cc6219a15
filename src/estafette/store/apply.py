"""Applying a plan: whole, once and truthfully, in one transaction and one round trip."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import psycopg

from estafette.domain.applied import Applied, Detail, Outcome, Standing, TripOutcome
from estafette.domain.error import ApplyFailed, Conflict
from estafette.domain.plan import Plan, PlannedRun, StopKind
from estafette.domain.record import Record
from estafette.measures import COUNTS, SENT
from estafette.store.apply_sql import APPLY
from estafette.store.database import FEW, Database, Rows, Statement

Ids = npt.NDArray[np.int64]
Instants = npt.NDArray[np.datetime64]


class Targets(NamedTuple):
    """
    Where trips should stand: columns of equal length, sorted by trip.

    trip_ids, run_ids : (n,) int64; run 0 takes the trip off
    pickup_at, pickup_until, dropoff_at, dropoff_until : (n,) datetime64[us], UTC
    """

    trip_ids: Ids
    run_ids: Ids
    pickup_at: Instants
    pickup_until: Instants
    dropoff_at: Instants
    dropoff_until: Instants


class Frame(Record, frozen=True, kw_only=True):
    """When a run leaves and returns, and its breaks (`[{start_at, end_at}]`)."""

    run_id: int
    pull_out_at: datetime | None
    pull_in_at: datetime | None
    breaks: tuple[dict[str, datetime], ...] = ()


class Order(Record, frozen=True, kw_only=True):
    """
    Who applies what, computed from which board.

    `key` makes it once: the same key and content gives the stored answer, whoever asks and however often.
    """

    key: str
    actor: str
    company_id: int
    service_on: date
    board_version: int
    undoes: int | None = None
    plan_id: int | None = None


def apply_plan(
    database: Database, plan: Plan, *, key: str, actor: str, plan_id: int | None = None
) -> Applied:
    """
    Apply a plan to the database.

    Every trip of the plan, placed or left over, gets an outcome; the report describes what committed.
    `plan_id` is its number in the history of plans, where it has one.

    Raises
    ------
    Conflict
        The key was used for another plan.
    ApplyFailed
        The database refused; nothing changed.
    """
    order = Order(
        key=key,
        actor=actor,
        company_id=plan.company_id,
        service_on=plan.service_on,
        board_version=plan.board_version,
        plan_id=plan_id,
    )
    return apply_targets(database, order, targets=targets_of(plan), frames=frames_of(plan))


def targets_of(plan: Plan) -> Targets:
    """List where the plan wants each trip."""
    rows = [(left.trip_id, 0, 0, 0, 0, 0) for left in plan.left_over]
    for run in plan.runs:
        rows += _rows_of(run)
    table = np.array(sorted(rows), np.int64).reshape(-1, 6)
    day_start = np.datetime64(plan.day_start_at.astimezone(UTC).replace(tzinfo=None), "us")
    times = day_start + table[:, 2:].astype("timedelta64[s]")
    return Targets(table[:, 0], table[:, 1], *(times[:, column] for column in range(4)))


def _rows_of(run: PlannedRun) -> Iterable[tuple[int, int, int, int, int, int]]:
    picked_up = {stop.trip_id: stop for stop in run.stops if stop.kind is StopKind.PICKUP}
    for stop in run.stops:
        if stop.kind is StopKind.DROPOFF and stop.trip_id is not None:
            start = picked_up[stop.trip_id]
            yield stop.trip_id, run.run_id, start.start_s, start.depart_s, stop.start_s, stop.depart_s


def frames_of(plan: Plan) -> tuple[Frame, ...]:
    """List when each run of the plan leaves, returns and rests."""
    return tuple(_frame_of(run, plan.day_start_at) for run in plan.runs if run.stops)


def _frame_of(run: PlannedRun, day_start_at: datetime) -> Frame:
    start = day_start_at.timestamp()

    def at(seconds: int) -> datetime:
        return datetime.fromtimestamp(start + seconds, UTC)

    return Frame(
        run_id=run.run_id,
        pull_out_at=at(run.stops[0].depart_s),
        pull_in_at=at(run.stops[-1].arrive_s),
        breaks=tuple(
            {"start_at": at(stop.start_s), "end_at": at(stop.depart_s)}
            for stop in run.stops
            if stop.kind is StopKind.BREAK
        ),
    )


def apply_targets(
    database: Database,
    order: Order,
    *,
    targets: Targets,
    frames: Iterable[Frame] = (),
    then: Sequence[Statement] = (),
) -> Applied:
    """
    Apply columns of targets: the path of a whole plan, of a single move and of an undo.

    The statements `then` end the same transaction; they may refuse what the apply did.
    """
    if len(targets.trip_ids) == 0:
        return _nothing(order)
    return apply_and(database, order, targets, frames=frames, then=then)[0]


def apply_and(
    database: Database, order: Order, targets: Targets, *, frames: Iterable[Frame], then: Sequence[Statement]
) -> tuple[Applied, list[Rows]]:
    """Apply as `apply_targets` does, where there is a target; gives the rows of the statements `then` too."""
    statement = statement_of(order, targets, frames)
    try:
        rows, *ended = database.transact(
            order.company_id, [statement, *then], actor=order.actor, once=order.key
        )
    except psycopg.Error as error:
        raise ApplyFailed(_what_to_do(error)) from error
    applied = answer_of(order, targets, statement, rows)
    if not applied.replayed:
        COUNTS.add("applied_trips", Counter(trip.outcome for trip in applied.trips))
        COUNTS.add("applies", {"applies": 1, "statements": SENT.statements})
    return applied, ended


def statement_of(order: Order, targets: Targets, frames: Iterable[Frame] = ()) -> Statement:
    """Give the one statement that applies the targets."""
    sent_frames = msgspec.json.encode(list(frames))
    parameters = {
        "company": order.company_id,
        "key": order.key,
        "fingerprint": _fingerprint(order, targets, sent_frames),
        "actor": order.actor,
        "service_on": order.service_on,
        "board_version": order.board_version,
        "undoes": order.undoes,
        "plan_id": order.plan_id,
        "distinct_run_ids": np.unique(targets.run_ids),
        "frames": sent_frames.decode(),
        **targets._asdict(),
    }
    return Statement(APPLY, parameters, keep_plan=len(targets.trip_ids) <= FEW)


def _nothing(order: Order) -> Applied:
    return Applied(
        applied_id=0, key=order.key, service_on=order.service_on, board_version=order.board_version, trips=()
    )


def _fingerprint(order: Order, targets: Targets, frames: bytes) -> str:
    digest = hashlib.sha256(f"{order.service_on} {order.board_version} {order.undoes}".encode())
    for column in targets:
        digest.update(np.ascontiguousarray(column).tobytes())
    digest.update(frames)
    return digest.hexdigest()


def _what_to_do(error: psycopg.Error) -> str:
    said = error.diag.message_primary or str(error).splitlines()[0]
    if isinstance(error, psycopg.errors.ExclusionViolation):
        said = f"two stops would overlap ({error.diag.constraint_name})"
    return f"the database refused the plan, nothing was changed: {said}. Plan the day again and apply that."


_OUTCOMES = {str(outcome): outcome for outcome in Outcome}


def answer_of(order: Order, targets: Targets, statement: Statement, rows: Rows) -> Applied:
    """
    Make the report of what the statement returned, which names only the trips that were not applied.

    Raises
    ------
    Conflict
        The key was used for another plan.
    """
    applied_id, stored, service_on, version, notices, changed, moved, *trips, replayed, _ = rows[0]
    if stored != statement.parameters["fingerprint"]:
        message = f"the key {order.key!r} was used for another plan; use a new key"
        raise Conflict(message)
    return Applied(
        applied_id=applied_id,
        key=order.key,
        service_on=service_on,
        board_version=version,
        trips=_outcomes(targets, *trips),
        changed_runs=tuple(changed),
        moved_runs=tuple(moved),
        notices=notices,
        replayed=replayed,
    )


def _outcomes(
    targets: Targets, standing: list[dict[str, Any]] | None, refused: list[int], verdicts: list[str]
) -> tuple[TripOutcome, ...]:
    stands = {row.pop("trip_id"): msgspec.convert(row, Standing) for row in standing or ()}
    verdict_of = dict(zip(refused, verdicts, strict=True))
    return tuple(
        outcome_of(trip_id, run_id or None, verdict_of[trip_id], stands.get(trip_id))
        if trip_id in verdict_of
        else TripOutcome(trip_id=trip_id, run_id=run_id or None, outcome=Outcome.APPLIED)
        for trip_id, run_id in zip(targets.trip_ids.tolist(), targets.run_ids.tolist(), strict=True)
    )


def outcome_of(trip_id: int, run_id: int | None, verdict: str, standing: Standing | None) -> TripOutcome:
    """Say what became of a trip, from the database's verdict: an outcome, or why it is illegal now."""
    outcome, detail = _OUTCOMES.get(verdict), Detail.NONE
    if outcome is None:
        outcome, detail = Outcome.ILLEGAL_NOW, Detail(verdict)
    return TripOutcome(trip_id=trip_id, run_id=run_id, outcome=outcome, detail=detail, standing=standing)
