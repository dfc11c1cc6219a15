"""Letting people in: invitations, resets, drivers' phones, the operator's own link, keys of programs."""

from typing import NamedTuple

from estafette.domain.account import Account, ApiKey, NewAccount, NewApiKey, Purpose
from estafette.domain.caller import Caller
from estafette.domain.error import Conflict, Invalid
from estafette.domain.permission import RIGHTS, Right, Role
from estafette.flow.accounts.secret import new_code, new_key, new_token, prefix_of, sha256_of
from estafette.store.accounts.keys import Minted, add_key
from estafette.store.accounts.passkeys import removing_all
from estafette.store.accounts.single_use import issue, issue_set, issuing_set
from estafette.store.accounts.users import (
    add_user,
    find_user,
    find_user_of_driver,
    get_driver_name,
    get_user,
    setting_secrets,
)
from estafette.store.database import Database

# Whoever has the command line has the database: this is the account under which they are seen on the board.
OPERATOR = "operator@localhost"


_FACTORS = ("totp_secret", "totp_offered", "openid_sha256")


class Invited(NamedTuple):
    """An account, and the token that lets its person in, or the code instead of it; both are shown once."""

    account: Account
    token: str
    code: str = ""


def invite(database: Database, company_id: int, new: NewAccount, *, actor: str) -> Invited:
    """Add an account and give the token by which its person sets a password; errors as `add_user`."""
    account = add_user(database, company_id, new, actor=actor)
    return Invited(account, _issued(database, company_id, account.user_id, Purpose.INVITATION, actor=actor))


def let_reset(
    database: Database, company_id: int, user_id: int, *, drop_second_factor: bool = False, actor: str
) -> Invited:
    """
    Give the token by which a person sets another password; the old one is good until then.

    `drop_second_factor` is for who has lost it, and the recovery codes too; passkeys and who they are at an
    issuer go as well. Raises `NotFound`, and `Conflict` for a locked account.
    """
    account = _unlocked(get_user(database, company_id, user_id))
    if drop_second_factor:
        dropped = setting_secrets(company_id, user_id, dict.fromkeys(_FACTORS))
        void = issuing_set(company_id, user_id, Purpose.RECOVERY, [])
        database.transact(company_id, [dropped, *void, removing_all(company_id, user_id)], actor=actor)
    return Invited(account, _issued(database, company_id, user_id, Purpose.RESET, actor=actor))


def _unlocked(account: Account) -> Account:
    """Raise `Conflict` for an account that no link lets in by, and say so before the link is handed over."""
    if account.locked_at is not None:
        message = f"{account.email} is locked: no link lets in before the account is unlocked"
        raise Conflict(message)
    return account


def let_in(database: Database, company_id: int, user_id: int, *, actor: str) -> Invited:
    """Give the token that signs a person in without a password; raises as `let_reset`."""
    account = _unlocked(get_user(database, company_id, user_id))
    return Invited(account, _issued(database, company_id, user_id, Purpose.SIGN_IN, actor=actor))


def link_phone(database: Database, company_id: int, driver_id: int, *, actor: str) -> Invited:
    """
    Give the token that links a driver's phone, and the code to type instead, adding the account at the first.

    Either is good once, and then the other is not. Raises `NotFound`, and `Conflict` for a locked account.
    """
    account = find_user_of_driver(database, company_id, driver_id)
    if account is None:
        name = get_driver_name(database, company_id, driver_id)
        email = f"driver-{driver_id}@drivers.localhost"
        new = NewAccount(email=email, name=name, role=Role.DRIVER, driver_id=driver_id)
        account = add_user(database, company_id, new, actor=actor)
    _unlocked(account)
    token, code = new_token(), new_code()
    hashes = [sha256_of(token), sha256_of(code)]
    issue_set(database, company_id, account.user_id, Purpose.DRIVER, tokens_sha256=hashes, actor=actor)
    return Invited(account, token, code)


def operators_link(database: Database, company_id: int, *, actor: str) -> str:
    """Give the token that signs the operator in to a company; raises `NotFound` where there is no company."""
    account = find_user(database, company_id, OPERATOR)
    if account is None:
        new = NewAccount(email=OPERATOR, name="Operator", role=Role.ADMIN)
        account = add_user(database, company_id, new, actor=actor)
    return _issued(database, company_id, account.user_id, Purpose.SIGN_IN, actor=actor)


def make_key(database: Database, caller: Caller, new: NewApiKey) -> tuple[ApiKey, str]:
    """
    Make a key that may do no more than who makes it, and give it with its secret, which is seen this once.

    Raises `Invalid` when it would be allowed more, nothing, or has no name.
    """
    more = sorted(set(new.scopes) - caller.rights)
    if more:
        message = f"scopes: a key cannot have rights that its maker has not: {', '.join(more)}"
        raise Invalid(message, pointer="/scopes")
    if not new.scopes:
        message = "scopes: a key needs at least one"
        raise Invalid(message, pointer="/scopes")
    if not 0 < len(new.name.strip()) <= 120:
        message = "name: a key needs a name of at most 120 characters"
        raise Invalid(message, pointer="/name")
    secret = new_key()
    minted = Minted(prefix_of(secret), sha256_of(secret))
    key = add_key(database, caller.company_id, new, minted, user_id=caller.user_id, actor=caller.actor)
    return key, secret


def as_operator(company_id: int, *, actor: str, user: Account | None = None) -> Caller:
    """Give who asks on the command line: all rights of the company, or those of `user`, for whom it is."""
    rights: frozenset[Right] = RIGHTS[user.role if user else Role.ADMIN]
    return Caller(company_id=company_id, actor=actor, rights=rights, user_id=user.user_id if user else None)


def _issued(database: Database, company_id: int, user_id: int, purpose: Purpose, *, actor: str) -> str:
    token = new_token()
    issue(database, company_id, user_id, purpose, token_sha256=sha256_of(token), actor=actor)
    return token
