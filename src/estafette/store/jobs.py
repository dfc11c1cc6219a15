"""
Solves as rows: asked for, claimed, held, ended. A job of the queue is only what wakes a worker to look here.

Every function is one transaction and one round trip. Whoever holds a solve names its claim with all it
writes; under an old claim nothing is written, and the function says so.
"""

from datetime import date
from typing import Any, LiteralString

from estafette.domain.error import Conflict, NotFound, no_company
from estafette.domain.record import Record
from estafette.domain.solve import (
    Automatic,
    ClaimedSolve,
    SolveCard,
    SolveFigures,
    SolveRequest,
    SolveState,
    Trouble,
)
from estafette.store.database import Database, Statement
from estafette.store.jobs_sql import (
    ASK_FOR_NEWS,
    CANCEL,
    CLAIM,
    END,
    HOLD,
    LEAVE_LOST,
    LEAVE_MINE,
    LIST,
    PUBLISH,
    WAKE,
)
from estafette.store.parts_sql import CALL_AGAIN

MAX_ATTEMPTS = 5
_LOST = {"why": Trouble.WORKER_LOST, "given_back": False, "backs_off": False, "most": MAX_ATTEMPTS}


class Held(Record, frozen=True, kw_only=True):
    """A solve is still in the hands of who asks; `cancel_asked`: it shall end with its best plan so far."""

    cancel_asked: bool


class Ending(Record, frozen=True, kw_only=True):
    """
    How a solve ended: what it found, and under which numbers it was kept and applied.

    `parts` of the day were made apart, `helped` of them by other workers.
    """

    state: SolveState
    figures: SolveFigures
    violations: int = 0
    plan_id: int | None = None
    applied_id: int | None = None
    parts: int = 0
    helped: int = 0


def ask_for_solve(database: Database, company_id: int, wish: SolveRequest, *, actor: str) -> int:
    """
    Ask for a solve and give its number; where one waits for that day already, it takes the wish in.

    Raises
    ------
    NotFound
        The company does not exist.
    """
    asked = database.transact(company_id, [ask_statement(company_id, wish, actor=actor)], actor=actor)[0]
    if not asked:
        raise no_company(company_id)
    return int(asked[0][0])


def ask_statement(company_id: int, wish: SolveRequest, *, actor: str) -> Statement:
    """Make the statement that asks for a solve, for the transaction that gives cause for it."""
    sql: LiteralString = (
        "SELECT ask_solve(f.company_id, %(day)s, %(actor)s, %(limit)s, %(seed)s, %(applies)s, %(workers)s)"
        " FROM feed f WHERE f.company_id = %(company)s"
    )
    wished = {
        "day": wish.service_on,
        "limit": wish.time_limit_s,
        "seed": wish.seed,
        "applies": wish.applies,
        "workers": wish.workers,
    }
    return Statement(sql, {"company": company_id, "actor": actor, **wished})


def claim_solve(
    database: Database, company_id: int, service_on: date, *, lease_s: float, actor: str
) -> ClaimedSolve | None:
    """Take the solve that waits for a day, for `lease_s` seconds from now; `None` when there is nothing to take."""
    scope = {"company": company_id, "day": service_on, "lease_s": lease_s, **_LOST}
    statements = [Statement(LEAVE_LOST, scope), Statement(CLAIM, scope), Statement(PUBLISH, scope)]
    rows = database.transact(company_id, statements, actor=actor)[1]
    if not rows:
        return None
    solve_id, claim, time_limit_s, seed, applies, workers = rows[0]
    return ClaimedSolve(
        company_id=company_id,
        solve_id=solve_id,
        claim=claim,
        service_on=service_on,
        time_limit_s=time_limit_s,
        seed=seed,
        applies=applies,
        workers=workers,
    )


def hold_solve(
    database: Database, held: ClaimedSolve, figures: SolveFigures | None, *, lease_s: float, actor: str
) -> Held | None:
    """Hold a solve for another `lease_s` seconds and tell how far it is; `None`: somebody else has it."""
    parameters = {**_mine(held), **_figures(figures), "lease_s": lease_s}
    statements = [Statement(HOLD, parameters), Statement(PUBLISH, parameters)]
    rows = database.transact(held.company_id, statements, actor=actor)[0]
    return Held(cancel_asked=rows[0][0]) if rows else None


def end_solve(database: Database, held: ClaimedSolve, ending: Ending, *, actor: str) -> bool:
    """Record how a solve ended and wake a worker for the next of the day; `False`: somebody else has it."""
    parameters = {
        **_mine(held),
        **_figures(ending.figures),
        "state": ending.state,
        "violations": ending.violations,
        "plan_id": ending.plan_id,
        "applied_id": ending.applied_id,
        "parts": ending.parts,
        "helped": ending.helped,
    }
    statements = [Statement(sql, parameters) for sql in (END, PUBLISH, WAKE)]
    return bool(database.transact(held.company_id, statements, actor=actor)[0])


def give_back_solve(database: Database, held: ClaimedSolve, *, actor: str) -> None:
    """Let go of a solve that shall be made by somebody else, at once and without counting as an attempt."""
    why = {"why": None, "given_back": True, "backs_off": False, "most": MAX_ATTEMPTS}
    _leave(database, held, why, actor)


def fail_solve(database: Database, held: ClaimedSolve, trouble: str, *, actor: str) -> None:
    """Let go of a solve that failed: it is tried again later, or has `failed` after `MAX_ATTEMPTS`."""
    why = {"why": trouble, "given_back": False, "backs_off": True, "most": MAX_ATTEMPTS}
    _leave(database, held, why, actor)


def _leave(database: Database, held: ClaimedSolve, why: dict[str, Any], actor: str) -> None:
    parameters = {**_mine(held), **why}
    statements = [Statement(sql, parameters) for sql in (LEAVE_MINE, PUBLISH, WAKE)]
    database.transact(held.company_id, statements, actor=actor)


def cancel_solve(database: Database, company_id: int, solve_id: int, *, actor: str) -> SolveState:
    """
    Call a solve off: `cancelled` when it waited; still `running` when it shall end with its best plan so far.

    Raises
    ------
    NotFound
        There is no such solve.
    Conflict
        It has ended.
    """
    scope = {"company": company_id, "solve": solve_id}
    known = "SELECT state FROM solve WHERE company_id = %(company)s AND id = %(solve)s"
    statements = [Statement(CANCEL, scope), Statement(PUBLISH, scope), Statement(known, scope)]
    cancelled, _, stands = database.transact(company_id, statements, actor=actor)
    if not stands:
        message = f"there is no solve {solve_id}"
        raise NotFound(message)
    if not cancelled:
        message = f"solve {solve_id} has ended: {stands[0][0]}"
        raise Conflict(message)
    return SolveState(cancelled[0][0])


def sweep_jobs(database: Database, company_id: int, *, silent_s: float, actor: str) -> int:
    """
    Put right what was left behind, and give how many jobs and solves that were.

    1. Jobs of workers silent for `silent_s` seconds go back to the queue.
    2. Solves whose holder is gone wait again, or end.
    3. Days with news get a solve, where the company has them planned by themselves.
    4. Every waiting solve has a job, and every helper of one that is divided.
    """
    scope = {"company": company_id, "silent_s": silent_s, **_LOST}
    rescue = "SELECT rescue_jobs(%(company)s, %(silent_s)s)"
    steps: tuple[LiteralString, ...] = (rescue, LEAVE_LOST, ASK_FOR_NEWS, PUBLISH, WAKE, CALL_AGAIN)
    statements = [Statement(sql, scope) for sql in steps]
    rescued, left, *_ = database.transact(company_id, statements, actor=actor)
    return int(rescued[0][0]) + len(left)


def list_solves(
    database: Database,
    company_id: int,
    *,
    service_on: date | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[SolveCard]:
    """List the latest solves, of one day or of all, the newest first; only those `before` a number."""
    scope = {"company": company_id, "day": service_on, "solve": None, "before": before, "limit": limit}
    return [_card(row) for row in database.read(company_id, LIST, scope)]


def get_solve(database: Database, company_id: int, solve_id: int) -> SolveCard:
    """Read a solve; raises `NotFound`."""
    scope = {"company": company_id, "day": None, "solve": solve_id, "before": None, "limit": 1}
    rows = database.read(company_id, LIST, scope)
    if not rows:
        message = f"there is no solve {solve_id}"
        raise NotFound(message)
    return _card(rows[0])


def set_automatic(database: Database, company_id: int, automatic: Automatic, *, actor: str) -> None:
    """Say whether new bookings are planned by themselves; raises `NotFound` for no such company."""
    sql: LiteralString = "UPDATE company SET planning = %(planning)s WHERE id = %(company)s RETURNING id"
    change = Statement(sql, {"company": company_id, "planning": automatic})
    if not database.transact(company_id, [change], actor=actor)[0]:
        raise no_company(company_id)


def _mine(held: ClaimedSolve) -> dict[str, Any]:
    return {"company": held.company_id, "solve": held.solve_id, "claim": held.claim}


def _figures(figures: SolveFigures | None) -> dict[str, Any]:
    names = ("placed", "left_over", "cost", "seconds")
    return {name: getattr(figures, name, None) for name in names}


def _card(row: tuple[Any, ...]) -> SolveCard:
    placed, left_over, cost, seconds = row[12:16]
    return SolveCard(
        solve_id=row[0],
        service_on=row[1],
        state=SolveState(row[2]),
        asked_by=row[3],
        asked_at=row[4],
        time_limit_s=row[5],
        seed=row[6],
        applies=row[7],
        attempts=row[8],
        started_at=row[9],
        ended_at=row[10],
        cancel_asked=row[11],
        figures=None
        if placed is None
        else SolveFigures(placed=placed, left_over=left_over, cost=cost, seconds=seconds),
        violations=row[16],
        plan_id=row[17],
        applied_id=row[18],
        trouble=row[19],
        workers=row[20],
        parts=row[21],
        helped=row[22],
    )
