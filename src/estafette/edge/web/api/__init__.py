"""The API: a table of routes, each file one noun; all are served in one way (`route.py`)."""

from estafette.edge.web.api import (
    assignments,
    booking_drafts,
    bookings,
    company,
    holds,
    institutions,
    keeping,
    my,
    notices,
    options,
    plans,
    resources,
    runs,
    search,
    sign_in_rules,
    solves,
    standing_orders,
    timetable,
    transfers,
    trips,
    ward,
    webhooks,
)
from estafette.edge.web.api.route import Route, handler_of

_NOUNS = (
    company,
    bookings,
    booking_drafts,
    standing_orders,
    trips,
    assignments,
    options,
    runs,
    timetable,
    solves,
    plans,
    resources,
    institutions,
    notices,
    search,
    my,
    ward,
    holds,
    transfers,
    keeping,
    sign_in_rules,
    webhooks,
)
ROUTES: tuple[Route, ...] = tuple(route for noun in _NOUNS for route in noun.ROUTES)
HANDLERS = [handler_of(route) for route in ROUTES]
