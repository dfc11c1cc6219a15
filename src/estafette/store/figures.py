"""Figures of a company for whoever watches over the program: queues, solves, the feed. One statement, no names."""

from typing import LiteralString, NamedTuple

from estafette.store.database import Database

_FIGURES: LiteralString = """
SELECT f.company_id, f.last_event_id, waiting.n, waiting.age_s, due.n, due.age_s,
    (SELECT count(*) FROM notice WHERE company_id = f.company_id AND given_up IS NOT NULL AND superseded_by IS NULL),
    (SELECT coalesce(jsonb_object_agg(state, jsonb_build_array(n, seconds)), '{}') FROM (
        SELECT state, count(*) AS n, coalesce(sum(seconds), 0) AS seconds FROM solve
        WHERE company_id = f.company_id AND ended_at IS NOT NULL GROUP BY 1) AS ended)
FROM feed f,
    LATERAL (SELECT count(*) AS n, coalesce(extract(epoch FROM now() - min(asked_at)), 0)::float8 AS age_s FROM solve
        WHERE company_id = f.company_id AND state = 'waiting') AS waiting,
    LATERAL (SELECT count(*) AS n, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS age_s FROM notice
        WHERE company_id = f.company_id AND sent_at IS NULL AND superseded_by IS NULL AND given_up IS NULL) AS due
WHERE f.company_id = %(company)s
"""


class CompanyFigures(NamedTuple):
    """`solves`: by how they ended, their number and the seconds that they searched."""

    company_id: int
    last_event_id: int
    solves_waiting: int
    solve_age_s: float
    notices_due: int
    notice_age_s: float
    notices_dead: int
    solves: dict[str, tuple[int, float]]


def company_figures(database: Database, company_id: int) -> CompanyFigures | None:
    """Read the figures of a company; `None`: there is no such company."""
    rows = database.read(company_id, _FIGURES, {"company": company_id})
    return CompanyFigures(*rows[0]) if rows else None
