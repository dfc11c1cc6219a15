"""What the caller's company asks of who signs in."""

from estafette.domain.account import SignInRules
from estafette.domain.permission import Right
from estafette.domain.record import encode
from estafette.edge.web.api.route import Answer, Ask, Route, digest, etag_of
from estafette.flow.accounts.rules import demand_second_factor
from estafette.settings import read_settings
from estafette.store.accounts.rules import get_sign_in_rules


def get(ask: Ask) -> Answer:
    """Give for which roles the company asks for a second factor."""
    rules = get_sign_in_rules(ask.database, ask.company_id)
    return Answer(rules, etag=etag_of(digest(encode(rules))))


def change(ask: Ask) -> Answer:
    """Say for which roles the company asks for a second factor; it counts at once."""
    ask.must_have_seen(get(ask), "the rules")
    settings = read_settings()
    possible = bool(settings.sign_in_keys or settings.public_address)
    demand_second_factor(ask.database, ask.company_id, ask.body, possible=possible, actor=ask.actor)
    return get(ask)


ROUTES = (
    Route("GET", "/sign-in-rules", Right.COMPANY_READ, get, SignInRules),
    Route("PUT", "/sign-in-rules", Right.COMPANY_WRITE, change, SignInRules, SignInRules),
)
