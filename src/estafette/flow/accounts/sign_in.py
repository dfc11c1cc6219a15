"""Coming in: by password and second factor, or by a link that is good once."""

from typing import NamedTuple

from estafette.domain.account import IDLE, PHONE_IDLE, PHONE_LASTS, SESSION_LASTS, Purpose, Way
from estafette.domain.error import NotSignedIn, PasskeyNeeded
from estafette.domain.record import Record
from estafette.flow.accounts.factor import prove_second_factor
from estafette.flow.accounts.password import hashed, is_outdated, matches
from estafette.flow.accounts.secret import new_token, sha256_of, typed_code
from estafette.store.accounts.rules import is_second_factor_demanded
from estafette.store.accounts.sessions import NewSession, beginning
from estafette.store.accounts.single_use import look_at, use
from estafette.store.accounts.users import Secrets, find_secrets, get_secrets, setting_secrets
from estafette.store.database import Database
from estafette.store.sealing import SealingKeys

# An address in more companies than this needs to name one: each is a hash to compute.
_COMPANIES_OF_AN_ADDRESS = 4

WRONG = "the address, the password or the code is not right"
WORTHLESS = "this link or code was used already, is too old, or is none"


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
    must_enrol: bool = False


class Coming(NamedTuple):
    """How somebody comes in, and whether that took two factors."""

    way: Way
    two_factors: bool


# A link from the command line is from who has the database; a phone is linked by a dispatcher.
_BY_LINK = {
    Purpose.SIGN_IN: Coming(Way.LINK, two_factors=True),
    Purpose.DRIVER: Coming(Way.PHONE, two_factors=False),
}


def sign_in(
    database: Database, typed: SignIn, *, keys: SealingKeys | None, agent: str, now_s: float
) -> Opened:
    """
    Begin a session by password, and by second factor where the account has one.

    Raises `NotSignedIn`, the same for an unknown address, a wrong password, a wrong code and a locked
    account, after the same work; `SecondFactorNeeded` once the password was right.
    """
    proven = _proven_by_password(database, typed)
    secrets = get_secrets(database, proven.company_id, proven.user_id)
    two_factors = secrets.totp_secret is not None or (secrets.has_factor and bool(typed.code))
    if two_factors:
        prove_second_factor(database, keys, secrets, typed.code, now_s=now_s)
    elif secrets.has_factor and is_second_factor_demanded(database, secrets.company_id, secrets.user_id):
        message = "sign in with your passkey, or with a recovery code"
        raise PasskeyNeeded(message)
    if secrets.password and is_outdated(secrets.password):
        change = setting_secrets(secrets.company_id, secrets.user_id, {"password": hashed(typed.password)})
        database.transact(secrets.company_id, [change], actor=f"user:{secrets.user_id}")
    coming = Coming(Way.PASSWORD, two_factors=two_factors)
    return open_session(database, secrets.company_id, secrets.user_id, coming, agent=agent)


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


def sign_in_by_code(database: Database, typed: str, *, agent: str) -> Opened:
    """Begin a session on a driver's phone by the code that is typed there; raises `NotSignedIn`."""
    return sign_in_by_link(database, typed_code(typed), agent=agent)


def sign_in_by_link(database: Database, token: str, *, agent: str) -> Opened:
    """Begin a session by a link that is good once; raises `NotSignedIn`."""
    hashed_token = sha256_of(token)
    named = look_at(database, hashed_token)
    if named is None or named.purpose not in _BY_LINK:
        raise NotSignedIn(WORTHLESS)
    if not use(database, named, hashed_token):
        raise NotSignedIn(WORTHLESS)
    return open_session(database, named.company_id, named.user_id, _BY_LINK[named.purpose], agent=agent)


def open_session(database: Database, company_id: int, user_id: int, coming: Coming, *, agent: str) -> Opened:
    """Begin a session of somebody who is proven; `must_enrol` when the company asks for more than that."""
    token = new_token()
    idle, lasts = (PHONE_IDLE, PHONE_LASTS) if coming.way is Way.PHONE else (IDLE, SESSION_LASTS)
    new = NewSession(sha256_of(token), agent, coming.way, coming.two_factors, idle, lasts)
    database.transact(company_id, beginning(company_id, user_id, new))
    must_enrol = not coming.two_factors and is_second_factor_demanded(database, company_id, user_id)
    return Opened(token, company_id, user_id, round(lasts.total_seconds()), must_enrol)
