"""Institutions: listed, made, renamed; and which riders are theirs."""

from typing import LiteralString

import msgspec
import psycopg

from estafette.domain.error import Invalid, NotFound, taken
from estafette.domain.institution import InstitutionRequest, InstitutionView
from estafette.store.database import Database, Statement
from estafette.store.guards import guarded, unchanged

_VIEWS = msgspec.json.Decoder(tuple[InstitutionView, ...])
_LIST: LiteralString = """
SELECT coalesce(jsonb_agg(card ORDER BY id), '[]')::text FROM (
    SELECT x.id, jsonb_build_object('institution_id', x.id, 'ref', x.ref, 'name', x.name, 'etag', md5(x::text),
        'riders', (SELECT count(*) FROM rider r WHERE r.company_id = x.company_id AND r.institution_id = x.id)) AS card
    FROM institution x WHERE x.company_id = %(company)s AND x.id > %(after)s AND (%(id)s::bigint IS NULL OR x.id = %(id)s)
        AND (%(ref)s::text IS NULL OR x.ref = %(ref)s)
    ORDER BY x.id LIMIT %(limit)s) AS listed
"""
_ADD: LiteralString = (
    "INSERT INTO institution (company_id, ref, name) VALUES (%(company)s, %(ref)s, %(name)s) RETURNING id"
)
_RENAME: LiteralString = (
    "UPDATE institution SET name = %(name)s WHERE company_id = %(company)s AND id = %(id)s"
)
_GIVE: LiteralString = """
UPDATE rider SET institution_id = %(institution)s::bigint WHERE company_id = %(company)s AND id = %(rider)s
"""


def list_institutions(
    database: Database,
    company_id: int,
    *,
    ref: str | None = None,
    number: int | None = None,
    after: int = 0,
    limit: int = 200,
) -> tuple[InstitutionView, ...]:
    """List institutions in the order of their ids."""
    scope = {"company": company_id, "id": number, "ref": ref, "after": after, "limit": limit}
    return _VIEWS.decode(database.read(company_id, _LIST, scope)[0][0])


def get_institution(database: Database, company_id: int, number: int) -> InstitutionView:
    """Read an institution; raises `NotFound`."""
    found = list_institutions(database, company_id, number=number)
    if not found:
        message = f"there is no institution {number}"
        raise NotFound(message)
    return found[0]


def add_institution(
    database: Database, company_id: int, new: InstitutionRequest, *, actor: str
) -> InstitutionView:
    """Make an institution; raises `Conflict` when its reference is taken."""
    scope = {"company": company_id, "ref": new.ref, "name": new.name}
    try:
        rows = database.transact(company_id, [Statement(_ADD, scope)], actor=actor)[0]
    except psycopg.errors.UniqueViolation as error:
        raise taken("/ref") from error
    return get_institution(database, company_id, rows[0][0])


def rename_institution(
    database: Database, company_id: int, number: int, name: str, *, actor: str
) -> InstitutionView:
    """Give an institution another name."""
    scope = {"company": company_id, "id": number, "name": name}
    database.transact(company_id, [Statement(_RENAME, scope)], actor=actor)
    return get_institution(database, company_id, number)


def give_rider(
    database: Database,
    company_id: int,
    rider_id: int,
    institution_id: int | None,
    *,
    version: str,
    actor: str,
) -> None:
    """Let a rider be an institution's, or nobody's; raises `Stale`, and `Invalid` for no such institution."""
    scope = {"company": company_id, "rider": rider_id, "institution": institution_id}
    guard = unchanged("rider", company_id, rider_id, version)
    try:
        guarded(database, company_id, [guard, Statement(_GIVE, scope)], actor=actor)
    except Invalid as error:
        message = f"/institution_id: there is no institution {institution_id}"
        raise Invalid(message, pointer="/institution_id") from error
