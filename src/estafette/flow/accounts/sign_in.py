"""Coming in: by password and second factor, or by a link that is good once."""

from typing import NamedTuple

from estafette.domain.account import IDLE, PHONE_IDLE, PHONE_LASTS, SESSION_LASTS, Purpose
from estafette.domain.error import NotSignedIn, SecondFactorNeeded
from estafette.domain.record import Record
from estafette.domain.totp import from_text, step_of
from estafette.flow.accounts.password import hashed, is_outdated, matches
from estafette.flow.accounts.secret import new_token, sha256_of
from estafette.store.accounts.sessions import beginning
from estafette.store.accounts.single_use import look_at, use
from estafette.store.accounts.users import Secrets, find_secrets, setting_secrets, use_step
from estafette.store.database import Database

# An address in more companies than this needs to name one: each is a hash to compute.
_COMPANIES_OF_AN_ADDRESS = 4

WRONG = "the address, the password or the code is not right"
WORTHLESS = "this link was used already, or is too old"


class SignIn(Record, frozen=True, kw_only=True):
    """What a person types. `company_id` chooses where an address is known to several companies."""

    email: str
    password: str
    code: str | None = None
    company_id: int | None = None


class Opened(NamedTuple):
    """A session that began: the token that only its browser keeps, whose it is, and how long it lasts."""

    token: str
    company_id: int
    user_id: int
    lasts_s: int


def sign_in(database: Database, typed: SignIn, *, agent: str, now_s: float) -> Opened:
    """
    Begin a session by password, and by second factor where the account has one.

    Raises `NotSignedIn`, the same for an unknown address, a wrong password, a wrong code and a locked
    account, after the same work; `SecondFactorNeeded` once the password was right.
    """
    secrets = _proven_by_password(database, typed)
    if secrets.totp_secret is not None:
        _prove_second_factor(database, secrets, typed.code, now_s=now_s)
    if secrets.password and is_outdated(secrets.password):
        change = setting_secrets(secrets.company_id, secrets.user_id, {"password": hashed(typed.password)})
        database.transact(secrets.company_id, [change], actor=f"user:{secrets.user_id}")
    return open_session(database, secrets.company_id, secrets.user_id, agent=agent)


def _proven_by_password(database: Database, typed: SignIn) -> Secrets:
    known = [
        secrets for secrets in find_secrets(database, typed.email)
        if typed.company_id in (None, secrets.company_id)
    ][:_COMPANIES_OF_AN_ADDRESS]  # fmt: skip
    if not known:
        matches(typed.password, None)
    for secrets in known:
        if matches(typed.password, secrets.password):
            return secrets
    raise NotSignedIn(WRONG)


def _prove_second_factor(database: Database, secrets: Secrets, code: str | None, *, now_s: float) -> None:
    if not code:
        message = "the code of the second factor is needed"
        raise SecondFactorNeeded(message)
    assert secrets.totp_secret is not None
    step = step_of(from_text(secrets.totp_secret), code, now_s=now_s)
    actor = f"user:{secrets.user_id}"
    if step is None or not use_step(database, secrets.company_id, secrets.user_id, step, actor=actor):
        raise NotSignedIn(WRONG)


def sign_in_by_link(database: Database, token: str, *, agent: str) -> Opened:
    """Begin a session by a link that is good once; raises `NotSignedIn`."""
    hashed_token = sha256_of(token)
    named = look_at(database, hashed_token)
    if named is None or named.purpose not in (Purpose.SIGN_IN, Purpose.DRIVER):
        raise NotSignedIn(WORTHLESS)
    if not use(database, named, hashed_token):
        raise NotSignedIn(WORTHLESS)
    phone = named.purpose is Purpose.DRIVER
    return open_session(database, named.company_id, named.user_id, agent=agent, phone=phone)


def open_session(
    database: Database, company_id: int, user_id: int, *, agent: str, phone: bool = False
) -> Opened:
    """Begin a session of somebody who is proven."""
    token = new_token()
    idle, lasts = (PHONE_IDLE, PHONE_LASTS) if phone else (IDLE, SESSION_LASTS)
    database.transact(
        company_id, beginning(company_id, user_id, sha256_of(token), agent=agent, idle=idle, lasts=lasts)
    )
    return Opened(token, company_id, user_id, round(lasts.total_seconds()))
