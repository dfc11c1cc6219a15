"""The institution's page: its riders' trips of today and tomorrow, all in one answer."""

from datetime import timedelta

from estafette.domain.permission import Right
from estafette.domain.record import encode
from estafette.domain.ward import Ward
from estafette.edge.web.api.route import Answer, Ask, Route, digest, etag_of
from estafette.store.own_run import zone_of
from estafette.store.ward import get_ward


def get(ask: Ask) -> Answer:
    """Give the trips of an institution's riders today and tomorrow, with the names to choose from."""
    today = ask.world.today(zone_of(ask.database, ask.company_id))
    days = [today, today + timedelta(days=1)]
    found = get_ward(ask.database, ask.company_id, ask.caller.institution_id, days, actor=ask.actor)
    return Answer(found, etag=etag_of(digest(encode(found))))


ROUTES = (Route("GET", "/ward", Right.WARD_OWN, get, Ward),)
