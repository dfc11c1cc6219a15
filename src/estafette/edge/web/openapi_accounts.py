"""
Operations of signing in, accounts, people and keys, as the OpenAPI document describes them.

Handlers of their own serve them; what each reads and answers stands here, the rest is taken from the handler.
Those of an issuer are left out: they send a browser away and take it back.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, cast

from litestar.handlers import HTTPRouteHandler

from estafette.domain.account import Account, Invitation, MadeKey, NewAccount, NewApiKey, Passkey
from estafette.edge.web import own_account, passkeys, people, sign_in
from estafette.edge.web.api.route import PREFIX, Route
from estafette.flow.accounts.factor import RecoveryCodes
from estafette.flow.accounts.passkey import PasskeyMade
from estafette.flow.accounts.sign_in import SignIn

_Method = Literal["GET", "POST", "PATCH", "DELETE"]


class _Said(NamedTuple):
    """A handler, the record (or `None`) that it answers with, and the one that it reads."""

    handler: HTTPRouteHandler
    gives: Any
    body: Any = None


_OPTIONS = dict[str, Any]  # of WebAuthn: a browser reads them as they are
_SAID = (
    _Said(sign_in.ways, sign_in.Ways),
    _Said(sign_in.by_password, sign_in.Welcome, SignIn),
    _Said(sign_in.by_link, sign_in.Welcome, sign_in.Link),
    _Said(sign_in.first_password, sign_in.PasswordSet, sign_in.FirstPassword),
    _Said(passkeys.ask, _OPTIONS),
    _Said(passkeys.by_passkey, sign_in.Welcome, passkeys.Answered),
    _Said(own_account.me, own_account.Me),
    _Said(own_account.sign_out, None),
    _Said(own_account.sessions, own_account.Sessions),
    _Said(own_account.revoke_others, None),
    _Said(own_account.revoke_session, None),
    _Said(own_account.own_password, None, own_account.NewPassword),
    _Said(own_account.second_factor, own_account.OfferedFactor, own_account.Password),
    _Said(own_account.confirm, RecoveryCodes, own_account.Code),
    _Said(own_account.drop, None, own_account.Password),
    _Said(own_account.recovery_codes, RecoveryCodes, own_account.Password),
    _Said(passkeys.passkeys, passkeys.Passkeys),
    _Said(passkeys.begin, _OPTIONS, own_account.Password),
    _Said(passkeys.take, PasskeyMade, passkeys.NewPasskey),
    _Said(passkeys.name_passkey, Passkey, passkeys.Name),
    _Said(passkeys.remove, None, own_account.Password),
    _Said(people.add_user, Invitation, NewAccount),
    _Said(people.user, Account),
    _Said(people.reset_user, Invitation),
    _Said(people.lock, None),
    _Said(people.unlock, None),
    _Said(people.sign_out_user, None),
    _Said(people.driver_link, people.PhoneLink),
    _Said(people.add_key, MadeKey, NewApiKey),
    _Said(people.drop_key, None),
)


def accounts() -> Iterator[Route]:
    """Give the operations; one without a right is for everybody."""
    return map(_route, _SAID)


def _route(said: _Said) -> Route:
    handler = said.handler
    (path,) = handler.paths
    method = next(iter(handler.http_methods - {"HEAD", "OPTIONS"}))
    return Route(
        cast(_Method, method), path.removeprefix(PREFIX), handler.opt.get("right"), cast(Any, handler.fn),
        said.gives, said.body, status=204 if said.gives is None else handler.status_code,
        versioned=False, keyed=False,
    )  # fmt: skip
