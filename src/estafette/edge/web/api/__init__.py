"""The API: a table of routes, each file one noun; all are served in one way (`route.py`)."""

from estafette.edge.web.api import (
    assignments,
    bookings,
    company,
    notices,
    plans,
    resources,
    runs,
    solves,
    standing_orders,
    transfers,
    trips,
)
from estafette.edge.web.api.route import Route, handler_of

_NOUNS = (
    company,
    bookings,
    standing_orders,
    trips,
    assignments,
    runs,
    solves,
    plans,
    resources,
    notices,
    transfers,
)
ROUTES: tuple[Route, ...] = tuple(route for noun in _NOUNS for route in noun.ROUTES)
HANDLERS = [handler_of(route) for route in ROUTES]
