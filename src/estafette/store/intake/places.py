"""Storing places by themselves; a place that moved changes the trips from and to it that are still to be driven."""

from collections.abc import Sequence
from typing import LiteralString

from estafette.domain.outcome import ImportOptions
from estafette.domain.request import PlaceRequest
from estafette.store.database import Statement
from estafette.store.intake.delivery import (
    ANSWER,
    GATE,
    PLACES,
    ROWS,
    STORE_PLACES,
    Delivery,
    parameters,
    place_parameters,
)
from estafette.store.intake.publish import booked

_VERDICT: LiteralString = (
    """
verdict AS MATERIALIZED (
    SELECT i.n, i.ref, i.refusal AS why, i.detail AS about, g.id IS NULL AS fresh, g.id AS place_id, g.moves,
        i.refusal IS NULL AND g.news AS writes
    FROM """
    + ROWS
    + """(n int, ref text, refusal text, detail text) JOIN given g USING (ref)
)
"""
)

# A plan was computed from the versions of its trips: those whose driving changes get a new one.
_STORE: LiteralString = (
    """
going_place AS MATERIALIZED (SELECT jsonb_object_agg(ref, 1) AS refs FROM going),
"""
    + STORE_PLACES
    + """,
moved AS MATERIALIZED (SELECT array_agg(place_id) AS ids FROM going WHERE place_id IS NOT NULL AND moves),
concerned AS (
    UPDATE trip t SET version = f.last_event_id + 1 FROM feed f, moved
    WHERE f.company_id = %(company)s AND t.company_id = f.company_id AND t.status IN ('requested', 'booked', 'will_call')
        AND (t.origin_id = ANY (moved.ids) OR t.destination_id = ANY (moved.ids))
)
"""
)

_PLACES: LiteralString = "WITH " + PLACES + "," + _VERDICT + "," + GATE + "," + _STORE + ANSWER


def place_delivery(places: Sequence[PlaceRequest], company_id: int, options: ImportOptions) -> Delivery:
    """Make the statements that store places."""
    # Places contradict nothing but each other, which is for their sender to see.
    rows = parameters(company_id, options, (), ({"ref": place.ref} for place in places))
    written = rows | place_parameters(places)
    return Delivery(Statement(_PLACES, written), booked(company_id, None))
