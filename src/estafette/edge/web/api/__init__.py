"""The API: a table of routes, each file one noun; all are served in one way (`route.py`)."""

from estafette.edge.web.api import assignments, resources, trips
from estafette.edge.web.api.route import Route, handler_of

ROUTES: tuple[Route, ...] = (*trips.ROUTES, *assignments.ROUTES, *resources.ROUTES)
HANDLERS = [handler_of(route) for route in ROUTES]
