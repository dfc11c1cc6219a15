"""People with accounts, at the door of a server."""

from typing import Any, NamedTuple

import httpx

from estafette.domain.account import Account, NewAccount
from estafette.domain.permission import Role
from estafette.flow.accounts.own import set_password
from estafette.flow.accounts.people import invite
from tests.dispatched import Dispatched

PASSWORD = "velvet harbour lamp"
EMAIL = "anna@example.org"


class Person(NamedTuple):
    """Somebody with an account, at the door of a server."""

    account: Account
    client: httpx.Client

    def sign_in(self, password: str = PASSWORD, **more: Any) -> httpx.Response:
        """Sign in, and keep the cookie as a browser would."""
        answer = self.client.post(
            "/api/v1/sign-in", json={"email": self.account.email, "password": password, **more}
        )
        return keep_cookie(self.client, answer)


def keep_cookie(client: httpx.Client, answer: httpx.Response) -> httpx.Response:
    """Keep the cookie as a browser does on this machine; the client itself sends such a one over TLS only."""
    if "set-cookie" in answer.headers:
        client.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
    return answer


def add(company: Dispatched, email: str = EMAIL, role: Role = Role.DISPATCHER, **of: int) -> Account:
    """Add somebody who has set a password."""
    new = NewAccount(email=email, name="Anna", role=role, **of)
    invited = invite(company.database, company.company_id, new, actor="test")
    set_password(company.database, invited.token, PASSWORD)
    return invited.account


def refused(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def own() -> dict[str, str]:
    return {"X-Estafette": "1"}
