"""Lists of a company's people and programs; `edge/web/people.py` lets them in and out."""

from estafette.domain.account import Account, ApiKey
from estafette.domain.permission import Right
from estafette.edge.web.api.page import Listed, page
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.store.accounts.keys import list_keys
from estafette.store.accounts.users import list_users


def users(ask: Ask) -> Answer:
    """List the accounts of the company."""

    def read(after: int, limit: int) -> list[Account]:
        return list_users(ask.database, ask.company_id, after=after, limit=limit)

    return Answer(page(ask.query, read, lambda user: user.user_id))


def keys(ask: Ask) -> Answer:
    """List the API keys of the company, without their secrets; revoked and expired ones too."""

    def read(after: int, limit: int) -> list[ApiKey]:
        return list_keys(ask.database, ask.company_id, after=after, limit=limit)

    return Answer(page(ask.query, read, lambda key: key.key_id))


ROUTES = (
    Route("GET", "/users", Right.USER_READ, users, Account, query=Listed),
    Route("GET", "/keys", Right.KEY_WRITE, keys, ApiKey, query=Listed),
)
