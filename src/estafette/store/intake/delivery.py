"""What all deliveries share: their requests as JSON rows, their outcomes, the gate before the writing."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, LiteralString, NamedTuple

import msgspec

from estafette.domain.contradiction import contradictions
from estafette.domain.outcome import ImportOptions, Intake, Refusal, RequestOutcome, Stored
from estafette.domain.request import PlaceRequest, Request, place_ref
from estafette.store.database import Database, Rows, Statement
from estafette.store.guards import guarded

# The planner takes any JSON array for 100 rows. That is good enough for finding what the rows meet (hash joins
# and index look-ups). For what comes after the filters it would expect a row or two and join thousands in nested
# loops, so the ids of what was stored are looked up in JSON maps (reference -> id), which no plan can get wrong.
ROWS: LiteralString = "json_to_recordset(%(rows)s::json) AS i "

# The end of every writing statement, after its CTE `verdict` (what each row says and meets, and `why` it is
# refused): `going` are the rows to store, none of them when the gate is shut.
GATE: LiteralString = """
gate AS (
    SELECT NOT %(dry_run)s AND NOT (%(atomic)s AND EXISTS (SELECT FROM verdict WHERE why IS NOT NULL)) AS open
),
going AS MATERIALIZED (
    SELECT verdict.* FROM verdict, gate WHERE gate.open AND verdict.writes
)
"""

ANSWER: LiteralString = """
SELECT ref, CASE WHEN why IS NOT NULL THEN 'refused' WHEN fresh THEN 'created' WHEN writes THEN 'updated'
    ELSE 'unchanged' END, why, about, gate.open
FROM verdict, gate ORDER BY n
"""

# Places that the rows describe, beside what is stored (`news`: new or different; `moves`: in
# more than its note, so that plans and boards are concerned), and all that they name.
PLACES: LiteralString = """
given AS MATERIALIZED (
    SELECT judged.*, moves OR renoted AS news FROM (SELECT g.*, p.id,
        p.id IS NULL OR (p.name, p.address, p.lon, p.lat) IS DISTINCT FROM (g.name, g.address, g.lon, g.lat)
            OR g.access_lon IS NOT NULL AND (door.lon, door.lat) IS DISTINCT FROM (g.access_lon, g.access_lat) AS moves,
        coalesce(g.access_note, p.access_note, '') AS note, coalesce(g.access_note <> p.access_note, false) AS renoted
    FROM json_to_recordset(%(places)s::json) AS g (
        ref text, name text, address text, lon double precision, lat double precision,
        access_lon double precision, access_lat double precision, access_note text)
    LEFT JOIN place p ON p.company_id = %(company)s AND p.ref = g.ref
    LEFT JOIN access_point door ON door.company_id = p.company_id AND door.place_id = p.id) AS judged
),
known_place AS MATERIALIZED (
    SELECT ref, id, news FROM given
    UNION ALL
    SELECT p.ref, p.id, false FROM place p WHERE p.company_id = %(company)s AND p.ref = ANY (%(named_places)s::text[])
)
"""

# After `going_place` (a map whose keys are the references in use): stores the described ones among them.
STORE_PLACES: LiteralString = """
stored_place AS (
    INSERT INTO place (company_id, ref, name, address, lon, lat, access_note)
    SELECT %(company)s, g.ref, g.name, g.address, g.lon, g.lat, g.note
    FROM given g, going_place WHERE g.news AND going_place.refs ? g.ref
    ON CONFLICT (company_id, ref) DO UPDATE
        SET name = EXCLUDED.name, address = EXCLUDED.address, lon = EXCLUDED.lon, lat = EXCLUDED.lat,
            access_note = EXCLUDED.access_note
    RETURNING ref, id
),
place_id AS MATERIALIZED (
    SELECT jsonb_object_agg(ref, id) AS ids FROM (
        SELECT ref, id FROM stored_place UNION ALL SELECT ref, id FROM known_place WHERE id IS NOT NULL) AS place
),
stored_access AS (
    INSERT INTO access_point (company_id, place_id, lon, lat)
    SELECT %(company)s, stored_place.id, g.access_lon, g.access_lat
    FROM stored_place JOIN given g USING (ref) WHERE g.access_lon IS NOT NULL
    ON CONFLICT (company_id, place_id) DO UPDATE SET lon = EXCLUDED.lon, lat = EXCLUDED.lat
)
"""


class Delivery(NamedTuple):
    """A delivery ready to be sent: the statement that writes it and the one that publishes the change."""

    write: Statement
    publish: Statement


Deliveries = Sequence[Callable[[int, ImportOptions], Delivery]]


def deliver(
    database: Database,
    company_id: int,
    deliveries: Deliveries,
    options: ImportOptions,
    *,
    guards: Sequence[Statement] = (),
    after: Sequence[Statement] = (),
) -> list[Stored]:
    """
    Store deliveries, in order, in one transaction and one round trip, if the `guards` let them; then `after`.

    Raises
    ------
    Conflict
        The database refused it all: shifts would overlap, or a guard found something. Nothing is stored.
    Invalid
        A value is none that the database takes.
    """
    ready = [delivery(company_id, options) for delivery in deliveries]
    statements = [*guards, *(statement for delivery in ready for statement in delivery), *after]
    answers = guarded(database, company_id, statements, actor=options.actor)
    return [_stored(rows) for rows in answers[len(guards) : len(statements) - len(after) : 2]]


def _stored(rows: Rows) -> Stored:
    outcomes = (
        RequestOutcome(
            ref=ref,
            outcome=Intake(outcome),
            refusal=Refusal(refusal) if refusal else None,
            detail=detail,
        )
        for ref, outcome, refusal, detail, _ in rows
    )
    return Stored(outcomes=tuple(outcomes), stored=bool(rows) and bool(rows[0][-1]))


def parameters(
    company_id: int, options: ImportOptions, requests: Sequence[Request], rows: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """Make the parameters of a writing statement: the rows as JSON, numbered, with what they contradict."""
    refused = contradictions(requests)
    numbered = (
        {
            "n": n,
            "refusal": refused[n].refusal if n in refused else None,
            "detail": refused[n].detail if n in refused else "",
            **row,
        }
        for n, row in enumerate(rows)
    )
    return {
        "company": company_id,
        "dry_run": options.dry_run,
        "atomic": options.atomic,
        "rows": as_json(numbered),
    }


def place_parameters(places: Iterable[PlaceRequest | str]) -> dict[str, Any]:
    """Make the parameters of the places that a delivery describes (the first description counts) or names."""
    described: dict[str, PlaceRequest] = {}
    named = set()
    for place in places:
        named.add(place_ref(place))
        if isinstance(place, PlaceRequest):
            described.setdefault(place.ref, place)
    return {"places": as_json(described.values()), "named_places": sorted(named - described.keys())}


def as_json(rows: Iterable[object]) -> str:
    """Write rows as one JSON array."""
    return msgspec.json.encode(list(rows)).decode()
