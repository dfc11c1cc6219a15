"""Bookings that are still talked about: what they would meet, and what is usual for a rider."""

from estafette.domain.booking_draft import BookingDraft, RiderUsual
from estafette.domain.booking_request import BookingBody
from estafette.domain.permission import Right
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.flow.booking_draft import draft
from estafette.store.booking_draft import get_usual


def try_out(ask: Ask) -> Answer:
    """Say what a booking would clash with and which runs could take its trips; nothing is written."""
    body: BookingBody = ask.body
    if body.offers:
        ask.caller.must_have(Right.BOARD_READ)  # they tell of everybody's runs
    return Answer(draft(ask.database, ask.company_id, body, ask.world.standings))


def usual(ask: Ask) -> Answer:
    """Give what a rider usually asks for: needs, where they are fetched, and their last ways."""
    return Answer(get_usual(ask.database, ask.company_id, ask.id("rider_id"), actor=ask.actor))


ROUTES = (
    Route("POST", "/bookings/draft", Right.BOOKING_WRITE, try_out, BookingDraft, BookingBody),
    Route("GET", "/riders/{rider_id:int}/usual", Right.BOOKING_READ, usual, RiderUsual),
)
