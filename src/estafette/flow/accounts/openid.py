"""
Coming in by an issuer (OpenID Connect): who the token names is matched to an account that is there.

Nobody is added, and no company is taken from a token: an account is found by issuer and subject, first by an
address that the issuer has verified. From then on the subject counts and the address no longer does.
"""

from estafette.domain.account import Purpose, Way
from estafette.domain.error import NotSignedIn, PasskeyNeeded
from estafette.domain.record import Record
from estafette.flow.accounts.secret import sha256_of
from estafette.flow.accounts.sign_in import Coming, Opened, open_session
from estafette.store.accounts.openid import Found, bind_subject, find_by_subject, find_unbound
from estafette.store.accounts.rules import is_second_factor_demanded
from estafette.store.accounts.single_use import use_first
from estafette.store.accounts.users import get_secrets
from estafette.store.database import Database

_UNKNOWN = "nobody was invited here under the address that the issuer gives"


class Identity(Record, frozen=True, kw_only=True):
    """Who an issuer says somebody is: `email` where verified, `two_factors` where it says so (`amr`)."""

    issuer: str
    subject: str
    email: str | None
    two_factors: bool


def sign_in_by_openid(
    database: Database, identity: Identity, *, company_id: int | None, state: str, agent: str
) -> Opened:
    """
    Begin a session of who an issuer has named; `company_id` chooses where somebody is in several companies.

    Raises `NotSignedIn` for who was not invited and for a `state` that was answered before, `PasskeyNeeded`
    where the company asks for two factors, the issuer tells of one, and the account has one of its own.
    """
    found = _account_of(database, identity, company_id)
    actor = f"user:{found.user_id}"
    if not use_first(
        database, found.company_id, found.user_id, Purpose.CHALLENGE, sha256_of(state), actor=actor
    ):
        message = "this was answered already; begin again"
        raise NotSignedIn(message)
    if not identity.two_factors and _must_show_own(database, found):
        message = "sign in with your passkey, or with your password and a code"
        raise PasskeyNeeded(message)
    coming = Coming(Way.OPENID, two_factors=identity.two_factors)
    return open_session(database, found.company_id, found.user_id, coming, agent=agent)


def _account_of(database: Database, identity: Identity, company_id: int | None) -> Found:
    token = sha256_of(f"{identity.issuer}\n{identity.subject}")
    known = _in(company_id, find_by_subject(database, token))
    if known is not None:
        return known
    invited = _in(company_id, find_unbound(database, identity.email)) if identity.email else None
    if invited is None or not bind_subject(database, invited, token):
        raise NotSignedIn(_UNKNOWN)
    return invited


def _in(company_id: int | None, found: list[Found]) -> Found | None:
    return next((each for each in found if company_id in (None, each.company_id)), None)


def _must_show_own(database: Database, found: Found) -> bool:
    secrets = get_secrets(database, found.company_id, found.user_id)
    return secrets.has_factor and is_second_factor_demanded(database, found.company_id, found.user_id)
