"""The history of plans: kept whole and compressed, never changed."""

import hashlib
import zlib
from datetime import date
from typing import Any, LiteralString

import msgspec

from estafette.domain.applied import Outcome
from estafette.domain.error import NotFound
from estafette.domain.history import KeptPlan, Made, PlanEntry
from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.record import encode
from estafette.store.database import Database, Statement

_SAVE: LiteralString = """
WITH known AS (
    SELECT id FROM plan WHERE company_id = %(company)s AND answer_sha256 = %(answer_sha256)s
), saved AS (
    INSERT INTO plan (company_id, service_on, actor, board_version, problem, problem_sha256,
        travel_source, travel_estimated, travel_sha256, parameters, versions, answer, answer_sha256,
        cost, iterations, duration_s, placed, left_over, violations, estimated_places)
    SELECT %(company)s, %(service_on)s, %(actor)s, %(board_version)s, %(problem)s::bytea, %(problem_sha256)s,
        %(travel_source)s, %(travel_estimated)s, %(travel_sha256)s::text, %(parameters)s::jsonb, %(versions)s::jsonb,
        %(answer)s::bytea, %(answer_sha256)s, %(cost)s, %(iterations)s, %(duration_s)s::double precision,
        %(placed)s, %(left_over)s, %(violations)s, %(estimated_places)s::bigint[]
    WHERE NOT EXISTS (SELECT FROM known)
    RETURNING id
)
SELECT id FROM saved UNION ALL SELECT id FROM known
"""

# Alias: p = plan.
_ENTRY: LiteralString = """json_build_object(
    'plan_id', p.id, 'service_on', p.service_on, 'at', p.at, 'actor', p.actor, 'board_version', p.board_version,
    'problem_sha256', p.problem_sha256, 'answer_sha256', p.answer_sha256,
    'travel_source', p.travel_source, 'travel_estimated', p.travel_estimated, 'travel_sha256', p.travel_sha256,
    'parameters', p.parameters, 'versions', p.versions, 'cost', p.cost, 'iterations', p.iterations,
    'duration_s', p.duration_s, 'placed', p.placed, 'left_over', p.left_over, 'violations', p.violations,
    'content', p.answer IS NOT NULL,
    'applies', coalesce((
        SELECT json_agg(json_build_object('applied_id', a.id, 'at', a.at, 'actor', a.actor,
            'counts', coalesce((
                SELECT json_object_agg(outcome, trips) FROM (
                    SELECT CASE WHEN v = ANY (%(outcomes)s::text[]) THEN v ELSE 'illegal_now' END AS outcome,
                        count(*) AS trips
                    FROM unnest(a.verdicts) AS v GROUP BY 1) AS counted), '{}')) ORDER BY a.id)
        FROM applied a WHERE a.company_id = p.company_id AND a.plan_id = p.id), '[]'))"""

_LIST: LiteralString = f"""
SELECT coalesce(json_agg({_ENTRY}), '[]')::text FROM (
    SELECT * FROM plan
    WHERE company_id = %(company)s AND (%(day)s::date IS NULL OR service_on = %(day)s)
        AND (%(before)s::bigint IS NULL OR id < %(before)s)
    ORDER BY id DESC LIMIT %(limit)s) AS p
"""

_GET: LiteralString = f"""
SELECT {_ENTRY}::text, answer, problem FROM plan p WHERE company_id = %(company)s AND id = %(plan)s
"""

_GET_ENTRY: LiteralString = (
    f"SELECT {_ENTRY}::text FROM plan p WHERE company_id = %(company)s AND id = %(plan)s"
)

_ENTRIES = msgspec.json.Decoder(tuple[PlanEntry, ...])
_OUTCOMES = list(Outcome)


def save_plan(database: Database, plan: Plan, made: Made, *, actor: str) -> int:
    """
    Keep a plan in the history of its company and give its number: one statement, one round trip.

    The same plan, byte for byte, is kept once and gives the number that it has.
    """
    answer = encode(plan)
    parameters = {
        "company": plan.company_id,
        "service_on": plan.service_on,
        "actor": actor,
        "board_version": plan.board_version,
        "problem": zlib.compress(encode(made.problem)) if made.problem else None,
        "problem_sha256": plan.problem_sha256,
        "travel_source": plan.travel_source,
        "travel_estimated": plan.travel_estimated,
        "travel_sha256": made.travel_sha256,
        "parameters": encode(made.parameters).decode(),
        "versions": msgspec.json.encode(made.versions).decode(),
        "answer": zlib.compress(answer),
        "answer_sha256": hashlib.sha256(answer).hexdigest(),
        "cost": plan.cost,
        "iterations": plan.iterations,
        "duration_s": made.duration_s,
        "placed": plan.placed(),
        "left_over": len(plan.left_over),
        "violations": made.violations,
        "estimated_places": list(plan.estimated_places),
    }
    once = f"plan:{parameters['answer_sha256']}"
    rows = database.transact(plan.company_id, [Statement(_SAVE, parameters)], actor=actor, once=once)[0]
    return int(rows[0][0])


def list_plans(
    database: Database,
    company_id: int,
    *,
    service_on: date | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[PlanEntry, ...]:
    """List the newest plans of a company, of one day or of all, the newest first; only those `before` a number."""
    scope = {
        "company": company_id, "day": service_on, "before": before, "limit": limit, "outcomes": _OUTCOMES,
    }  # fmt: skip
    return _ENTRIES.decode(database.read(company_id, _LIST, scope)[0][0])


def get_plan_entry(database: Database, company_id: int, plan_id: int) -> PlanEntry:
    """Read how a plan of the history was made; raises `NotFound`."""
    (entry,) = _read(database, company_id, _GET_ENTRY, plan_id)
    return msgspec.json.decode(entry, type=PlanEntry)


def get_plan(database: Database, company_id: int, plan_id: int) -> KeptPlan:
    """Read a plan of the history with all that it was made from; raises `NotFound`, also when only its entry is kept."""
    entry, answer, problem = _read(database, company_id, _GET, plan_id)
    if answer is None:
        message = f"what plan {plan_id} says is no longer kept"
        raise NotFound(message)
    return KeptPlan(
        entry=msgspec.json.decode(entry, type=PlanEntry),
        plan=_plan(zlib.decompress(answer)),
        problem=msgspec.json.decode(zlib.decompress(problem), type=Problem) if problem else None,
    )


def _read(database: Database, company_id: int, sql: LiteralString, plan_id: int) -> tuple[Any, ...]:
    rows = database.read(company_id, sql, {"company": company_id, "plan": plan_id, "outcomes": _OUTCOMES})
    if not rows:
        message = f"there is no plan {plan_id} in the history"
        raise NotFound(message)
    return rows[0]


def _plan(answer: bytes) -> Plan:
    """Read a plan; a course in the form of another version is left out, and the plan can still be applied."""
    try:
        return msgspec.json.decode(answer, type=Plan)
    except msgspec.ValidationError:
        fields = msgspec.json.decode(answer)
        fields.pop("course", None)
        return msgspec.convert(fields, Plan)
