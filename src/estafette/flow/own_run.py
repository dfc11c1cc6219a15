"""What a driver does with the own runs: reads them, moves trips on, acknowledges."""

from datetime import date, datetime, timedelta

import msgspec

from estafette.domain.board import RunProblem
from estafette.domain.error import IllegalMove, Invalid, NotFound
from estafette.domain.own_run import (
    Acknowledge,
    OwnRuns,
    Progress,
    Progressed,
    RunAcknowledged,
    SayProblem,
    occurred_at,
)
from estafette.store.database import Database
from estafette.store.own_run import acknowledge_run, list_own_runs, step_trip
from estafette.store.run_problem import report_problem


def own_runs(database: Database, company_id: int, today: date, now: datetime, *, actor: str) -> OwnRuns:
    """Give the runs of today and tomorrow, and those of yesterday whose shift is not over."""
    day = timedelta(days=1)
    return list_own_runs(
        database, company_id, [today, today + day], unless_over=(today - day, now), actor=actor
    )


def progress(
    database: Database, company_id: int, trip_id: int, step: Progress, *, now: datetime, actor: str
) -> Progressed:
    """
    Let a trip of the driver's take a step.

    A step that it has taken before, in whatever order it arrives, changes nothing and is no mistake.

    Raises
    ------
    NotFound
        The driver has no such trip, or no longer.
    IllegalMove
        The step does not follow from how the trip stands.
    """
    stepped = step_trip(
        database, company_id, trip_id, step, at=occurred_at(step.at, now), actor=actor
    )  # fmt: skip
    if stepped is None:
        message = f"trip {trip_id} is on no run of yours"
        raise NotFound(message)
    if not (stepped.moved or stepped.taken_before):
        message = f"a trip that is {stepped.now.status} cannot become {step.status}"
        raise IllegalMove(message, present=stepped.now)
    return msgspec.structs.replace(stepped.now, repeated=not stepped.moved)


def report(
    database: Database, company_id: int, run_id: int, said: SayProblem, *, now: datetime, actor: str
) -> RunProblem:
    """Keep what a driver reports of a run; raises `NotFound` for no run of theirs, or no trip of it."""
    known = report_problem(database, company_id, run_id, said, at=occurred_at(said.at, now), actor=actor)
    if known is None:
        message = f"run {run_id} is none of yours, or has no such trip"
        raise NotFound(message)
    return known


def acknowledge(
    database: Database, company_id: int, run_id: int, seen: Acknowledge, *, now: datetime, actor: str
) -> RunAcknowledged:
    """
    Keep that the driver has seen a manifest; a newer one that was acknowledged before stays.

    Raises
    ------
    NotFound
        The driver has no such run.
    Invalid
        There is no such manifest yet.
    """
    known = acknowledge_run(database, company_id, run_id, seen, at=occurred_at(seen.at, now), actor=actor)
    if known is None:
        message = f"run {run_id} is none of yours"
        raise NotFound(message)
    if seen.manifest > known.manifest:
        message = f"/manifest: run {run_id} has no manifest {seen.manifest}, its last is {known.manifest}"
        raise Invalid(message, pointer="/manifest")
    return known
