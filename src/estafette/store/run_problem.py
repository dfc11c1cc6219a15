"""
What the driver of a run reports, and that a dispatcher has seen to it: one event each.

A report is asked in the driver's role of the database: another's run is not there.
"""

from datetime import datetime
from typing import LiteralString

import msgspec

from estafette.domain.board import RunProblem
from estafette.domain.own_run import SayProblem
from estafette.store.database import Database, Rows, Statement

# A report names a trip of the run, or none; what is reported twice stands as it is told last.
_SET: LiteralString = """
WITH said AS (
    UPDATE run r SET problem = %(problem)s::jsonb
    WHERE company_id = %(company)s AND id = %(run)s AND problem IS DISTINCT FROM %(problem)s::jsonb
        AND (%(trip)s::bigint IS NULL OR EXISTS (SELECT FROM assignment a
            WHERE a.company_id = r.company_id AND a.run_id = r.id AND a.trip_id = %(trip)s))
    RETURNING id
), raised AS (
    UPDATE feed SET last_event_id = last_event_id + 1 WHERE company_id = %(company)s AND EXISTS (SELECT FROM said)
    RETURNING last_event_id
)
INSERT INTO event (company_id, id, kind, payload)
SELECT %(company)s, last_event_id, 'reported',
    jsonb_build_object('run_id', %(run)s::bigint, 'problem', %(problem)s::jsonb) FROM raised
RETURNING pg_notify('estafette', %(company)s::text)
"""
_STANDS: LiteralString = "SELECT problem FROM run WHERE company_id = %(company)s AND id = %(run)s"


def report_problem(
    database: Database, company_id: int, run_id: int, said: SayProblem, *, at: datetime, actor: str
) -> RunProblem | None:
    """Keep what the driver of a run reports, and tell of it; `None` for no run of one's own, or no trip of it."""
    problem = RunProblem(what=said.what, note=said.note, at=at, trip_id=said.trip_id)
    stands = _set(database, company_id, run_id, problem, actor=actor)
    return problem if stands and stands[0][0] == msgspec.to_builtins(problem) else None


def see_to_problem(database: Database, company_id: int, run_id: int, *, actor: str) -> bool:
    """Take a problem off a run and tell of it, if it has one; tells whether there is such a run."""
    return bool(_set(database, company_id, run_id, None, actor=actor))


def _set(database: Database, company_id: int, run_id: int, problem: RunProblem | None, *, actor: str) -> Rows:
    text = None if problem is None else msgspec.json.encode(problem).decode()
    trip_id = None if problem is None else problem.trip_id
    scope = {"company": company_id, "run": run_id, "problem": text, "trip": trip_id}
    statements = [Statement(_SET, scope), Statement(_STANDS, scope)]
    return database.transact(company_id, statements, actor=actor, once=f"problem:{run_id}")[-1]
